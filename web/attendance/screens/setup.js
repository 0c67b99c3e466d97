// The first visit: who signs in, and the passphrase that this device is locked with.
import { h } from "../../shared/dom.js";
import { signIn, SignInRefused } from "../../shared/signin.js";
import { setUp } from "../device.js";
import { say } from "../say.js";
import { SHORTEST } from "../vault.js";
import { asked, form } from "./form.js";

export function setup(app) {
  const id = asked("id", say("clientId"), { autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const secret = asked("secret", say("clientSecret"), { type: "password", autocomplete: "current-password" });
  const passphrase = asked(
    "passphrase",
    say("passphrase"),
    { type: "password", autocomplete: "new-password", minlength: SHORTEST },
    say("passphraseWhy", { n: SHORTEST }),
  );
  const again = asked("again", say("passphraseAgain"), { type: "password", autocomplete: "new-password" });

  async function submit(problem) {
    if (passphrase.value.length < SHORTEST) return problem(say("passphraseShort", { n: SHORTEST }), passphrase.input);
    if (passphrase.value !== again.value) return problem(say("passphraseDiffers"), again.input);
    const credentials = { id: id.value.trim(), secret: secret.value.trim() };
    try {
      await signIn(credentials);
    } catch (error) {
      return problem(say(error instanceof SignInRefused ? "signInRefused" : "signInUnanswered"), id.input);
    }
    const key = await setUp(app.store, { passphrase: passphrase.value, credentials });
    navigator.storage?.persist?.();
    app.notice = null;
    await app.opened(key, credentials);
  }

  const element = h(
    "div",
    { class: "narrow stack" },
    app.notice && h("p", { class: "notice bad", role: "alert" }, say(app.notice)),
    h("h1", { tabindex: "-1" }, say("welcome")),
    h("p", { class: "quiet" }, say("welcomeWhy")),
    form(
      [
        h("h2", {}, say("signInWith")),
        id.element,
        secret.element,
        h("h2", {}, say("lockWith")),
        passphrase.element,
        again.element,
      ],
      say("begin"),
      submit,
    ),
  );
  return { title: say("welcome"), element };
}
