// Bars from zero, one for each part, each with its figure in words: what is protected has a band and no length.
import { drawn } from "/shared/dom.js";
import { number } from "../language.js";
import { inWords, valueOf } from "../figure.js";
import { sheet, text, widthOf } from "./drawing.js";
import { place, ticks } from "./scale.js";

const THICK = 16;

/** `parts`: { label, figure, unknown }. `width` in units, which are pixels where there is room. */
export function bars({ parts, width, label }) {
  const beside = Math.max(...parts.map((part) => widthOf(part.label))) + 12;
  const above = beside > width * 0.36;
  const left = above ? 0 : beside;
  const row = above ? 42 : 28;
  const room = Math.max(...parts.map((part) => widthOf(inWords(part.figure), { weight: 600 }))) + 10;
  const steps = ticks(Math.max(1, ...parts.map((part) => valueOf(part.figure) ?? 0)), 3);
  const at = place(steps.at(-1), left, width - room);
  const foot = parts.length * row + 4;
  return sheet({ width, height: foot + 18, label }, ({ hatched, dotted }) => [
    steps.map((step) => [
      drawn("line", { x1: at(step), x2: at(step), y1: 0, y2: foot, class: step ? "grid" : "axis" }),
      text(number(step), { x: at(step), y: foot + 14, anchor: step || left > 8 ? "middle" : "start", kind: "tick" }),
    ]),
    parts.map((part, index) => bar(part, {
      top: index * row + (above ? 20 : 6), at, left, end: width - room, above, hatched, dotted,
    })),
  ]);
}

function bar({ label, figure, unknown }, { top, at, left, end, above, hatched, dotted }) {
  const value = valueOf(figure);
  const named = text(label, above ? { x: 0, y: top - 5 } : { x: left - 8, y: top + 12, anchor: "end" });
  if (value === null) {
    return [named, drawn("rect", { x: left, y: top, width: end - left, height: THICK, fill: hatched, class: "veil" }),
      text(inWords(figure), { x: end + 6, y: top + 12, kind: "figure" })];
  }
  return [named, drawn("rect", { x: left, y: top, width: Math.max(at(value) - left, value ? 2 : 0), height: THICK, class: unknown ? "bar unknown" : "bar", ...(unknown && { fill: dotted }) }),
    text(inWords(figure), { x: at(value) + 6, y: top + 12, kind: "figure" })];
}
