// What was misread in a code's bytes, put right (Reed and Solomon; ISO/IEC 18004, 7.5).

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 128 ? 0x11d : 0);
}
const times = (one, other) => (one && other ? EXP[LOG[one] + LOG[other]] : 0);
const over = (one, other) => (one ? EXP[LOG[one] + 255 - LOG[other]] : 0);
/** The value of a polynomial, lowest power first. */
const valueOf = (polynomial, at) => polynomial.reduceRight((sum, each) => times(sum, at) ^ each, 0);

/** This will put a block right in place; its last `checks` bytes are the check. False where too much is wrong. */
export function correct(block, checks) {
  const syndromes = Array.from({ length: checks }, (_, power) =>
    block.reduce((sum, byte) => times(sum, EXP[power]) ^ byte, 0),
  );
  if (syndromes.every((each) => each === 0)) return true;
  const { locator, errors } = located(syndromes);
  if (errors > checks >> 1) return false;
  const evaluator = syndromes.map((_, power) =>
    locator.slice(0, power + 1).reduce((sum, each, at) => sum ^ times(each, syndromes[power - at]), 0),
  );
  const slope = locator.map((each, power) => (power & 1 ? each : 0)).slice(1);
  let found = 0;
  for (let place = 0; place < block.length; place += 1) {
    const power = block.length - 1 - place;
    const inverse = EXP[255 - (power % 255)];
    if (valueOf(locator, inverse) !== 0) continue;
    block[place] ^= times(EXP[power % 255], over(valueOf(evaluator, inverse), valueOf(slope, inverse)));
    found += 1;
  }
  return found === errors;
}

/** Berlekamp and Massey: the shortest polynomial whose roots say where the errors are. */
function located(syndromes) {
  const blank = () => new Array(syndromes.length + 1).fill(0);
  let [locator, before] = [blank(), blank()];
  locator[0] = before[0] = 1;
  let [errors, shift, last] = [0, 1, 1];
  for (let at = 0; at < syndromes.length; at += 1) {
    let differs = syndromes[at];
    for (let power = 1; power <= errors; power += 1) differs ^= times(locator[power], syndromes[at - power]);
    if (!differs) {
      shift += 1;
      continue;
    }
    const scale = over(differs, last);
    const next = locator.map((each, power) => each ^ (power >= shift ? times(scale, before[power - shift]) : 0));
    if (2 * errors <= at) [before, errors, last, shift] = [locator, at + 1 - errors, differs, 1];
    else shift += 1;
    locator = next;
  }
  return { locator, errors };
}
