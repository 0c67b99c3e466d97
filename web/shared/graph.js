// How the graph is asked, and what its ways of not answering mean. A page asks with documents that stand in files of its
// own folder, for the server takes no others from it.

import { SignInRefused, SignInUnanswered } from "./signin.js";

const PATIENCE = 30_000;

/** Nothing is known of what became of the request: the same one is safe to send again. `after`: seconds to wait, or null. */
export class Unanswered extends Error {
  constructor(message, after = null) {
    super(message);
    this.after = after;
  }
}

/** The graph refused the request. `code` is one of the contract's; `extensions` is what it says besides. */
export class Refused extends Error {
  constructor({ message, extensions = {} }) {
    super(message);
    this.code = extensions.code ?? "";
    this.extensions = extensions;
  }
}

/**
 * Makes `ask(name, variables)`, which gives the data of what `documents`/name.graphql asks for. `send` is like fetch, in
 * someone's name (shared/signin.js). Raises Unanswered, Refused and what `send` raises.
 */
export function graph({ send, documents, language }) {
  const texts = new Map();
  const text = async (name) => {
    if (!texts.has(name)) texts.set(name, await read(new URL(`${name}.graphql`, documents)));
    return texts.get(name);
  };
  return async (name, variables = {}) => {
    const query = await text(name);
    let answer;
    let body;
    try {
      answer = await send("/graphql", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/graphql-response+json",
          "accept-language": language(),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      body = await answer.json();
    } catch (error) {
      if (error instanceof SignInRefused || error instanceof SignInUnanswered) throw error;
      throw new Unanswered(answer ? String(answer.status) : error.message);
    }
    const { status } = answer;
    const [first] = body.errors ?? [];
    if (status === 429 || status >= 500)
      throw new Unanswered(String(status), Number(answer.headers.get("retry-after") ?? first?.extensions?.retryAfter) || null);
    if (first && TEMPORARY.has(first.extensions?.code)) throw new Unanswered(first.message);
    if (first || !body.data) throw new Refused(first ?? { message: String(status) });
    return body.data;
  };
}

async function read(address) {
  const answer = await fetch(address).catch((error) => {
    throw new Unanswered(error.message);
  });
  if (!answer.ok) throw new Unanswered(String(answer.status));
  return answer.text();
}

const TEMPORARY = new Set(["UNAVAILABLE", "INTERNAL", "RATE_LIMITED"]);
