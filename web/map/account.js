// Who is signed in on this page.
import { account } from "/shared/account.js";
import { language } from "/shared/language.js";

const PROGRAM = { client: "konbit-map", home: "/map/", scope: "openid directory:read" };

export { SignedOut } from "/shared/account.js";
export const { arrived, send, signedIn, signIn, signOut } = account(PROGRAM, language);
