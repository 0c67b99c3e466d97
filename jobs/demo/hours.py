"""When are the demo's services open? Weekly hours and public holidays, and the same written out as openings."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from actions.openings import BEHIND, HORIZON
from jobs.demo.directory import Hosted
from jobs.demo.offers import Hours
from jobs.demo.rows import OpeningRow
from models.directory import Schedule, ScheduleException, ServiceAtLocation
from models.rules import schedules

ZONE = ZoneInfo("America/Port-au-Prince")
KEEPS_HOLIDAYS = frozenset({Hours.OFFICE, Hours.MORNINGS})


def schedule_rows(
    given: ServiceAtLocation, hours: Hours, new_id: Callable[[], UUID], today: date
) -> Iterator[Schedule | ScheduleException]:
    """This will be the hours of a service at a place; none where they are not known."""
    if hours.value is None:
        return
    weekdays, opens, closes = hours.value
    yield Schedule(
        id=new_id(),
        organization_id=given.organization_id,
        visibility=given.visibility,
        service_at_location_id=given.id,
        weekdays=weekdays.split(),
        opens=opens,
        closes=closes,
    )
    for day, until in holidays(today) if hours in KEEPS_HOLIDAYS else ():
        yield ScheduleException(
            id=new_id(),
            organization_id=given.organization_id,
            visibility=given.visibility,
            service_at_location_id=given.id,
            day=day,
            opens=until and time(8),
            closes=until,
        )


def opening_rows(hosted: Iterable[Hosted], now: datetime) -> Iterator[OpeningRow]:
    """This will write the hours out as far ahead as `expand_openings` would."""

    @cache
    def intervals(hours: Hours) -> list[schedules.Interval]:
        if hours.value is None:
            return []
        weekdays, opens, closes = hours.value
        weekly = schedules.Opening(f"FREQ=WEEKLY;BYDAY={weekdays.replace(' ', ',')}", opens, closes)
        days = holidays(now.date()) if hours in KEEPS_HOLIDAYS else []
        closed = [schedules.DayException(day, (time(8), until) if until else None) for day, until in days]
        return schedules.openings([weekly], closed, zone=ZONE, start=now - BEHIND, days=(BEHIND + HORIZON).days)

    for given in hosted:
        for opens_at, closes_at in intervals(given.hours):
            yield OpeningRow(given.organization_id, given.visibility, given.id, opens_at, closes_at)


def holidays(today: date) -> list[tuple[date, time | None]]:
    """This will be the next public holidays, each with None, or the time until which an eve is kept half open."""
    days: dict[tuple[int, int], time | None] = {
        (1, 1): None, (1, 2): None, (5, 1): None, (5, 18): None, (10, 17): None, (11, 1): None, (11, 2): None,
        (11, 18): None, (12, 24): time(12), (12, 25): None, (12, 31): time(12),
    }  # fmt: skip
    found = []
    for (month, day), until in days.items():
        this_year = date(today.year, month, day)
        found.append((this_year if this_year >= today else date(today.year + 1, month, day), until))
    return sorted(found)
