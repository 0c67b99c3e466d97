// Who is signed in on this page, and the files that one downloads: all on it that needs a token.
import { account } from "/shared/account.js";
import { h } from "/shared/dom.js";
import { language, say } from "./language.js";

const PROGRAM = { client: "konbit-dashboard", home: "/dashboard/", scope: "openid directory:read indicators:read" };

export { SignedOut } from "/shared/account.js";
export const { arrived, send, signedIn, signIn, signOut } = account(PROGRAM, language);

/** What stands where there is nothing to see yet. */
export function signInPanel(enter) {
  return h("section", { class: "signin" },
    h("h1", { tabindex: "-1" }, say("sign_in")),
    h("p", {}, say("sign_in_lead")),
    h("button", { class: "first", type: "button", onclick: enter }, say("sign_in")),
    h("p", { class: "quiet" }, say("sign_out_note")));
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
