"""What a training that is planned must be: sessions one after the other, in the time zone of its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode

MOST_SESSIONS = 60
LONGEST_SESSION = timedelta(hours=12)
LONGEST_TRAINING = timedelta(days=366)
YEARS = range(2000, 2200)
"""A session of another year is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSession:
    """A half-day or so, by the clock of its place."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    """IANA name, such as America/Port-au-Prince."""

    @property
    def day(self) -> date:
        """Its first day where it is held."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def last_day(self) -> date:
        return self.ends_at.astimezone(ZoneInfo(self.time_zone)).date()


def check_sessions(sessions: Sequence[PlannedSession]) -> list[Refusal]:
    """This will say what is wrong with the sessions, each refusal with its place in the input."""
    if not 0 < len(sessions) <= MOST_SESSIONS:
        return [_wrong(f"A training has 1 to {MOST_SESSIONS} sessions.", "sessions")]
    refusals = []
    for position, each in enumerate(sessions):
        at = ("sessions", str(position))
        if each.time_zone not in available_timezones():
            refusals.append(
                _wrong("This is no time zone's IANA name, such as America/Port-au-Prince.", *at, "timeZone")
            )
        if not timedelta() < each.ends_at - each.starts_at <= LONGEST_SESSION:
            refusals.append(_wrong("A session ends after it starts, within 12 hours.", *at, "endsAt"))
        if each.starts_at.year not in YEARS or each.ends_at.year not in YEARS:
            refusals.append(_wrong("Is the year right?", *at, "startsAt"))
        if any(each.starts_at < other.ends_at and other.starts_at < each.ends_at for other in sessions[:position]):
            refusals.append(_wrong("Another session is at the same time.", *at, "startsAt"))
    first, last = min(each.starts_at for each in sessions), max(each.ends_at for each in sessions)
    if not refusals and last - first > LONGEST_TRAINING:
        refusals.append(_wrong("A training is over within a year.", "sessions"))
    return refusals


def _wrong(message: str, *field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, field)
