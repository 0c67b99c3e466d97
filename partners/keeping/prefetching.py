"""Reads what stands of all that a batch of records speaks of: some twenty statements, however long the batch is.

The services of a batch are locked while it is written: a steward's decision on one of them comes before it or after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from models.partners import RecordKind
from models.rules.vocabulary import LocationKind
from models.session import Connection
from partners import canonical
from partners.keeping.holdings import Holdings, Partner
from partners.keeping.standing import Standing
from partners.keeping.tables import RECORDS, owned_by


@dataclass(slots=True)
class _Spoken:
    """What a batch speaks of, by the partner's ids."""

    services: set[str] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)
    locations: set[str] = field(default_factory=set)
    houses: set[str] = field(default_factory=set)
    "Locations that are said to be safe houses."
    places: set[str] = field(default_factory=set)
    terms: set[tuple[str, str]] = field(default_factory=set)

    def add(self, item: canonical.Item) -> None:
        match item:
            case canonical.Organization():
                self.organizations.add(item.remote_id)
            case canonical.Location():
                self.locations.add(item.remote_id)
                self.houses |= {item.remote_id} if item.kind is LocationKind.SAFE_HOUSE else set()
                self.organizations |= {item.owner_id} if item.owner_id else set()
            case canonical.Place():
                self.places.add(item.remote_id)
                self.services |= {item.service_id} if item.service_id else set()
                self.add(item.location)
            case canonical.Service():
                self.services.add(item.remote_id)
                self.organizations |= {item.organization_id} if item.organization_id else set()
                self.terms |= {(term.scheme, term.code) for term in item.terms}
                for place in item.places:
                    self.add(place)
                if item.organization is not None:
                    self.add(item.organization)


async def prefetch(
    connection: Connection, partner: Partner, holdings: Holdings, items: Iterable[canonical.Item]
) -> Standing:
    """This will read the rows that some items may touch; in the transaction in which they are written."""
    standing, spoken = Standing(), _Spoken()
    for item in items:
        spoken.add(item)

    def ours(kind: RecordKind, remote_ids: Iterable[str]) -> set[UUID]:
        return {local for each in remote_ids if (local := holdings.local(kind, each)) is not None}

    spoken_of = ours(RecordKind.SERVICE, spoken.services)
    if spoken.houses:
        houses = list(ours(RecordKind.LOCATION, spoken.houses))
        spoken_of |= {row["service_id"] for row in await connection.fetch(_GIVEN_AT, partner.id, houses)}
    await _records(connection, standing, "service", spoken_of, " FOR NO KEY UPDATE")
    services = list(standing.rows["service"])
    if services:
        await _capacities(connection, standing, services)
        for row in await connection.fetch(_CLAIMS, services):
            standing.rows["claim"][row["id"]] = claim = dict(row)
            standing.claims[row["record_id"]].append(claim)
        for row in await connection.fetch("SELECT * FROM service_at_location WHERE service_id = ANY($1)", services):
            standing.rows["service_at_location"][row["id"]] = dict(row)
    places = ours(RecordKind.SERVICE_AT_LOCATION, spoken.places) - set(standing.rows["service_at_location"])
    await _records(connection, standing, "service_at_location", places)
    await _place_links(connection, partner, standing)
    locations = {row["location_id"] for row in standing.rows["service_at_location"].values()}
    locations |= ours(RecordKind.LOCATION, spoken.locations)
    await _records(connection, standing, "location", locations)
    if locations:
        sheltering = await connection.fetch(_SHELTERING, list(locations))
        standing.sheltering = {row["location_id"] for row in sheltering}
    await _records(connection, standing, "organization", ours(RecordKind.ORGANIZATION, spoken.organizations))
    for table in RECORDS:
        await _parts(connection, standing, table)
    await _terms(connection, partner, standing, spoken.terms)
    return standing


async def _place_links(connection: Connection, partner: Partner, standing: Standing) -> None:
    places = list(standing.rows["service_at_location"])
    if places:
        for row in await connection.fetch(_PLACE_LINKS, partner.id, places):
            standing.place_links[row["local_id"]].add(row["remote_id"])


async def _records(connection: Connection, standing: Standing, table: str, ids: set[UUID], lock: str = "") -> None:
    if ids:
        query = f'SELECT * FROM "{table}" WHERE id = ANY($1) ORDER BY id{lock}'
        for row in await connection.fetch(query, list(ids)):
            standing.rows[table][row["id"]] = dict(row)


async def _parts(connection: Connection, standing: Standing, table: str) -> None:
    ids = list(standing.rows[table])
    if ids:
        for part, column in owned_by(table):
            for row in await connection.fetch(f'SELECT * FROM "{part}" WHERE {column} = ANY($1)', ids):
                standing.parts[part, column][row[column]].append(dict(row))


async def _capacities(connection: Connection, standing: Standing, services: list[UUID]) -> None:
    for row in await connection.fetch("SELECT * FROM capacity WHERE service_id = ANY($1)", services):
        standing.rows["capacity"][row["id"]] = kept = dict(row)
        standing.capacities[row["service_id"]][row["service_at_location_id"]] = kept
    numbers = "SELECT * FROM capacity_count WHERE capacity_id = ANY($1)"
    if standing.rows["capacity"]:
        for row in await connection.fetch(numbers, list(standing.rows["capacity"])):
            standing.rows["capacity_count"][row["capacity_id"]] = dict(row)


async def _terms(connection: Connection, partner: Partner, standing: Standing, told: set[tuple[str, str]]) -> None:
    if told:
        schemes, codes = zip(*told, strict=True)
        for row in await connection.fetch(_TERMS, [f"{partner.name}:{scheme}" for scheme in schemes], codes):
            standing.rows["term"][row["id"]] = standing.terms[row["scheme"], row["code"]] = dict(row)


_CLAIMS = """
SELECT c.*, p.trust, c.partner_id IS NULL OR p.organization_id = c.organization_id AS of_owner
FROM claim c LEFT JOIN partner p ON p.id = c.partner_id WHERE c.record_id = ANY($1) ORDER BY c.id"""
_PLACE_LINKS = """
SELECT local_id, remote_id FROM source_link
WHERE local_id = ANY($2) AND partner_id = $1 AND kind = 'SERVICE_AT_LOCATION'"""
_GIVEN_AT = """
SELECT a.service_id FROM service_at_location a
JOIN source_link l ON l.local_id = a.service_id AND l.kind = 'SERVICE' AND l.partner_id = $1
WHERE a.location_id = ANY($2)"""
"What the partner itself gives there."
_SHELTERING = """
SELECT DISTINCT p.location_id FROM service_at_location p JOIN service s ON s.id = p.service_id
WHERE p.location_id = ANY($1) AND s.category = 'SAFE_HOUSE'"""
_TERMS = """
SELECT t.* FROM term t JOIN unnest($1::text[], $2::text[]) AS told (scheme, code) USING (scheme, code)"""
