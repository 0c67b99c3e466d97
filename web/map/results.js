// What was found, as a list: one entry a service, with where it is, whether it is open and whether there is room.
import { h } from "/shared/dom.js";
import { count } from "/shared/language.js";
import { categoryName } from "./categories.js";
import { say } from "./words.js";

const UNSEEN = new Set(["UNKNOWN"]);

/** By what an entry and its dot know each other: the point of its place; null where none is told. */
export function keyOf({ place }) {
  const { latitude = null, longitude = null } = place?.location ?? {};
  return latitude === null || longitude === null ? null : `${latitude},${longitude}`;
}

/** The places of what was found, each once: { key, at, name, town, count }. */
export function placesOf(edges) {
  const found = new Map();
  for (const edge of edges) {
    const key = keyOf(edge);
    if (key === null) continue;
    const { latitude, longitude, name, area } = edge.place.location;
    const place = found.get(key) ?? { key, at: [longitude, latitude], name: name ?? area?.name ?? edge.node.name, town: area?.name, count: 0 };
    place.count += 1;
    found.set(key, place);
  }
  return [...found.values()];
}

/** One entry. `chosen`: whether it is the one that is looked at; `show(key)` finds it on the map. */
export function entry(edge, { chosen, show }) {
  const { node, place, distanceKm } = edge;
  const key = keyOf(edge);
  const phones = [...node.phones, ...(node.organization?.phones ?? [])].slice(0, 2);
  const open = place ? place.openNow : node.openNow;
  const state = node.capacity?.state;
  return h("li", { class: "entry", "data-key": key, "aria-current": chosen ? "true" : null, tabindex: "-1" },
    h("h2", {}, node.name),
    h("p", { class: "quiet small" }, [node.organization?.name, categoryName(node.category)].filter(Boolean).join(" · ")),
    h("p", { class: "where" }, whereabouts(edge), distanceKm !== null && h("span", { class: "pill" }, say("km", { km: count(Math.round(distanceKm * 10) / 10) }))),
    h("p", { class: "marks" },
      open !== null && h("span", { class: open ? "pill good" : "pill" }, say(open ? "is_open" : "is_closed")),
      state && !UNSEEN.has(state) && h("span", { class: state === "AVAILABLE" ? "pill good" : "pill late" }, say(state)),
      node.provenance.stale && h("span", { class: "pill late" }, say("stale"))),
    without(edge),
    h("p", { class: "acts" }, ...phones.map(({ number }) => h("a", { href: `tel:${number.replace(/[^+\d]/g, "")}` }, number)),
      key !== null && h("button", { type: "button", class: "bare", "aria-label": `${say("on_map")}: ${node.name}`, onclick: () => show(key) }, say("on_map"))));
}

function whereabouts({ node, place }) {
  if (place?.location) {
    const { name, area, address } = place.location;
    return [...new Set([name, ...(address?.lines ?? []), area?.name].filter(Boolean))].join(", ") || say("no_place");
  }
  const areas = [...new Set(node.places.map(({ location }) => location?.area?.name).filter(Boolean))];
  if (node.category !== "SAFE_HOUSE") return areas.join(", ") || say("no_place");
  return [areas.join(", "), say("hidden_place")].filter(Boolean).join(" · ");
}

/** Of what was typed, what is not there: said, so that nobody wonders why this is here. */
function without({ explanation }) {
  const missing = (explanation?.words ?? []).filter(({ how }) => how === "MISSING").map(({ typed }) => typed);
  return missing.length > 0 && h("p", { class: "quiet small missing" }, say("missing", { words: [...new Set(missing)].join(", ") }));
}
