"""When is a place open? Its weekly hours and exceptions, written out ahead whenever they are changed and once a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg

from models.directory import Visibility
from models.rules import schedules
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
SELECT service_at_location_id AS place_id, visibility, weekdays, opens, closes, valid_from, valid_to
FROM schedule WHERE service_at_location_id = ANY ($1)"""
EXCEPTIONS = """
SELECT service_at_location_id AS place_id, visibility, day, opens, closes
FROM schedule_exception WHERE service_at_location_id = ANY ($1)"""
FORGET = "DELETE FROM opening WHERE service_at_location_id = ANY ($1)"
WRITE = """
INSERT INTO opening (service_at_location_id, organization_id, visibility, opens_at, closes_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])"""


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
        openings = [
            (
                place["id"],
                place["organization_id"],
                _narrowest(place, *hours[place["id"]], *exceptions[place["id"]]),
                *span,
            )
            for place in found
            for span in _written_out(place["time_zone"], hours[place["id"]], exceptions[place["id"]], now=now)
        ]
        await connection.execute(FORGET, places)
        await connection.execute(WRITE, *([opening[column] for opening in openings] for column in range(5)))
    return len(openings)


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
    weekly = [
        schedules.Opening(
            rule=f"FREQ=WEEKLY;BYDAY={','.join(row['weekdays'])}",
            opens=row["opens"],
            closes=row["closes"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        for row in hours
        if row["weekdays"]
    ]
    special = [
        schedules.DayException(
            row["day"], None if None in (row["opens"], row["closes"]) else (row["opens"], row["closes"])
        )
        for row in exceptions
    ]
    return schedules.openings(weekly, special, zone=zone, start=now - BEHIND, days=(BEHIND + HORIZON).days)


def _narrowest(*rows: Row) -> Visibility:
    """The visibility that the fewest have."""
    return min((Visibility(row["visibility"]) for row in rows), key=NARROWEST_FIRST.index)
