"""Syncs one partner: one at a time, each run with a row of its own that says how it ended."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg

from auth.outside import same_server
from auth.sealing import Sealer
from models.partners import CredentialKind, PartnerKind, SyncOccasion
from models.session import TROUBLE, Connection
from partners import runs
from partners.connector import Source
from partners.connectors import CONNECTORS
from partners.credentials import CredentialLost, opened
from partners.keeping.holdings import Holdings, Partner, UnknownOrganization
from partners.outgoing import Asker, Patience, asker
from partners.proving import Proof, Tokens
from partners.records import Feed, Unreadable
from partners.report import Report
from partners.settings import WHOLE_HOURS, WrongSetting, read_settings
from partners.sweep import Sweep

TOLD_EVERY = 1.0
"Seconds between words of how far a reading is."
BUSY = "It is being synced by another process. Wait for that one."
ENDED = "The program that read it was ended. It is read again."
OURS = "It failed here, by no fault of the partner's"


class NoSuchPartner(Exception):
    """There is no partner of that name. See konbit partners list."""


class NotRead(Unreadable):
    """The partner is not read: it sends."""


@dataclass(frozen=True, slots=True)
class Means:
    """By what partners are asked: how patiently, and as whom."""

    patience: Patience = field(default_factory=Patience)
    sealer: Sealer | None = None
    "Opens credentials; None where none is to be used."
    tokens: Tokens = field(default_factory=Tokens)
    "Those that still count, of all partners."
    itself: str | None = None
    "The address of this very directory, which is never read: its feed grows by what is read of it."


async def sync(
    url: str,
    name: str,
    *,
    now: datetime,
    occasion: SyncOccasion = SyncOccasion.MANUAL,
    whole: bool = True,
    accept_losses: bool = False,
    asked: UUID | None = None,
    patience: Patience | None = None,
    means: Means | None = None,
) -> Report:
    """This will sync one partner, on the database at url as role worker. What went wrong with it is in the report.

    whole: all is read, as if never read before; else what changed, and what is missing where that is due.
    accept_losses: what is missing now is gone now, however much it is. asked: the row of a reading that waits for this.
    Raises NoSuchPartner, what asyncpg raises where the database cannot be reached, and what is wrong with ourselves,
    once the run's row says so.
    """
    report, clock = Report(name), monotonic()
    means = means or Means(patience or Patience())
    async with connected(url) as connection:
        partner_id = await connection.fetchval("SELECT id FROM partner WHERE name = $1", name)
        if partner_id is None:
            raise NoSuchPartner(name)
        if not await locked(connection, partner_id):
            if asked is not None:
                await runs.wait(connection, asked)
            report.failures.append(BUSY)
            report.finish(read_anything=False)
            return report
        row = await connection.fetchrow("SELECT * FROM partner WHERE id = $1", partner_id)
        accepted = row["losses_accepted_at"]
        accept_losses = accept_losses or accepted is not None
        anew = whole
        whole = whole or accept_losses or is_whole_due(row, now)
        run = await runs.begin(connection, partner_id, now=now, occasion=occasion, whole=whole, asked=asked)
        reading, bug = _Reading(connection, row, report, run, means, anew=anew), None
        try:
            await reading.follow(accept_losses=accept_losses)
        except (Unreadable, WrongSetting, UnknownOrganization) as failure:
            report.failures.append(str(failure))
        except asyncio.CancelledError:
            await _end_by_us(url, run, ended=now + timedelta(seconds=monotonic() - clock))
            raise
        except Exception as failure:  # noqa: BLE001 - it is ours, and raised again once the partner's row says so
            bug = failure
            report.failures.append(f"{OURS} ({type(bug).__name__}). Tell the operator of this directory.")
        report.finish(read_anything=reading.sweep is not None and bool(reading.sweep.seen))
        ended = now + timedelta(seconds=monotonic() - clock)
        if not connection.is_closed():
            await runs.end(connection, run, report, ended=ended, told=reading.told(), accepted=accepted)
    if bug is not None:
        raise bug
    return report


class _Reading:
    """One partner as it is read: its system asked, what it says written."""

    def __init__(
        self,
        connection: Connection,
        row: asyncpg.Record,
        report: Report,
        run: runs.Run,
        means: Means,
        *,
        anew: bool,
    ) -> None:
        """anew: as if the system had never been read, whatever it says of what changed."""
        self.sweep: Sweep | None = None
        self._connection = connection
        self._row = row
        self._report = report
        self._run = run
        self._cursor = {} if anew else row["cursor"]
        self._means = means
        self._ask: Asker | None = None
        self._told_at = monotonic()

    async def follow(self, *, accept_losses: bool) -> None:
        partner = partner_of(self._row)
        if partner.kind is PartnerKind.PUSH:
            raise NotRead("It is not read: the partner sends what changed (docs/partners.md).")
        if self._means.itself is not None and same_server(partner.address, self._means.itself):
            raise NotRead("Its address is this directory's own, and it would read what it just wrote. Give another.")
        holdings = await Holdings.load(self._connection, partner)
        self.sweep = Sweep(
            self._connection,
            partner,
            holdings,
            self._report,
            self._run.began,
            accept_losses=accept_losses,
            written=self._tell,
        )
        await self.sweep.follow(self._feed(partner))

    def told(self) -> runs.Told:
        """What the system said of itself, and of being asked again."""
        system = self.sweep.system if self.sweep else None
        return runs.Told(system, self._ask.left_alone_for if self._ask else None)

    async def _feed(self, partner: Partner) -> Feed:
        proof = proof_of(self._row, self._means)
        async with asker(partner.settings.allowed_networks, self._means.patience, proof) as self._ask:
            source = Source(partner.address, partner.settings, self._cursor, self._run.whole)
            async with aclosing(CONNECTORS[partner.kind].read(source, self._ask)) as parts:
                async for part in parts:
                    yield part

    async def _tell(self) -> None:
        if monotonic() - self._told_at >= TOLD_EVERY:
            self._told_at = monotonic()
            await runs.tell(self._connection, self._run, self._report)


async def locked(connection: Connection, partner_id: UUID) -> bool:
    """Whether this connection now is the one that reads a partner, for as long as it lasts."""
    lock = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
    return bool(await connection.fetchval(lock, f"partner {partner_id}"))


def is_whole_due(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether all of a partner is to be read, so that what is missing is told: at first, and then once a day.

    Its settings may ask for it more often (`whole_hours`).
    """
    hours = row["settings"].get("whole_hours", WHOLE_HOURS)
    every = timedelta(hours=hours if isinstance(hours, int) else WHOLE_HOURS)
    return row["whole_at"] is None or now - row["whole_at"] >= every


