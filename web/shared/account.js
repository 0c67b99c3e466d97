// Who is signed in on a page that keeps its tokens in memory, and asks in their name: one for each page.
import { begin, endSession, giveUp, returned, session, SignInRefused } from "./signin.js";

/** There is no token to ask with. */
export class SignedOut extends Error {}

/** This will be the account of a page. program: its client, its home and its scope; language: gives the page's own. */
export function account(program, language) {
  let current = null; // never written to the device: { asks, kept }

  return {
    /** This will take up what the sign-in pages sent this page back with: whether someone is signed in now. Raises what they raise. */
    async arrived() {
      const first = await returned(program);
      if (first === null) return false;
      const kept = inMemory(first);
      current = { asks: session({ client: program.client, kept, first }), kept };
      return true;
    },

    /** Like fetch, in the name of who is signed in. Raises SignedOut, and what signin.js raises. */
    async send(path, options) {
      if (!current) throw new SignedOut();
      try {
        return await current.asks.send(path, options);
      } catch (error) {
        if (error instanceof SignInRefused) current = null;
        throw error;
      }
    },

    signedIn: () => current !== null,

    /** This will leave the page for the sign-in pages. Raises SignInUnanswered. */
    signIn: () => begin({ ...program, language: language() }),

    /** This will end it here, and leave the page to end it where one signs in. Raises SignInUnanswered. */
    async signOut() {
      const ended = current;
      current = null;
      const { refresh, identity } = (await ended?.kept.read()) ?? {};
      await giveUp({ ...program, refresh });
      await endSession({ ...program, identity });
    },
  };
}

function inMemory(tokens) {
  return {
    read: async () => tokens,
    write: async (others) => {
      tokens = others;
    },
  };
}
