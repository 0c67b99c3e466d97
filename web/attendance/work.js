// An opened device at work: its rosters, what was recorded, and what sends it. Screens read it and ask it; it tells them of changes.
import { graph } from "../shared/graph.js";
import { language } from "../shared/language.js";
import { session } from "../shared/signin.js";
import { keptTokens } from "./device.js";
import { PROGRAM } from "./program.js";
import { append, readEvents, waitAgain } from "./queue.js";
import { forget, listTrainings, loadRoster, readRosters } from "./roster.js";
import { sending } from "./sync.js";

const DOCUMENTS = new URL("documents/", import.meta.url);

/**
 * `first`: tokens of who has just signed in, or null. `changed()` is called whenever something to show has changed,
 * `revoked()` when the device must be emptied.
 */
export async function openWork({ store, device, key, first, changed, revoked }) {
  const kept = keptTokens(store, key);
  if (first) await kept.write(first);
  const { send } = session({ client: PROGRAM.client, kept, first });
  const ask = graph({ send, documents: DOCUMENTS, language });
  const events = new Map();
  const work = {
    rosters: new Map(),
    state: { state: "IDLE" },
    get events() {
      return [...events.values()].sort((one, other) => one.sequence - other.sequence);
    },
    get waiting() {
      return work.events.filter(({ waits }) => waits).length;
    },

    async refresh() {
      for (const event of await readEvents(store, key)) events.set(event.sequence, event);
      changed();
    },
    /** This will record a fact, for good. `source`: QR, PIN or ROSTER. `corrects`: what it corrects and why, or nothing. */
    async record({ sessionId, token, status, source, corrects = {} }) {
      const now = Date.now();
      const content = {
        sessionId,
        enrolmentToken: token,
        status,
        source,
        occurredAt: new Date(now).toISOString(),
        ...corrects,
      };
      const event = await append(store, key, content, now);
      if (!events.has(event.sequence)) events.set(event.sequence, event);
      changed();
      sender.soon();
      return event;
    },
    async sendAgain(sequence) {
      await waitAgain(store, sequence);
      await work.refresh();
      sender.now();
    },
    trainings: () => listTrainings(ask),
    async load(training) {
      const roster = await loadRoster({ store, key, ask, training, now: Date.now() });
      work.rosters.set(roster.id, roster);
      changed();
      return roster;
    },
    eventsOf: (roster) => work.events.filter(({ sessionId }) => roster.sessions.some(({ id }) => id === sessionId)),
    async forget(roster) {
      const done = work.eventsOf(roster);
      await forget(
        store,
        roster,
        done.map(({ sequence }) => sequence),
      );
      done.forEach(({ sequence }) => events.delete(sequence));
      work.rosters.delete(roster.id);
      changed();
    },
    tokens: () => kept.read(),
    send: () => sender.now(),
    close: () => sender.stop(),
  };

  async function tell(state) {
    work.state = state;
    if (state.state === "REVOKED") revoked();
    else if (state.state === "SENT" || (state.state === "IDLE" && work.waiting)) await work.refresh(); // another window sent it
    else changed();
  }

  const sender = sending({ store, key, deviceId: device.id, ask, tell });
  for (const roster of await readRosters(store, key)) work.rosters.set(roster.id, roster);
  await work.refresh();
  sender.now();
  return work;
}
