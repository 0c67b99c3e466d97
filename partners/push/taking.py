"""Takes in what a partner sent, or tries it: as a reading of its system would be, with what was sent in its place.

One at a time for each partner, in the order in which it was sent. A dry run is written like any other, and rolled back;
what it would have changed is told, field by field.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg

from models.partners import ImportState, RecordKind, SyncOccasion, SyncOutcome
from models.session import TROUBLE, Connection
from partners.connector import Source
from partners.connectors import CONNECTORS
from partners.keeping.holdings import Holdings, Partner, UnknownOrganization
from partners.outgoing import Patience, asker
from partners.push.adopting import Adopted, adopt
from partners.push.difference import differences
from partners.records import Deleted, Feed, Remote, Swept, Unreadable
from partners.report import Report
from partners.settings import WrongSetting
from partners.sweep import Sweep
from partners.sync import connected, partner_of

LONGEST_WAIT = "60s"
"For the reading of the same partner that is under way."
Part = Remote | Deleted | Swept


class DryRunOver(Exception):
    """Everything was tried; nothing of it is kept."""


async def take_in(url: str, import_id: UUID, *, now: datetime) -> Report | None:
    """This will take in one import, on the database at url as role worker; its row says what came of it.

    None where there is no such import, it is done already, or its partner is being read: then it waits on.
    """
    clock = monotonic()
    async with connected(url) as connection:
        partner_id = await connection.fetchval("SELECT partner_id FROM partner_import WHERE id = $1", import_id)
        if partner_id is None:
            return None
        if not await _locked(connection, partner_id):
            await connection.execute(_WAIT, import_id)
            return None
        # With the lock: whoever held it may have taken it in.
        sent = await connection.fetchrow(_SENT, import_id)
        if sent is None:
            return None
        row = await connection.fetchrow("SELECT * FROM partner WHERE id = $1", partner_id)
        report, changes = Report(row["name"]), list[dict[str, Any]]()
        try:
            changes = await _follow(url, connection, partner_of(row), dict(sent), report, row, now=now)
        except (Unreadable, WrongSetting, UnknownOrganization) as failure:
            report.failures.append(str(failure))
            report.finish(read_anything=False)
        except asyncio.CancelledError:
            await _again(url, import_id)
            raise
        except Exception:
            await _end(url, sent, _BROKEN, now=now)
            raise
        told = report.errors() | {"outcome": report.outcome.value, "counts": report.counts.told()}
        if sent["dry_run"]:
            told["changes"] = changes
        state = ImportState.FAILED if report.outcome is SyncOutcome.FAILED else ImportState.DONE
        ended = now + timedelta(seconds=monotonic() - clock)
        await connection.execute(_END, import_id, state, ended, told)
        if not sent["dry_run"]:
            counts, trouble = report.counts.told(), " ".join((*report.failures, *report.losses)) or None
            run = (SyncOccasion.PUSH, report.outcome, sent["whole"], counts, report.errors(), import_id)
            await connection.execute(_RUN, row["id"], now, ended, *run)
            succeeded = report.outcome is SyncOutcome.COMPLETE
            await connection.execute(_REMEMBER, row["id"], now, succeeded, trouble, succeeded and sent["whole"])
    return report


async def _follow(
    url: str,
    connection: Connection,
    partner: Partner,
    sent: dict[str, Any],
    report: Report,
    row: asyncpg.Record,
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """Writes what was sent; answers what that changes where it is a dry run, and undoes it."""
    parts = await _read(partner, sent)
    accept = sent["whole"] and row["losses_accepted_at"] is not None
    changes: list[dict[str, Any]] = []
    if not sent["dry_run"]:
        await _write(connection, partner, parts, report, now=now, accept_losses=accept)
        return changes
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            held = await _write(connection, partner, parts, report, now=now, accept_losses=accept)
            async with connected(url) as before:
                changes = await differences(
                    before, connection, held=held.before, holdings=held.holdings, owner=partner.organization_id
                )
            raise DryRunOver
    except DryRunOver:
        return changes


class _Written:
    """What was held before and after writing."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings, self.before = holdings, dict(holdings.records)


async def _write(
    connection: Connection, partner: Partner, parts: list[Part], report: Report, *, now: datetime, accept_losses: bool
) -> _Written:
    remotes = [part for part in parts if isinstance(part, Remote)]
    adopted = await adopt(connection, partner, remotes)
    written = _Written(await Holdings.load(connection, partner))
    sweep = Sweep(connection, partner, written.holdings, report, now, accept_losses=accept_losses)
    await sweep.follow(_replayed(parts, adopted))
    report.finish(read_anything=bool(sweep.seen))
    return written


async def _read(partner: Partner, sent: dict[str, Any]) -> list[Part]:
    source = Source(partner.address, partner.settings, whole=sent["whole"], pushed=bytes(sent["content"] or b""))
    async with asker((), Patience()) as ask:
        return [part async for part in CONNECTORS[partner.kind].read(source, ask)]


async def _replayed(parts: list[Part], adopted: Adopted) -> Feed:
    """What was read, under the ids by which it is known; what may not come in from here is kept out and told so."""
    for part in parts:
        if isinstance(part, Remote) and part.kind is RecordKind.SERVICE:
            known_as = adopted.known_as.get(part.remote_id, part.remote_id)
            unreadable = part.unreadable or adopted.refused.get(part.remote_id)
            yield replace(part, remote_id=known_as, unreadable=unreadable)
        else:
            yield part


async def _locked(connection: Connection, partner_id: UUID) -> bool:
    """Whether this connection now reads the partner, as partners/sync.py does; waits for whoever does."""
    try:
        await connection.execute(f"SET lock_timeout = '{LONGEST_WAIT}'")
        await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", f"partner {partner_id}")
        await connection.execute("RESET lock_timeout")
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def _again(url: str, import_id: UUID) -> None:
    """The program ends: what is not taken in is taken in when it runs again."""
    with suppress(*TROUBLE, TimeoutError):
        async with asyncio.timeout(2), connected(url) as connection:
            await connection.execute(_WAIT, import_id)


async def _end(url: str, sent: asyncpg.Record, told: dict[str, Any], *, now: datetime) -> None:
    """On a connection of its own: the other may be in the middle of anything."""
    async with connected(url) as connection:
        await connection.execute(_END, sent["id"], ImportState.FAILED, now, told)


_BROKEN = {"outcome": "FAILED", "failures": ["It failed here, by no fault of yours. Send it again, or tell us."]}
_SENT = """
UPDATE partner_import SET state = 'RUNNING' WHERE id = $1 AND state IN ('WAITING', 'RUNNING')
RETURNING id, partner_id, content, dry_run, whole"""
_WAIT = "UPDATE partner_import SET state = 'WAITING' WHERE id = $1 AND state = 'RUNNING'"
_END = "UPDATE partner_import SET state = $2, finished_at = $3, report = $4, content = NULL WHERE id = $1"
_RUN = """
INSERT INTO sync_run (partner_id, started_at, finished_at, occasion, outcome, whole, counts, errors, import_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
_REMEMBER = """
UPDATE partner SET
  last_success_at = CASE WHEN $3 THEN $2::timestamptz ELSE last_success_at END,
  last_failure_at = CASE WHEN $3 THEN last_failure_at ELSE $2::timestamptz END,
  last_failure = CASE WHEN $3 THEN NULL ELSE $4::text END,
  whole_at = CASE WHEN $5 THEN $2::timestamptz ELSE whole_at END,
  losses_accepted_at = CASE WHEN $5 THEN NULL ELSE losses_accepted_at END
WHERE id = $1"""
