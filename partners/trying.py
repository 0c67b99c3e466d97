"""What would change if a partner were read now? It is read and written as ever, and then all of it is rolled back.

The system is read first, as far as fits in memory; then everything is written in one transaction that is never
committed. So nobody waits for the network with rows locked, and nothing is left of it but what is told.
"""

import re
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from models.partners import PartnerKind, SyncOccasion
from models.session import Connection
from partners import register, runs
from partners.connector import Look, Source
from partners.connectors import CONNECTORS
from partners.credentials import CredentialLost
from partners.keeping.holdings import Holdings, Partner, UnknownOrganization
from partners.outgoing import Asker, asker
from partners.proving import Proof
from partners.recognising import recognise
from partners.records import Deleted, Feed, Remote, Swept, Unreadable
from partners.report import Report
from partners.settings import WrongSetting, read_settings
from partners.sweep import Sweep
from partners.sync import BUSY, Means, NoSuchPartner, connected, locked, partner_of, proof_of

MOST_RECORDS = 20_000
"Read in a trial: beyond them nothing is told of what would be missing."
MOST_NAMES = 20
"Named of those that would be new, changed or missing."
HIDDEN = "(seen by its own organisation alone)"
"In the place of a name that is not the network's to know."
Part = Remote | Deleted | Swept


class TrialOver(Exception):
    """The trial is over; nothing of it is kept."""


@dataclass(slots=True)
class Trial:
    """What a system is, and what would become of it here."""

    kind: PartnerKind | None = None
    look: Look | None = None
    report: Report = field(default_factory=lambda: Report("trial"))
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    "Gone now, or after one more complete reading without them."

    def changes(self) -> dict[str, Any]:
        """What the run's row keeps beside the counts: names of services, and what the system is."""
        named = {"new": self.new, "changed": self.changed, "missing": self.missing}
        said = {"what": self.look.what, "details": dict(self.look.details)} if self.look else {}
        return {**said, **{name: names[:MOST_NAMES] for name, names in named.items()}}


async def try_address(
    url: str,
    address: str,
    *,
    now: datetime,
    kind: PartnerKind | None = None,
    settings: Mapping[str, Any] | None = None,
    proof: Proof | None = None,
    means: Means | None = None,
) -> Trial:
    """This will say what is at an address that is not yet a partner's, and what would come in of it.

    kind: None where that is to be found out. Raises WrongSetting and register.WrongAddress.
    """
    means, said = means or Means(), dict(settings or {})
    trial, read = Trial(kind), read_settings(said)
    known = register.whole_address(kind or PartnerKind.CSV, address)
    async with asker(read.allowed_networks, means.patience, proof) as ask:
        parts = await _look_and_read(trial, Source(known, read), ask)
    if trial.kind is None:
        _finish(trial, parts)
        return trial
    async with connected(url) as connection:
        try:
            async with connection.transaction():
                name = await _unused_name(connection, known)
                await register.add(
                    connection, name=name, kind=trial.kind, address=known, organization=None, settings=said
                )
                row = await connection.fetchrow("SELECT * FROM partner WHERE name = $1", name)
                await _write(connection, trial, partner_of(row), parts, now=now)
                raise TrialOver
        except TrialOver:
            pass
        except asyncpg.LockNotAvailableError:
            trial.report.failures.append(BUSY)
    _finish(trial, parts)
    return trial


