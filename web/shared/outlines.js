// The ten departments of Haiti, drawn light: our own outlines, some kilometres true, by P-code.
// Neighbours share their border, so each border is written once and walked either way. [degrees west, degrees north]

const BORDERS = {
  coastNorthEast: [[71.72, 19.71], [71.85, 19.69], [72.06, 19.74]],
  coastNorth: [[72.06, 19.74], [72.2, 19.78], [72.38, 19.85], [72.58, 19.88]],
  coastNorthWest: [[72.58, 19.88], [72.72, 19.94], [72.86, 19.95], [73.19, 19.92], [73.42, 19.83], [73.47, 19.71], [73.36, 19.66], [73.17, 19.65]],
  coastArtibonite: [[73.17, 19.65], [73.02, 19.62], [72.87, 19.53], [72.71, 19.45], [72.78, 19.29], [72.72, 19.17], [72.8, 19.07], [72.74, 18.96]],
  coastWest: [[72.74, 18.96], [72.6, 18.82], [72.43, 18.72], [72.34, 18.6], [72.42, 18.54], [72.63, 18.52], [72.78, 18.43], [72.99, 18.45]],
  coastNippes: [[72.99, 18.45], [73.15, 18.46], [73.35, 18.52], [73.52, 18.54], [73.61, 18.51], [73.72, 18.53]],
  coastGrandeAnse: [[73.72, 18.53], [73.88, 18.57], [74.02, 18.61], [74.13, 18.66], [74.31, 18.67], [74.43, 18.58], [74.46, 18.48], [74.46, 18.37]],
  coastSouth: [[74.46, 18.37], [74.38, 18.31], [74.22, 18.29], [74.09, 18.23], [73.98, 18.17], [73.9, 18.04], [73.77, 18.06], [73.75, 18.18], [73.57, 18.25], [73.39, 18.26], [73.13, 18.18]],
  coastSouthEast: [[73.13, 18.18], [72.95, 18.16], [72.76, 18.15], [72.55, 18.22], [72.31, 18.23], [72.08, 18.23], [71.93, 18.17], [71.76, 18.04]],
  landSouthEast: [[71.76, 18.04], [71.72, 18.13], [71.77, 18.21], [71.7, 18.32]],
  landWest: [[71.7, 18.32], [71.8, 18.41], [71.93, 18.54], [71.91, 18.64], [71.77, 18.69], [71.73, 18.75]],
  landCentre: [[71.73, 18.75], [71.72, 18.88], [71.84, 18.96], [71.66, 19.12], [71.65, 19.24], [71.69, 19.33]],
  landNorthEast: [[71.69, 19.33], [71.74, 19.47], [71.75, 19.58], [71.72, 19.71]],
  northNorthEast: [[72.06, 19.74], [72.09, 19.62], [72.06, 19.54], [72.03, 19.44], [71.99, 19.34]],
  northEastCentre: [[71.99, 19.34], [71.85, 19.3], [71.69, 19.33]],
  northCentre: [[71.99, 19.34], [72.07, 19.27], [72.17, 19.28]],
  northArtibonite: [[72.17, 19.28], [72.25, 19.39], [72.3, 19.52], [72.42, 19.52], [72.55, 19.58], [72.62, 19.73]],
  northNorthWest: [[72.62, 19.73], [72.59, 19.8], [72.58, 19.88]],
  northWestArtibonite: [[72.62, 19.73], [72.78, 19.7], [72.95, 19.73], [73.17, 19.65]],
  artiboniteCentre: [[72.17, 19.28], [72.24, 19.15], [72.33, 19.03], [72.32, 18.88]],
  artiboniteWest: [[72.32, 18.88], [72.5, 18.93], [72.74, 18.96]],
  centreWest: [[72.32, 18.88], [72.2, 18.76], [72.04, 18.75], [71.88, 18.72], [71.73, 18.75]],
  westSouthEast: [[71.7, 18.32], [71.92, 18.33], [72.12, 18.36], [72.32, 18.37], [72.55, 18.36], [72.75, 18.31], [72.97, 18.33]],
  westNippes: [[72.97, 18.33], [72.99, 18.45]],
  southEastNippes: [[72.97, 18.33], [73.08, 18.3]],
  southEastSouth: [[73.08, 18.3], [73.13, 18.18]],
  nippesSouth: [[73.08, 18.3], [73.28, 18.37], [73.5, 18.37], [73.77, 18.4]],
  nippesGrandeAnse: [[73.77, 18.4], [73.72, 18.53]],
  grandeAnseSouth: [[73.77, 18.4], [73.95, 18.44], [74.12, 18.42], [74.28, 18.38], [74.46, 18.37]],
};

