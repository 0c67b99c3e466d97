// Sends what waits, in batches, and says what came of it. Whatever goes wrong, an event waits until it is answered for.
import { Refused, Unanswered } from "../shared/graph.js";
import { SignInRefused, SignInUnanswered } from "../shared/signin.js";
import { MOST, nextBatch, sent, settle } from "./queue.js";

const SOONEST = 2_000;
const LATEST = 300_000;
const SELDOM = 60_000;
const ONE_AT_A_TIME = "konbit-attendance-sending";

/**
 * Makes what sends. `tell({ state, ... })` is called at every step; states: IDLE, SENDING, OFFLINE, LATER (with `at`),
 * SIGN_IN (the server does not take our credentials), FORBIDDEN, REVOKED.
 */
export function sending({ store, key, deviceId, ask, tell, clock = Date.now }) {
  let failures = 0;
  let timer = null;
  let stopped = false;
  let most = MOST;
  let looked = -Infinity;

  async function batchAnswered() {
    const batch = await nextBatch(store, { now: clock(), most });
    if (!batch) return false;
    tell({ state: "SENDING" });
    const events = await Promise.all(batch.events.map((event) => sent(key, event)));
    let payload;
    try {
      // No monotonic clock: a browser's stands still while a phone sleeps.
      const input = {
        idempotencyKey: batch.idempotencyKey,
        deviceId,
        sentAt: new Date(batch.sentAt).toISOString(),
        events,
      };
      payload = (await ask("record", { input })).recordAttendance;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "BAD_USER_INPUT") throw error;
      payload = { results: [], problems: [{ code: error.code, message: error.message }] };
    }
    await settle(store, batch, answersTo(batch, payload));
    return true;
  }

  /** A batch that is refused whole is sent again in halves, until the event is found that is in the way. */
  function answersTo(batch, { results, problems }) {
    const [problem] = problems;
    if (problem?.code === "IN_PROGRESS") throw new Unanswered(problem.message);
    if (!problem || results.length) {
      most = MOST;
      if (results.some(({ flags }) => flags.includes("REVOKED"))) looked = -Infinity;
      if (!batch.events.some((event) => results.some(({ eventId }) => eventId === event.eventId)))
        throw new Unanswered("no results");
      return results.map(({ message, ...result }) => ({ ...result, says: message }));
    }
    if (problem.code === "IDEMPOTENCY_KEY_REUSED") return [];
    if (batch.events.length > 1) {
      most = Math.ceil(batch.events.length / 2);
      return [];
    }
    most = MOST;
    return [{ eventId: batch.events[0].eventId, outcome: "REFUSED", flags: [], says: problem.message }];
  }

  /** Asked after what waits was sent, for the server keeps it, and now and then. */
  async function isRevoked() {
    if (Math.abs(clock() - looked) < SELDOM) return false;
    const { attendanceDevice } = await ask("device", { deviceId });
    looked = clock();
    return Boolean(attendanceDevice?.revokedAt);
  }

  async function run() {
    if (stopped) return;
    clearTimeout(timer);
    timer = null;
    if (!navigator.onLine) {
      tell({ state: "OFFLINE" });
      return;
    }
    try {
      while (!stopped && (await batchAnswered())) {
        failures = 0;
        tell({ state: "SENT" });
      }
      if (!stopped) tell({ state: (await isRevoked()) ? "REVOKED" : "IDLE" });
    } catch (error) {
      tell(await whatNow(error));
    }
  }

  async function whatNow(error) {
    if (error instanceof SignInRefused) return { state: "SIGN_IN" };
    if (error instanceof Refused && error.code === "UNAUTHENTICATED") return { state: "SIGN_IN" };
    failures += 1;
    const wished =
      error instanceof Unanswered && error.after ? error.after * 1000 : SOONEST * 2 ** Math.min(failures - 1, 10);
    const wait = Math.min(wished, LATEST) * (0.8 + 0.4 * Math.random());
    timer = setTimeout(now, wait);
    if (error instanceof Refused)
      return { state: error.code === "FORBIDDEN" ? "FORBIDDEN" : "LATER", at: clock() + wait };
    if (!(error instanceof Unanswered || error instanceof SignInUnanswered)) console.error(error);
    return { state: navigator.onLine ? "LATER" : "OFFLINE", at: clock() + wait };
  }

  /** Two windows of one device send one after the other. */
  const now = () => navigator.locks.request(ONE_AT_A_TIME, run);
  const again = () => {
    failures = 0;
    now();
  };
  window.addEventListener("online", again);
  window.addEventListener("offline", run);
  return {
    now: again,
    /** Where an answer failed to come, the next try is left to its time. */
    soon: () => timer === null && now(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      window.removeEventListener("online", again);
      window.removeEventListener("offline", run);
    },
  };
}
