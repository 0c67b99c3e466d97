// On the roster: find a name, touch it. Rows are made once and brought up to date, so that nothing jumps under a finger.
import { fill, h } from "../../shared/dom.js";
import { count } from "../../shared/language.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { pill } from "./person.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function rosterList({ people, standing, choose, present }) {
  const search = h("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    placeholder: say("search"),
    "aria-label": say("search"),
    oninput: filter,
  });
  const missing = h("input", { type: "checkbox", id: "missing", onchange: filter });
  const none = h("p", { class: "quiet", role: "status" });
  const rows = people.map((person) => row(person, { choose, present }));

  function filter() {
    const wished = plain(search.value.trim());
    const found = standing();
    let left = 0;
    for (const { person, element, sought } of rows) {
      element.hidden = !sought.includes(wished) || (missing.checked && found.has(person.token));
      left += !element.hidden;
    }
    fill(none, left ? "" : say(people.length ? "nobodyFound" : "nobodyEnrolled"));
  }

  function update() {
    const found = standing();
    rows.forEach((each) => each.show(found.get(each.person.token)));
    if (missing.checked) filter();
  }

  const element = h(
    "div",
    { class: "stack tight" },
    h(
      "div",
      { class: "row find" },
      search,
      h("label", { class: "check", for: "missing" }, missing, say("onlyMissing")),
    ),
    none,
    h(
      "ul",
      { class: "rows", "aria-label": say("people", { n: count(people.length) }) },
      rows.map((each) => each.element),
    ),
  );
  filter();
  return { element, update };
}

function row(person, { choose, present }) {
  const state = h("span", { class: "state" });
  const act = h("button", { class: "round" });
  const element = h(
    "li",
    { "data-token": person.token },
    h(
      "button",
      { class: "bare name", onclick: () => choose(person) },
      h("span", {}, h("b", {}, person.name), person.from && h("span", { class: "quiet small" }, person.from)),
      state,
    ),
    act,
  );
  let shown;
  act.addEventListener("click", () => (act.dataset.does === "present" ? present(person) : choose(person)));

  function show(now) {
    const key = now ? `${now.status} ${now.event?.waits} ${now.event?.outcome}` : "";
    if (key === shown) return;
    shown = key;
    element.dataset.status = now?.status ?? "";
    fill(
      state,
      now && pill(now.status),
      now?.event?.waits && h("span", { class: "small quiet tick" }, icon("wait"), say("waits")),
      now &&
        !now.event?.waits &&
        h(
          "span",
          { class: "small quiet tick" },
          icon("done"),
          say(now.event?.outcome === "CONFLICT" ? "conflict" : "known"),
        ),
    );
    act.dataset.does = now ? "change" : "present";
    act.setAttribute("aria-label", say(now ? "changeOf" : "presentOf", { name: person.name }));
    fill(act, icon(now ? "edit" : "PRESENT"));
  }
  return { person, element, show, sought: plain(`${person.name} ${person.from ?? ""}`) };
}