const GONAVE = [[73.3, 18.93], [73.15, 18.94], [72.93, 18.83], [72.81, 18.71], [72.89, 18.69], [73.07, 18.78], [73.22, 18.84]];
const TORTUGA = [[72.98, 20.07], [72.8, 20.06], [72.62, 19.99], [72.74, 20.0], [72.92, 20.03]];

/** Each department: the borders around it in order (`-` walks one backwards), its islands, and where its figure is written. */
const DEPARTMENTS = {
  HT01: { around: ["coastWest", "-westNippes", "-westSouthEast", "landWest", "-centreWest", "artiboniteWest"], islands: [GONAVE], said: [72.15, 18.56] },
  HT02: { around: ["coastSouthEast", "landSouthEast", "westSouthEast", "southEastNippes", "southEastSouth"], islands: [], said: [72.42, 18.29] },
  HT03: { around: ["coastNorth", "-northNorthWest", "-northArtibonite", "-northCentre", "-northNorthEast"], islands: [], said: [72.3, 19.66] },
  HT04: { around: ["coastNorthEast", "northNorthEast", "northEastCentre", "landNorthEast"], islands: [], said: [71.89, 19.52] },
  HT05: { around: ["coastArtibonite", "-artiboniteWest", "-artiboniteCentre", "northArtibonite", "northWestArtibonite"], islands: [], said: [72.5, 19.26] },
  HT06: { around: ["landCentre", "-northEastCentre", "northCentre", "artiboniteCentre", "centreWest"], islands: [], said: [72.02, 19.02] },
  HT07: { around: ["coastSouth", "-southEastSouth", "nippesSouth", "grandeAnseSouth"], islands: [], said: [73.72, 18.29] },
  HT08: { around: ["coastGrandeAnse", "-grandeAnseSouth", "nippesGrandeAnse"], islands: [], said: [74.1, 18.52] },
  HT09: { around: ["coastNorthWest", "-northWestArtibonite", "northNorthWest"], islands: [TORTUGA], said: [72.98, 19.82] },
  HT10: { around: ["coastNippes", "-nippesGrandeAnse", "-nippesSouth", "-southEastNippes", "westNippes"], islands: [], said: [73.38, 18.43] },
};

const WEST = 74.55;
const NORTH = 20.12;
const UNITS = 170; // for each degree north
const NARROWER = Math.cos((19 * Math.PI) / 180); // a degree of longitude at Haiti's latitude

export const WIDTH = Math.round((WEST - 71.58) * NARROWER * UNITS);
export const HEIGHT = Math.round((NORTH - 17.98) * UNITS);

/** The departments as paths of WIDTH by HEIGHT units: { pcode, path, x, y }, the last two where a figure is written. */
export function departments() {
  return Object.entries(DEPARTMENTS).map(([pcode, { around, islands, said }]) => {
    const [x, y] = onSheet(said);
    return { pcode, path: [ring(around), ...islands].map(closed).join(""), x, y };
  });
}

/** The departments by their degrees: { pcode, rings, said }, each point [east, north]. */
export function grounds() {
  const degrees = ([west, north]) => [-west, north];
  return Object.entries(DEPARTMENTS).map(([pcode, { around, islands, said }]) =>
    ({ pcode, rings: [ring(around), ...islands].map((points) => points.map(degrees)), said: degrees(said) }));
}

function ring(names) {
  return names.flatMap((name) => (name.startsWith("-") ? BORDERS[name.slice(1)].toReversed() : BORDERS[name]).slice(1));
}

function closed(points) {
  return `M${points.map((point) => onSheet(point).join(" ")).join("L")}Z`;
}

function onSheet([west, north]) {
  return [Math.round((WEST - west) * NARROWER * UNITS), Math.round((NORTH - north) * UNITS)];
}
