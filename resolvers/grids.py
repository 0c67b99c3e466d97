"""Where the rows of a release's grid come from: its members crossed, each with the figure that may be shown, if any."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Text, any_, case, func, literal_column, select
from sqlalchemy import column as named
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array

from models import indicators as tables
from models.rules.indicators import MOST_DIMENSIONS, OddDimensions, breakdown, canonical
from models.rules.vocabulary import IndicatorDimension, ReleaseState, SuppressionReason
from planner.errors import BadInput
from planner.fields import Row
from planner.given import Context, Given, Variables
from planner.paging import MOST

RELEASE = tables.IndicatorRelease.__table__
MEMBER = tables.ReleaseMember.__table__
CELL = tables.ReleaseCell.__table__
TEXTS = ARRAY(Text())
NONE: ColumnElement[Any] = literal_column("'{}'::text[]", TEXTS)


def total(release: Row, _given: Given) -> FromClause:
    """The one figure of a release over all its dimensions; made of the release alone, so that it is always there."""
    nothing = select(literal_column("1").label("one")).subquery()
    found = CELL.alias()
    shown = found.c.release_id == release.id, found.c.breakdown == literal_column("''"), found.c.members == NONE
    joined = nothing.outerjoin(found, shown[0] & shown[1] & shown[2])
    return select(*_figure(release, found)).select_from(joined).correlate_except(nothing, found).subquery()


def cells(release: Row, given: Given) -> FromClause:
    """The whole grid of the dimensions asked for; no rows where the release has no such breakdown.

    How many dimensions there are decides the statement; which, is bound. Raises BadInput when bound.
    """
    asked = Asked(given)
    members = [MEMBER.alias() for _ in range(asked.count)]
    found = CELL.alias()
    values = _array([each.c.value for each in members], Text()) if members else NONE
    wanted = values if asked.count < 2 else _array([_at(values, place) for place in asked.places()], Text())
    figure = (found.c.release_id == release.id) & (found.c.breakdown == asked.breakdown()) & (found.c.members == wanted)
    grid: FromClause = select(literal_column("1").label("one")).subquery()
    own = [grid, *members, found]
    for member, dimension in zip(members, asked.dimensions(), strict=True):
        grid = grid.join(member, (member.c.release_id == release.id) & (member.c.dimension == dimension))
    query = select(
        *_figure(release, found),
        asked.listed().label("dimensions"),
        values.label("members"),
        _array([each.c.labels for each in members], JSONB()).label("labels"),
        _array([each.c.language for each in members], Text()).label("languages"),
        _array([each.c.position for each in members], Integer()).label("sort"),
    )
    here = asked.breakdown() == any_(release.breakdowns)
    return query.select_from(grid.outerjoin(found, figure)).where(here).correlate_except(*own).subquery()


def keys(cell: Row, _given: Given) -> FromClause:
    """A row for each dimension of a cell, in the order asked for."""
    return (
        func.unnest(cell.dimensions, cell.members, cell.labels, cell.languages)
        .table_valued(
            named("dimension", Text()),
            named("value", Text()),
            named("labels", JSONB()),
            named("language", Text()),
            with_ordinality="nth",
        )
        .render_derived()
    )


def releases(indicator: Row, given: Given) -> FromClause:
    """The last releases of an indicator, one a period: those that stand, and first ones that wait for approval."""
    release = RELEASE.alias()
    stands = release.c.state == ReleaseState.APPROVED
    first = (release.c.state != ReleaseState.SUPERSEDED) & release.c.restates.is_(None)
    query = select(release).where(release.c.code == indicator.code, stands | first)
    if given.has("every"):
        query = query.where(release.c.every == given.bind("every", Text()))
    query = query.order_by(release.c.period_end.desc(), release.c.period_start, release.c.version.desc())
    return query.limit(given.bind("last", Integer(), _number)).correlate_except(release).subquery()


class Asked:
    """The dimensions a grid is asked for, and what of them is bound."""

    def __init__(self, given: Given) -> None:
        self._given, self._read = given, given.getter("by")
        self.count: int = min(given.value("by", len), MOST_DIMENSIONS)

    def listed(self) -> ColumnElement[Any]:
        """As they were asked for."""
        return self._given.computed(lambda variables, _context: [str(each) for each in self._named(variables)], TEXTS)

    def dimensions(self) -> list[ColumnElement[Any]]:
        """Each, in that order."""
        return [self._bound(lambda named, nth=nth: str(named[nth])) for nth in range(self.count)]

    def breakdown(self) -> ColumnElement[Any]:
        """What the set of them is called."""
        return self._bound(breakdown)

    def places(self) -> list[ColumnElement[Any]]:
        """For each in the order of the enumeration, its number among those asked for."""
        return [
            self._bound(lambda named, nth=nth: named.index(canonical(named)[nth]) + 1, Integer())
            for nth in range(self.count)
        ]

    def _bound(self, of: Any, kind: Any = Text) -> ColumnElement[Any]:
        def get(variables: Variables, _context: Context) -> Any:
            return of(self._named(variables))

        return self._given.computed(get, kind)

    def _named(self, variables: Variables) -> Sequence[IndicatorDimension]:
        found = self._read(variables)
        try:
            canonical(found)
        except OddDimensions as odd:
            raise BadInput(OddDimensions.__doc__ or "") from odd
        return [IndicatorDimension(each) for each in found]


def _figure(release: Row, found: FromClause) -> list[ColumnElement[Any]]:
    """A figure's row: of which type of the union it is, and what it says."""
    shown = release.state.in_([literal_column(f"'{state}'") for state in tables.SHOWN])
    hidden = found.c.value.is_(None)
    return [
        case((hidden, literal_column("'Suppressed'")), else_=literal_column("'Count'")).label("typename"),
        found.c.value,
        found.c.rounded,
        case(
            (shown, literal_column(f"'{SuppressionReason.PROTECTED}'", Text())),
            else_=literal_column(f"'{SuppressionReason.NOT_APPROVED}'", Text()),
        ).label("reason"),
    ]


def _array(parts: Sequence[ColumnElement[Any]], kind: Any) -> ColumnElement[Any]:
    return array(parts, type_=kind) if parts else literal_column("'{}'").cast(ARRAY(kind))


def _at(values: ColumnElement[Any], place: ColumnElement[Any]) -> ColumnElement[Any]:
    return values[place]


def _number(last: int) -> int:
    if not 0 <= last <= MOST:
        raise BadInput(f"last is 0 to {MOST}.")
    return last
