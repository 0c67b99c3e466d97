// The departments, darker where more was counted, each with its figure written on it; a hatch where it is protected.
import { drawn, h } from "/shared/dom.js";
import { number, say } from "../language.js";
import { inWords, valueOf } from "../figure.js";
import { sheet, text } from "./drawing.js";
import { departments, HEIGHT, WIDTH } from "/shared/outlines.js";
import { ticks } from "./scale.js";

const CLASSES = 4;

/** `figures`: by P-code. `large`: whether a department is named beside its figure. */
export function map({ figures, names, label, large }) {
  const steps = ticks(Math.max(1, ...Object.values(figures).map((figure) => valueOf(figure) ?? 0)), CLASSES);
  const shade = (value) => (value === 0 ? 0 : Math.max(1, steps.findIndex((step) => value <= step)));
  const drawing = sheet({ width: WIDTH, height: HEIGHT, label }, ({ hatched }) => [
    departments().map(({ pcode, path }) => {
      const value = valueOf(figures[pcode]);
      return drawn("path", { d: path, class: value === null ? "department veil" : `department shade-${shade(value)}`, ...(value === null && { fill: hatched }) });
    }),
    departments().map(({ pcode, x, y }) => written({ x, y, name: names[pcode], words: onMap(figures[pcode]), large })),
  ]);
  return h("div", { class: "map" }, drawing, key(steps, departments().some(({ pcode }) => valueOf(figures[pcode]) === null)));
}

function onMap(figure) {
  return valueOf(figure) === null ? "···" : inWords(figure);
}

function written({ x, y, name, words, large }) {
  if (!large) return text(words, { x, y: y + 7, anchor: "middle", kind: "on-map far" });
  return [text(name, { x, y: y - 2, anchor: "middle", kind: "on-map name" }), text(words, { x, y: y + 12, anchor: "middle", kind: "on-map" })];
}

/** What the shades mean, in numbers; the table says it exactly. */
function key(steps, hides) {
  const entries = steps.slice(1).map((step, index) => [`shade-${index + 1}`, say("from_to", { from: number(steps[index] + 1), to: number(step) })]);
  return h("ul", { class: "key" }, ...entries.map(([kind, words]) => h("li", {}, h("i", { class: kind }), words)),
    hides && h("li", {}, h("i", { class: "veil" }), `··· ${say("protected")}`));
}
