"""What the directory said and says, version by version: the feed of its changes, and a record as it once was.

Row policies decide which versions somebody sees; what was hidden since is hidden in all of them.
"""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Text,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

from auth.scopes import Scope
from models.rules.vocabulary import DirectoryChangeKind, DirectoryKind
from models.versions import DirectoryFeed, DirectoryVersion
from planner.cursors import cursor_sql
from planner.fields import Argument, Expression, Found, Order, Page, Row, Stream, column, entity, planned
from planner.given import Given
from planner.ids import global_id_sql, split
from planner.paging import MOST
from resolvers.nodes import NAMED, PAGE, PageInfo, requires
from resolvers.scalars import JSON, DateTime

DIRECTORY = requires(Scope.DIRECTORY_READ)
VERSION = DirectoryVersion.__table__
FEED = DirectoryFeed.__table__
TYPES = {
    DirectoryKind.ORGANIZATION: "Organization",
    DirectoryKind.LOCATION: "Location",
    DirectoryKind.SERVICE: "Service",
}
"Which type of the graph a record of a kind is."
KINDS = {name: kind for kind, name in TYPES.items()}
IN_ORDER = Order("DIRECTORY", lambda r: [r.position], (int,))
CLOSED: ColumnElement[int] = literal_column(str(2**63 - 1))
NEWEST_FIRST = Order("VERSIONS", lambda r: [r.at, func.coalesce(r.position, CLOSED)], (datetime, int), True)
"""By when and by position, not by number: a gap between numbers would tell of versions that somebody does not see."""
TOLD = "SELECT last_position, 0 AS purged_position FROM directory_feed WHERE $1::uuid IS NOT NULL"
RUNG = "directory"
"Whom the bell is rung for when versions were written."
DOCUMENT = "The whole record with what belongs to it, with bare ids (docs/directory.md says its shape)."


def _global(kind: ColumnElement[str], key: ColumnElement[Any]) -> ColumnElement[str]:
    """The id in the graph of a record of a kind."""
    return case(*((kind == literal_column(f"'{each}'"), global_id_sql(name, key)) for each, name in TYPES.items()))


def _before(row: Row) -> ColumnElement[Any]:
    """What the version before it said, of those that the viewer sees."""
    earlier = VERSION.alias()
    told = select(earlier.c.document).where(earlier.c.record_id == row.record_id, earlier.c.version < row.version)
    last = told.order_by(earlier.c.version.desc()).limit(literal_column("1"))
    return last.correlate_except(earlier).scalar_subquery()


@strawberry.type(description="What the directory said of a record from a moment on.", directives=DIRECTORY)
@entity(DirectoryVersion, key="record_id")
class DirectoryRecord:
    kind: DirectoryKind = column(VERSION.c.kind, "What the record speaks of.")
    record_id: strawberry.ID = planned(
        Expression(lambda r, _g: _global(r.kind, r.record_id)), "The record's id, which `node` may answer null by now."
    )
    operation: DirectoryChangeKind = column(VERSION.c.operation, "What became of the record.")
    at: DateTime = column(VERSION.c.at, "From when on.")
    document: JSON | None = column(VERSION.c.document, f"{DOCUMENT} Null where it was removed or merged.")
    merged_into_id: strawberry.ID | None = planned(
        Expression(lambda r, _g: _global(r.kind, r.merged_into_id)), "Which record tells of it since, where MERGED."
    )


@strawberry.type(
    description="A change of a record of the directory that the viewer may see. CHECKPOINT: nothing changed, this"
    " cursor is current.",
    directives=DIRECTORY,
)
@entity(DirectoryVersion, key="record_id")
class DirectoryChange:
    cursor: str = planned(
        Expression(lambda r, _g: cursor_sql(IN_ORDER.name, [r.position])), "Where the change stands; it stays good."
    )
    operation: DirectoryChangeKind = column(VERSION.c.operation, "What became of the record.")
    kind: DirectoryKind | None = column(VERSION.c.kind, "What the record speaks of; null for a CHECKPOINT.")
    record_id: strawberry.ID | None = planned(
        Expression(lambda r, _g: _global(r.kind, r.record_id)), "The record's id; null for a CHECKPOINT."
    )
    at: DateTime | None = column(VERSION.c.at, "When; null for a CHECKPOINT.")
    before: JSON | None = planned(
        Expression(lambda r, _g: _before(r)), "What it said before, as far as the viewer may still see that."
    )
    after: JSON | None = column(VERSION.c.document, f"{DOCUMENT} Null for a tombstone: REMOVED or MERGED.")
    merged_into_id: strawberry.ID | None = planned(
        Expression(lambda r, _g: _global(r.kind, r.merged_into_id)), "Which record tells of it now, where MERGED."
    )


