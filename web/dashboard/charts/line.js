// A series over closed periods: a line that breaks where a figure is protected, over an axis that begins at zero.
import { drawn } from "/shared/dom.js";
import { number, tick } from "../language.js";
import { inWords, valueOf } from "../figure.js";
import { sheet, text, widthOf } from "./drawing.js";
import { runs } from "./runs.js";
import { place, ticks } from "./scale.js";

const HEIGHT = 190;
const FOOT = 24;

/** `points`: releases in their order, each { kind, periodStart, total }. */
export function line({ points, width, label }) {
  const steps = ticks(Math.max(1, ...points.map((point) => valueOf(point.total) ?? 0)));
  const left = widthOf(number(steps.at(-1)), { size: 12 }) + 12;
  const y = place(steps.at(-1), HEIGHT - FOOT, 14);
  const pitch = (width - left - 14) / points.length;
  const x = (index) => left + pitch * (index + 0.5);
  const every = Math.ceil((Math.max(...points.map((point) => widthOf(tick(point), { size: 12 }))) + 12) / pitch);
  const named = (index) => (points.length - 1 - index) % every === 0;
  return sheet({ width, height: HEIGHT, label }, ({ hatched }) => [
    steps.map((step) => [
      drawn("line", { x1: left, x2: width, y1: y(step), y2: y(step), class: step ? "grid" : "axis" }),
      text(number(step), { x: left - 8, y: y(step) + 4, anchor: "end", kind: "tick" }),
    ]),
    points.map((point, index) => valueOf(point.total) === null
      && drawn("rect", { x: x(index) - pitch / 2, y: y(steps.at(-1)), width: pitch, height: HEIGHT - FOOT - y(steps.at(-1)), fill: hatched, class: "veil" })),
    runs(points).map((run) => drawn("polyline", { points: run.map((index) => `${x(index)},${y(points[index].total.value)}`).join(" "), class: "series" })),
    points.map((point, index) => valueOf(point.total) !== null && drawn("circle", { cx: x(index), cy: y(point.total.value), r: 3.5, class: "point" })),
    points.map((point, index) => named(index) && text(tick(point), { x: x(index), y: HEIGHT - 6, anchor: "middle", kind: "tick" })),
    last(points, { x, y, width }),
  ]);
}

function last(points, { x, y, width }) {
  const index = points.length - 1;
  const value = valueOf(points[index].total);
  if (value === null) return null;
  const words = inWords(points[index].total);
  const at = Math.min(x(index), width - widthOf(words, { weight: 600 }) / 2);
  return text(words, { x: at, y: y(value) - 9, anchor: "middle", kind: "figure" });
}
