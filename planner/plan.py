"""A root field's plan: the one statement that answers it, and what must be bound to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import FieldNode, FragmentDefinitionNode, GraphQLField, get_named_type
from sqlalchemy import CTE, ColumnElement, Insert, Select, Uuid, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from planner.catalog import Catalog
from planner.errors import SchemaRefused
from planner.fields import Act, AnyNode, Found, Many, Page, References, Stream
from planner.given import Binds, Context, Getter, Given, Variables
from planner.ids import key_of, split
from planner.json_sql import finished
from planner.scope import Scope
from planner.write import Writer
from planner.write_page import write_page
from planner.write_references import write_references

if TYPE_CHECKING:
    from graphql import GraphQLInterfaceType

DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
Record = Callable[[CTE, ColumnElement[Any], frozenset[int], str, Given], Insert]
"""Makes the statement that records a reading: of the answer (its ids are null where it revealed nothing), whom it
revealed, the classes it reached, at a root field."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement for one root field."""

    sql: str | None
    "None where an id names no type: nothing is asked of the database, and the answer is null."
    getters: tuple[Getter, ...] = ()
    classes: frozenset[int] = frozenset()
    "The classes of confidentiality whose reading it records; empty where it only reads."
    refusable: bool = False
    "Whether the database may say that a cursor is too old."

    def arguments(self, variables: Variables, context: Context) -> list[Any]:
        """What to bind, in the statement's order. Raises BadInput."""
        return [getter(variables, context) for getter in self.getters]


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans root fields over one catalogue. Knows nothing of a request but its variables."""

    catalog: Catalog
    record: Record | None = None

    def plan(
        self,
        definition: GraphQLField,
        nodes: Sequence[FieldNode],
        fragments: Mapping[str, FragmentDefinitionNode],
        binds: Binds,
    ) -> Plan:
        """This will write the statement of one root field; `binds` then also tells which values it was chosen by."""
        writer = Writer(self.catalog, fragments, binds)
        given = writer.given(definition, nodes[0])
        query = self._query(writer, definition, nodes, given)
        if query is None:
            return Plan(sql=None)
        if self.record is not None and writer.classes:
            answer = query.cte("answer")
            whom = _whom(answer, repeats=writer.repeats)
            recorded = self.record(answer, whom, frozenset(writer.classes), nodes[0].name.value, given)
            query = select(*(column for column in answer.c if column.key != "ids")).add_cte(recorded.cte("recorded"))
        compiled = query.compile(dialect=DIALECT)
        names = compiled.positiontup or []
        refusable = "refused" in query.selected_columns
        getters = tuple(binds.getters.get(name) or _constant(compiled.params[name]) for name in names)
        return Plan(str(compiled), getters, frozenset(writer.classes), refusable)

    def given(self, definition: GraphQLField, node: FieldNode, binds: Binds) -> Given:
        """What one field was given, apart from any statement."""
        return Writer(self.catalog, {}, binds).given(definition, node)

    def _query(
        self, writer: Writer, definition: GraphQLField, nodes: Sequence[FieldNode], given: Given
    ) -> Select[Any] | None:
        source, kind = self.catalog.source(definition), get_named_type(definition.type)
        match source:
            case Found():
                table = self.catalog.table(source.table, kind)
                child = table.alias()
                entity = self.catalog.entities.get(kind.name) if source.table is None else None
                wanted = [*source.where(child.c, given), *(entity.found(child.c) if entity else ())]
                return self._row(writer, kind, table, child, nodes, wanted)
            case AnyNode():
                name = given.value("id", _tag)
                possible = {
                    each.name for each in self.catalog.schema.get_possible_types(cast("GraphQLInterfaceType", kind))
                }
                entity = self.catalog.entities.get(name) if name in possible else None
                if entity is None:
                    return None
                child = entity.table.alias()
                key = child.c[entity.key]
                found = self.catalog.schema.type_map[name]
                wanted = [key == given.bind("id", key.type, lambda text: key_of(name, text))]
                wanted += [*entity.found(child.c), *self.catalog.opened(found, given)]
                return self._row(writer, found, entity.table, child, nodes, wanted)
            case References():
                return write_references(writer, nodes, given)
            case Page():
                written, scope = write_page(writer, source, definition, nodes, parent=None)
                refused = [source.refused(given).label("refused")] if source.refused else []
                writer.repeats = True
                ids = [func.string_agg(scope.ids(), literal_column("','")).label("ids")] if scope.revealed else []
                return scope.select(finished(written), *refused, *ids)
            case Many():
                written, scope, narrowed = writer.listed(source, definition, None, nodes)
                writer.repeats = True
                ids = [func.string_agg(scope.ids(), literal_column("','")).label("ids")] if scope.revealed else []
                return narrowed(scope.select(finished(written), *ids))
            case Act():
                effect = select(
                    *(given.context(f"effect_{name}", kind).label(name) for name, kind in source.effect.items())
                )
                child = effect.subquery()
                scope = Scope(child)
                written = writer.document(kind, child.c, nodes, scope)
                return scope.select(finished(written), *_ids(scope))
            case Stream():
                told = source.rows(given)
                scope = Scope(told)
                position = source.order.keys(told.c)[0]
                written = writer.document(kind, told.c, nodes, scope)
                return scope.select(position.label("position"), finished(written), *_ids(scope)).order_by(position)
        raise SchemaRefused("A root field is declared as what stands inside a row.")

    def _row(
        self, writer: Writer, kind: Any, table: Any, child: Any, nodes: Sequence[FieldNode], where: Sequence[Any]
    ) -> Select[Any]:
        scope = Scope(child)
        writer.confidential(table, scope, child.c)
        written = writer.document(kind, child.c, nodes, scope)
        return scope.select(finished(written), *_ids(scope)).where(*where)


def _constant(value: Any) -> Getter:
    """For a value that an expression was written with, and SQLAlchemy binds: the same in every request."""
    return lambda _variables, _context: value


def _ids(scope: Scope) -> list[Any]:
    return [scope.ids().label("ids")] if scope.revealed else []


def _whom(answer: CTE, *, repeats: bool) -> ColumnElement[Any]:
    """The keys that a row of the answer reveals, each once. To look for repetitions is a twentieth of a point."""
    keys: ColumnElement[Any] = func.string_to_array(answer.c.ids, literal_column("','")).cast(ARRAY(Uuid()))
    if repeats:
        keys = func.array(select(func.unnest(keys)).distinct().correlate(answer).scalar_subquery())
    return keys


def _tag(text: object) -> str | None:
    tagged = split(text)
    return tagged[0] if tagged else None
