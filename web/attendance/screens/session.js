// A session: record by camera, by PIN or on the roster, and see who is here.
import { fill, h } from "../../shared/dom.js";
import { count } from "../../shared/language.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { corrected, countHere, LONGEST, standing, tokenIn } from "../standing.js";
import { byCamera } from "./camera.js";
import { byPin } from "./pin.js";
import { personSheet, pill } from "./person.js";
import { rosterList } from "./roster.js";
import { confirmed } from "./sure.js";
import { sessionTime } from "./trainings.js";

const WAYS = ["scan", "pin", "list"];
const WIDE = "(min-width: 60rem)";

export function session(app) {
  const { work } = app;
  const roster = work.rosters.get(app.training);
  const at = roster.sessions.findIndex(({ id }) => id === app.session);
  const chosen = roster.sessions[at];
  const people = new Map(roster.people.map((person) => [person.token, person]));
  let found = standing(roster, work.events, chosen.id);

  const last = h("div", { class: "last", role: "status" });
  const progress = h("progress", { max: roster.people.length || 1, "aria-label": say("hereLabel") });
  const here = h("p", { class: "here" });
  const panel = h("div", { class: "panel card stack" });
  const list = rosterList({
    people: roster.people,
    standing: () => found,
    choose: open,
    present: (person) => record(person, "PRESENT"),
  });
  const wide = matchMedia(WIDE);
  let way = null;
  let shown = null;

  async function record(person, status, { source = "ROSTER", reason = null } = {}) {
    const now = found.get(person.token);
    const corrects = reason && now ? corrected(now, reason) : {};
    try {
      await work.record({ sessionId: chosen.id, token: person.token, status, source, corrects });
    } catch (error) {
      fill(last, icon("alert"), h("span", { class: "who" }, say("notRecorded", { name: person.name })));
      throw error;
    }
    tell(person, status);
  }

  function tell(person, status, already = false) {
    navigator.vibrate?.(already ? [30, 60, 30] : 60);
    const known = people.has(person.token);
    fill(
      last,
      pill(status),
      h(
        "span",
        { class: "who" },
        h("b", {}, person.name),
        h("span", { class: "small" }, say(already ? "already" : "recorded")),
      ),
      known &&
        h(
          "button",
          { class: "round", "aria-label": say("changeOf", { name: person.name }), onclick: () => open(person) },
          icon("edit"),
        ),
    );
  }

  /** What the camera or the keyboard brought: one of the list, or a code that is kept only if a person says so. */
  async function met(text, source) {
    const token = tokenIn(text);
    if (token.length > LONGEST) return undefined;
    const person = people.get(token) ?? (source === "PIN" ? roster.people.find(({ pin }) => pin === token) : undefined);
    if (person) {
      const now = found.get(person.token);
      if (now && now.status !== "ABSENT") return tell(person, now.status, true);
      if (now?.event) return open(person);
      return record(person, "PRESENT", { source });
    }
    if (found.has(token)) return tell({ token, name: say("unknownCode") }, found.get(token).status, true);
    if (await confirmed(say("unknownCode"), say("unknownCodeWhy"), say("keepIt"), { kind: "first" }))
      await record({ token, name: say("unknownCode") }, "PRESENT", { source });
  }

  function open(person) {
    personSheet({
      person,
      now: found.get(person.token),
      record: (status, reason) => record(person, status, { reason }),
    });
  }

  function by(wished) {
    shown?.leave?.();
    way = wished;
    shown =
      way === "scan"
        ? byCamera({ met })
        : way === "pin"
          ? byPin({ met, pins: roster.people.some(({ pin }) => pin) })
          : null;
    fill(panel, shown?.element);
    panel.hidden = !shown;
    element.dataset.way = way;
    for (const button of ways.children) button.setAttribute("aria-pressed", String(button.dataset.way === way));
    shown?.focus?.();
  }

  function update() {
    found = standing(roster, work.events, chosen.id);
    const number = countHere(roster, found);
    progress.value = number;
    fill(here, h("b", {}, count(number)), " ", say("hereOf", { n: count(roster.people.length) }));
    list.update();
  }

  const ways = h(
    "div",
    { class: "ways", role: "group", "aria-label": say("how") },
    WAYS.map((name) => h("button", { "data-way": name, onclick: () => by(name) }, icon(name), say(name))),
  );
  const element = h(
    "div",
    { class: "session" },
    h(
      "div",
      { class: "head" },
      h("button", { class: "bare back", onclick: () => app.go("trainings") }, icon("back"), say("trainings")),
      h("h1", { tabindex: "-1" }, roster.title),
      h("p", { class: "quiet" }, `${say("session", { n: at + 1 })} · ${sessionTime(chosen)}`),
      h("div", { class: "count" }, here, progress),
    ),
    h("div", { class: "capture stack" }, ways, last, panel),
    h("section", { class: "people stack", "aria-label": say("list") }, list.element),
  );
  fill(last, h("span", { class: "quiet" }, say("lastHere")));
  const widened = () => wide.matches && way === "list" && by("pin");
  wide.addEventListener("change", widened);
  by(wide.matches ? "pin" : "list");
  update();
  return {
    title: roster.title,
    element,
    update,
    leave: () => {
      shown?.leave?.();
      wide.removeEventListener("change", widened);
    },
  };
}
