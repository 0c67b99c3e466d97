// Where a code may be in a picture: three finder patterns, each 1:1:3:1:1 whichever way one crosses it.

const SHAPE = [1, 1, 3, 1, 1];
const MOST = 9;

/** Threes of patterns that may be one code, likeliest first: { corner, right, below }, each { x, y }. */
export function threes(picture) {
  const found = patterns(picture)
    .sort((one, other) => other.seen - one.seen)
    .slice(0, MOST);
  const likely = [];
  for (let a = 0; a < found.length; a += 1) {
    for (let b = a + 1; b < found.length; b += 1) {
      for (let c = b + 1; c < found.length; c += 1) likely.push(ordered([found[a], found[b], found[c]]));
    }
  }
  return likely
    .filter(({ oddness }) => oddness < 0.5)
    .sort((one, other) => one.oddness - other.oddness)
    .slice(0, 6);
}

function patterns({ width, height, dark }) {
  const found = [];
  for (let y = 0; y < height; y += 2) {
    const runs = [0, 0, 0, 0, 0];
    let colour = 0;
    for (let x = 0; x <= width; x += 1) {
      const now = x < width ? dark(x, y) : 0;
      if (now === colour && x < width) {
        runs[4] += 1;
        continue;
      }
      if (colour === 1 && fits(runs)) note(found, { dark }, x - runs[4] - runs[3] - runs[2] / 2, y, runs);
      runs.shift();
      runs.push(1);
      colour = now;
    }
  }
  return found;
}

function fits(runs) {
  const module = runs.reduce((sum, run) => sum + run, 0) / 7;
  return module >= 1 && runs.every((run, at) => Math.abs(run - SHAPE[at] * module) < SHAPE[at] * module * 0.5 + 0.5);
}

/** Looks across, down and across again; what holds is one pattern, however often it is met. */
function note(found, picture, x, y, runs) {
  const down = crossed(picture, x, y, 0, 1);
  if (!down) return;
  const middle = y + down.off;
  const across = crossed(picture, x, middle, 1, 0);
  if (!across) return;
  const centre = { x: x + across.off, y: middle, module: (down.module + across.module) / 2, seen: 1 };
  if (Math.max(down.module, across.module) > 2 * Math.min(down.module, across.module, runs[2] / 2)) return;
  const same = found.find((each) => Math.hypot(each.x - centre.x, each.y - centre.y) < 3 * each.module);
  if (!same) found.push(centre);
  else {
    for (const part of ["x", "y", "module"]) same[part] = (same[part] * same.seen + centre[part]) / (same.seen + 1);
    same.seen += 1;
  }
}

function crossed({ dark }, x, y, dx, dy) {
  const [before, after] = [-1, 1].map((way) => arm(dark, x, y, dx * way, dy * way));
  if (!before || !after) return null;
  const runs = [before[2], before[1], before[0] + after[0] - 1, after[1], after[2]];
  if (!fits(runs)) return null;
  return { off: (after[0] - before[0]) / 2, module: runs.reduce((sum, run) => sum + run, 0) / 7 };
}

/** From the middle outwards: how far it is dark, then light, then dark. */
function arm(dark, x, y, dx, dy) {
  const runs = [0, 0, 0];
  let at = 0;
  for (let [part, colour] = [0, 1]; part < 3; part += 1, colour = 1 - colour) {
    while (dark(x + dx * at, y + dy * at) === colour) {
      runs[part] += 1;
      at += 1;
      if (runs[part] > 400) return null;
    }
    if (!runs[part]) return null;
  }
  return runs;
}

/** The corner lies opposite the longest side. `oddness` is how far the three are from a square's. */
function ordered(three) {
  const far = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
  const corner = three.reduce(
    (best, each) => {
      const [p, q] = three.filter((other) => other !== each);
      return far(p, q) > best.side ? { side: far(p, q), each, p, q } : best;
    },
    { side: -1 },
  );
  const { each, p, q, side } = corner;
  const turned = (p.x - each.x) * (q.y - each.y) - (p.y - each.y) * (q.x - each.x) > 0;
  const [right, below] = turned ? [p, q] : [q, p];
  const [across, down] = [far(each, right), far(each, below)];
  const modules = three.map(({ module }) => module);
  const oddness =
    Math.abs(across - down) / Math.max(across, down) +
    Math.abs(side / Math.hypot(across, down) - 1) * 2 +
    (Math.max(...modules) / Math.min(...modules) - 1) / 2;
  return { corner: each, right, below, oddness };
}
