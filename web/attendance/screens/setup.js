// The first visit: someone signs in, then chooses the passphrase that this device is locked with.
import { fill, h } from "../../shared/dom.js";
import { icon } from "../icons.js";
import { setUp } from "../device.js";
import { say } from "../say.js";
import { SHORTEST } from "../vault.js";
import { asked, form } from "./form.js";

export function setup(app) {
  const element = h(
    "div",
    { class: "narrow stack" },
    app.notice && h("p", { class: "notice bad", role: "alert" }, say(app.notice)),
    h("h1", { tabindex: "-1" }, say("welcome")),
    h("p", { class: "quiet" }, say("welcomeWhy")),
    app.arrived ? lock(app) : entrance(app),
  );
  return { title: say("welcome"), element };
}

/** A button that leads to the sign-in pages, and what was wrong where it leads nowhere. */
export function entrance(app) {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const onclick = () => app.signIn((words) => fill(wrong, icon("alert"), words));
  return h(
    "div",
    { class: "card stack" },
    h("h2", {}, say("signIn")),
    h("p", { class: "small quiet" }, say("signInWhy")),
    wrong,
    h("button", { class: "first wide", "data-does": "sign-in", onclick }, say("signIn")),
  );
}

function lock(app) {
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
    const key = await setUp(app.store, { passphrase: passphrase.value, tokens: app.arrived });
    navigator.storage?.persist?.();
    await app.opened(key);
  }

  return form([h("h2", {}, say("lockWith")), passphrase.element, again.element], say("begin"), submit);
}
