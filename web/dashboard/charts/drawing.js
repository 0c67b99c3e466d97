// What every chart shares: the sheet it is drawn on, and the two patterns that say more than a colour could.
import { drawn } from "/shared/dom.js";

let sheets = 0;

/** A sheet of these units. `label` is what a screen reader says for the whole; the table beside it says the rest. */
export function sheet({ width, height, label }, draw) {
  const hatched = `hatch-${++sheets}`;
  const dotted = `dots-${sheets}`;
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    drawn("defs", {},
      drawn("pattern", { id: hatched, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        drawn("rect", { width: 7, height: 7, class: "hatch-ground" }), drawn("rect", { width: 2, height: 7, class: "hatch-line" })),
      drawn("pattern", { id: dotted, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
        drawn("rect", { width: 6, height: 6, class: "dot-ground" }), drawn("circle", { cx: 3, cy: 3, r: 1.2, class: "dot-mark" }))));
  svg.append(...draw({ hatched: `url(#${hatched})`, dotted: `url(#${dotted})` }).flat(Infinity).filter(Boolean));
  return svg;
}

/** A line of text. */
export function text(words, { x, y, anchor = "start", kind = "", ...more }) {
  return drawn("text", { x, y, "text-anchor": anchor, class: `said ${kind}`, ...more }, words);
}

/** How many units a text takes, measured in the letters that this device has. */
export function widthOf(words, { size = 13, weight = 400 } = {}) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(words).width;
}
