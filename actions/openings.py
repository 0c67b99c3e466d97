"""When is a place open? Its weekly hours and exceptions, written out ahead whenever they are changed and once a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg

from models.directory import Visibility
from models.rules import schedules
from models.rules.recurrence import UnreadableRule, read_rule
from models.session import Connection

Row: TypeAlias = asyncpg.Record
HORIZON = timedelta(days=60)
"""How far ahead: beyond it nobody is told that a place will be open."""
BEHIND = timedelta(days=1)
"""How far back hours are kept."""

NARROWEST_FIRST = (Visibility.ORGANIZATION, Visibility.REDACTED, Visibility.NETWORK, Visibility.PUBLIC)

PLACES = """
SELECT a.id, a.organization_id, a.visibility, l.time_zone
FROM service_at_location a JOIN location l ON l.id = a.location_id
WHERE a.id = ANY ($1) ORDER BY a.id FOR NO KEY UPDATE OF a"""
HOURS = """
SELECT service_at_location_id AS place_id, visibility, weekdays, rule, opens, closes, valid_from, valid_to
FROM schedule WHERE service_at_location_id = ANY ($1)"""
EXCEPTIONS = """
SELECT service_at_location_id AS place_id, visibility, day, opens, closes
FROM schedule_exception WHERE service_at_location_id = ANY ($1)"""
FORGET = "DELETE FROM opening WHERE service_at_location_id = ANY ($1)"
WRITE = """
INSERT INTO opening (service_at_location_id, organization_id, visibility, opens_at, closes_at)
SELECT place.id, place.organization_id, place.visibility, span.opens_at, span.closes_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) AS place (id, organization_id, visibility, hours)
JOIN unnest($5::int[], $6::timestamptz[], $7::timestamptz[]) AS span (hours, opens_at, closes_at) USING (hours)"""
"""Places that keep the same hours, of which there are many, are told of by the same spans."""


async def expand_openings(connection: Connection, places: Sequence[UUID], *, now: datetime) -> int:
    """This will write out the hours of some services at places for the next 60 days, in a transaction, as role worker.

    places: ids of service_at_location. What was written out before is replaced. An opening is seen by no more people
    than the place and each of the hours it was made of. Where the location has no time zone, or one that is not known,
    nothing can be told and nothing is written. Five statements for any number of places; how many openings it wrote.
    """
    async with connection.transaction():
        found = await connection.fetch(PLACES, places)
        hours = _by_place(await connection.fetch(HOURS, places))
        exceptions = _by_place(await connection.fetch(EXCEPTIONS, places))
        patterns: dict[tuple[Any, ...], int] = {}
        spans: list[tuple[int, datetime, datetime]] = []
        kept: list[tuple[UUID, UUID, Visibility, int]] = []
        for place in found:
            told = hours[place["id"]], exceptions[place["id"]]
            pattern = place["time_zone"], *(tuple(map(_said, rows)) for rows in told)
            if pattern not in patterns:
                patterns[pattern] = len(patterns)
                intervals = _written_out(place["time_zone"], *told, now=now)
                spans += [(patterns[pattern], *interval) for interval in intervals]
            seen = _narrowest(place, *told[0], *told[1])
            kept.append((place["id"], place["organization_id"], seen, patterns[pattern]))
        await connection.execute(FORGET, places)
        columns = [[each[column] for each in kept] for column in range(4)]
        status = await connection.execute(WRITE, *columns, *([each[column] for each in spans] for column in range(3)))
    return int(status.rsplit(" ", 1)[1])


def _said(row: Row) -> tuple[Any, ...]:
    """Hours without whose they are and who sees them."""
    said = (value for name, value in row.items() if name not in ("place_id", "visibility"))
    return tuple(tuple(value) if isinstance(value, list) else value for value in said)


def _by_place(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["place_id"]].append(row)
    return found


def _written_out(
    time_zone: str | None, hours: Iterable[Row], exceptions: Iterable[Row], *, now: datetime
) -> list[schedules.Interval]:
    try:
        zone = ZoneInfo(time_zone or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return []
    repeated = [
        schedules.Opening(rule, row["opens"], row["closes"], valid_from=row["valid_from"], valid_to=row["valid_to"])
        for row in hours
        if (rule := _rule(row)) is not None
    ]
    special = [
        schedules.DayException(
            row["day"], None if None in (row["opens"], row["closes"]) else (row["opens"], row["closes"])
        )
        for row in exceptions
    ]
    return schedules.openings(repeated, special, zone=zone, start=now - BEHIND, days=(BEHIND + HORIZON).days)


def _rule(row: Row) -> str | None:
    """The days of some hours as a rule; None where there are none, or where a source's own rule cannot be followed."""
    rule: str | None = row["rule"] or (f"FREQ=WEEKLY;BYDAY={','.join(row['weekdays'])}" if row["weekdays"] else None)
    if rule is not None:
        try:
            read_rule(rule, counted_from=row["valid_from"])
        except UnreadableRule:
            return None
    return rule


def _narrowest(*rows: Row) -> Visibility:
    """The visibility that the fewest have."""
    return min((Visibility(row["visibility"]) for row in rows), key=NARROWEST_FIRST.index)
