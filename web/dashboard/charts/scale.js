// Axes that begin at zero and end at a round number.

/** Round numbers from 0 to at least `most`, at most `count` steps, whole because people are counted. */
export function ticks(most, count = 4) {
  const rough = Math.max(most, 1) / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((each) => each * magnitude).find((each) => each >= rough && (each >= 10 || Number.isInteger(each))) ?? 1);
  const made = [0];
  while (made.at(-1) < most || made.length < 2) made.push(made.at(-1) + step);
  return made;
}

/** From a value to a place: linear, with zero where the axis begins. */
export function place(most, from, to) {
  return (value) => from + (value / most) * (to - from);
}
