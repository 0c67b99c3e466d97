// Who is signed in on this page.
import { begin, endSession, giveUp, returned, session, SignInRefused } from "/shared/signin.js";
import { language } from "/shared/language.js";

const PROGRAM = { client: "konbit-map", home: "/map/", scope: "openid directory:read" };

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

export const signedIn = () => current !== null;

/** This will leave the page for the sign-in pages. Raises SignInUnanswered. */
export const signIn = () => begin({ ...PROGRAM, language: language() });

/** This will end it here, and leave the page to end it where one signs in. Raises SignInUnanswered. */
export async function signOut() {
  const ended = current;
  current = null;
  const { refresh, identity } = (await ended?.kept.read()) ?? {};
  await giveUp({ ...PROGRAM, refresh });
  await endSession({ ...PROGRAM, identity });
}

function inMemory(tokens) {
  return {
    read: async () => tokens,
    write: async (others) => {
      tokens = others;
    },
  };
}
