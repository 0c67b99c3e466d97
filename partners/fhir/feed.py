"""Reads a partner's FHIR server: its directory as it stands, or what changed since (IHE mCSD, ITI-90 and ITI-91).

A whole reading searches each type, and then asks what changed meanwhile: pages shift while others write. One of changes
follows the history, in which a record may come several times: its last version counts, and a delete has no resource.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.fhir.elements import dicts, inner, instant, moment
from partners.fhir.locations import is_place
from partners.fhir.nearby import Nearby
from partners.fhir.pages import Pages, changed_at
from partners.fhir.references import identified
from partners.fhir.system import System, describe, parsed
from partners.fhir.texts import Json
from partners.outgoing import Asker, InnerAddress, NoAnswer
from partners.records import Deleted, Feed, Remote, Swept, Unreadable, storable

TYPES = {
    RecordKind.ORGANIZATION: "Organization",
    RecordKind.LOCATION: "Location",
    RecordKind.SERVICE: "HealthcareService",
    RecordKind.AFFILIATION: "OrganizationAffiliation",
    RecordKind.ENDPOINT: "Endpoint",
}
PER_PAGE = 200
OVERLAP = timedelta(seconds=60)
"What was being written when it was last asked may bear an earlier time."
KEPT_ONLY = (RecordKind.AFFILIATION, RecordKind.ENDPOINT)
"What the directory has no record for: kept as it came."


async def look(source: Source, ask: Asker) -> Look:
    """This will say which FHIR a server speaks, and how much it holds. Raises Unreadable."""
    base = source.address.rstrip("/")
    system = await describe(base, ask)
    details = dict(system.details)
    for type_ in TYPES.values():
        if not system.lacks(type_):
            try:
                bundle = parsed(await ask.get(f"{base}/{type_}", _summary="count"), base)
                details[type_] = str(bundle.get("total", "?"))
            except NoAnswer:
                details[type_] = "?"
    return Look(system.what, details, (system.note,) if system.note else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over what the server holds, and after each kind how far it got.

    Raises Unreadable where the system as a whole cannot be read; what fails later ends its kind alone.
    """
    base = source.address.rstrip("/")
    system = await describe(base, ask)
    if system.note:
        yield Swept(RecordKind.ORGANIZATION, complete=False, note=system.note)
    nearby = Nearby(base, ask)
    for kind, type_ in TYPES.items():
        reading = _Reading(kind, f"{base}/{type_}", system, nearby, ask)
        if system.lacks(type_):
            told = None if kind in KEPT_ONLY else f"The system has no {type_}."
            yield Swept(kind, complete=False, note=told, system=system.details)
            continue
        since = None if source.whole else instant((source.cursor.get(kind) or {}).get("since"))
        try:
            async for part in reading.changes(since) if since else reading.whole():
                yield part
            swept = reading.swept(complete=since is None)
        except InnerAddress:
            raise
        except Unreadable as failure:
            swept = Swept(kind, complete=False, failure=str(failure), system=system.details)
        yield swept


