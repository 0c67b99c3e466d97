"""One reading of a partner's system: writes what changed, and says of each record what became of it.

Records are written in transactions of a few hundred, each under a savepoint of its own: one that cannot stand is
quarantined with its reason while the rest go on, and what stood before it stays. The network is never waited for within
a transaction.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from actions.openings import expand_openings
from models.partners import RecordKind, RecordStatus
from models.session import Connection
from partners.canonical import CannotStand
from partners.connectors import CONNECTORS
from partners.keeping import statements as sql
from partners.keeping.holdings import Held, Holdings, Key, Partner
from partners.keeping.missing import take_as_gone, take_away
from partners.keeping.reconcile import Reconciler
from partners.keeping.touched import Touched
from partners.records import Deleted, Feed, Remote, Swept, Unreadable, digest
from partners.report import Finding, Report

BATCH = 200
REFRESH_AFTER = timedelta(hours=1)
"So old must the time of the last fetching be before finding a record unchanged moves it."
MARK = "SAVEPOINT before_record"
"Set before each record: what it wrote is undone where it fails, in one round trip and without the others."


class Sweep:
    """Follows one feed to its end."""

    def __init__(
        self,
        connection: Connection,
        partner: Partner,
        holdings: Holdings,
        report: Report,
        now: datetime,
        *,
        accept_losses: bool,
        written: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """written: awaited after each batch, outside its transaction."""
        self.connection = connection
        self.partner = partner
        self.holdings = holdings
        self.report = report
        self.now = now
        self.accept_losses = accept_losses
        self.seen: set[Key] = set()
        self.system: dict[str, str] | None = None
        "What the system says of itself."
        self._written = written
        self._reconciler = Reconciler(connection, partner, holdings, now)
        self._confirmed: set[Key] = set()
        "Records that stand as the partner gives them now."
        self._stood = {kind: holdings.of(kind, [RecordStatus.CURRENT]) for kind in RecordKind}
        self._told_settings = dataclasses.asdict(partner.settings)

    async def follow(self, feed: Feed) -> None:
        """This will write all that a feed hands over. Raises Unreadable with what was read before it written."""
        batch: list[Remote] = []
        try:
            async with aclosing(feed) as parts:
                async for part in parts:
                    if isinstance(part, Remote):
                        batch.append(part)
                        if len(batch) == BATCH:
                            await self._write(batch)
                        continue
                    await self._write(batch)
                    if isinstance(part, Deleted):
                        await self._deleted(part)
                    else:
                        await self._swept(part)
        except Unreadable:
            await self._write(batch)
            await self._refresh()
            raise
        await self._refresh()

    async def _write(self, batch: list[Remote]) -> None:
        if batch:
            async with self.connection.transaction():
                await self.connection.execute(f"{sql.SEARCH_LATER}; {MARK}")
                kept = [row for remote in batch if (row := await self._record(remote))]
                await self.connection.executemany(sql.KEEP_RECORD, kept)
                await self.holdings.keep_links(self.connection, self.partner)
                touched, self._reconciler.touched = self._reconciler.touched, Touched()
                await self.connection.execute(sql.REFRESH_SEARCH, *touched.found_by())
                places = await self.connection.fetch(sql.REOPENED, list(touched.hours), list(touched.locations))
                if places:
                    await expand_openings(self.connection, [row["id"] for row in places], now=self.now)
            batch.clear()
            if self._written:
                await self._written()

    async def _record(self, remote: Remote) -> tuple[Any, ...] | None:
        """This will write what a record says; answers the record's own row, where that is to be written."""
        key = remote.kind, remote.remote_id
        if key in self.seen:
            return None
        self.seen.add(key)
        held = self.holdings.records.get(key)
        stood = key in self.holdings.links or (held is not None and held.status is not RecordStatus.QUARANTINED)
        told = digest(remote, self._told_settings)
        changed, status, problem = False, RecordStatus.CURRENT, None
        if held is None or held.digest != told or not held.settled:
            changed, status, problem = await self._attempt(remote)
        now_held = Held(told, status, problem, 0)
        self.holdings.records[key] = now_held
        if not remote.carried:
            self._count(remote, now_held, held, stood=stood, changed=changed)
        return self._row(remote, now_held) if now_held != held else None

    def _count(self, remote: Remote, now_held: Held, held: Held | None, *, stood: bool, changed: bool) -> None:
        key, status, problem = (remote.kind, remote.remote_id), now_held.status, now_held.problem
        if problem:
            out = status is RecordStatus.QUARANTINED
            self.report.findings.append(Finding(remote.kind, remote.remote_id, remote.where, problem, out))
        counts = self.report.counts
        if status is RecordStatus.QUARANTINED:
            counts.quarantined += 1
            return
        self._confirmed.add(key)
        if not stood:
            counts.new += 1
        elif changed or held is None or (held.digest, held.status) != (now_held.digest, status):
            counts.changed += 1
        else:
            counts.unchanged += 1

    async def _attempt(self, remote: Remote) -> tuple[bool, RecordStatus, str | None]:
        """Whether anything of ours changed, whether the record stands, and what is wrong with it."""
        if remote.unreadable:
            return False, RecordStatus.QUARANTINED, remote.unreadable
        if remote.carried:
            return False, RecordStatus.CURRENT, None
        try:
            projection = CONNECTORS[self.partner.kind].project(remote, self.partner.settings)
            changed, problems = await self._reconciler.keep(projection.item)
        except CannotStand as reason:
            await self._undo()
            return False, RecordStatus.QUARANTINED, str(reason)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as refusal:
            await self._undo()
            rule = getattr(refusal, "constraint_name", None) or type(refusal).__name__
            return False, RecordStatus.QUARANTINED, f"The directory refuses it, by its rule {rule}. Ask its operator."
        await self.connection.execute(f"RELEASE SAVEPOINT before_record; {MARK}")
        self.holdings.settle_staged()
        return changed, RecordStatus.CURRENT, "\n".join([*projection.problems, *problems]) or None

    async def _undo(self) -> None:
        await self.connection.execute("ROLLBACK TO SAVEPOINT before_record")
        self._reconciler.forget()

    def _row(self, remote: Remote, held: Held) -> tuple[Any, ...]:
        """In the order of statements.KEEP_RECORD."""
        described = (remote.kind, remote.remote_id, remote.raw, held.digest)
        return self.partner.id, *described, self.now, remote.modified_at, held.status, held.problem, remote.where

    async def _deleted(self, part: Deleted) -> None:
        async with self.connection.transaction():
            where = self.connection, self.partner, self.holdings
            gone = await take_away(*where, part.kind, part.remote_id, now=self.now)
        self.report.counts.gone += gone.number

    async def _swept(self, part: Swept) -> None:
        self.system = part.system or self.system
        self.report.notes += [part.note] if part.note else []
        self.report.failures += [part.failure] if part.failure else []
        async with self.connection.transaction():
            await self._reconciler.set_parents()
            if part.complete:
                found = {remote_id for kind, remote_id in self.seen if kind is part.kind}
                gone = await take_as_gone(
                    self.connection,
                    self.partner,
                    self.holdings,
                    part.kind,
                    stood=self._stood[part.kind],
                    found=found,
                    now=self.now,
                    accept_losses=self.accept_losses,
                )
                self.report.counts.gone += gone.number
                self.report.losses += [gone.held] if gone.held else []
            if part.cursor is not None:
                # With what was read: whoever goes on from here has all that came before.
                await self.connection.execute(sql.KEEP_CURSOR, self.partner.id, {part.kind.value: part.cursor})

    async def _refresh(self) -> None:
        """Moves the time of fetching of what was found unchanged, all at once, where the last one is long ago."""
        before, fresh_until = self.now - REFRESH_AFTER, self.now + self.partner.settings.fresh_for
        services = self._found(RecordKind.SERVICE)
        places = self._found(RecordKind.SERVICE_AT_LOCATION)
        arguments: list[Any] = [self.now, before]
        async with self.connection.transaction():
            await self.connection.execute(sql.FETCHED_SERVICES, *arguments, fresh_until, services)
            await self.connection.execute(
                sql.FETCHED_PLACES, *arguments, fresh_until, services, places, self.partner.name
            )
            kinds, ids = [kind for kind, _ in self._confirmed], [remote_id for _, remote_id in self._confirmed]
            await self.connection.execute(sql.FETCHED_RECORDS, *arguments, self.partner.id, kinds, ids)

    def _found(self, kind: RecordKind) -> list[UUID]:
        local = (self.holdings.local(*key) for key in self._confirmed if key[0] is kind)
        return [found for found in local if found]
