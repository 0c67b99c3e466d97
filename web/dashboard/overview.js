// All indicators at once: what the network computed, and what was published elsewhere.
import { h } from "/shared/dom.js";
import { spark } from "./charts/spark.js";
import { series } from "./figures.js";
import { notesOf } from "./figure.js";
import { day, period, say } from "./language.js";
import { headline, isUnverified, nameOf, notes, sourceOf } from "./parts.js";

/** Gives the sections of the page. */
export function overview({ indicators }) {
  const external = ({ latest }) => latest?.origin === "EXTERNAL";
  return [
    h("h1", { tabindex: "-1" }, say("title")),
    !indicators.length && h("p", { class: "notice" }, say("none")),
    group("computed", indicators.filter((indicator) => !external(indicator))),
    group("published", indicators.filter(external)),
    notes(marks(indicators)),
  ];
}

function group(name, indicators) {
  if (!indicators.length) return null;
  return h("section", { class: `group ${name}`, "aria-labelledby": name },
    h("header", {}, h("h2", { id: name }, say(name)), h("p", { class: "quiet" }, say(`${name}_lead`))),
    h("ul", { class: "cards" }, ...indicators.map((indicator) => h("li", {}, card(indicator)))));
}

function card(indicator) {
  const { code, latest } = indicator;
  const months = series(indicator, "MONTH");
  return h("article", { class: "card" },
    h("h3", {}, h("a", { href: `#/indicator/${encodeURIComponent(code)}` }, nameOf(indicator))),
    headline(indicator, 240),
    spark(months.length ? months : series(indicator, "QUARTER")),
    latest && h("p", { class: "from" }, h("span", {}, period(latest)), h("span", {}, latest.origin === "EXTERNAL"
      ? say("source_is", { source: sourceOf(latest) }) : `${say("as_of")} ${day(latest.asOf)}`)));
}

function marks(indicators) {
  const latest = indicators.map((indicator) => indicator.latest).filter(Boolean);
  return [...notesOf(latest.map(({ total }) => total)), ...(latest.some(isUnverified) ? ["unverified_note"] : [])];
}
