"""Writes what a partner's record says into the directory, so that saying it again changes nothing.

A record of ours is found by its link and never by its name. What the partner did not bring is never changed by it: an
organisation that signs in here, a redacted service that a steward wrote. A safe house comes in for its organisation's
own eyes, with its place, and stays so until a steward says otherwise.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import chain, count
from typing import Any
from uuid import UUID

from models.directory import Visibility
from models.partners import RecordKind
from models.rules.identifiers import MAX_SLUG, read_pcode, slug
from models.rules.vocabulary import LocationKind, ServiceCategory
from models.session import Connection
from partners import canonical
from partners.canonical import CannotStand
from partners.keeping import parts, rows
from partners.keeping import statements as sql
from partners.keeping.holdings import Holdings, Key, Partner
from partners.keeping.rows import Whose
from partners.keeping.touched import Touched
from partners.keeping.writing import Written, write, write_set
from partners.reading.spelling import plain


class Reconciler:
    """Writes the records of one partner in one sync."""

    def __init__(self, connection: Connection, partner: Partner, holdings: Holdings, now: datetime) -> None:
        self.connection = connection
        self.partner = partner
        self.holdings = holdings
        self.now = now
        self.touched = Touched()
        self.parents: dict[UUID, str] = {}
        "Organisations, and the partner's id of each one's parent, to be set when all are there."
        self._told: dict[Key, canonical.Organization | canonical.Location] = {}
        self._telling: list[Key] = []
        self._changed = False
        self._problems: list[str] = []

    async def keep(self, item: canonical.Item) -> tuple[bool, list[str]]:
        """This will write one record; answers whether anything changed, and what did not come along.

        Raises CannotStand, and what asyncpg raises where the database refuses it; run it within a savepoint.
        """
        self._changed, self._problems, self._telling = False, [], []
        match item:
            case canonical.Organization():
                await self._organization(item, whole=True)
            case canonical.Service():
                await self._service(item)
            case canonical.Place():
                await self._place_alone(item)
        return self._changed, self._problems

    async def set_parents(self) -> None:
        """This will place organisations below their parents where the partner showed both; never in a circle."""
        for child, remote_id in self.parents.items():
            parent = self.holdings.local(RecordKind.ORGANIZATION, remote_id)
            if parent is not None:
                await self.connection.execute(sql.SET_PARENT, child, parent)
        self.parents.clear()

    async def _organization(self, told: canonical.Organization, *, whole: bool) -> UUID:
        """whole: told by a record of its own, and not in passing by one of its services."""
        key = RecordKind.ORGANIZATION, told.remote_id
        local = self.holdings.local(*key)
        if local is None and not self.holdings.own_names.isdisjoint(map(plain, told.names.values())):
            local = self.partner.organization_id
            self.holdings.stage(*key, local)
        if local is not None and (told.remote_id in self.holdings.ours or local == self.partner.organization_id):
            return local
        in_passing = not whole and (key in self.holdings.records or key in self._told)
        if local is not None and in_passing:
            return local
        self._telling.append(key)
        self._told[key] = told
        values = rows.organization(told)
        if local is None:
            values["slug"] = await self._free_slug(told)
        local, written = await write(self.connection, "organization", values, at=local)
        self._note(written, self.touched.organizations, local)
        self.holdings.stage(*key, local)
        if told.parent_id and told.parent_id != told.remote_id:
            self.parents[local] = told.parent_id
        if whole or written is Written.NEW:
            whose = Whose(local, Visibility(self.partner.settings.visibility))
            new = written is Written.NEW
            await self._set("phone", ("answers_for_id", local), parts.phones(told.phones, whose), new=new)
            await self._set("contact", ("answers_for_id", local), parts.contacts(told.contacts, whose), new=new)
            identifiers = parts.identifiers(told.identifiers)
            await self._set("organization_identifier", ("organization_id", local), identifiers, new=new)
            await self._unmapped(local, told.unmapped, whose)
        return local

    async def _free_slug(self, told: canonical.Organization) -> str:
        stem = f"{self.partner.name}-{slug(next(iter(told.names.values()))) or 'unnamed'}"[: MAX_SLUG - 5].rstrip("-")
        taken = {
            row["slug"]
            for row in await self.connection.fetch(
                "SELECT slug FROM organization WHERE slug = $1 OR slug LIKE $1 || '-%'", stem
            )
        }
        return next(free for free in chain([stem], (f"{stem}-{number}" for number in count(2))) if free not in taken)

    async def _service(self, told: canonical.Service) -> None:
        local = self.holdings.local(RecordKind.SERVICE, told.remote_id)
        standing = await self.connection.fetchrow(sql.STANDING, local) if local else None
        if standing and standing["visibility"] == Visibility.REDACTED:
            self._problems.append("A steward redacted it here: what the partner says of it is kept, and not shown.")
            return
        hidden = _is_safe_house(told) or bool(standing and standing["category"] == ServiceCategory.SAFE_HOUSE)
        if hidden:
            self._problems.append(
                "It is a safe house: nobody but its own organisation sees it. A steward may give it an alias."
            )
        whose = Whose(
            await self._giver(told, hidden=hidden),
            Visibility.ORGANIZATION if hidden else Visibility(self.partner.settings.visibility),
        )
        values = rows.service(told, whose, source=self.partner.name)
        if hidden:
            values["category"] = ServiceCategory.SAFE_HOUSE
        local, written = await write(self.connection, "service", values, at=local, beside=self._fetched())
        self._note(written, self.touched.services, local)
        self.holdings.stage(RecordKind.SERVICE, told.remote_id, local)
        new = written is Written.NEW
        if not (new and told.offered) and await self.connection.fetchval(sql.OFFER, local, told.offered, self.now):
            self._note(Written.CHANGED, self.touched.services, local)
        for table, wanted in (
            ("phone", parts.phones(told.phones, whose)),
            ("contact", parts.contacts(told.contacts, whose)),
            ("cost_option", parts.costs(told.costs, whose)),
            ("required_document", parts.papers(told.papers, whose)),
            ("service_area", parts.areas(told.areas, whose)),
        ):
            await self._set(table, ("service_id", local), wanted, new=new)
        await self._unmapped(local, told.unmapped, whose)
        await self._terms(local, told.terms, whose, new=new)
        places: list[UUID] = []
        for place in told.places:
            places.append(await self._place(place, local, whose, others=places, of_new=new))
        if not new:
            await self._remove_places(local, keep=places)

    async def _giver(self, told: canonical.Service, *, hidden: bool) -> UUID:
        """The organisation that gives a service. A safe house's is not made known by it."""
        if told.organization is not None:
            known = self.holdings.local(RecordKind.ORGANIZATION, told.organization.remote_id)
            if known is None and hidden:
                return self.partner.organization_id
            return await self._organization(told.organization, whole=False)
        if told.organization_id is not None:
            known = self.holdings.local(RecordKind.ORGANIZATION, told.organization_id)
            if known is not None:
                return known
            self._problems.append(
                f"Organisation {told.organization_id} is not shown: {self.partner.name} stands for it."
            )
        return self.partner.organization_id

    async def _place_alone(self, told: canonical.Place) -> None:
        service = self.holdings.local(RecordKind.SERVICE, told.service_id or "")
        standing = await self.connection.fetchrow(sql.STANDING, service) if service else None
        if service is None or standing is None:
            raise CannotStand(f"Its service {told.service_id} is not in the directory. Correct that one first.")
        if standing["visibility"] == Visibility.REDACTED:
            self._problems.append("A steward redacted its service here: it is kept, and not shown.")
            return
        await self._place(told, service, Whose(standing["organization_id"], Visibility(standing["visibility"])))

    async def _place(
        self, told: canonical.Place, service: UUID, whose: Whose, *, others: Collection[UUID] = (), of_new: bool = False
    ) -> UUID:
        location = await self._location(told.location, whose)
        local = self.holdings.local(RecordKind.SERVICE_AT_LOCATION, told.remote_id)
        if local is None and (others or not of_new):
            local = await self.connection.fetchval(sql.SAME_PLACE, service, location)
        if local is not None and local in others:
            self._problems.append(f"Place {told.remote_id} is told of twice: the first is followed. Remove one.")
            self.holdings.stage(RecordKind.SERVICE_AT_LOCATION, told.remote_id, local)
            return local
        values = rows.place(told, whose, service_id=service, location_id=location, source=self.partner.name)
        local, written = await write(self.connection, "service_at_location", values, at=local, beside=self._fetched())
        self._note(written, self.touched.services, service)
        if written is Written.CHANGED:
            self.touched.hours.add(local)
        self.holdings.stage(RecordKind.SERVICE_AT_LOCATION, told.remote_id, local)
        new = written is Written.NEW
        owner = "service_at_location_id", local
        await self._set("phone", owner, parts.phones(told.phones, whose), new=new)
        await self._set("contact", owner, parts.contacts(told.contacts, whose), new=new)
        await self._unmapped(local, told.unmapped, whose)
        for table, wanted in (
            ("schedule", parts.schedules(told.hours, whose)),
            ("schedule_exception", parts.exceptions(told.exceptions, whose)),
        ):
            if await self._set(table, owner, wanted, new=new):
                self.touched.hours.add(local)
        return local

    async def _location(self, told: canonical.Location, whose: Whose) -> UUID:
        key = RecordKind.LOCATION, told.remote_id
        local = self.holdings.local(*key)
        if key in self._told and local is not None:
            if self._told[key] != told:
                self._problems.append(f"Location {told.remote_id} is told of in two ways: the first is followed.")
            if whose.visibility is Visibility.ORGANIZATION:
                await self._hide(local)
            return local
        self._telling.append(key)
        self._told[key] = told
        owner = self.holdings.local(RecordKind.ORGANIZATION, told.owner_id) if told.owner_id else None
        values = rows.location(told, self.partner.settings.language) | {
            "organization_id": owner or self.partner.organization_id,
            "pcode": self._pcode(told),
        }
        if local is None:
            values["visibility"] = whose.visibility
        local, written = await write(self.connection, "location", values, at=local)
        self._note(written, self.touched.locations, local)
        self.holdings.stage(*key, local)
        of_place = Whose(values["organization_id"], whose.visibility)
        new = written is Written.NEW
        owner_row = "location_id", local
        await self._set("accessibility", owner_row, parts.accessibility(told.accessibility, of_place), new=new)
        await self._set("contact", owner_row, parts.contacts(told.contacts, of_place), new=new)
        await self._unmapped(local, told.unmapped, of_place)
        if whose.visibility is Visibility.ORGANIZATION:
            await self._hide(local)
        elif written is not Written.NEW and await self.connection.fetchval(sql.SHOW, local, whose.visibility):
            self._note(Written.CHANGED, self.touched.locations, local)
        return local

    async def _hide(self, location: UUID) -> None:
        if await self.connection.fetchval(sql.HIDE, location):
            self._note(Written.CHANGED, self.touched.locations, location)

    def _pcode(self, told: canonical.Location) -> str | None:
        if told.pcode is None:
            return None
        code = read_pcode(told.pcode)
        if code in self.holdings.pcodes:
            return code
        name = next(iter((told.names or {}).values()), told.remote_id)
        self._problems.append(f"P-code {told.pcode} of “{name}” is not known: the place comes without it. Correct it.")
        return None

    async def _unmapped(self, record: UUID, told: canonical.Unmapped, whose: Whose) -> None:
        for row in parts.unmapped(told, whose):
            await self.connection.execute(
                "INSERT INTO unmapped (record_id, standard, content, organization_id, visibility) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (record_id, standard) DO UPDATE "
                "SET content = excluded.content, visibility = excluded.visibility",
                record,
                row["standard"],
                row["content"],
                row["organization_id"],
                row["visibility"],
            )

    async def _terms(self, service: UUID, told: tuple[canonical.Term, ...], whose: Whose, *, new: bool) -> None:
        terms = []
        for term in told:
            scheme, language = f"{self.partner.name}:{term.scheme}", next(iter(term.labels))
            kept = await self.connection.fetchrow(sql.KEEP_TERM, scheme, term.code, term.labels, language)
            if kept is not None:
                self._note(Written.CHANGED if kept["written"] else Written.SAME, self.touched.terms, kept["id"])
                terms.append(kept["id"])
        if terms or not new:
            changed = await self.connection.fetchval(
                sql.SET_TERMS, service, terms, whose.organization_id, whose.visibility.value
            )
            self._note(Written.CHANGED if changed else Written.SAME, self.touched.services, service)

    async def _remove_places(self, service: UUID, *, keep: list[UUID]) -> None:
        """Places the partner no longer names, save those that a record of their own brings."""
        removed = await self.connection.fetch(sql.REMOVE_PLACES, service, keep, self.partner.id)
        self.holdings.dropped |= {(RecordKind.SERVICE_AT_LOCATION, row["remote_id"]) for row in removed}
        self._note(Written.CHANGED if removed else Written.SAME, self.touched.services, service)

    async def _set(self, table: str, owner: tuple[str, UUID], rows: list[dict[str, Any]], *, new: bool) -> bool:
        changed = await write_set(self.connection, table, owner, rows, new=new)
        self._changed |= changed
        return changed

    def _note(self, written: Written, touched: set[UUID], local: UUID) -> None:
        if written is not Written.SAME:
            self._changed = True
            touched.add(local)

    def _fetched(self) -> dict[str, datetime]:
        return {"fetched_at": self.now, "fresh_until": self.now + self.partner.settings.fresh_for}

    def forget(self) -> None:
        """This will drop what the record at hand said, since it could not be written."""
        for key in self._telling:
            self._told.pop(key, None)
        self.holdings.forget_staged()


def _is_safe_house(told: canonical.Service) -> bool:
    return told.category is ServiceCategory.SAFE_HOUSE or any(
        place.location.kind is LocationKind.SAFE_HOUSE for place in told.places
    )
