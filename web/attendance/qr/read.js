// Reads a QR code out of a picture, for browsers that cannot do it themselves.
import { threes } from "./find.js";
import { gridOf, moduleOf } from "./grid.js";
import { blackAndWhite } from "./picture.js";
import { LARGEST, textOf } from "./symbol.js";

/** The text of a code in an ImageData, or null. */
export function readCode(image) {
  const picture = blackAndWhite(image);
  for (const three of threes(picture)) {
    const { corner, right, below } = three;
    const side =
      (Math.hypot(right.x - corner.x, right.y - corner.y) + Math.hypot(below.x - corner.x, below.y - corner.y)) / 2;
    const guess = Math.round((side / moduleOf(picture, three) - 10) / 4);
    for (const version of [guess, guess - 1, guess + 1]) {
      if (version < 1 || version > LARGEST) continue;
      const text = textOf(gridOf(picture, three, version), version);
      if (text) return text;
    }
  }
  return null;
}
