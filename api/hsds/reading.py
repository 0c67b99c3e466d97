"""What of the directory does an HSDS answer need? Read as who asks: row policies decide what they see.

Lists are written as a condition and an order over documents (directory_version); what HSDS adds to a document (its
organisation, its room, the locations of an organisation) is read for a page at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from models.rules.vocabulary import ServiceCategory
from models.rules.words import alternatives
from partners.hsds.taxonomies import CATEGORIES, own_term, taxonomy_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import asyncpg

    from api.hsds.asked import Asked
    from models.session import Connection

FOUND_BY_WORDS = 10_000
"Services that a search by words reaches: the best ones."
CATEGORY_BY_TERM = {UUID(own_term(CATEGORIES, word)["id"]): word.value for word in ServiceCategory}
STANDING = "v.current AND v.document IS NOT NULL"
OF_SERVICES = f"directory_version v WHERE v.kind = 'SERVICE' AND {STANDING}"
OF_ORGANIZATIONS = f"directory_version v WHERE v.kind = 'ORGANIZATION' AND {STANDING}"
OF_PLACES = (
    "service_at_location a JOIN directory_version v ON v.record_id = a.service_id "
    f"WHERE v.kind = 'SERVICE' AND {STANDING} "
    "AND EXISTS (SELECT FROM jsonb_array_elements(v.document -> 'places') AS p WHERE p ->> 'id' = a.id::text)"
)
"Only where the document names the place: what it leaves out is not for all who may see the service."


@dataclass(slots=True)
class Choice:
    """A list to be read: rows with `id` and whatever else is selected, in the order of their identifiers."""

    id: str
    selected: str
    source: str
    conditions: list[str] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)

    def argument(self, value: Any) -> str:
        """This will note a value, and be its place in the statement."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def page(self, *, after: UUID | None, offset: int, limit: int) -> tuple[str, list[Any]]:
        """This will be the statement for a stretch of the list: after an identifier, else from so many rows on."""
        arguments = self.arguments if after is None else [*self.arguments, after]
        told = self._told() + (f" AND {self.id} > ${len(arguments)}" if after is not None else "")
        stretch = f"ORDER BY {self.id} LIMIT {limit:d} OFFSET {0 if after is not None else offset:d}"
        return f"SELECT {self.id} AS id, {self.selected} FROM {self.source}{told} {stretch}", arguments

    def count(self) -> tuple[str, list[Any]]:
        """This will be the statement for how many rows the list has."""
        return f"SELECT count(*) FROM {self.source}{self._told()}", self.arguments

    def _told(self) -> str:
        return "".join(f" AND {condition}" for condition in self.conditions)


def services(asked: Asked) -> Choice:
    """This will be the services that are asked for."""
    choice = Choice("v.record_id", "v.at, v.document", OF_SERVICES)
    choice.conditions += _of_services(choice, asked, "v.record_id")
    return choice


def organizations(asked: Asked) -> Choice:
    """This will be the organisations that give a service which is asked for, or are found by their own name."""
    choice = Choice("v.record_id", "v.at, v.document", OF_ORGANIZATIONS)
    given = _of_services(choice, asked, "s.id")
    if given:
        told = f"v.record_id IN (SELECT s.organization_id FROM service s WHERE {' AND '.join(given)})"
        if asked.search:
            name = choice.argument(asked.search)
            told = f"({told} OR position(folded({name}) IN folded((v.document -> 'names')::text)) > 0)"
        choice.conditions.append(told)
    return choice


def places(asked: Asked) -> Choice:
    """This will be the services at locations that are asked for."""
    choice = Choice("a.id", "v.at, v.document", OF_PLACES)
    choice.conditions += _of_services(choice, asked, "v.record_id")
    if asked.postcode:
        code = choice.argument(asked.postcode)
        within = None if asked.proximity is None else choice.argument(asked.proximity)
        told = CODED.format(code=code) if within is None else NEAR.format(code=code, within=within)
        choice.conditions.append(f"a.location_id IN ({told})")
    return choice


