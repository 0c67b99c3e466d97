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

from models.partners import PartnerKind, RecordKind, RecordStatus
from models.session import Connection
from partners import csv_mapping, hsds_mapping
from partners.canonical import CannotStand
from partners.holdings import Held, Holdings, Key, Partner
from partners.missing import take_as_gone
from partners.reconcile import Reconciler
from partners.records import Feed, Remote, Swept, Unreadable, digest
from partners.report import Finding, Report

BATCH = 200
REFRESH_AFTER = timedelta(hours=1)
"So old must the time of the last fetching be before finding a record unchanged moves it."
PROJECTIONS = {PartnerKind.HSDS: hsds_mapping.project, PartnerKind.CSV: csv_mapping.project}
Reopen = Callable[[Connection, list[UUID], datetime], Awaitable[None]]
"Expands the hours of some services at a place, after they changed."


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
        reopen: Reopen | None,
    ) -> None:
        self.connection = connection
        self.partner = partner
        self.holdings = holdings
        self.report = report
        self.now = now
        self.accept_losses = accept_losses
        self.seen: set[Key] = set()
        self.system: dict[str, str] | None = None
        "What the system says of itself."
        self._reopen = reopen
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
                    else:
                        await self._write(batch)
                        await self._swept(part)
        except Unreadable:
            await self._write(batch)
            await self._refresh()
            raise
        await self._refresh()

    async def _write(self, batch: list[Remote]) -> None:
        if batch:
            async with self.connection.transaction():
                for remote in batch:
                    await self._record(remote)
                if self._reopen and self._reconciler.rescheduled:
                    await self._reopen(self.connection, list(self._reconciler.rescheduled), self.now)
            self._reconciler.rescheduled.clear()
            batch.clear()

    async def _record(self, remote: Remote) -> None:
        key = remote.kind, remote.remote_id
        if key in self.seen:
            return
        self.seen.add(key)
        held = self.holdings.records.get(key)
        stood = key in self.holdings.links or (held is not None and held.status is not RecordStatus.QUARANTINED)
        told = digest(remote, self._told_settings)
        changed, status, problem = False, RecordStatus.CURRENT, None
        if held is None or held.digest != told or not held.settled:
            changed, status, problem = await self._attempt(remote)
        now_held = Held(told, status, problem, 0)
        if now_held != held:
            await self._keep(remote, now_held)
        self.holdings.records[key] = now_held
        if remote.carried:
            return
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
        elif changed or held is None or (held.digest, held.status) != (told, status):
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
            projection = PROJECTIONS[self.partner.kind](remote, self.partner.settings)
            async with self.connection.transaction():
                changed, problems = await self._reconciler.keep(projection.item)
        except CannotStand as reason:
            self._reconciler.forget()
            return False, RecordStatus.QUARANTINED, str(reason)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as refusal:
            self._reconciler.forget()
            rule = getattr(refusal, "constraint_name", None) or type(refusal).__name__
            return False, RecordStatus.QUARANTINED, f"The directory refuses it, by its rule {rule}. Ask its operator."
        self.holdings.settle_staged()
        return changed, RecordStatus.CURRENT, "\n".join([*projection.problems, *problems]) or None

    async def _keep(self, remote: Remote, held: Held) -> None:
        await self.connection.execute(
            _KEEP,
            self.partner.id,
            remote.kind,
            remote.remote_id,
            remote.raw,
            held.digest,
            self.now,
            remote.modified_at,
            held.status,
            held.problem,
        )

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

    async def _refresh(self) -> None:
        """Moves the time of fetching of what was found unchanged, all at once, where the last one is long ago."""
        before, fresh_until = self.now - REFRESH_AFTER, self.now + self.partner.settings.fresh_for
        services = self._found(RecordKind.SERVICE)
        places = self._found(RecordKind.SERVICE_AT_LOCATION)
        arguments: list[Any] = [self.now, before]
        async with self.connection.transaction():
            await self.connection.execute(_FETCHED_SERVICES, *arguments, fresh_until, services)
            await self.connection.execute(_FETCHED_PLACES, *arguments, fresh_until, services, places, self.partner.name)
            kinds, ids = [kind for kind, _ in self._confirmed], [remote_id for _, remote_id in self._confirmed]
            await self.connection.execute(_FETCHED_RECORDS, *arguments, self.partner.id, kinds, ids)

    def _found(self, kind: RecordKind) -> list[UUID]:
        local = (self.holdings.local(*key) for key in self._confirmed if key[0] is kind)
        return [found for found in local if found]


_KEEP = """
INSERT INTO source_record (partner_id, kind, remote_id, raw, digest, fetched_at, modified_at, status, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (partner_id, kind, remote_id) DO UPDATE SET raw = excluded.raw, digest = excluded.digest,
  fetched_at = excluded.fetched_at, modified_at = excluded.modified_at, status = excluded.status,
  problem = excluded.problem, missed = 0"""
_FETCHED_SERVICES = """
UPDATE service SET fetched_at = $1, fresh_until = $3 WHERE id = ANY($4::uuid[]) AND fetched_at <= $2"""
_FETCHED_PLACES = """
UPDATE service_at_location SET fetched_at = $1, fresh_until = $3
WHERE (service_id = ANY($4::uuid[]) OR id = ANY($5::uuid[])) AND source = $6 AND fetched_at <= $2"""
_FETCHED_RECORDS = """
UPDATE source_record r SET fetched_at = $1 FROM unnest($4::text[], $5::text[]) AS found (kind, remote_id)
WHERE r.partner_id = $3 AND r.kind = found.kind AND r.remote_id = found.remote_id AND r.fetched_at <= $2"""
