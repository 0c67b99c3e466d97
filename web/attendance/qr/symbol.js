// From the modules of a QR code to its text (ISO/IEC 18004). Versions 1 to 20: what a phone reads off paper or a screen.
import { correct } from "./correction.js";

export const LARGEST = 20;
/** By level L, M, Q, H and version: check bytes of a block, and how many blocks (table 9). */
const CHECKS = [
  [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28],
  [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26],
  [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30],
  [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28],
];
const BLOCKS = [
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8],
  [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16],
  [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20],
  [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25],
];
/** What the two bits of the format say: M, L, H, Q. */
const LEVELS = [1, 0, 3, 2];
const MASKS = [
  (x, y) => (x + y) % 2,
  (x, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (((x / 3) | 0) + ((y / 2) | 0)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const FORMATS = Array.from({ length: 32 }, (_, data) => {
  let rest = data;
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  return ((data << 10) | rest) ^ 0x5412;
});

/** The text of a code, or null where it cannot be read. `dark(x, y)` is 1 or 0; `version` is 1 to 20. */
export function textOf(dark, version) {
  const size = 17 + 4 * version;
  const format = formatOf(dark, size);
  if (format === null) return null;
  const level = LEVELS[format >> 3];
  const bytes = bytesOf(dark, version, MASKS[format & 7]);
  const data = dataOf(bytes, { checks: CHECKS[level][version - 1], blocks: BLOCKS[level][version - 1] });
  return data && read(data, version);
}

/** The nearer of two copies, with at most three bits wrong. */
function formatOf(dark, size) {
  const one = (bit) =>
    bit < 6 ? dark(8, bit) : bit < 8 ? dark(8, bit + 1) : bit === 8 ? dark(7, 8) : dark(14 - bit, 8);
  const other = (bit) => (bit < 8 ? dark(size - 1 - bit, 8) : dark(8, size - 15 + bit));
  let [best, wrong] = [null, 4];
  for (const copy of [one, other]) {
    let seen = 0;
    for (let bit = 0; bit < 15; bit += 1) seen |= copy(bit) << bit;
    FORMATS.forEach((format, data) => {
      const differs = bits(format ^ seen);
      if (differs < wrong) [best, wrong] = [data, differs];
    });
  }
  return best;
}

function bits(value) {
  let number = 0;
  for (let rest = value; rest; rest &= rest - 1) number += 1;
  return number;
}

function bytesOf(dark, version, mask) {
  const size = 17 + 4 * version;
  const centres = alignments(version);
  const last = centres.at(-1);
  const fixed = (x, y) =>
    x === 6 ||
    y === 6 ||
    (x < 9 && (y < 9 || y >= size - 8)) ||
    (x >= size - 8 && y < 9) ||
    (version > 6 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6))) ||
    centres.some(
      (cx) =>
        Math.abs(x - cx) < 3 &&
        centres.some(
          (cy) => Math.abs(y - cy) < 3 && !((cx === 6 && (cy === 6 || cy === last)) || (cy === 6 && cx === last)),
        ),
    );
  const bytes = [];
  let [value, held] = [0, 0];
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = (right + 1) & 2 ? step : size - 1 - step;
      for (const x of [right, right - 1]) {
        if (fixed(x, y)) continue;
        value = (value << 1) | (dark(x, y) ^ (mask(x, y) === 0));
        held += 1;
        if (held === 8) {
          bytes.push(value);
          [value, held] = [0, 0];
        }
      }
    }
  }
  return bytes;
}

/** Where the centres of alignment patterns stand, by row and column (annex E). */
export function alignments(version) {
  if (version === 1) return [];
  const number = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 4 + number * 2 + 1) / (number * 2 - 2)) * 2;
  const places = Array.from({ length: number - 1 }, (_, at) => 10 + 4 * version - at * step);
  return [6, ...places.reverse()];
}

/** The data of all blocks, put in order and put right; null where a block cannot be. */
function dataOf(bytes, { checks, blocks }) {
  const short = Math.floor(bytes.length / blocks) - checks;
  const shorter = blocks - (bytes.length % blocks);
  const lengths = Array.from({ length: blocks }, (_, at) => short + (at >= shorter));
  const parts = lengths.map(() => []);
  const rest = bytes.values();
  for (let at = 0; at <= short; at += 1)
    parts.forEach((part, block) => at < lengths[block] && part.push(rest.next().value));
  for (let at = 0; at < checks; at += 1) parts.forEach((part) => part.push(rest.next().value));
  if (!parts.every((part) => correct(part, checks))) return null;
  return parts.flatMap((part, block) => part.slice(0, lengths[block]));
}

function read(data, version) {
  let place = 0;
  const take = (number) => {
    let value = 0;
    for (let end = place + number; place < end; place += 1)
      value = (value << 1) | ((data[place >> 3] >> (7 - (place & 7))) & 1);
    return value;
  };
  const wide = version > 9;
  const text = [];
  while (data.length * 8 - place >= 4) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode === 1) {
      for (let left = take(wide ? 12 : 10); left > 0; left -= 3) {
        const digits = Math.min(left, 3);
        text.push(...coded(String(take([0, 4, 7, 10][digits])).padStart(digits, "0")));
      }
    } else if (mode === 2) {
      for (let left = take(wide ? 11 : 9); left > 0; left -= 2) {
        const pair = take(left > 1 ? 11 : 6);
        text.push(...coded((left > 1 ? LETTERS[(pair / 45) | 0] : "") + LETTERS[pair % 45]));
      }
    } else if (mode === 4) {
      for (let left = take(wide ? 16 : 8); left > 0; left -= 1) text.push(take(8));
    } else if (mode === 7) take(8);
    else return null;
    if (place > data.length * 8) return null;
  }
  return new TextDecoder().decode(Uint8Array.from(text));
}

const coded = (text) => new TextEncoder().encode(text);
