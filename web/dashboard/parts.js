// The pieces that both pages are put together from: a chart with its twin, where a figure comes from, what marks mean.
import { h } from "/shared/dom.js";
import { bullet } from "./charts/bullet.js";
import { SHARE, valueOf, written } from "./figure.js";
import { day, known, language, number, percent, period, say } from "./language.js";

/** A chart under its title, its table folded beneath it. */
export function panel({ title, chart, twin, kind = "" }) {
  return h("figure", { class: `panel ${kind}` },
    h("figcaption", {}, h("h2", {}, title)),
    chart,
    h("details", {}, h("summary", {}, say("as_table"), h("span", { class: "unseen" }, `: ${title}`)), twin));
}

/** What the marks on a page mean, each said once. */
export function notes(keys) {
  const said = [...new Set(keys)];
  return said.length ? h("aside", { class: "notes" }, ...said.map((key) => h("p", { class: "note" }, say(key)))) : null;
}

/** The name of an indicator, and what it counts, in the language that is spoken. */
export function nameOf(indicator) {
  return indicator[`name_${language()}`];
}

export function definitionOf(indicator) {
  return indicator[`definition_${language()}`];
}

/** `PEOPLE` as "people"; a unit that the catalogue does not know is written as the server has it. */
export function unitOf({ unit }) {
  return unit === SHARE ? "" : known(`unit_${unit}`) ?? unit;
}

/** The figure that stands for an indicator, its unit, and its target where it has one. */
export function headline(indicator, width) {
  const figure = (indicator.latest ?? indicator.releases.at(-1))?.total;
  return h("div", { class: "headline" },
    h("p", {}, h("span", { class: "large" }, written(figure, indicator.unit)), " ", indicator.latest && h("span", { class: "unit" }, unitOf(indicator)), mark(indicator.latest)),
    indicator.target !== null && indicator.latest && against(indicator, valueOf(figure), width));
}

function against({ target }, value, width) {
  if (value === null) return h("p", { class: "quiet" }, say("target_is", { target: number(target) }));
  const words = say("of_target", { percent: percent(value / target), target: number(target) });
  return h("div", { class: "against" }, h("p", { class: "quiet" }, words), bullet({ value, target, width, label: words }));
}

/** "unverified" or "restated" beside a figure, where it is. */
export function mark(release) {
  return [
    isUnverified(release) && h("strong", { class: "mark" }, say("unverified")),
    release?.version > 1 && h("strong", { class: "mark plain" }, say("restated", { version: release.version })),
  ];
}

export function isUnverified(release) {
  return release?.verified === false;
}

/** Where a release's figures come from, for which period and as of when. */
export function provenance(release) {
  const entry = (term, ...words) => h("div", {}, h("dt", {}, say(term)), h("dd", {}, ...words));
  return h("dl", { class: "provenance" },
    entry("period", period(release)),
    entry("as_of", day(release.asOf)),
    entry("source", cited(release)),
    release[`note_${language()}`] && entry("note", release[`note_${language()}`]),
    release.reason && entry("restated_because", release.reason));
}

/** The source, as a link where it has an address that a browser may follow. */
export function cited(release) {
  const words = sourceOf(release);
  return /^https?:/.test(release.sourceUrl ?? "") ? h("a", { href: release.sourceUrl, rel: "noreferrer", target: "_blank" }, words) : words;
}

export function sourceOf(release) {
  return release.source ?? say("own_source");
}

/** What a cell's value is called, as it was when the release was made. Unknown is always said the same way. */
export function valueName(cell) {
  return isUnknown(cell) ? say("unknown") : cell[`label_${language()}`];
}

export function isUnknown({ value }) {
  return value === "UNKNOWN";
}
