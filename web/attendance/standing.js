// How each person stands in a session: what this device recorded last, else what the server knew when the roster was loaded.

export const STATUSES = ["PRESENT", "LATE", "LEFT_EARLY", "ABSENT", "EXCUSED"];
/** What the server keeps of a token. */
export const LONGEST = 200;
/** Of these one says: the person was here. */
const HERE = new Set(["PRESENT", "LATE", "LEFT_EARLY"]);
/** What the server takes as no attendance of this person. */
const AGAINST = new Set(["REJECTED", "REFUSED"]);

/** A map from token to { status, event, version }: our own `event`, else the `version` the server knew. A missing token: nothing is known. */
export function standing(roster, events, sessionId) {
  const found = new Map();
  for (const { token, marks } of roster.people) {
    const mark = marks.find((each) => each.sessionId === sessionId);
    if (mark) found.set(token, { status: mark.status, event: null, version: mark.version });
  }
  for (const event of events) {
    if (event.sessionId === sessionId && !AGAINST.has(event.outcome))
      found.set(event.enrolmentToken, { status: event.status, event });
  }
  return found;
}

export function countHere(roster, found) {
  return roster.people.filter(({ token }) => HERE.has(found.get(token)?.status)).length;
}

/** What a correction names: the event that it corrects, else the version that was read. */
export function corrected({ event, version }, reason) {
  return event ? { correctsEventId: event.eventId, reason } : { correctsVersion: version, reason };
}

/** What a person types or what a code holds: a token alone, or at the end of an address. */
export function tokenIn(text) {
  const trimmed = text.trim();
  if (!/^https?:\/\//i.test(trimmed)) return trimmed;
  const address = new URL(trimmed);
  return decodeURIComponent(address.hash.slice(1) || address.pathname.split("/").filter(Boolean).pop() || trimmed);
}
