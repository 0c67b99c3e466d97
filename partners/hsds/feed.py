"""Reads a partner's HSDS 3 API: every organisation, service and service at a location, or what changed of them.

Source: Open Referral HSDS 3.1, API reference; the traps are named in the design (directory, "Connectors").
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.hsds.pages import NotHSDS, Repeats, id_of, pages, read_json, system_of, unnamed
from partners.hsds.reach import Reach, now, reach
from partners.hsds.told import moment
from partners.outgoing import Asker, InnerAddress, NoAnswer, NotFound
from partners.records import Feed, Remote, Swept, Unreadable, storable

FAILURES_IN_A_ROW = 3
"So many full records in a row that cannot be read mean that the system is down."
PATHS = {
    RecordKind.ORGANIZATION: "organizations",
    RecordKind.SERVICE: "services",
    RecordKind.SERVICE_AT_LOCATION: "service_at_locations",
}

Json = dict[str, Any]


async def look(source: Source, ask: Asker) -> Look:
    """This will say which version and profile of HSDS a system speaks. Raises Unreadable."""
    system, note = await system_of(source.address.rstrip("/"), ask)
    return Look(f"HSDS {system.get('version', '3')}", system, (note,) if note else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over what the API lists, and after each kind how far it got.

    Raises Unreadable where the system as a whole cannot be read; what fails later ends its kind alone.
    """
    base = source.address.rstrip("/")
    system, note = await system_of(base, ask)
    if note:
        yield Swept(RecordKind.ORGANIZATION, complete=False, note=note)
    reading = _Reading(base, ask, source)
    for kind in PATHS:
        swept = Swept(kind, complete=True, system=system)
        try:
            async for remote in reading.records(kind):
                yield remote
            swept = await reading.swept(kind, system)
        except InnerAddress:
            raise
        except Repeats as doubt:
            swept = Swept(kind, complete=False, note=str(doubt), system=system)
        except NotFound as missing:
            if kind is RecordKind.SERVICE:
                raise NotHSDS(f"{missing}. The address must be the one below which /services is found.") from missing
            note = f"The system has no /{PATHS[kind]}; it is read from the services alone."
            swept = Swept(kind, complete=False, note=note)
        except Unreadable as failure:
            swept = Swept(kind, complete=False, failure=str(failure))
        yield swept


