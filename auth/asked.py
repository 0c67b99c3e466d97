"""How often is another's server asked for its keys? Once a minute by all processes together, as its row says."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

PAUSE = timedelta(minutes=1)
"From one asking to the next."


def lately(asked_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is too early to ask again. A moment far ahead of us is another clock's mistake, and does not count."""
    return asked_at is not None and -PAUSE < now - asked_at < PAUSE


def rested(asked_at: InstrumentedAttribute[datetime | None], *, now: datetime) -> ColumnElement[bool]:
    """The same of a column, the other way round: the UPDATE that finds it true may ask, and no other."""
    return or_(asked_at.is_(None), asked_at <= now - PAUSE, asked_at > now + PAUSE)
