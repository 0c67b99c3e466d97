/**
 * Follows every step of your referrals as it happens, and goes on where it stopped, however it was stopped.
 *
 *     node client_examples/javascript/follow.js [--cursor FILE]
 */

import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import { Konbit, Unreachable, credentials, run } from "./konbit.js";

/** Milliseconds before following again once a stream has ended. */
const PAUSE = 1000;
/** Why a stream ends that may go on: the token did, Konbit is away for a moment, or there were too many streams. */
const PASSING = ["UNAUTHENTICATED", "UNAVAILABLE", "RATE_LIMITED"];

/**
 * Every change after the cursor in the file, and then those to come.
 *
 * A cursor is kept once its change was handled: when the next one is asked for. So what was being handled when the
 * program was killed is told again, and nothing is ever left out.
 */
async function* changes(konbit, kept) {
  let after = await readFile(kept, "utf8").catch(() => null);
  for (;;) {
    try {
      for await (const { referralChanges: change } of konbit.events("follow", { after })) {
        if (change.kind !== "CHECKPOINT") yield change;
        after = change.cursor;
        await keep(kept, after);
      }
    } catch (failure) {
      after = recovered(failure, konbit, after);
    }
    await pause(PAUSE);
  }
}

/** The cursor to go on from once a stream has broken. Throws what following again would not change. */
function recovered(failure, konbit, after) {
  if (failure.code === "CURSOR_EXPIRED") {
    console.log("Away for more than 30 days: read your open referrals anew. From now on:");
    return null;
  }
  if (!(failure instanceof Unreachable) && !PASSING.includes(failure.code)) throw failure;
  if (failure.code === "UNAUTHENTICATED") konbit.forgetToken();
  else console.error(`Konbit: ${failure.message}. Following again.`);
  return after;
}

/** Puts the cursor in place whole or not at all: a program that is killed leaves no half of one. */
async function keep(kept, cursor) {
  await writeFile(`${kept}.partial`, cursor);
  await rename(`${kept}.partial`, kept);
}

function line({ kind, referralId, event, referral }) {
  if (kind === "HIDDEN") return `${referralId}  no longer ours to see: forget it`;
  const by = event.organization?.slug ?? "the system";
  const at = event.at.slice(0, 19).replace("T", " ");
  return `${referral.reference}  ${event.statusAfter.padEnd(10)} by ${by}, ${at} UTC`;
}

await run(async () => {
  const { values } = parseArgs({
    options: { as: { type: "string", default: "brc" }, cursor: { type: "string", default: ".konbit-cursor" } },
  });
  const konbit = new Konbit(await credentials(values.as));
  for await (const change of changes(konbit, values.cursor)) console.log(line(change));
});
