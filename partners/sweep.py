"""One reading of a partner's system: writes what changed, and says of each record what became of it.

Records are written a few hundred at a time, in a transaction that costs the same few statements however many they are.
One that cannot stand is quarantined with its reason while the rest go on, and what stood before it stays. The network
is never waited for within a transaction.
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
from partners.keeping.desk import Desk
from partners.keeping.entries import Entry
from partners.keeping.holdings import Holdings, Key, Partner
from partners.keeping.missing import take_as_gone, take_away
from partners.keeping.prefetching import prefetch
from partners.keeping.writing import write_changes
from partners.records import Deleted, Feed, Remote, Swept, Unreadable, digest
from partners.report import Finding, Report

BATCH = 200
REFRESH_AFTER = timedelta(hours=1)
"So old must the time of the last fetching be before finding a record unchanged moves it."


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
        self._desk = Desk(partner, holdings, now)
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
            first = {(remote.kind, remote.remote_id): remote for remote in reversed(batch)}
            entries = [self._read(remote) for key, remote in reversed(first.items()) if key not in self.seen]
            self.seen |= {entry.key for entry in entries}
            await self._keep(entries)
            batch.clear()
            if self._written:
                await self._written()

    def _read(self, remote: Remote) -> Entry:
        """What a record means, unless it says what it said before and that stands."""
        told = digest(remote, self._told_settings)
        held = self.holdings.records.get((remote.kind, remote.remote_id))
        entry = Entry(remote, told, held, linked=(remote.kind, remote.remote_id) in self.holdings.links)
        if remote.unreadable:
            entry.refuse(remote.unreadable)
        elif not remote.carried and (held is None or held.digest != told or not held.settled):
            try:
                entry.projection = CONNECTORS[self.partner.kind].project(remote, self.partner.settings)
            except CannotStand as reason:
                entry.refuse(str(reason))
        return entry

    async def _keep(self, entries: list[Entry]) -> None:
        """Writes what was read. Where the database refuses it, each half is tried by itself, down to one record."""
        try:
            async with self.connection.transaction():
                await self._take_down(entries)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as refusal:
            self._desk.forget()
            if len(entries) == 1:
                rule = getattr(refusal, "constraint_name", None) or type(refusal).__name__
                entries[0].refuse(f"The directory refuses it, by its rule {rule}. Ask its operator.")
                await self._keep(entries)
                return
            half = len(entries) // 2
            await self._keep(entries[:half])
            await self._keep(entries[half:])
        else:
            self._desk.settle()
            for entry in entries:
                self._count(entry)

    async def _take_down(self, entries: list[Entry]) -> None:
        """All that a batch changes, in one transaction."""
        speaking = [entry for entry in entries if entry.projection is not None]
        if speaking:
            await self.connection.execute(sql.SEARCH_LATER)
            items = [entry.projection.item for entry in speaking if entry.projection]
            self._desk.begin_batch(await prefetch(self.connection, self.partner, self.holdings, items))
            for entry in speaking:
                entry.keep(self._desk)
            await write_changes(self.connection, self._desk.standing)
        records = [entry.row() for entry in entries if entry.now_held != entry.held]
        if records:
            await self.connection.execute(
                sql.KEEP_RECORD, self.partner.id, self.now, *(list(each) for each in zip(*records, strict=True))
            )
        if speaking:
            await self.holdings.keep_links(self.connection, self.partner)
            touched = self._desk.touched
            await self.connection.execute(sql.REFRESH_SEARCH, *touched.found_by())
            places = await self.connection.fetch(sql.REOPENED, list(touched.hours), list(touched.locations))
            if places:
                await expand_openings(self.connection, [row["id"] for row in places], now=self.now)

    def _count(self, entry: Entry) -> None:
        remote, held, now_held = entry.remote, entry.held, entry.now_held
        self.holdings.records[entry.key] = now_held
        if remote.carried:
            return
        status, problem = now_held.status, now_held.problem
        if problem:
            out = status is RecordStatus.QUARANTINED
            self.report.findings.append(Finding(remote.kind, remote.remote_id, remote.where, problem, out))
        counts = self.report.counts
        if status is RecordStatus.QUARANTINED:
            counts.quarantined += 1
            return
        self._confirmed.add(entry.key)
        if not (entry.linked or (held is not None and held.status is not RecordStatus.QUARANTINED)):
            counts.new += 1
        elif entry.changed or held is None or (held.digest, held.status) != (now_held.digest, status):
            counts.changed += 1
        else:
            counts.unchanged += 1

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
            await self._set_parents()
            if part.complete:
                seen = {remote_id for kind, remote_id in self.seen if kind is part.kind}
                unread = part.listed - seen
                self._confirmed |= {(part.kind, remote_id) for remote_id in unread & self._stood[part.kind]}
                gone = await take_as_gone(
                    self.connection,
                    self.partner,
                    self.holdings,
                    part.kind,
                    stood=self._stood[part.kind],
                    found=seen | unread,
                    now=self.now,
                    accept_losses=self.accept_losses,
                )
                self.report.counts.gone += gone.number
                self.report.losses += [gone.held] if gone.held else []
            if part.cursor is not None:
                # With what was read: whoever goes on from here has all that came before.
                await self.connection.execute(sql.KEEP_CURSOR, self.partner.id, {part.kind.value: part.cursor})

    async def _set_parents(self) -> None:
        """Places organisations below their parents where the partner showed both; never in a circle."""
        for child, remote_id in self._desk.parents.items():
            parent = self.holdings.local(RecordKind.ORGANIZATION, remote_id)
            if parent is not None:
                await self.connection.execute(sql.SET_PARENT, child, parent)
        self._desk.parents.clear()

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
