// The graph's editor, with a bar that says who is asking. Nothing is kept when the page is closed.
import { createElement as h, createRoot, GraphiQL, useEffect, useMemo, useState } from "./vendor.js";

const GREETING = `# Ctrl-Enter runs it.
# Ctrl-Space completes a word.

query WhoAmI {
  viewer {
    organization { name }
    scopes
  }
}
`;

/** Queries are not written to the browser's storage: they may name a person. */
function memory() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    clear: () => kept.clear(),
    get length() { return kept.size; },
  };
}

/** The people of the demo network and where they get their tokens, or null where this is not a demo. */
async function demo() {
  const answer = await fetch("/graphiql/personas.json");
  if (!answer.ok) return null;
  const metadata = await (await fetch("/.well-known/oauth-authorization-server")).json();
  return { ...(await answer.json()), endpoint: new URL(metadata.token_endpoint).pathname };
}

/** Client credentials (RFC 6749, 4.4), as any partner's program sends them. */
async function tokenFor({ client_id: id, client_secret: secret, scope }, endpoint) {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error_description ?? body.error);
  return { bearer: body.access_token, ends: Date.now() + body.expires_in * 1000 };
}

/** Yields the data of each `next` event of a stream (GraphQL over server-sent events). */
async function* events(stream) {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      if (block.startsWith("event: next\ndata: ")) yield JSON.parse(block.slice("event: next\ndata: ".length));
    }
  }
}

/** Asks with the token that `current` gives at that moment; a subscription comes as a stream. */
function fetcher(current) {
  return async (parameters, { headers, documentAST } = {}) => {
    const operation = documentAST?.definitions.find(
      ({ kind, name }) => kind === "OperationDefinition" && (!parameters.operationName || name?.value === parameters.operationName),
    );
    const streams = operation?.operation === "subscription";
    const bearer = await current();
    const answer = await fetch("/graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: streams ? "text/event-stream" : "application/graphql-response+json, application/json",
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: JSON.stringify(parameters),
    });
    const streamed = answer.headers.get("content-type")?.startsWith("text/event-stream");
    return streamed ? events(answer.body) : answer.json();
  };
}

/** The token of whoever was chosen, asked for anew half a minute before it ends. */
function session({ persona, endpoint, pasted }) {
  let held = null;
  return async () => {
    if (!persona) return pasted;
    if (!held || held.ends < Date.now() + 30_000) held = await tokenFor(persona, endpoint);
    return held.bearer;
  };
}

function Page() {
  const [network, setNetwork] = useState(undefined);
  const [name, setName] = useState("");
  const [pasted, setPasted] = useState("");
  const [problem, setProblem] = useState("");
  const storage = useMemo(memory, []);

  useEffect(() => {
    demo().then((found) => {
      setNetwork(found);
      setName(Object.keys(found?.personas ?? {})[0] ?? "");
    }).catch((error) => { setNetwork(null); setProblem(error.message); });
  }, []);

  const persona = network?.personas[name];
  const ask = useMemo(() => {
    const current = session({ persona, endpoint: network?.endpoint, pasted });
    return fetcher(() => current().then(
      (bearer) => { setProblem(""); return bearer; },
      (error) => { setProblem(error.message); throw error; },
    ));
  }, [persona, network, pasted]);

  if (network === undefined) return null;
  const choice = network
    ? h("label", null, "Ask as", h("select", { value: name, onChange: (event) => setName(event.target.value) },
        Object.entries(network.personas).map(([key, { organization }]) => h("option", { key, value: key }, `${key} · ${organization}`))))
    : h("label", null, "Access token", h("input", { type: "password", autoComplete: "off", value: pasted, onChange: (event) => setPasted(event.target.value.trim()) }));
  return [
    h("header", { key: "who", className: "who" }, h("b", null, "Konbit"), choice, h("output", null, persona?.scope),
      problem && h("span", { role: "alert" }, problem)),
    h(GraphiQL, { key: `${name} ${pasted}`, fetcher: ask, storage, defaultQuery: GREETING, shouldPersistHeaders: false }),
  ];
}

createRoot(document.getElementById("page")).render(h(Page));
