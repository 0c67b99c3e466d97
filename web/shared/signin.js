// How a person signs in to a page, and out again: authorization code with PKCE (RFC 7636), bound to this browser's key.
import { forgetKey, here, keyOf, proven, random, setClock, sha256, thumbprint } from "./dpop.js";

/** The person was not let in, or what they were let do is over: they must sign in again. */
export class SignInRefused extends Error {}

/** There was no answer, or none that says anything: try again later. */
export class SignInUnanswered extends Error {}

const METADATA = "/.well-known/oauth-authorization-server";
const EARLY = 30_000;
const PATIENCE = 20_000;
const OVER = new Set(["invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied"]);

/**
 * This will leave the page for the sign-in pages; the code comes back to `home` of this origin, where `returned` takes it.
 * `maxAge`: seconds since the person last proved who they are; null: however long. Raises SignInUnanswered.
 */
export async function begin({ client, scope, home, language, maxAge = null }) {
  const server = await discovered({ anew: true });
  const [state, verifier] = [random(), random()];
  sessionStorage.setItem(pendingOf(client), JSON.stringify({ state, verifier, hash: location.hash }));
  const asked = {
    response_type: "code",
    client_id: client,
    redirect_uri: location.origin + home,
    scope,
    state,
    code_challenge: await sha256(verifier),
    code_challenge_method: "S256",
    dpop_jkt: await thumbprint(await keyOf(client)),
    ui_locales: language,
    ...(maxAge !== null && { max_age: maxAge }),
  };
  location.assign(`${server.authorization_endpoint}?${new URLSearchParams(asked)}`);
}

/** The tokens of who has just come back from signing in; null where nobody did. Raises SignInRefused, SignInUnanswered. */
export async function returned({ client, home }) {
  const answer = new URLSearchParams(location.search);
  const [code, error] = [answer.get("code"), answer.get("error")];
  if (code === null && error === null) return null;
  const pending = JSON.parse(sessionStorage.getItem(pendingOf(client)));
  sessionStorage.removeItem(pendingOf(client));
  history.replaceState(null, "", home + (pending?.hash ?? ""));
  if (pending === null || answer.get("state") !== pending.state) throw new SignInRefused("state");
  const server = await discovered();
  if (answer.get("iss") !== server.issuer) throw new SignInRefused("iss"); // another server's answer (RFC 9207)
  if (error !== null) throw refusal(error);
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: location.origin + home,
    code_verifier: pending.verifier,
  };
  return tokens(server, client, form);
}

/**
 * What asks in the person's name. `kept` holds their tokens: `read()` gives { refresh, identity } or null, `write(tokens)`
 * puts others in their place; only one window at a time does either. `first`: tokens that have just been given.
 */
export function session({ client, kept, first = null }) {
  let held = first;
  let renewing = null;

  const renewed = () =>
    navigator.locks.request(`konbit-signin-${client}`, async () => {
      const before = await kept.read();
      if (!before?.refresh) throw new SignInRefused("nobody");
      const form = { grant_type: "refresh_token", refresh_token: before.refresh };
      const after = await tokens(await discovered(), client, form);
      held = { ...before, ...after };
      await kept.write(held);
    });

  const access = async (anew) => {
    if (anew || !held?.access || held.ends < Date.now() + EARLY) {
      renewing ??= renewed().finally(() => {
        renewing = null;
      });
      await renewing;
    }
    return held.access;
  };

  /** Like fetch, with a token that holds. Raises SignInRefused, SignInUnanswered, and what fetch raises. */
  async function send(path, options) {
    const [key, { issuer }] = [await keyOf(client), await discovered()];
    const answer = await proven(key, issuer + path, { ...options, token: await access(false) });
    return answer.status === 401 ? proven(key, issuer + path, { ...options, token: await access(true) }) : answer;
  }
  return { send };
}

/**
 * This will forget this browser's key, and end what the tokens were given for; where the server is out of reach, that
 * ends by itself. `refresh`: null where it is not known.
 */
export async function giveUp({ client, refresh = null }) {
  await forgetKey(client);
  if (refresh === null) return;
  try {
    const { revocation_endpoint: address } = await discovered();
    const options = formOf({ token: refresh, token_type_hint: "refresh_token", client_id: client });
    await answered(fetch(here(address), { ...options, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) }));
  } catch (error) {
    if (!(error instanceof SignInUnanswered || error instanceof SignInRefused)) throw error;
  }
}

/** This will leave the page to end the browser's session too, and come back to `home`. Raises SignInUnanswered. */
export async function endSession({ client, home, identity = null }) {
  const { end_session_endpoint: address } = await discovered({ anew: true });
  const asked = { client_id: client, post_logout_redirect_uri: location.origin + home };
  if (identity) asked.id_token_hint = identity;
  location.assign(`${address}?${new URLSearchParams(asked)}`);
}

const pendingOf = (client) => `konbit-signin-${client}`;

let server = null;

/** What the server says of itself (RFC 8414), asked for once; `anew` before the page is left for it. Raises SignInUnanswered. */
async function discovered({ anew = false } = {}) {
  if (anew || server === null) {
    const answer = await answered(fetch(METADATA, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }));
    setClock(answer);
    server = await body(answer);
  }
  return server;
}

async function tokens({ token_endpoint: address }, client, form) {
  const options = { ...formOf({ ...form, client_id: client }), signal: AbortSignal.timeout(PATIENCE) };
  const answer = await answered(proven(await keyOf(client), address, options));
  const told = await body(answer);
  return {
    access: told.access_token,
    ends: Date.now() + told.expires_in * 1000,
    refresh: told.refresh_token ?? null,
    ...(told.id_token && { identity: told.id_token }),
  };
}

const formOf = (form) => ({ method: "POST", body: new URLSearchParams(form) });

async function answered(request) {
  let answer;
  try {
    answer = await request;
  } catch (error) {
    throw new SignInUnanswered(error.message);
  }
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({}));
  throw refusal(error ?? String(answer.status));
}

function refusal(error) {
  return OVER.has(error) ? new SignInRefused(error) : new SignInUnanswered(error);
}

function body(answer) {
  return answer.json().catch((error) => {
    throw new SignInUnanswered(error.message);
  });
}