class _Reading:
    """One reading of one API, kind by kind."""

    def __init__(self, base: str, ask: Asker, source: Source) -> None:
        self._base, self._ask, self._source = base, ask, source
        self._began = now()
        cursor = source.cursor
        self._services = reach(cursor.get(RecordKind.SERVICE), source.settings, began=self._began)
        self._seen: set[str] = set()
        "Services that were read."
        self._carried: set[str] = set()
        "Places that their services told."

    def _reach(self, kind: RecordKind) -> Reach | None:
        """Organisations have no `modified_after`: they are always read whole."""
        return None if kind is RecordKind.ORGANIZATION else self._services

    async def records(self, kind: RecordKind) -> AsyncIterator[Remote]:
        """This will hand over what is to be read of a kind. Raises Unreadable, Repeats."""
        url = f"{self._base}/{PATHS[kind]}"
        async for page in self._pages(kind, url):
            records = []
            for item in page:
                record = self._remote(kind, item, url)
                if self._is_alone(record):
                    async for service in self._service_of(record):
                        yield service
                    record = self._remote(kind, item, url)
                records.append(record)
            async for record in self._whole(records, page):
                if kind is RecordKind.SERVICE:
                    self._told(record)
                yield record

    async def _pages(self, kind: RecordKind, url: str) -> AsyncIterator[list[Any]]:
        reached = self._reach(kind)
        query = reached.query if reached else {}
        begun = False
        try:
            async for page in pages(url, self._ask, full="true", **query):
                begun = True
                yield page
        except NotFound:
            raise
        except NoAnswer:
            if begun or not query:
                raise
            # It does not know modified_after, and says so by failing.
            self._services = Reach(self._began, None, self._began, self._services.understood)
            async for page in pages(url, self._ask, full="true"):
                yield page

    async def swept(self, kind: RecordKind, system: dict[str, str]) -> Swept:
        """This will say how far the reading of a kind got; asks for the identifiers where only changes were read."""
        if kind is RecordKind.ORGANIZATION:
            return Swept(kind, complete=True, system=system)
        if kind is RecordKind.SERVICE_AT_LOCATION:
            return Swept(kind, complete=self._services.since is None, system=system)
        cursor = self._services.cursor()
        if self._services.since is None:
            return Swept(kind, complete=True, system=system, cursor=cursor)
        if not self._source.whole:
            return Swept(kind, complete=False, system=system, cursor=cursor)
        listed: set[str] = set()
        try:
            async for page in pages(f"{self._base}/{PATHS[kind]}", self._ask, minimal="true"):
                listed |= {found for found in map(id_of, page) if found}
        except NoAnswer as failure:
            note = f"Its identifiers alone are not told, so that all is read again next time: {failure}"
            return Swept(kind, complete=False, note=note, system=system, cursor={})
        return Swept(kind, complete=True, system=system, cursor=cursor, listed=frozenset(listed))

    def _told(self, service: Remote) -> None:
        self._services.saw(service.modified_at)
        self._seen.add(service.remote_id)
        self._carried |= _places(service.raw)

    def _is_alone(self, record: Remote) -> bool:
        """A place that changed while its service did not: whether that tells it must be asked."""
        changes = self._services.since is not None and record.kind is RecordKind.SERVICE_AT_LOCATION
        return changes and not record.carried and not record.unreadable

    async def _service_of(self, place: Remote) -> AsyncIterator[Remote]:
        wanted = id_of(place.raw.get("service")) or id_of({"id": place.raw.get("service_id")})
        if wanted is None or wanted in self._seen:
            return
        url = f"{self._base}/{PATHS[RecordKind.SERVICE]}"
        async for found in self._whole([self._remote(RecordKind.SERVICE, {"id": wanted}, url)], []):
            if not found.unreadable:
                self._told(found)
                yield found

    def _remote(self, kind: RecordKind, item: Any, url: str) -> Remote:
        raw = storable(item)
        remote_id = id_of(raw)
        if remote_id is None:
            kept = raw if isinstance(raw, dict) else {"value": raw}
            return Remote(kind, unnamed(item), kept, url, unreadable="It has no id. Ask the partner to give it one.")
        carried = kind is RecordKind.SERVICE_AT_LOCATION and remote_id in self._carried
        where = f"{url}/{quote(remote_id, safe='')}"
        return Remote(kind, remote_id, raw, where, moment(raw.get("last_modified")), carried=carried)

    async def _whole(self, records: list[Remote], page: list[Any]) -> AsyncIterator[Remote]:
        """The records with all that belongs to them: one more question each where the list told less."""
        listed_whole = any(isinstance(item, dict) and "service_at_locations" in item for item in page)
        failures = 0
        for record in records:
            if record.unreadable or record.carried or _is_whole(record, listed_whole=listed_whole):
                yield record
                continue
            try:
                raw = storable(read_json(await self._ask.get(record.where), record.where))
                if id_of(raw) != record.remote_id:
                    raise NotHSDS("it answers with another record")
                failures = 0
                yield Remote(record.kind, record.remote_id, raw, record.where, moment(raw.get("last_modified")))
            except InnerAddress:
                raise
            except Unreadable as failure:
                failures += isinstance(failure, NoAnswer) and not isinstance(failure, NotFound)
                if failures >= FAILURES_IN_A_ROW:
                    raise
                why = f"Its full record could not be read: {failure}"
                known = record.kind, record.remote_id, record.raw, record.where, record.modified_at
                yield Remote(*known, unreadable=why)


def _is_whole(record: Remote, *, listed_whole: bool) -> bool:
    match record.kind:
        case RecordKind.SERVICE:
            return listed_whole
        case RecordKind.SERVICE_AT_LOCATION:
            location = record.raw.get("location")
            return isinstance(location, dict) and "addresses" in location
        case _:
            return True


def _places(service: Json) -> set[str]:
    places = service.get("service_at_locations")
    ids = (id_of(place) for place in places) if isinstance(places, list) else ()
    return {found for found in ids if found}
