/**
 * A receiver reads its worklist, and accepts or completes a referral.
 *
 *     node client_examples/javascript/answer.js
 *     node client_examples/javascript/answer.js accept REFERENCE
 *     node client_examples/javascript/answer.js complete REFERENCE --note "Extract delivered"
 */

import { parseArgs } from "node:util";

import { Konbit, NotDone, credentials, run } from "./konbit.js";

const OPEN = ["SENT", "ACKNOWLEDGED", "WAITLISTED", "ACCEPTED", "IN_PROGRESS"];

/** Incoming referrals that wait for us, those due first; page by page, as many as there are. */
async function* referrals(konbit, more = {}) {
  const filter = { direction: "INCOMING", statuses: OPEN, ...more };
  for (let after = null; ; ) {
    const { nodes, pageInfo } = (await konbit.ask("worklist", { filter, first: 50, after })).referrals;
    yield* nodes;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

/** The referral of this reference. What is not ours to see and what does not exist are told alike. */
async function one(konbit, reference) {
  for await (const referral of referrals(konbit, { reference })) return referral;
  throw new NotDone([{ code: "NOT_FOUND", message: `No open referral ${reference} waits for us.` }]);
}

/** One referral in one line: before acceptance, whom to prepare for; afterwards, who it is. */
function line({ reference, status, dueAt, isOverdue, subject, sender }) {
  const due = (dueAt ?? "").slice(0, 16).replace("T", " ") + (isOverdue ? " LATE" : "");
  let who = "nobody in particular";
  if (subject) {
    const stub = `${subject.sex}, ${subject.ageGroup.replace("AGE_", "").replace("_", "-")}`.toLowerCase();
    who = subject.identity ? `${subject.identity.givenName} ${subject.identity.familyName} (${stub})` : stub;
  }
  return `${reference}  ${status.padEnd(12)} due ${due.padEnd(21)}  ${who}  from ${sender.slug}`;
}

/**
 * Takes a step on the referral as it was just read: whoever was faster is not overruled.
 *
 * The key is the step on that version: the same for each attempt at it, another once the referral has moved on.
 */
async function act(konbit, verb, reference, fields) {
  const { id, version } = await one(konbit, reference);
  const step = { referralId: id, expectedVersion: version, ...fields };
  const referral = await konbit.act(`${verb}_referral`, `${verb}/${reference}/${version}`, step);
  console.log(`Referral ${referral.reference}: ${referral.status}`);
  const name = referral.subject?.identity;
  if (name) console.log(`${name.givenName} ${name.familyName}: ${referral.summary}`);
}

await run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { as: { type: "string", default: "registry" }, note: { type: "string" } },
  });
  const konbit = new Konbit(await credentials(values.as));
  const [verb = "list", reference] = positionals;
  if (verb === "list") {
    for await (const referral of referrals(konbit)) console.log(line(referral));
  } else if (verb === "accept" && reference) {
    await act(konbit, verb, reference, { note: values.note });
  } else if (verb === "complete" && reference) {
    await act(konbit, verb, reference, { result: "SERVED", note: values.note });
  } else {
    throw new NotDone([{ code: "USAGE", message: "answer.js [accept | complete REFERENCE] [--note TEXT]" }]);
  }
});