CODED = """
WITH RECURSIVE below AS (
  SELECT pcode FROM area WHERE pcode = {code} UNION
  SELECT c.pcode FROM area c JOIN below b ON c.parent_pcode = b.pcode)
SELECT l.id FROM location l WHERE l.postal_code = {code} OR l.pcode IN (SELECT pcode FROM below)"""
"Locations with a postal code, or in the area of a P-code."
NEAR = """
SELECT l.id FROM location l CROSS JOIN (
  SELECT coalesce(max(d.latitude), avg(o.latitude)) AS north, coalesce(max(d.longitude), avg(o.longitude)) AS east
  FROM (VALUES ({code}::text)) AS c (code) LEFT JOIN area d ON d.pcode = c.code
  LEFT JOIN location o ON o.postal_code = c.code AND o.visibility IN ('PUBLIC', 'NETWORK')) AS centre
WHERE great_circle_km(centre.north, centre.east, l.latitude, l.longitude) * 1000 <= {within}::float8"""
"Locations so near to the middle of a P-code's area, or of what else has the postal code."


def _of_services(choice: Choice, asked: Asked, service: str) -> list[str]:
    """The conditions on services; `service` is where the list has the identifier of one."""
    told = []
    if asked.search:
        words = choice.argument(orjson.dumps(alternatives(asked.search)).decode())
        told.append(
            f"{service} IN (SELECT f.service_id FROM search_services(at => now(), wanted => {FOUND_BY_WORDS}, "
            f"words => {words}::jsonb) AS f)"
        )
    if asked.organization_id:
        owner = choice.argument(asked.organization_id)
        told.append(f"{service} IN (SELECT o.id FROM service o WHERE o.organization_id = {owner})")
    if asked.modified_after:
        since = choice.argument(asked.modified_after)
        told.append(
            f"{service} IN (SELECT m.record_id FROM directory_version m WHERE m.kind = 'SERVICE' AND m.current "
            f"AND m.at >= {since} UNION SELECT c.service_id FROM capacity c WHERE c.updated_at >= {since})"
        )
    if asked.taxonomy_term_id:
        if asked.taxonomy_term_id in CATEGORY_BY_TERM:
            word = choice.argument(CATEGORY_BY_TERM[asked.taxonomy_term_id])
            told.append(f"{service} IN (SELECT c.id FROM service c WHERE c.category = {word})")
        else:
            term = choice.argument(asked.taxonomy_term_id)
            told.append(f"{service} IN (SELECT t.service_id FROM service_term t WHERE t.term_id = {term})")
    if asked.taxonomy_id and str(asked.taxonomy_id) != taxonomy_id(CATEGORIES):
        scheme = choice.argument(asked.scheme)
        told.append(
            f"{service} IN (SELECT t.service_id FROM service_term t JOIN term e ON e.id = t.term_id "
            f"WHERE e.scheme = {scheme})"
        )
    return told


ROOM = """
SELECT c.id::text, c.service_id, c.service_at_location_id::text AS "placeId", c.state, c.unit,
  c.updated_at AS "updatedAt", n.available, n.maximum
FROM capacity c LEFT JOIN capacity_count n ON n.capacity_id = c.id
WHERE c.service_id = ANY ($1) AND c.expires_at > now() ORDER BY c.service_at_location_id NULLS FIRST"""
NAMED = f"SELECT v.record_id AS id, v.document FROM {OF_ORGANIZATIONS} AND v.record_id = ANY ($1)"


async def rooms(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[asyncpg.Record]]:
    """This will be what is known of the room that some services have, unless it is too old to be believed."""
    return _by("service_id", await connection.fetch(ROOM, ids))


async def named(connection: Connection, ids: Iterable[UUID]) -> dict[str, Mapping[str, Any]]:
    """This will be the documents of some organisations, by identifier."""
    return {str(row["id"]): row["document"] for row in await connection.fetch(NAMED, list(ids))}


def changed(at: datetime, room: Iterable[Mapping[str, Any]]) -> datetime:
    """This will be when a service, or what is known of its room, last became so."""
    moments: list[datetime] = [at, *(each["updatedAt"] for each in room)]
    return max(moments)


def _by(column: str, rows: Iterable[asyncpg.Record]) -> dict[UUID, list[asyncpg.Record]]:
    found: dict[UUID, list[asyncpg.Record]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
