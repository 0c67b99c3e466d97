// The bar at the bottom: how much waits, and what is being done about it. It is always there.
import { fill, h } from "../../shared/dom.js";
import { count, moment } from "../../shared/language.js";
import { icon } from "../icons.js";
import { say } from "../say.js";

const ICONS = { OFFLINE: "offline", LATER: "alert", SIGN_IN: "alert", FORBIDDEN: "alert" };

export function waitingBar(app) {
  const element = h("footer", { class: "bar" });
  let shown = "";

  function state(waiting) {
    if (!app.work) return waiting ? say("lockedWaiting") : "";
    const { state: name, at } = app.work.state;
    if (name === "SENDING") return say("sending");
    if (name === "OFFLINE") return say("offline");
    if (name === "LATER") return say("later", { time: moment(at, { time: true }) });
    if (name === "SIGN_IN") return say("signInToSend");
    if (name === "FORBIDDEN") return say("mayNotRecord");
    return waiting ? say("willSend") : say("allSent");
  }

  /** What helps what waits on its way. */
  function does(waiting) {
    const { state: name } = app.work.state;
    if (name === "SIGN_IN") return h("button", { class: "first", onclick: () => app.go("settings") }, say("signIn"));
    if (!waiting || name === "OFFLINE") return null;
    const onclick = () => app.work.send();
    return h("button", { class: "first", onclick, disabled: name === "SENDING" }, icon("send"), say("sendNow"));
  }

  function update() {
    element.hidden = !app.device;
    const waiting = app.work ? app.work.waiting : app.waitingWhileLocked;
    const troubled = app.work?.events.filter(({ outcome }) => TROUBLE.has(outcome)).length ?? 0;
    const said = state(waiting);
    const drawn = (app.work && ICONS[app.work.state.state]) || (waiting ? "wait" : "done");
    const now = [waiting, troubled, said, drawn, Boolean(app.work)].join();
    if (now === shown && element.lang === document.documentElement.lang) return;
    shown = now;
    element.lang = document.documentElement.lang;
    const words = h(
      "span",
      { class: "words" },
      h("b", { id: "waiting", "data-waiting": waiting }, say("waiting", { n: count(waiting) })),
      h("span", { class: "small" }, said),
      troubled > 0 && h("span", { class: "small trouble" }, say("toLookAt", { n: count(troubled) })),
    );
    if (!app.work) fill(element, h("div", { class: "state" }, icon(drawn), words));
    else {
      const held = document.activeElement?.closest?.(".bar button")?.className;
      fill(
        element,
        h(
          "button",
          { class: "state", onclick: () => app.go("events"), "aria-describedby": "what" },
          icon(drawn),
          words,
          h("span", { class: "unseen", id: "what" }, say("seeAll")),
        ),
        does(waiting),
      );
      if (held) element.querySelector(`button.${held}`)?.focus();
    }
  }
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${element.offsetHeight}px`)).observe(
    element,
  );
  return { element, update };
}

/** What a person should look at. */
export const TROUBLE = new Set(["UNMATCHED", "CONFLICT", "REJECTED", "REFUSED"]);
