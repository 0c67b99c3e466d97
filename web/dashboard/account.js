// The form by which one signs in, and the files that one downloads: all on this page that needs a token.
import { h } from "/shared/dom.js";
import { bearerOf, SignInRefused } from "/shared/signin.js";
import { language, say } from "./language.js";

/** There is no token to ask with. */
export class SignedOut extends Error {}

let current = null; // never written to the device

/** Gives a token, renewed where it must be. Raises SignedOut, and what shared/signin.js raises. */
export async function bearer(anew = false) {
  if (!current) throw new SignedOut();
  return current(anew);
}

export function signedIn() {
  return current !== null;
}

export function signOut() {
  current = null;
}

/** The form. `entered()` is called once there is a token. */
export function signInForm(entered) {
  const id = h("input", { name: "client", autocomplete: "username", required: true, spellcheck: "false", autocapitalize: "none" });
  const secret = h("input", { name: "secret", type: "password", autocomplete: "current-password", required: true });
  const problem = h("p", { class: "notice bad", role: "alert", hidden: true });
  const form = h("form", { class: "signin", onsubmit: async (event) => {
    event.preventDefault();
    const asked = bearerOf({ id: id.value.trim(), secret: secret.value });
    try {
      await asked();
    } catch (error) {
      problem.textContent = say(error instanceof SignInRefused ? "refused" : "unanswered");
      problem.hidden = false;
      return;
    }
    current = asked;
    entered();
  } },
    h("h1", { tabindex: "-1" }, say("sign_in")),
    h("p", {}, say("sign_in_lead")),
    problem,
    h("label", {}, h("span", {}, say("client")), id),
    h("label", {}, h("span", {}, say("secret")), secret),
    h("button", { class: "first" }, say("sign_in")),
    h("p", { class: "quiet" }, say("sign_out_note")));
  demoMinistry().then((ministry) => ministry && form.append(h("button", { type: "button", onclick: () => {
    id.value = ministry.client_id;
    secret.value = ministry.client_secret;
  } }, say("demo"))));
  return form;
}

/** The demo network's ministry; null where this is no demo, or there is no network. */
async function demoMinistry() {
  try {
    const answer = await fetch("/graphiql/personas.json");
    return answer.ok ? (await answer.json()).personas.ministry : null;
  } catch {
    return null;
  }
}

/** Fetches the file of a release and hands it to the browser; gives its name. Raises SignedOut, or Error with a status. */
export async function download(code, release, kind) {
  const name = `${code}-${release.periodEnd}-v${release.version}.${kind}`;
  const path = `/indicators/${encodeURIComponent(code)}/releases/${encodeURIComponent(release.id)}.${kind}`;
  const answer = await fetch(path, { headers: { authorization: `Bearer ${await bearer()}`, "accept-language": language() } });
  if (!answer.ok) throw new Error(String(answer.status));
  const address = URL.createObjectURL(await answer.blob());
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return name;
}
