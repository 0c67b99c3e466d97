// Who is expected: loaded from the graph, kept sealed, and no more of a person than it takes to find the right one.
import { change, got, look } from "./store.js";
import { seal, unseal } from "./vault.js";

const PREFIX = "training:";

/** The training is not there any more, or no longer ours to see. */
export class TrainingGone extends Error {}

/** Every training that our organisation gives, the latest first. Others are known to the network, their people are not. */
export async function listTrainings(ask) {
  let ours = null;
  const nodes = await pages(async (after) => {
    const { viewer, trainings } = await ask("trainings", { after });
    ours = viewer.organization.id;
    return trainings;
  });
  return nodes
    .filter(({ organizer }) => organizer?.id === ours)
    .map(({ course, location, enrolments, organizer: _, ...training }) => ({
      ...training,
      title: course?.title ?? training.code,
      place: location?.name ?? null,
      expected: enrolments?.totalCount ?? null,
    }))
    .sort((one, other) => other.startsOn.localeCompare(one.startsOn));
}

/** This will load who is enrolled, all pages of it, and keep it sealed. `now`: milliseconds. Raises TrainingGone. */
export async function loadRoster({ store, key, ask, training, now }) {
  const nodes = await pages(async (after) => {
    const found = (await ask("roster", { id: training.id, after })).training;
    if (!found?.enrolments) throw new TrainingGone(training.id);
    return found.enrolments;
  });
  const people = nodes
    .filter(({ token }) => token)
    .map(person)
    .sort((one, other) => one.name.localeCompare(other.name));
  const roster = { ...training, people, loadedAt: now };
  const sealed = await seal(key, roster, PREFIX + training.id);
  await change(store, ({ kept }) => got(kept.put(sealed, PREFIX + training.id)));
  return roster;
}

/** Every roster on this device. */
export async function readRosters(store, key) {
  const range = IDBKeyRange.bound(PREFIX, `${PREFIX}\uffff`);
  const kept = await look(store, async ({ kept: all }) => {
    const [names, values] = await Promise.all([got(all.getAllKeys(range)), got(all.getAll(range))]);
    return names.map((name, at) => [name, values[at]]);
  });
  return Promise.all(kept.map(([name, sealed]) => unseal(key, sealed, name)));
}

/** This will take a training's roster, and what was recorded for it and answered, off the device. */
export function forget(store, roster, sequences) {
  return change(store, async ({ kept, events }) => {
    await got(kept.delete(PREFIX + roster.id));
    await Promise.all(sequences.map((sequence) => got(events.delete(sequence))));
  });
}

function person({ token, pin = null, participant, attendances }) {
  return {
    token,
    pin,
    name: participant?.name ?? "?",
    from: participant?.organization?.name ?? participant?.organizationName ?? null,
    marks: (attendances?.nodes ?? [])
      .filter(({ session }) => session)
      .map(({ status, version, session }) => ({ sessionId: session.id, status, version })),
  };
}

async function pages(page) {
  const nodes = [];
  for (let after = null, more = true; more;) {
    const answer = await page(after);
    nodes.push(...(answer?.nodes ?? []));
    more = Boolean(answer?.pageInfo.hasNextPage);
    after = answer?.pageInfo.endCursor;
  }
  return nodes;
}
