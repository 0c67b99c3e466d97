// What lies under the dots: departments, the grid of degrees, the crossings; or tiles, where an operator set a server.
import { drawn } from "/shared/dom.js";
import { grounds } from "/shared/outlines.js";

const TILE = 256;
/** The official crossings, each between two towns: [east, north]. */
const CROSSINGS = [
  { name: "Ouanaminthe – Dajabón", at: [-71.708, 19.552] },
  { name: "Belladère – Elías Piña", at: [-71.708, 18.872] },
  { name: "Malpasse – Jimaní", at: [-71.884, 18.497] },
  { name: "Anse-à-Pître – Pedernales", at: [-71.751, 18.036] },
];
const NAMES = { HT01: "Ouest", HT02: "Sud-Est", HT03: "Nord", HT04: "Nord-Est", HT05: "Artibonite", HT06: "Centre", HT07: "Sud", HT08: "Grand’Anse", HT09: "Nord-Ouest", HT10: "Nippes" };

/** Web Mercator: degrees to units of a world that is one wide (EPSG:3857, scaled). */
export function project([east, north]) {
  const sine = Math.sin((north * Math.PI) / 180);
  return [(east + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

const SHAPES = grounds().map(({ pcode, rings, said }) => ({ pcode, rings: rings.map((ring) => ring.map(project)), said: project(said) }));

/** The ground as elements. `onScreen` turns units of the world into pixels; `scale` is how many pixels the world is wide. */
export function ground({ onScreen, scale, width, height, tiles, corner }) {
  if (tiles) return [...tiled({ scale, width, height, tiles, corner, onScreen }), ...crossings({ onScreen, scale, width })];
  const path = (points) => `M${points.map((point) => onScreen(point).map((unit) => unit.toFixed(1)).join(" ")).join("L")}Z`;
  return [
    ...graticule({ onScreen, width, height }),
    ...SHAPES.map(({ rings }) => drawn("path", { class: "land", d: rings.map(path).join("") })),
    ...SHAPES.map(({ pcode, said }) => label(onScreen(said), NAMES[pcode], "department")),
    ...crossings({ onScreen, scale, width }),
  ];
}

function crossings({ onScreen, scale, width }) {
  const named = scale > 120_000; // pixels that the world is wide: nearer than the whole country on a laptop
  return CROSSINGS.flatMap(({ name, at }) => {
    const [x, y] = onScreen(project(at));
    return [
      drawn("path", { class: "crossing", d: `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}` }),
      named && crossingName([x, y], name, width),
    ].filter(Boolean);
  });
}

/** Beside its cross; on the other side of the dots where the sheet ends. */
function crossingName([x, y], name, width) {
  const room = width - x > 170;
  return label([room ? x + 10 : x - 28, y + (room ? 4 : -14)], name, room ? "crossing-name" : "crossing-name before");
}

function label([x, y], words, kind) {
  return drawn("text", { x: x.toFixed(1), y: y.toFixed(1), class: `said ${kind}` }, words);
}

function graticule({ onScreen, width, height }) {
  const lines = [];
  for (let degree = -75; degree <= -68; degree += 0.5) {
    const [x] = onScreen(project([degree, 19]));
    if (x > 0 && x < width) lines.push(drawn("path", { class: "grid", d: `M${x.toFixed(1)} 0V${height}` }), label([x + 3, height - 6], `${-degree}° W`, "degree"));
  }
  for (let degree = 17; degree <= 21; degree += 0.5) {
    const [, y] = onScreen(project([-72, degree]));
    if (y > 0 && y < height) lines.push(drawn("path", { class: "grid", d: `M0 ${y.toFixed(1)}H${width}` }), label([4, y - 3], `${degree}° N`, "degree"));
  }
  return lines;
}

function tiled({ scale, width, height, tiles, corner, onScreen }) {
  const zoom = Math.max(0, Math.min(19, Math.round(Math.log2(scale / TILE))));
  const across = 2 ** zoom;
  const [left, top] = corner([0, 0]).map((unit) => Math.floor(unit * across));
  const [right, bottom] = corner([width, height]).map((unit) => Math.floor(unit * across));
  const side = scale / across;
  const images = [];
  for (let x = left; x <= right; x += 1) {
    for (let y = Math.max(0, top); y <= Math.min(across - 1, bottom); y += 1) {
      const [at, down] = onScreen([x / across, y / across]);
      const href = tiles.replace("{z}", zoom).replace("{x}", ((x % across) + across) % across).replace("{y}", y);
      images.push(drawn("image", { href, x: at, y: down, width: side + 0.5, height: side + 0.5 }));
    }
  }
  return images;
}
