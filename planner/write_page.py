"""Writes a connection: the page's rows, found on its spine by keys; its nodes, edges, page information and count."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type
from sqlalchemy import ColumnElement, FromClause, Select, Subquery, case, false, func, literal_column, select, true

from planner.cursors import cursor_sql
from planner.fields import Page, Row
from planner.given import Given
from planner.json_sql import array_of, constant
from planner.paging import MOST, Paging
from planner.scope import Scope

if TYPE_CHECKING:
    from planner.write import Writer

Special = Callable[[Sequence[FieldNode]], ColumnElement[Any]]
"Writes a field that is of another making than the row's."

COUNTED = 10_000
"How far totalCount is exact; null beyond."


def write_page(
    writer: "Writer", source: Page, definition: GraphQLField, nodes: Sequence[FieldNode], *, parent: Row | None
) -> tuple[ColumnElement[Any], Scope]:
    """This will write one connection as the JSON of one aggregated row, with the scope it is to be selected from."""
    connection = cast("GraphQLObjectType", get_named_type(definition.type))
    given = writer.given(definition, nodes[0])
    kind = writer.catalog.node_of(connection)
    paging = Paging(given, source.order(given))
    spine = writer.catalog.spine(source, kind, paging)
    found = [] if source.on is None or parent is None else [source.on(parent, spine.c)]
    found += source.where(spine.c, given) if source.where else ()
    sets = [item.selection_set for item in nodes]
    asked_for = writer.selections.fields(connection, sets).values()
    numbered = any(selected[0].name.value == "pageInfo" for selected in asked_for)
    page = _rows(spine, found, paging, numbered=numbered)
    base: FromClause = page
    row: Row = page.c
    if source.to is not None:
        entity = writer.catalog.table(None, kind).alias()
        base, row = page.join(entity, source.to(page.c, entity.c)), entity.c
    scope = Scope(base, aggregated=True)
    size = paging.size()
    here = page.c.nth <= size if numbered else None
    order = paging.sorted(page.c, descending=paging.order.descending)
    cursor = cursor_sql(paging.order.name, paging.order.keys(page.c))

    def listed(value: ColumnElement[Any]) -> ColumnElement[Any]:
        return array_of(value, *order, where=here)

    def node(asked: Sequence[FieldNode]) -> ColumnElement[Any]:
        writer.confidential(writer.catalog.table(None, kind), scope, row)
        return writer.document(kind, row, asked, scope)

    def edges(asked: Sequence[FieldNode]) -> ColumnElement[Any]:
        edge = get_named_type(connection.fields["edges"].type)
        special: dict[str, Special] = {"cursor": lambda _asked: cursor, "node": node}
        return listed(writer.fields(edge, [item.selection_set for item in asked], page.c, scope, special))

    def page_info(asked: Sequence[FieldNode]) -> ColumnElement[Any]:
        info = get_named_type(connection.fields["pageInfo"].type)
        special = _page_info(source, given, page, paging, size, cursor)
        return writer.fields(info, [item.selection_set for item in asked], page.c, scope, special)

    special: dict[str, Special] = {
        **{name: _nothing for name, field in connection.fields.items() if not writer.catalog.find_source(field)},
        **{name: _beside(writer, source, given, connection, name) for name in source.beside},
        "nodes": lambda asked: listed(node(asked)),
        "edges": edges,
        "pageInfo": page_info,
        "totalCount": lambda _asked: _exact(source.count(given)) if source.count else _count(spine, found),
    }
    written = writer.fields(connection, sets, page.c, scope, special)
    if scope.revealed and here is not None:
        scope.revealed = [case((here, scope.ids()))]
    return written, scope


def _rows(spine: FromClause, found: Sequence[ColumnElement[bool]], paging: Paging, *, numbered: bool) -> Subquery:
    """The page's rows; and, numbered, one beyond, so as to tell whether there is more.

    The inner LIMIT is written out: for a bound one PostgreSQL expects a tenth of the table, and would sort it all.
    """
    walked = (
        select(spine)
        .where(*found, *paging.continuation(paging.order.keys(spine.c)))
        .order_by(*paging.sorted(spine.c, descending=paging.descending))
        .limit(literal_column(str(MOST + 1)))
        .correlate_except(spine)
        .subquery()
    )
    if not numbered:
        return select(walked).limit(paging.size()).subquery()
    taken = select(walked).limit(paging.size(beyond=1)).subquery()
    return select(taken, func.row_number().over().label("nth"), func.count().over().label("taken")).subquery()


def _page_info(
    source: Page, given: Given, page: Subquery, paging: Paging, size: ColumnElement[int], cursor: ColumnElement[str]
) -> dict[str, Special]:
    more = func.count() > size
    near = func.max(cursor).filter(page.c.nth == func.least(size, literal_column("1")))
    far = func.max(cursor).filter(page.c.nth == func.least(size, page.c.taken))
    start: ColumnElement[str]
    end: ColumnElement[str]
    start, end = (far, near) if paging.backward else (near, far)
    if source.resting is not None:
        end = func.coalesce(end, source.resting(given))
    before: ColumnElement[bool] = true() if given.has("before") else false()
    after: ColumnElement[bool] = true() if given.has("after") else false()
    return {
        "hasNextPage": lambda _asked: before if paging.backward else more,
        "hasPreviousPage": lambda _asked: more if paging.backward else after,
        "startCursor": lambda _asked: start,
        "endCursor": lambda _asked: end,
    }


def _nothing(_asked: Sequence[FieldNode]) -> ColumnElement[Any]:
    """What only other pages of the same type have beside them."""
    return constant("null")


def _beside(writer: "Writer", source: Page, given: Given, connection: GraphQLObjectType, name: str) -> Special:
    """One row that stands beside the page."""

    def write(asked: Sequence[FieldNode]) -> ColumnElement[Any]:
        kind = cast("GraphQLObjectType", get_named_type(connection.fields[name].type))
        wanted = writer.selections.fields(kind, [item.selection_set for item in asked]).values()
        row = source.beside[name](given, frozenset(selected[0].name.value for selected in wanted))
        scope = Scope(row)
        return scope.select(writer.document(kind, row.c, asked, scope)).scalar_subquery()

    return write


def _exact(rows: ColumnElement[int]) -> ColumnElement[Any]:
    """The count, or null beyond how far it is counted."""
    return func.nullif(rows, literal_column(str(COUNTED + 1)))


def _count(spine: FromClause, found: Sequence[ColumnElement[bool]]) -> ColumnElement[Any]:
    """How many rows the list has in all; null beyond what is counted."""
    some: Select[Any] = select(literal_column("1")).select_from(spine).where(*found)
    counted = some.limit(literal_column(str(COUNTED + 1))).correlate_except(spine).subquery()
    return select(_exact(func.count())).select_from(counted).correlate_except(counted).scalar_subquery()
