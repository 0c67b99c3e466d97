// In which language a page speaks: the reader's choice, else the browser's, else French.

export const LANGUAGES = { fr: "Français", ht: "Kreyòl ayisyen", es: "Español", en: "English" };
export const ORDER = ["en", "fr", "ht", "es"];
const KEPT = "konbit-language";
/** Browsers know no dates in Kreyòl: they are written in figures, day first. */
const LOCALES = { en: "en-GB", fr: "fr", ht: "fr-HT", es: "es" };

let current = found();

function found() {
  const wished = [localStorage.getItem(KEPT), ...(navigator.languages ?? [])].map((tag) => tag?.split("-")[0]);
  return wished.find((tag) => tag in LANGUAGES) ?? "fr";
}

export const language = () => current;

/** This will speak another language from now on, and remember it. */
export function speak(wished) {
  current = wished;
  localStorage.setItem(KEPT, wished);
  document.documentElement.lang = wished;
}

/** Makes `say(key, { name: value })` of a catalogue: { key: [English, French, Kreyòl, Spanish] }, with {name} for values. */
export function speaker(words) {
  document.documentElement.lang = current;
  return (key, values = {}) => {
    const said = words[key][ORDER.indexOf(current)];
    return said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
}

/** This will write a moment as people at the place read it. `zone` is an IANA name, null the reader's own. */
export function moment(when, { zone = null, ...parts }) {
  const old = new Date(when).getFullYear() !== new Date().getFullYear();
  const inFigures = current === "ht";
  const rest = inFigures || old ? { year: "numeric" } : { weekday: "short" };
  const day = { day: "numeric", month: inFigures ? "2-digit" : "short", ...rest };
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const options = { ...(parts.day && day), ...(parts.time && time), ...(zone && { timeZone: zone }) };
  return new Intl.DateTimeFormat(LOCALES[current], options).format(new Date(when));
}

export const count = (number) => new Intl.NumberFormat(LOCALES[current]).format(number);
