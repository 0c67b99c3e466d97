// What is said in which language, and how numbers and dates are written in it.
import { language, speak } from "/shared/language.js";
import en from "./words/en.js";
import es from "./words/es.js";
import fr from "./words/fr.js";
import ht from "./words/ht.js";

export const CATALOGUES = { fr, ht, es, en };
// Browsers know no Kreyòl: its numbers are written as in Haiti's French, and its months stand in the catalogue.
const LOCALES = { fr: "fr-HT", ht: "fr-HT", es: "es-419", en: "en-GB" };

export { language, speak };

/** The words of a key, its {gaps} filled. A key that is missing shows itself: tests see to it that none is. */
export function say(key, gaps = {}) {
  const words = CATALOGUES[language()][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => gaps[name] ?? "");
}

/** The words of a key, or null where the catalogue has none: for codes that the server may add. */
export function known(key) {
  return CATALOGUES[language()][key] ?? null;
}

/** 229885 as "229 885". */
export function number(value) {
  return new Intl.NumberFormat(LOCALES[language()], { useGrouping: "always" }).format(value);
}

/** 0.7375 as "74 %", or with `digits` after the point. */
export function percent(share, digits = 0) {
  const format = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALES[language()], format).format(share);
}

/** "2017-09-28" as "28 September 2017". A day has no hour: it is read and written in UTC. */
export function day(iso) {
  const at = new Date(iso);
  if (language() === "ht") return `${at.getUTCDate()} ${ht.months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  const words = new Intl.DateTimeFormat(LOCALES[language()], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(at);
  return language() === "fr" ? words.replace(/^1 /, "1er ") : words;
}

/** A moment by this device's clock: "21 November 2026, 16:25". */
export function moment(iso) {
  const at = new Date(iso);
  const clock = new Intl.DateTimeFormat(LOCALES[language()], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  const here = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return `${day(here)}, ${clock}`;
}

/** The short name of a closed period for an axis: "Sep 26" or "Q3 26". */
export function tick({ every, periodStart }) {
  const at = new Date(periodStart);
  const year = String(at.getUTCFullYear());
  if (every === "QUARTER") return `${say("quarter_short")}${Math.floor(at.getUTCMonth() / 3) + 1} ${year.slice(2)}`;
  if (every !== "MONTH") return year;
  const month = language() === "ht" ? ht.months[at.getUTCMonth()].slice(0, 3)
    : new Intl.DateTimeFormat(LOCALES[language()], { month: "short", timeZone: "UTC" }).format(at).replace(".", "");
  return `${month} ${year.slice(2)}`;
}

/** A closed period in full: "September 2026", "July to September 2026", or its first and last day. */
export function period({ every, periodStart, periodEnd }) {
  const from = new Date(periodStart);
  const monthOf = (at, year = true) => (language() === "ht"
    ? `${ht.months[at.getUTCMonth()]}${year ? ` ${at.getUTCFullYear()}` : ""}`
    : new Intl.DateTimeFormat(LOCALES[language()], { month: "long", ...(year && { year: "numeric" }), timeZone: "UTC" }).format(at));
  if (every === "MONTH") return monthOf(from);
  if (every === "QUARTER") return say("from_to", { from: monthOf(from, false), to: monthOf(new Date(periodEnd)) });
  if (periodStart === periodEnd) return day(periodEnd);
  return say("from_to", { from: day(periodStart), to: day(periodEnd) });
}
