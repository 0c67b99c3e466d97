"""Syncs one partner: one at a time, each run with a row of its own that says how it ended."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic

import asyncpg

from models.partners import PartnerKind, SyncOutcome
from models.session import Connection
from partners.connector import Source
from partners.connectors import CONNECTORS
from partners.keeping.holdings import Holdings, Partner, UnknownOrganization
from partners.outgoing import Patience, asker
from partners.records import Feed, Unreadable
from partners.report import Report
from partners.settings import WrongSetting, read_settings
from partners.sweep import Sweep


class NoSuchPartner(Exception):
    """There is no partner of that name. See konbit partners list."""


async def sync(
    url: str,
    name: str,
    *,
    now: datetime,
    accept_losses: bool = False,
    patience: Patience | None = None,
) -> Report:
    """This will sync one partner, on the database at url as role worker. What went wrong with it is in the report.

    accept_losses: what is missing now is gone now, however much it is. Raises NoSuchPartner, and what asyncpg
    raises where the database cannot be reached.
    """
    report, began = Report(name), monotonic()
    async with connected(url) as connection:
        row = await connection.fetchrow("SELECT * FROM partner WHERE name = $1", name)
        if row is None:
            raise NoSuchPartner(name)
        if not await connection.fetchval(
            "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"partner {row['id']}"
        ):
            report.failures.append("It is being synced by another process. Wait for that one.")
            report.finish(read_anything=False)
            return report
        run = await connection.fetchval(_BEGIN, row["id"], now)
        sweep: Sweep | None = None
        try:
            partner = _partner(row)
            holdings = await Holdings.load(connection, partner)
            sweep = Sweep(connection, partner, holdings, report, now, accept_losses=accept_losses)
            await sweep.follow(_feed(partner, patience or Patience()))
        except (Unreadable, WrongSetting, UnknownOrganization) as failure:
            report.failures.append(str(failure))
        report.finish(read_anything=sweep is not None and bool(sweep.seen))
        system = sweep.system if sweep else None
        ended = now + timedelta(seconds=monotonic() - began)
        await connection.execute(_END, run, ended, report.outcome, report.counts.told(), report.errors())
        trouble = " ".join((*report.failures, *report.losses)) or None
        await connection.execute(_REMEMBER, row["id"], now, report.outcome is SyncOutcome.COMPLETE, trouble, system)
    return report


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """This will open a connection that reads and writes JSON as Python's values, and close it after."""
    connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "konbit partners"})
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        yield connection
    finally:
        await connection.close()


async def _feed(partner: Partner, patience: Patience) -> Feed:
    async with asker(partner.settings.allowed_networks, patience) as ask:
        source = Source(partner.address, partner.settings)
        async with aclosing(CONNECTORS[partner.kind].read(source, ask)) as parts:
            async for part in parts:
                yield part


def _partner(row: asyncpg.Record) -> Partner:
    kind, settings = PartnerKind(row["kind"]), read_settings(row["settings"])
    return Partner(row["id"], row["name"], row["organization_id"], kind, row["address"], settings)


_BEGIN = """
WITH cut_short AS (UPDATE sync_run SET outcome = 'FAILED' WHERE partner_id = $1 AND outcome = 'RUNNING')
INSERT INTO sync_run (partner_id, started_at) VALUES ($1, $2) RETURNING id"""
_END = "UPDATE sync_run SET finished_at = $2, outcome = $3, counts = $4, errors = $5 WHERE id = $1"
_REMEMBER = """
UPDATE partner SET
  last_success_at = CASE WHEN $3 THEN $2::timestamptz ELSE last_success_at END,
  last_failure_at = CASE WHEN $3 THEN last_failure_at ELSE $2::timestamptz END,
  last_failure = CASE WHEN $3 THEN NULL ELSE $4::text END,
  cursor = coalesce($5::jsonb, cursor)
WHERE id = $1"""
