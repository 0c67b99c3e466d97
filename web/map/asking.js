// What is asked: the form, the part of the address that keeps it, and the filter that the graph takes.
import { h } from "/shared/dom.js";
import { count } from "/shared/language.js";
import { categoryName } from "./categories.js";
import { say } from "./words.js";

const AROUND = [5, 25, 100]; // km

/** The filter of the graph. `now`: a Date. What the person is near stays out of the address. */
export function filterOf({ text, category, pcode, open, room, near }, now) {
  return {
    ...(text && { text }),
    ...(category && { categories: [category] }),
    ...(pcode && { pcode }),
    ...(open && { openAt: now.toISOString() }),
    ...(room && { hasCapacity: true }),
    ...(near && { near }),
  };
}

export function readHash() {
  const said = new URLSearchParams(location.hash.replace(/^#\/?/, ""));
  const { text = "", category = "", pcode = "", open, room } = Object.fromEntries(said);
  return { text, category, pcode, open: open === "1", room: room === "1", near: null };
}

export function writeHash({ text, category, pcode, open, room }) {
  const said = new URLSearchParams({
    ...(text && { text }), ...(category && { category }), ...(pcode && { pcode }), ...(open && { open: "1" }), ...(room && { room: "1" }),
  });
  history.replaceState(null, "", `#/${said}`);
}

/** The form. `change(asked)` searches; `locate(km)` asks the device where it is, 0 forgets it. */
export function form(asked, { facets, change, locate, clear }) {
  const typed = (event) => {
    event.preventDefault();
    change({ ...asked, text: new FormData(event.target.closest("form")).get("text").trim() });
  };
  const now = () => document.querySelector("input[name=text]").value.trim();
  const set = (part) => change({ ...asked, text: now(), ...part });
  return h("form", { role: "search", onsubmit: typed },
    h("label", { class: "wide" }, say("words"),
      h("span", { class: "words" }, h("input", { type: "search", name: "text", value: asked.text ?? "", placeholder: say("words_hint"), autocomplete: "off", maxlength: 200 }),
        h("button", { class: "first" }, say("find")))),
    choice("category", asked.category, (facets?.categories ?? []).map((each) => [each.category, categoryName(each.category), each.count]), (category) => set({ category }), categoryName),
    choice("area", asked.pcode, areas(facets), (pcode) => set({ pcode }), (pcode) => pcode),
    h("label", {}, say("near"), h("select", { name: "near", onchange: (event) => locate(Number(event.target.value)) },
      h("option", { value: "0" }, "–"),
      ...AROUND.map((km) => h("option", { value: km, selected: asked.near?.withinKm === km }, say("within", { km }))))),
    h("div", { class: "ticks" },
      tick("open", asked.open, facets?.openNow, (open) => set({ open })),
      tick("room", asked.room, facets?.hasCapacity, (room) => set({ room })),
      h("button", { type: "button", class: "bare", onclick: clear }, say("clear"))));
}

function areas(facets) {
  return (facets?.areas ?? []).filter(({ area }) => area)
    .map(({ pcode, area, count: number }) => [pcode, `${area.level > 1 ? "· " : ""}${area.name}`, number])
    .sort(([one], [other]) => one.localeCompare(other));
}

/** A list to choose from: what there is, with how many of it; what is chosen stays in it although nothing has it now. */
function choice(name, chosen, options, onchange, named) {
  const known = !chosen || options.some(([value]) => value === chosen) ? options : [[chosen, named(chosen), 0], ...options];
  return h("label", {}, say(name), h("select", { name, onchange: (event) => onchange(event.target.value) },
    h("option", { value: "" }, say("any")),
    ...known.map(([value, words, number]) => h("option", { value, selected: value === chosen }, number === null ? words : `${words} (${count(number)})`))));
}

function tick(name, checked, number, onchange) {
  const many = number === null || number === undefined ? "" : ` (${count(number)})`;
  return h("label", { class: "tick" }, h("input", { type: "checkbox", name, checked, onchange: (event) => onchange(event.target.checked) }), `${say(name)}${many}`);
}
