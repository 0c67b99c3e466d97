"""The row of each reading: when it began, how far it is, how it ended; and what that leaves with its partner."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.partners import SyncOccasion, SyncOutcome
from models.session import Connection
from partners import schedule
from partners.report import Report


@dataclass(frozen=True, slots=True)
class Run:
    """One reading under way."""

    id: UUID
    partner_id: UUID
    began: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a partner's system said besides its records."""

    system: dict[str, str] | None = None
    "Of itself: its version and profile."
    left_alone_for: float | None = None
    "Seconds that it asked to be left alone for."


async def begin(
    connection: Connection,
    partner_id: UUID,
    *,
    now: datetime,
    occasion: SyncOccasion,
    whole: bool,
    asked: UUID | None = None,
    dry_run: bool = False,
) -> Run:
    """This will note that a reading begins. Two statements.

    asked: the row of a reading that waits for it. What was running before was broken off, since whoever begins holds
    the partner's lock: it counts as a failure, so that a partner that ends its reader is not read on and on.
    """
    await connection.execute(_BREAK_OFF, partner_id, now, asked)
    if asked is not None:
        await connection.execute(_TAKE_UP, asked, now, whole)
        return Run(asked, partner_id, now, whole)
    run = await connection.fetchval(_BEGIN, partner_id, now, occasion, whole, dry_run)
    return Run(run, partner_id, now, whole)


async def recover(connection: Connection, *, now: datetime) -> int:
    """This will settle what nobody does any longer, since whoever did it was killed. How many partners it concerned.

    A reading that nobody holds the partner's lock for broke off; what was sent and half taken in waits again.
    """
    found = 0
    for row in await connection.fetch(_UNDER_WAY):
        if await connection.fetchval(_TRY, row["partner_id"]):
            await connection.execute(_BREAK_OFF, row["partner_id"], now, None)
            await connection.execute(_WAIT_AGAIN, row["partner_id"])
            await connection.execute(_RELEASE, row["partner_id"])
            found += 1
    return found


async def tell(connection: Connection, run: Run, report: Report) -> None:
    """This will show how far a reading is; one statement."""
    await connection.execute(_PROGRESS, run.id, report.counts.told())


async def wait(connection: Connection, asked: UUID) -> None:
    """This will have a reading wait that was asked for, since its partner is being read."""
    await connection.execute("UPDATE sync_run SET outcome = 'WAITING' WHERE id = $1", asked)


async def end(
    connection: Connection,
    run: Run,
    report: Report,
    *,
    ended: datetime,
    told: Told,
    accepted: datetime | None,
) -> None:
    """This will note how a reading ended, and when its partner is read next. Three statements, one transaction.

    accepted: when a person had said that what is missing is gone; believed once, so that it is forgotten now.
    """
    outcome, errors = report.outcome, report.errors()
    trouble = " ".join((*report.failures, *report.losses)) or None
    async with connection.transaction():
        await connection.execute(_END, run.id, ended, outcome, report.counts.told(), errors)
        partner = await connection.fetchrow(_STANDING, run.partner_id)
        if partner is None:
            return
        coming = schedule.after(
            outcome,
            began=run.began,
            ended=ended,
            poll=partner["poll_seconds"],
            failures=partner["failures"],
            left_alone_for=told.left_alone_for,
        )
        await connection.execute(
            _REMEMBER,
            run.partner_id,
            run.began,
            outcome is SyncOutcome.COMPLETE,
            trouble,
            {"system": told.system} if told.system else {},
            coming.at,
            min(coming.failures, 32_000),
            run.whole and not report.failures,
            accepted if outcome is SyncOutcome.COMPLETE and run.whole else None,
        )


async def end_dry(
    connection: Connection, run: Run, report: Report, *, ended: datetime, changes: dict[str, Any]
) -> None:
    """This will note what a dry run told; nothing of it stays with the partner. One statement."""
    outcome = SyncOutcome.FAILED if report.outcome is SyncOutcome.FAILED else SyncOutcome.TRIED
    await connection.execute(_END, run.id, ended, outcome, report.counts.told(), report.errors() | {"changes": changes})


async def end_by_us(connection: Connection, run: Run, *, ended: datetime, why: str) -> None:
    """This will note that a reading was not ended by its partner; it is read again soon, and no failure of it."""
    await connection.execute(_END, run.id, ended, SyncOutcome.FAILED, {}, {"failures": [why]})
    await connection.execute(_SOON, run.partner_id, ended + timedelta(seconds=1))


_BREAK_OFF = """
WITH cut AS (
  UPDATE sync_run SET outcome = 'FAILED', finished_at = $2, errors = jsonb_build_object('failures', ARRAY[
    'It broke off: the program that read it was ended, or ended itself. It is tried again.'])
  WHERE partner_id = $1 AND outcome = 'RUNNING' AND id IS DISTINCT FROM $3 RETURNING dry_run
)
UPDATE partner SET failures = failures + 1 WHERE id = $1 AND EXISTS (SELECT FROM cut WHERE NOT dry_run)"""
_UNDER_WAY = """
SELECT partner_id FROM sync_run WHERE outcome = 'RUNNING'
UNION SELECT partner_id FROM partner_import WHERE state = 'RUNNING'"""
_TRY = "SELECT pg_try_advisory_lock(hashtextextended('partner ' || $1::uuid::text, 0))"
_RELEASE = "SELECT pg_advisory_unlock(hashtextextended('partner ' || $1::uuid::text, 0))"
_WAIT_AGAIN = "UPDATE partner_import SET state = 'WAITING' WHERE partner_id = $1 AND state = 'RUNNING'"
_TAKE_UP = "UPDATE sync_run SET outcome = 'RUNNING', started_at = $2, whole = $3 WHERE id = $1"
_BEGIN = """
INSERT INTO sync_run (partner_id, started_at, occasion, whole, dry_run) VALUES ($1, $2, $3, $4, $5) RETURNING id"""
_PROGRESS = "UPDATE sync_run SET counts = $2 WHERE id = $1"
_END = "UPDATE sync_run SET finished_at = $2, outcome = $3, counts = $4, errors = $5 WHERE id = $1"
_STANDING = "SELECT poll_seconds, failures FROM partner WHERE id = $1 FOR UPDATE"
_REMEMBER = """
UPDATE partner SET
  last_success_at = CASE WHEN $3 THEN $2::timestamptz ELSE last_success_at END,
  last_failure_at = CASE WHEN $3 THEN last_failure_at ELSE $2::timestamptz END,
  last_failure = CASE WHEN $3 THEN NULL ELSE $4::text END,
  cursor = cursor || $5::jsonb,
  next_at = $6, failures = $7,
  whole_at = CASE WHEN $8 THEN $2::timestamptz ELSE whole_at END,
  losses_accepted_at = CASE WHEN losses_accepted_at = $9 THEN NULL ELSE losses_accepted_at END
WHERE id = $1"""
_SOON = "UPDATE partner SET next_at = $2 WHERE id = $1 AND next_at IS NOT NULL"
