// How one figure is read and written: a count, or the word for why there is none. Never a zero in place of a word.
import { h } from "/shared/dom.js";
import { number, percent, say } from "./language.js";

export const SHARE = "‰";

/** The count, or null for what is protected, not approved or not there. */
export function valueOf(figure) {
  return figure?.__typename === "Count" ? figure.value : null;
}

/** What is written where the figure stands. A share comes in thousandths (‰) and is written in hundredths. */
export function inWords(figure, unit = "") {
  if (!figure) return say("no_release");
  if (figure.__typename === "Count") {
    return `${figure.rounded ? "≈ " : ""}${unit === SHARE ? percent(figure.value / 1000, 1) : number(figure.value)}`;
  }
  return say(figure.reason === "NOT_APPROVED" ? "not_approved" : "protected");
}

/** The same as an element; words are set apart from numbers by more than a colour. */
export function written(figure, unit = "") {
  return h("span", { class: valueOf(figure) === null ? "figure word" : "figure" }, inWords(figure, unit));
}

/** The keys of the notes that explain the marks on these figures. */
export function notesOf(figures) {
  const notes = new Set();
  for (const figure of figures) {
    if (figure?.__typename === "Suppressed" && figure.reason === "PROTECTED") notes.add("protected_note");
    if (figure?.rounded) notes.add("rounded_note");
  }
  return [...notes];
}
