// A small line of a series, from zero and without axes: its table stands on the indicator's own page.
import { drawn } from "/shared/dom.js";
import { valueOf } from "../figure.js";
import { runs } from "./runs.js";

/** The line, or null where there is too little to see a course in. */
export function spark(points) {
  const values = points.map(({ total }) => valueOf(total));
  if (values.filter((value) => value !== null).length < 3) return null;
  const most = Math.max(1, ...values);
  const at = (index) => `${(index / (points.length - 1)) * 96 + 2},${30 - (values[index] / most) * 26}`;
  return drawn("svg", { viewBox: "0 0 100 32", preserveAspectRatio: "none", class: "spark", "aria-hidden": "true" },
    drawn("line", { x1: 0, x2: 100, y1: 30, y2: 30, class: "axis" }),
    ...runs(points).map((run) => drawn("polyline", { points: run.map(at).join(" "), class: "series" })));
}