@strawberry.type(description="A page of the directory's feed.")
class DirectoryChangeConnection:
    nodes: list[DirectoryChange] = strawberry.field(description="The changes, oldest first.")
    page_info: PageInfo = strawberry.field(description="Where the page stands; its end cursor is never null.")


def _end() -> ColumnElement[int]:
    return select(FEED.c.last_position).correlate_except(FEED).scalar_subquery()


def _resting(given: Given) -> ColumnElement[str]:
    """The end cursor of an empty page: the one that was given, else the feed's present end."""
    return given.bind("after", Text()) if given.has("after") else cursor_sql(IN_ORDER.name, [_end()])


def _since(row: Row, given: Given) -> list[ColumnElement[bool]]:
    told = [row.position.is_not(None)]
    return told if given.has("after") or given.value("fromTheBeginning") else [*told, false()]


def _told(given: Given) -> FromClause:
    """What came after a position; or, for a checkpoint, the position alone."""
    after, checkpoint = given.context("after", BigInteger()), given.context("checkpoint", Boolean())
    columns = ("record_id", "version", "kind", "at", "document", "merged_into_id")
    come = (
        select(VERSION.c.position, VERSION.c.operation, *(VERSION.c[name] for name in columns))
        .where(~checkpoint, VERSION.c.position > after)
        .order_by(VERSION.c.position)
        .limit(literal_column(str(MOST)))
        .subquery()
    )
    nothing = (cast(null(), VERSION.c[name].type) for name in columns)
    current = select(after, literal_column("'CHECKPOINT'"), *nothing).where(checkpoint)
    return union_all(select(come), current).subquery()


def _as_of(row: Row, given: Given) -> list[ColumnElement[bool]]:
    """The version of the record that was the last one at a moment, of those that the viewer sees."""
    key = given.bind("id", UUID(), lambda text: found[1] if (found := split(text)) else None)
    kind = given.bind("id", Text(), lambda text: KINDS.get(found[0]) if (found := split(text)) else None)
    known = VERSION.alias()
    versions = select(func.max(known.c.version)).where(known.c.record_id == key)
    if given.has("asOf"):
        versions = versions.where(known.c.at <= given.bind("asOf", TIMESTAMP(timezone=True)))
    return [row.kind == kind, row.record_id == key, row.version == versions.scalar_subquery()]


def versions_of_record() -> Any:
    """The field `versions` of a record of the directory."""
    return planned(
        Page(order=lambda _g: NEWEST_FIRST, on=lambda p, r: r.record_id == p.id),
        "What the directory said of it, newest first, as far as the viewer may see it today.",
        arguments=PAGE,
        directives=DIRECTORY,
    )


AFTER = Argument(str | None, "A cursor: only what came after it.")


@strawberry.type
class VersionQueries:
    directory_changes: DirectoryChangeConnection | None = planned(
        Page(order=lambda _g: IN_ORDER, spine=VERSION, where=_since, resting=_resting),
        "What changed in the directory, in the order of commits, with tombstones; about a second behind. Without"
        " `after`: no changes, and the current cursor.",
        arguments={
            "after": AFTER,
            "from_the_beginning": Argument(
                bool, "Without `after`: everything there ever was, so that a copy can be built.", False
            ),
            "first": Argument(int | None, "How many, 0 to 100.", 20),
        },
        directives=DIRECTORY,
    )
    directory_record: DirectoryRecord | None = planned(
        Found(where=_as_of),
        "What the directory said of an organisation, a location or a service at a moment; null where it said nothing"
        " that the viewer may see today.",
        arguments={
            "id": Argument(strawberry.ID, NAMED),
            "as_of": Argument(DateTime | None, "The moment; now where it is left out."),
        },
        directives=DIRECTORY,
    )


@strawberry.type
class VersionSubscription:
    directory_changes: DirectoryChange = planned(
        Stream(_told, IN_ORDER, reach=TOLD, rung=RUNG),
        "Changes of the directory that the viewer may see, in the order of commits, at least once, from any cursor;"
        " without `after`, from now.",
        arguments={"after": AFTER},
        directives=DIRECTORY,
    )
