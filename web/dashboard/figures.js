// What is asked of the graph, and how its answer becomes a snapshot.

/** Reads all that the dashboard shows, in two requests. `ask` is shared/graph.js's; it raises what that raises. */
export async function read(ask, now) {
  const { viewer, indicators } = await ask("indicators");
  const broken = (await ask("breakdowns")).indicators ?? [];
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
