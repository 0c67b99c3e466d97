// Every later visit: the passphrase, and nothing else, network or none.
import { h } from "../../shared/dom.js";
import { readDevice, unlock as opens } from "../device.js";
import { say } from "../say.js";
import { WrongPassphrase } from "../vault.js";
import { asked, form } from "./form.js";
import { confirmed } from "./sure.js";

export function unlock(app) {
  const passphrase = asked("passphrase", say("passphrase"), { type: "password", autocomplete: "current-password" });

  async function submit(problem) {
    try {
      await app.opened(await opens(await readDevice(app.store), passphrase.value));
    } catch (error) {
      if (!(error instanceof WrongPassphrase)) throw error;
      passphrase.input.select();
      problem(say("passphraseWrong"), passphrase.input);
    }
  }

  async function forgotten() {
    const lost = app.waitingWhileLocked;
    if (await confirmed(say("forgotten"), say(lost ? "wipeLoses" : "wipeLosesNothing", { n: lost }), say("wipe")))
      await app.empty();
  }

  const element = h(
    "div",
    { class: "narrow stack" },
    app.notice && h("p", { class: "notice bad", role: "alert" }, say(app.notice)),
    h("h1", { tabindex: "-1" }, say("locked")),
    h("p", { class: "quiet" }, say(app.arrived ? "lockedArrived" : "lockedWhy")),
    form([passphrase.element], say("open"), submit),
    h("button", { class: "bare", onclick: forgotten }, say("forgotten")),
  );
  return { title: say("locked"), element };
}
