// Who is signed in on this page, and the files that one downloads: all on it that needs a token.
import { h } from "/shared/dom.js";
import { begin, endSession, giveUp, returned, session, SignInRefused } from "/shared/signin.js";
import { language, say } from "./language.js";

const PROGRAM = { client: "konbit-dashboard", home: "/dashboard/", scope: "openid directory:read indicators:read" };

/** There is no token to ask with. */
export class SignedOut extends Error {}

let current = null; // never written to the device: { asks, kept }

/** This will take up what the sign-in pages sent this page back with: whether someone is signed in now. Raises what they raise. */
export async function arrived() {
  const first = await returned(PROGRAM);
  if (first === null) return false;
  const kept = inMemory(first);
  current = { asks: session({ client: PROGRAM.client, kept, first }), kept };
  return true;
}

/** Like fetch, in the name of who is signed in. Raises SignedOut, and what shared/signin.js raises. */
export async function send(path, options) {
  if (!current) throw new SignedOut();
  try {
    return await current.asks.send(path, options);
  } catch (error) {
    if (error instanceof SignInRefused) current = null;
    throw error;
  }
}

export function signedIn() {
  return current !== null;
}

/** This will leave the page for the sign-in pages. Raises SignInUnanswered. */
export function signIn() {
  return begin({ ...PROGRAM, language: language() });
}

/** This will end it here, and leave the page to end it where one signs in. Raises SignInUnanswered. */
export async function signOut() {
  const ended = current;
  current = null;
  const { refresh, identity } = (await ended?.kept.read()) ?? {};
  await giveUp({ ...PROGRAM, refresh });
  await endSession({ ...PROGRAM, identity });
}

/** What stands where there is nothing to see yet. */
export function signInPanel(enter) {
  return h("section", { class: "signin" },
    h("h1", { tabindex: "-1" }, say("sign_in")),
    h("p", {}, say("sign_in_lead")),
    h("button", { class: "first", type: "button", onclick: enter }, say("sign_in")),
    h("p", { class: "quiet" }, say("sign_out_note")));
}

function inMemory(tokens) {
  return {
    read: async () => tokens,
    write: async (others) => {
      tokens = others;
    },
  };
}

/** Fetches the file of a release and hands it to the browser; gives its name. Raises SignedOut, or Error with a status. */
export async function download(code, release, kind) {
  const name = `${code}-${release.periodEnd}-v${release.version}.${kind}`;
  const path = `/indicators/${encodeURIComponent(code)}/releases/${encodeURIComponent(release.id)}.${kind}`;
  const answer = await send(path, { headers: { "accept-language": language() } });
  if (!answer.ok) throw new Error(String(answer.status));
  const address = URL.createObjectURL(await answer.blob());
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return name;
}
