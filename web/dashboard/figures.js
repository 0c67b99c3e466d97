// What is asked of the graph, and how its answer becomes a snapshot.
import { LANGUAGES } from "/shared/language.js";

const RELEASES = 36; // two years of months, three of quarters
const BREAKDOWNS = ["SEX", "AGE_GROUP", "DEPARTMENT", "RETURN_TYPE", "CROSSING_POINT", "COUNTRY_OF_RETURN", "NEED", "THEME", "ORGANIZATION_KIND", "DISABILITY"];

const FIGURE = "fragment F on Figure { __typename ... on Count { value rounded } ... on Suppressed { reason } }";
/** A text of the graph in each of the four languages: one snapshot serves them all without a network. */
const each = (field) => Object.keys(LANGUAGES).map((code) => `${field}_${code}: ${field}(language: "${code}")`).join(" ");

const INDICATORS = `
query Dashboard {
  viewer { organization { name } }
  indicators {
    code unit target dimensions ${each("name")} ${each("definition")}
    latest { id }
    releases(last: ${RELEASES}) {
      id version origin state every source sourceUrl verified reason ${each("note")} periodStart periodEnd asOf total { ...F }
    }
  }
}
${FIGURE}`;

const cellsOf = (dimensions) => `
query DashboardBreakdowns {
  indicators { code latest { id ${dimensions.map((dimension) => `
    ${dimension}: cells(by: [${dimension}]) { key { ...K } figure { ...F } }`).join("")} } }
}
fragment K on IndicatorCellKey { value ${each("label")} }
${FIGURE}`;

/** Reads all that the dashboard shows, in two requests. `ask` is shared/graph.js's; it raises what that raises. */
export async function read(ask, now) {
  const { viewer, indicators } = await ask(INDICATORS);
  const dimensions = BREAKDOWNS.filter((each) => (indicators ?? []).some((indicator) => indicator.dimensions.includes(each)));
  const broken = dimensions.length ? (await ask(cellsOf(dimensions))).indicators : [];
  const breakdowns = new Map(broken.map(({ code, latest }) => [code, latest]));
  return {
    taken: now.toISOString(),
    organization: viewer.organization?.name ?? "",
    indicators: (indicators ?? []).map((indicator) => shaped(indicator, breakdowns.get(indicator.code))),
  };
}

function shaped({ releases, latest, ...indicator }, broken) {
  return {
    ...indicator,
    releases,
    latest: releases.find(({ id }) => id === latest?.id) ?? null,
    breakdowns: Object.entries(broken ?? {}).filter(([, cells]) => Array.isArray(cells) && cells.length)
      .map(([dimension, cells]) => ({ dimension, cells: cells.map(({ key: [key], figure }) => ({ ...key, figure })) })),
  };
}

/** The computed and approved releases of months, or of quarters, oldest first. */
export function series({ releases }, every) {
  return releases.filter((release) => release.origin === "COMPUTED" && release.every === every && isApproved(release));
}

export function isApproved({ state }) {
  return state === "APPROVED";
}
