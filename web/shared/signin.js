// Who is asking: the one place that knows how a person signs in. Until people have accounts, a client's id and secret.

/** The server does not know this client, or the secret is wrong. */
export class SignInRefused extends Error {}

/** There was no answer, or none that says anything: try again later. */
export class SignInUnanswered extends Error {}

const TOKEN = "/oauth/token";
const EARLY = 30_000;
const PATIENCE = 20_000;

/** This will ask for an access token (RFC 6749, 4.4). Raises SignInRefused, SignInUnanswered. Gives { bearer, ends }. */
export async function signIn({ id, secret }) {
  let answer;
  try {
    answer = await fetch(TOKEN, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    throw new SignInUnanswered(error.message);
  }
  if (answer.status === 400 || answer.status === 401) throw new SignInRefused(String(answer.status));
  if (!answer.ok) throw new SignInUnanswered(String(answer.status));
  const { access_token: bearer, expires_in: seconds } = await answer.json().catch(() => {
    throw new SignInUnanswered("body");
  });
  return { bearer, ends: Date.now() + seconds * 1000 };
}

/** Gives a function that always has a token that still holds; called with true it forgets the one that it has. */
export function bearerOf(credentials) {
  let held = null;
  return async (anew = false) => {
    if (anew || !held || held.ends < Date.now() + EARLY) held = await signIn(credentials);
    return held.bearer;
  };
}
