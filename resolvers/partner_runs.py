"""The readings of a partner's system in the graph: when, how each ended, and what became of the records."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Integer, Text, and_, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from models import partners as tables
from models.partners import SyncOccasion, SyncOutcome
from planner.fields import Expression, Inside, Row, column, entity, planned
from resolvers.nodes import Node, own_id
from resolvers.organisations import DIRECTORY
from resolvers.scalars import DateTime


def text_of(words: str) -> ColumnElement[str]:
    """Words of ours in SQL."""
    return literal_column("'" + words.replace("'", "''") + "'", Text())


@strawberry.type(description="What became of a partner's records in one reading.")
class RunCounts:
    new: int = planned(Expression(lambda r, _g: _count(r, "new")), "Came in for the first time.")
    changed: int = planned(Expression(lambda r, _g: _count(r, "changed")), "Came in otherwise than before.")
    unchanged: int = planned(Expression(lambda r, _g: _count(r, "unchanged")), "Stand as they stood.")
    gone: int = planned(Expression(lambda r, _g: _count(r, "gone")), "Were taken as gone.")
    quarantined: int = planned(Expression(lambda r, _g: _count(r, "quarantined")), "Could not stand.")


def _count(row: Row, name: str) -> ColumnElement[int]:
    return func.coalesce(cast(row.counts.op("->>")(text_of(name)), Integer()), literal_column("0"))


@strawberry.type(description="What a dry run would have changed: services by name, up to 20 of each.")
class WouldChange:
    what: str | None = planned(
        Expression(lambda r, _g: r.errors.op("->")(text_of("changes")).op("->>")(text_of("what")), nullable=True),
        "What the system is: its standard and version.",
    )
    new: list[str] = planned(Expression(lambda r, _g: _told(r, "changes", "new")), "Would come in.")
    changed: list[str] = planned(Expression(lambda r, _g: _told(r, "changes", "changed")), "Would be otherwise.")
    missing: list[str] = planned(
        Expression(lambda r, _g: _told(r, "changes", "missing")), "Are not there any more; two whole readings decide."
    )


def _told(row: Row, *path: str) -> ColumnElement[Any]:
    """Sentences of a run, by where they stand in what it told."""
    value = row.errors
    for name in path:
        value = value.op("->", return_type=JSONB())(text_of(name))
    return func.coalesce(value, cast(text_of("[]"), JSONB()))


@strawberry.type(description="One reading of a partner's system.", directives=DIRECTORY)
@entity(tables.SyncRun)
class PartnerRun(Node):
    id: strawberry.ID = own_id("PartnerRun")
    occasion: SyncOccasion = column(tables.SyncRun.occasion, "Why it was read.")
    outcome: SyncOutcome = column(tables.SyncRun.outcome, "How it ended, or that it has not.")
    whole: bool = column(tables.SyncRun.whole, "Whether everything was asked for, or what changed only.")
    dry_run: bool = column(tables.SyncRun.dry_run, "Whether nothing of it was to be kept.")
    started_at: DateTime = column(tables.SyncRun.started_at, "When it began; while it waits, when it was asked for.")
    finished_at: DateTime | None = column(tables.SyncRun.finished_at, "When it ended.")
    counts: RunCounts = planned(Inside(), "What became of the records; while it is under way, so far.")
    failures: list[str] = planned(
        Expression(lambda r, _g: _told(r, "failures")), "What kept it from doing all of its work, a sentence each."
    )
    losses: list[str] = planned(
        Expression(lambda r, _g: _told(r, "losses")),
        "What is missing in such numbers that a person must say it is true.",
    )
    notes: list[str] = planned(Expression(lambda r, _g: _told(r, "notes")), "What is odd about the system.")
    would_change: WouldChange | None = planned(
        Inside(when=lambda r: and_(r.dry_run, r.finished_at.is_not(None))), "Of a dry run that ended: what it told."
    )
