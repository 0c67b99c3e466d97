// What was achieved against its target: one bar from zero, and a mark where the target stands.
import { drawn } from "/shared/dom.js";
import { number, say } from "../language.js";
import { sheet, text, widthOf } from "./drawing.js";
import { place } from "./scale.js";

/** `value` and `target` are counts; the axis ends a little beyond the larger. */
export function bullet({ value, target, width, label }) {
  const at = place(Math.max(value, target) * 1.06, 0, width);
  const words = `${say("target")} ${number(target)}`;
  const half = widthOf(words, { size: 12 }) / 2;
  return sheet({ width, height: 40, label }, () => [
    drawn("rect", { x: 0, y: 6, width, height: 14, class: "ground" }),
    drawn("rect", { x: 0, y: 6, width: at(value), height: 14, class: "bar" }),
    drawn("line", { x1: at(target), x2: at(target), y1: 1, y2: 25, class: "goal" }),
    text(words, { x: Math.min(Math.max(at(target), half), width - half), y: 37, anchor: "middle", kind: "tick" }),
  ]);
}