async def try_partner(
    url: str, name: str, *, now: datetime, asked: UUID | None = None, means: Means | None = None
) -> Trial:
    """This will say what a reading of a partner would change; a row of its runs tells it too. Raises NoSuchPartner."""
    means, clock, trial = means or Means(), monotonic(), Trial(report=Report(name))
    async with connected(url) as connection:
        row = await connection.fetchrow("SELECT * FROM partner WHERE name = $1", name)
        if row is None:
            raise NoSuchPartner(name)
        if not await locked(connection, row["id"]):
            if asked is not None:
                await runs.wait(connection, asked)
            trial.report.failures.append(BUSY)
            _finish(trial, [])
            return trial
        run = await runs.begin(
            connection, row["id"], now=now, occasion=SyncOccasion.MANUAL, whole=True, asked=asked, dry_run=True
        )
        parts: list[Part] = []
        try:
            partner = partner_of(row)
            trial.kind = partner.kind
            async with asker(partner.settings.allowed_networks, means.patience, proof_of(row, means)) as ask:
                parts = await _look_and_read(trial, Source(partner.address, partner.settings), ask)
            async with connection.transaction():
                await _write(connection, trial, partner, parts, now=now)
                raise TrialOver
        except TrialOver:
            pass
        except (Unreadable, WrongSetting, UnknownOrganization, CredentialLost) as failure:
            trial.report.failures.append(str(failure))
        except asyncpg.LockNotAvailableError:
            trial.report.failures.append(BUSY)
        _finish(trial, parts)
        ended = now + timedelta(seconds=monotonic() - clock)
        await runs.end_dry(connection, run, trial.report, ended=ended, changes=trial.changes())
    return trial


async def _look_and_read(trial: Trial, source: Source, ask: Asker) -> list[Part]:
    """All that a system hands over, up to a limit; what kept it from being read is in the trial's report."""
    parts: list[Part] = []
    try:
        if trial.kind is None:
            found = await recognise(source.address, source.settings, ask.hastily())
            trial.kind, trial.look = found.kind, found.look
        else:
            trial.look = await CONNECTORS[trial.kind].look(source, ask)
        trial.report.notes += trial.look.notes
        async with aclosing(CONNECTORS[trial.kind].read(source, ask)) as feed:
            async for part in feed:
                parts.append(part)
                if len(parts) >= MOST_RECORDS:
                    trial.report.notes.append(f"Only the first {MOST_RECORDS} records were tried.")
                    break
    except (Unreadable, WrongSetting) as failure:
        trial.report.failures.append(str(failure))
    return parts


async def _write(connection: Connection, trial: Trial, partner: Partner, parts: list[Part], *, now: datetime) -> None:
    await connection.execute("SET LOCAL lock_timeout = '5s'")
    before = await _standing(connection, partner)
    try:
        holdings = await Holdings.load(connection, partner)
        sweep = Sweep(connection, partner, holdings, trial.report, now, accept_losses=False)
        await sweep.follow(_again(parts))
    except (Unreadable, UnknownOrganization) as failure:
        trial.report.failures.append(str(failure))
    for remote_id, row in sorted((await _standing(connection, partner)).items()):
        was = before.get(remote_id)
        name = row["name"] if row["shown"] else HIDDEN
        if row["missed"] > (was["missed"] if was else 0):
            trial.missing.append(name)
        elif row["name"] is None or row["status"] != "CURRENT":
            continue
        elif was is None or was["status"] != "CURRENT":
            trial.new.append(name)
        elif was["digest"] != row["digest"]:
            trial.changed.append(name)


async def _standing(connection: Connection, partner: Partner) -> dict[str, asyncpg.Record]:
    return {row["remote_id"]: row for row in await connection.fetch(_STANDING, partner.id)}


async def _again(parts: list[Part]) -> Feed:
    for part in parts:
        # Where the next reading begins is told by what is kept.
        yield replace(part, cursor=None) if isinstance(part, Swept) else part


def _finish(trial: Trial, parts: list[Part]) -> None:
    trial.report.finish(read_anything=any(isinstance(part, Remote) for part in parts))


async def _unused_name(connection: Connection, address: str) -> str:
    host = urlsplit(address).hostname or address.rpartition("/")[2]
    name = re.sub("[^a-z0-9]+", "-", host.lower()).strip("-")[:40] or "trial"
    taken = await connection.fetch("SELECT name FROM partner UNION SELECT slug FROM organization")
    names = {row["name"] for row in taken}
    return next(each for number in range(len(names) + 1) if (each := f"{name}-{number}") not in names)


_STANDING = """
SELECT r.remote_id, r.digest, r.status, r.missed, s.names ->> s.language AS name,
  s.visibility IN ('PUBLIC', 'NETWORK') AS shown
FROM source_record r LEFT JOIN source_link l USING (partner_id, kind, remote_id)
  LEFT JOIN service s ON s.id = l.local_id
WHERE r.partner_id = $1 AND r.kind = 'SERVICE'"""