class _Reading:
    """The reading of one type of resource."""

    def __init__(self, kind: RecordKind, url: str, system: System, nearby: Nearby, ask: Asker) -> None:
        self.kind, self.url, self.system, self.nearby, self._ask = kind, url, system, nearby, ask
        self.type = TYPES[kind]
        self._seen: set[str] = set()
        self._began: datetime | None = None
        self._odd: str | None = None

    def swept(self, *, complete: bool) -> Swept:
        cursor = {"since": moment(self._began)} if self._began else None
        odd = f"{self._odd} Nothing is taken as missing. Tell the partner." if self._odd else None
        return Swept(
            self.kind,
            complete=complete and self._odd is None,
            note=odd,
            system=self.system.details,
            cursor=None if self._odd else cursor,
        )

    async def whole(self) -> AsyncIterator[Remote | Deleted]:
        """All there is, and after it what changed while it was read."""
        if not self.system.offers(self.type, "search-type"):
            async for part in self._history({}):
                yield part
            return
        pages = Pages(self.url, {"_count": PER_PAGE}, self._ask)
        async for entries in pages.entries():
            for remote in await self._remotes([each["resource"] for each in entries if self._is_match(each)]):
                yield remote
        self._began, self._odd = pages.began, pages.odd
        if self._began and self._odd is None:
            began = self._began
            async for part in self.changes(began):
                yield part
            self._began = began
        if self._odd is None and pages.total is not None and pages.total > len(self._seen):
            self._odd = f"{self.url} speaks of {pages.total} records, and shows {len(self._seen)}."

    async def changes(self, since: datetime) -> AsyncIterator[Remote | Deleted]:
        """What changed since a moment of the server's own."""
        back = str(moment(since - OVERLAP))
        if self.system.offers(self.type, "history-type"):
            try:
                async for part in self._history({"_since": back}):
                    yield part
                return
            except InnerAddress:
                raise
            except NoAnswer:
                self._odd = None  # It has no history after all, or none that reaches back so far: it is searched.
        pages = Pages(self.url, {"_lastUpdated": f"ge{back}", "_count": PER_PAGE}, self._ask)
        async for entries in pages.entries():
            for remote in await self._remotes([each["resource"] for each in entries if self._is_match(each)]):
                yield remote
        self._began, self._odd = pages.began or since, pages.odd

    async def _history(self, query: dict[str, str | int]) -> AsyncIterator[Remote | Deleted]:
        """The last version of each record that the history names, newest first as they come."""
        pages = Pages(f"{self.url}/_history", {**query, "_count": PER_PAGE}, self._ask)
        latest: dict[str, tuple[Any, Json]] = {}
        async for entries in pages.entries():
            for entry in entries:
                record, at = self._named(entry), changed_at(entry)
                if record and (record not in latest or (at and latest[record][0] and at > latest[record][0])):
                    latest[record] = at, entry
        self._began, self._odd = pages.began, pages.odd
        standing = []
        for record, (_, entry) in latest.items():
            if _is_delete(entry):
                if record not in self._seen:
                    yield Deleted(self.kind, record)
            else:
                standing.append(entry["resource"])
        for start in range(0, len(standing), PER_PAGE):
            for remote in await self._remotes(standing[start : start + PER_PAGE]):
                yield remote

    def _named(self, entry: Json) -> str | None:
        resource = inner(entry, "resource")
        if resource.get("resourceType") == self.type and resource.get("id"):
            return str(resource["id"])
        if _is_delete(entry):
            base = self.url.removesuffix(f"/{self.type}")
            told = (inner(entry, "request").get("url"), entry.get("fullUrl"))
            return next(filter(None, (identified(str(each), self.type, base) for each in told if each)), None)
        return None

    def _is_match(self, entry: Json) -> bool:
        resource = entry.get("resource")
        mode = inner(entry, "search").get("mode", "match")
        return isinstance(resource, dict) and mode == "match" and resource.get("resourceType") == self.type

    async def _remotes(self, found: list[Json]) -> list[Remote]:
        """Resources as records, each with the Locations it points to; none twice."""
        resources = []
        for each in map(storable, found):
            record = each.get("id")
            if not isinstance(record, str) or not record or record not in self._seen:
                resources.append(each)
                self._seen |= {record} if isinstance(record, str) and record else set()
        if self.kind is RecordKind.LOCATION:
            for each in resources:
                self.nearby.keep(each)
        near = {}
        if self.kind in (RecordKind.LOCATION, RecordKind.SERVICE):
            near = await self.nearby.around(resources)
        return [self._remote(each, near.get(str(each.get("id")), [])) for each in resources]

    def _remote(self, resource: Json, near: list[Json]) -> Remote:
        record = resource.get("id")
        if not isinstance(record, str) or not 0 < len(record) <= 200:
            name = f"unnamed:{str(sorted(resource.items()))[:150]}"
            return Remote(self.kind, name, resource, self.url, unreadable="It has no id. Ask the partner to give one.")
        raw = resource
        if near:
            raw = {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": each} for each in (resource, *near)],
            }
        kept_only = self.kind in KEPT_ONLY or (self.kind is RecordKind.LOCATION and not is_place(resource))
        at = instant(inner(resource, "meta").get("lastUpdated"))
        return Remote(self.kind, record, raw, f"{self.url}/{record}", at, carried=kept_only)


def _is_delete(entry: Json) -> bool:
    return str(inner(entry, "request").get("method")).upper() == "DELETE" and not dicts(
        {"r": [entry.get("resource")]}, "r"
    )
