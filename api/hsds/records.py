"""The records on a page of the HSDS API, in the form that is asked for; what they need is read for all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from api.hsds import reading
from api.hsds.asked import Asked, NotUnderstood
from partners.hsds import answers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    import asyncpg

    from models.session import Connection

    Render = Callable[[Connection, Sequence[asyncpg.Record], Asked], Awaitable[list[dict[str, Any]]]]

MOST_SERVICES = 2_000
"Whole services within organisations that one answer holds."
MOST_NAMED = 50_000
"Services that are named within organisations."
LOCATIONS = (
    "SELECT l.organization_id AS owner, v.document FROM location l JOIN directory_version v ON v.record_id = l.id "
    f"WHERE v.kind = 'LOCATION' AND {reading.STANDING} AND l.organization_id = ANY ($1) ORDER BY l.id"
)
SERVICES = (
    "SELECT s.organization_id AS owner, v.record_id AS id, v.at, v.document FROM service s "
    f"JOIN directory_version v ON v.record_id = s.id WHERE v.kind = 'SERVICE' AND {reading.STANDING} "
    "AND s.organization_id = ANY ($1) ORDER BY s.id LIMIT "
)


class TooManyServices(NotUnderstood):
    """These organisations give more services than one answer holds. Ask for fewer, or for /services."""


async def services(connection: Connection, rows: Sequence[asyncpg.Record], asked: Asked) -> list[dict[str, Any]]:
    """This will be services: whole with two statements more, else with one."""
    rooms = await reading.rooms(connection, [row["id"] for row in rows])
    owners: dict[str, Any] = {}
    if asked.full:
        wanted = {UUID(row["document"]["organization"]["id"]) for row in rows}
        told = await reading.named(connection, wanted)
        owners = {id: answers.organization(document) for id, document in told.items()}
    said = []
    for row in rows:
        document, room = row["document"], rooms.get(row["id"], [])
        at = moment(reading.changed(row["at"], room))
        if asked.full:
            owner = owners.get(document["organization"]["id"])
            said.append(answers.service(document, at=at, organization=owner, room=_shown(document, room)))
        elif asked.minimal:
            said.append(answers.service_minimal(document, at=at))
        else:
            said.append(answers.service_in_list(document, at=at))
    return said


async def organizations(
    connection: Connection, rows: Sequence[asyncpg.Record], asked: Asked, *, named: bool = False
) -> list[dict[str, Any]]:
    """This will be organisations. named: with the services they give, in few words unless whole ones are asked for."""
    if not (asked.full or asked.full_service or named):
        return [answers.organization_in_list(row["document"]) for row in rows]
    ids = [row["id"] for row in rows]
    locations: dict[UUID, list[Any]] = {}
    for row in await connection.fetch(LOCATIONS, ids):
        locations.setdefault(row["owner"], []).append(row["document"])
    given = await _given(connection, ids, asked) if asked.full_service or named else None
    return [
        answers.organization(
            row["document"],
            locations=locations.get(row["id"], ()),
            services=None if given is None else given.get(row["id"], []),
        )
        for row in rows
    ]


async def _given(connection: Connection, ids: list[UUID], asked: Asked) -> dict[UUID, list[dict[str, Any]]]:
    most = MOST_SERVICES if asked.full_service else MOST_NAMED
    rows = await connection.fetch(f"{SERVICES}{most + 1}", ids)
    if len(rows) > most:
        raise TooManyServices
    form = Asked(full=True) if asked.full_service else Asked(minimal=True)
    given: dict[UUID, list[dict[str, Any]]] = {}
    for row, said in zip(rows, await services(connection, rows, form), strict=True):
        said.pop("modified_date", None)
        given.setdefault(row["owner"], []).append(said)
    return given


async def places(connection: Connection, rows: Sequence[asyncpg.Record], asked: Asked) -> list[dict[str, Any]]:
    """This will be services at locations, each with its service, once for all of one service."""
    of = {row["document"]["id"]: row for row in rows}
    by_service: dict[str, Any] = {}
    if asked.full:
        told = [{"id": UUID(id), "at": row["at"], "document": row["document"]} for id, row in of.items()]
        for each in await services(connection, told, asked):
            by_service[each["id"]] = {name: value for name, value in each.items() if name != "service_at_locations"}
    else:
        for id, row in of.items():
            by_service[id] = answers.service_in_list(row["document"], at=moment(row["at"]))
    said = []
    for row in rows:
        document = row["document"]
        place = next(each for each in document["places"] if each["id"] == str(row["id"]))
        form = answers.place if asked.full else answers.place_in_list
        said.append(form(place, document["language"], service=by_service[document["id"]]))
    return said


def moment(at: datetime) -> str:
    """This will be a moment as documents have it: UTC, to the microsecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _shown(document: Any, room: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """The room of the service as a whole and of the places that its document names."""
    named = {None, *(place["id"] for place in document["places"])}
    return [each for each in room if each["placeId"] in named]
