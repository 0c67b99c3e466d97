// Everything that was recorded on this device, the latest first, and what became of each.
import { fill, h } from "../../shared/dom.js";
import { count, moment } from "../../shared/language.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { pill } from "./person.js";
import { TROUBLE } from "./waiting.js";

export function events(app) {
  const { work } = app;
  const list = h("ol", { class: "stack tight" });
  const people = new Map(
    [...work.rosters.values()].flatMap((roster) => roster.people.map((person) => [person.token, person.name])),
  );

  function item(event) {
    const outcome = event.waits ? "WAITING" : event.outcome;
    const trouble = TROUBLE.has(outcome);
    return h(
      "li",
      { class: `card event${trouble ? " troubled" : ""}`, "data-sequence": event.sequence, "data-outcome": outcome },
      h(
        "div",
        { class: "row" },
        h("b", {}, people.get(event.enrolmentToken) ?? say("unknownCode")),
        pill(event.status),
      ),
      h(
        "p",
        { class: "small quiet" },
        `${say("number", { n: event.sequence })} · ${moment(event.occurredAt, { day: true, time: true })}`,
        event.reason && ` · ${event.reason}`,
      ),
      h(
        "p",
        { class: "tick" },
        icon(event.waits ? "wait" : trouble ? "alert" : "done"),
        h("span", {}, say(outcome in KNOWN ? outcome : "ANSWERED", { outcome })),
      ),
      event.flags.map((flag) =>
        h("p", { class: "small tick" }, icon("alert"), say(FLAGS[flag] ?? "FLAGGED", { flag })),
      ),
      (outcome === "REFUSED" || outcome === "REJECTED") &&
        event.says &&
        h("p", { class: "small", lang: "en" }, event.says),
      outcome === "REFUSED" && [h("button", { onclick: () => work.sendAgain(event.sequence) }, say("sendAgain"))],
    );
  }

  function update() {
    const all = work.events.reverse();
    fill(list, all.length ? all.map(item) : h("li", { class: "card quiet" }, say("nothingRecorded")));
  }

  update();
  const element = h(
    "div",
    { class: "middle stack" },
    h(
      "button",
      { class: "bare back", onclick: () => app.go(app.session ? "session" : "trainings") },
      icon("back"),
      say("back"),
    ),
    h("h1", { tabindex: "-1" }, say("events")),
    h("p", { class: "quiet" }, say("eventsWhy", { n: count(work.events.length) })),
    work.state.state === "SIGN_IN" &&
      h("button", { class: "first", onclick: () => app.go("settings") }, say("signIn")),
    list,
  );
  return { title: say("events"), element, update };
}

const KNOWN = { WAITING: 1, RECORDED: 1, DUPLICATE: 1, UNMATCHED: 1, CONFLICT: 1, REJECTED: 1, REFUSED: 1 };
const FLAGS = {
  NOT_ENROLLED: "NOT_ENROLLED",
  OUT_OF_WINDOW: "OUT_OF_WINDOW",
  CLOCK_SKEW: "CLOCK_SKEW",
  REVOKED: "REVOKED",
  AFTER_LOCK: "AFTER_LOCK",
  WAITING: "STILL_WAITING",
};
