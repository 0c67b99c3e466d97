// How each person stands in a session: what this device recorded last, else what the server knew when the roster was loaded.

export const STATUSES = ["PRESENT", "LATE", "LEFT_EARLY", "ABSENT", "EXCUSED"];
/** Of these one says: the person was here. */
const HERE = new Set(["PRESENT", "LATE", "LEFT_EARLY"]);
/** What the server takes as no attendance of this person. */
const AGAINST = new Set(["REJECTED", "REFUSED"]);

/** A map from token to { status, event }; `event` is null where the server knew it, a missing token means nothing is known. */
export function standing(roster, events, sessionId) {
  const found = new Map();
  for (const { token, marks } of roster.people) {
    const mark = marks.find(([id]) => id === sessionId);
    if (mark) found.set(token, { status: mark[1], event: null });
  }
  for (const event of events) {
    if (event.sessionId === sessionId && !AGAINST.has(event.outcome)) found.set(event.enrolmentToken, { status: event.status, event });
  }
  return found;
}

export function countHere(roster, found) {
  return roster.people.filter(({ token }) => HERE.has(found.get(token)?.status)).length;
}

/** What a person types or what a code holds: a token alone, or at the end of an address. */
export function tokenIn(text) {
  const trimmed = text.trim();
  if (!/^https?:\/\//i.test(trimmed)) return trimmed;
  const address = new URL(trimmed);
  return decodeURIComponent(address.hash.slice(1) || address.pathname.split("/").filter(Boolean).pop() || trimmed);
}