def partner_of(row: Mapping[str, Any]) -> Partner:
    """This will be what a partner's row says. Raises WrongSetting."""
    kind, settings = PartnerKind(row["kind"]), read_settings(row["settings"])
    return Partner(row["id"], row["name"], row["organization_id"], kind, row["address"], settings, row["trust"])


def proof_of(row: Mapping[str, Any], means: Means) -> Proof | None:
    """This will be what a partner's server is shown; None where it has no credential. Raises CredentialLost."""
    if row["credential"] is None:
        return None
    if means.sealer is None:
        raise CredentialLost("The partner's credential cannot be opened here.")
    return opened(
        CredentialKind(row["credential_kind"]),
        row["credential"],
        sealed_by=row["sealed_by"],
        partner_id=row["id"],
        address=row["address"],
        sealer=means.sealer,
        tokens=means.tokens,
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """This will open a connection that reads and writes JSON as Python's values, and close it after."""
    connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "konbit partners"})
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        yield connection
    finally:
        await connection.close()


async def _end_by_us(url: str, run: runs.Run, *, ended: datetime) -> None:
    """On a connection of its own: the run's may be in the middle of anything."""
    with suppress(*TROUBLE, TimeoutError):
        async with asyncio.timeout(2), connected(url) as connection:
            await runs.end_by_us(connection, run, ended=ended, why=ENDED)
