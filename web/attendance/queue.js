// What was recorded on this device, in order, until the server has answered for it and after.
import { change, got, look } from "./store.js";
import { uuid7 } from "./uuid.js";
import { seal, unseal } from "./vault.js";

/** The contract's: at most so many events at a time. */
export const MOST = 100;
/** What the server answered for an event; REFUSED is ours: it would not read the event at all. */
export const OUTCOMES = ["RECORDED", "DUPLICATE", "UNMATCHED", "CONFLICT", "REJECTED", "REFUSED"];
/** Milliseconds; well below what the server takes for a clock that is off (5 minutes). */
const SOON = 120_000;

/**
 * This will append an event. Its number has no gaps, for it is given by the transaction that writes it.
 * `content`: what the contract's event says besides its id and number, never changed afterwards.
 */
export async function append(store, key, content, now) {
  const eventId = uuid7(now);
  const sealed = await seal(key, content, eventId);
  const kept = await change(store, async ({ kept, events }) => {
    const device = await got(kept.get("device"));
    const event = { sequence: device.sequence + 1, eventId, sealed, waits: 1, outcome: null, flags: [] };
    await got(events.add(event));
    await got(kept.put({ ...device, sequence: event.sequence }, "device"));
    return event;
  });
  return opened(kept, content);
}

/** Every event with its content, in order. */
export async function readEvents(store, key) {
  const kept = await look(store, ({ events }) => got(events.getAll()));
  return Promise.all(kept.map(async (event) => opened(event, await unseal(key, event.sealed, event.eventId))));
}

/** How many wait. It can be told of a locked device too. */
export function countWaiting(store) {
  return look(store, ({ events }) => got(events.index("waits").count()));
}

/**
 * The batch that was begun and not answered for, else a new one of up to `most`; null when none waits.
 * Soon after, the same batch is the same to the letter, key and all. Later it gets a new key, for the clock it tells must be
 * today's; that its events are the same ones is told by their ids.
 */
export function nextBatch(store, { now, most = MOST }) {
  return change(store, async ({ kept, events }) => {
    const begun = await got(kept.get("batch"));
    if (begun && Math.abs(now - begun.sentAt) < SOON) return { ...begun, events: await all(events, begun.sequences) };
    const waiting = begun ? await all(events, begun.sequences) : await got(events.index("waits").getAll(null, most));
    if (!waiting.length) return null;
    const batch = {
      idempotencyKey: crypto.randomUUID(),
      sentAt: now,
      sequences: waiting.map(({ sequence }) => sequence),
    };
    await got(kept.put(batch, "batch"));
    return { ...batch, events: waiting };
  });
}

const all = (events, sequences) => Promise.all(sequences.map((sequence) => got(events.get(sequence))));

/** This will write down what became of each event, and end the batch. What was not answered for goes on waiting. */
export function settle(store, batch, results) {
  return change(store, async ({ kept, events }) => {
    for (const { sequence, eventId } of batch.events) {
      const result = results.find((each) => each.eventId === eventId);
      if (!result) continue;
      const event = await got(events.get(sequence));
      delete event.waits;
      await got(events.put({ ...event, outcome: result.outcome, flags: result.flags, says: result.says ?? null }));
    }
    await got(kept.delete("batch"));
  });
}

/** This will let a refused event wait again. */
export function waitAgain(store, sequence) {
  return change(store, async ({ events }) => {
    const event = await got(events.get(sequence));
    await got(events.put({ ...event, waits: 1, outcome: null, says: null }));
  });
}

/** What the server is sent of an event. */
export async function sent(key, event) {
  const content = await unseal(key, event.sealed, event.eventId);
  return { eventId: event.eventId, deviceSequence: event.sequence, ...content };
}

function opened({ sequence, eventId, outcome, flags, says = null, waits = 0 }, content) {
  return { sequence, eventId, outcome, flags, says, waits: Boolean(waits), ...content };
}
