// The modules of a code seen askew: four points that are known make the rest known (a projective transformation).

/** How large a module is, measured from the corner towards both others, where 3.5 modules end. */
export function moduleOf({ dark }, { corner, right, below }) {
  const measured = [
    [corner, right],
    [right, corner],
    [corner, below],
    [below, corner],
  ]
    .map(([from, to]) => outwards(dark, from, to))
    .filter(Boolean);
  return measured.length
    ? measured.reduce((sum, each) => sum + each, 0) / measured.length
    : (corner.module + right.module + below.module) / 3;
}

function outwards(dark, from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const ends = [1, -1].map((way) => {
    let [changes, colour] = [0, 1];
    for (let at = 0; at < length; at += 0.5) {
      const now = dark(from.x + dx * at * way, from.y + dy * at * way);
      if (now !== colour) [changes, colour] = [changes + 1, now];
      if (changes === 3) return at;
    }
    return null;
  });
  return ends[0] && ends[1] ? (ends[0] + ends[1]) / 7 : null;
}

/** Gives `dark(x, y)` in modules, for a code of this version whose finder patterns these are. */
export function gridOf(picture, { corner, right, below }, version) {
  const size = 17 + 4 * version;
  const span = size - 7;
  const across = { x: (right.x - corner.x) / span, y: (right.y - corner.y) / span };
  const down = { x: (below.x - corner.x) / span, y: (below.y - corner.y) / span };
  const at = (column, row) => ({
    x: corner.x + across.x * (column - 3.5) + down.x * (row - 3.5),
    y: corner.y + across.y * (column - 3.5) + down.y * (row - 3.5),
  });
  const end = size - 3.5;
  const near = version > 1 ? alignment(picture, at(size - 6.5, size - 6.5), across, down) : null;
  const last = near ? [size - 6.5, near] : [end, at(end, end)];
  const place = projection([
    [3.5, 3.5, corner],
    [end, 3.5, right],
    [3.5, end, below],
    [last[0], last[0], last[1]],
  ]);
  return (column, row) => {
    const { x, y } = place(column + 0.5, row + 0.5);
    return picture.dark(x, y);
  };
}

/** The alignment pattern nearest to where it would be on a flat code; null where none is clear. */
function alignment({ dark }, expected, across, down) {
  const module = Math.hypot(across.x, across.y);
  const reach = Math.ceil(module * 6);
  const step = Math.max(1, Math.floor(module / 4));
  let best = { wrong: 4, far: 0, places: [] };
  for (let dy = -reach; dy <= reach; dy += step) {
    for (let dx = -reach; dx <= reach; dx += step) {
      const [x, y] = [expected.x + dx, expected.y + dy];
      let wrong = 0;
      for (let row = -2; row <= 2 && wrong <= best.wrong; row += 1) {
        for (let column = -2; column <= 2; column += 1) {
          const ring = Math.max(Math.abs(row), Math.abs(column));
          wrong +=
            dark(x + across.x * column + down.x * row, y + across.y * column + down.y * row) !== (ring === 1 ? 0 : 1);
        }
      }
      if (wrong < best.wrong) best = { wrong, places: [{ x, y }] };
      else if (wrong === best.wrong) best.places.push({ x, y });
    }
  }
  if (!best.places.length) return null;
  const far = ({ x, y }) => Math.hypot(x - expected.x, y - expected.y);
  const nearest = best.places.reduce((one, other) => (far(other) < far(one) ? other : one));
  const around = best.places.filter(({ x, y }) => Math.hypot(x - nearest.x, y - nearest.y) < module * 1.5);
  return {
    x: around.reduce((sum, { x }) => sum + x, 0) / around.length,
    y: around.reduce((sum, { y }) => sum + y, 0) / around.length,
  };
}

function projection(points) {
  const rows = points.flatMap(([u, v, { x, y }]) => [
    [u, v, 1, 0, 0, 0, -u * x, -v * x, x],
    [0, 0, 0, u, v, 1, -u * y, -v * y, y],
  ]);
  for (let column = 0; column < 8; column += 1) {
    let pivot = column;
    for (let row = column; row < 8; row += 1)
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let row = 0; row < 8; row += 1) {
      if (row === column) continue;
      const factor = rows[row][column] / rows[column][column];
      for (let each = column; each < 9; each += 1) rows[row][each] -= factor * rows[column][each];
    }
  }
  const [a, b, c, d, e, f, g, h] = rows.map((row, at) => row[8] / row[at]);
  return (u, v) => {
    const depth = g * u + h * v + 1;
    return { x: (a * u + b * v + c) / depth, y: (d * u + e * v + f) / depth };
  };
}
