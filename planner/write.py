"""Turns a selection into SQL: each object a concat, each list a subquery, each page a lateral join."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, literal_column

from planner.catalog import Catalog
from planner.errors import SchemaRefused
from planner.fields import Codes, Expression, Inside, Made, Many, One, Page, Part, Row
from planner.given import Binds, Given
from planner.json_sql import JsonObject, array_of, constant, scalar
from planner.scope import Scope
from planner.selection import Selections
from planner.write_page import Special, write_page


class Writer:
    """Writes the SQL of one root field."""

    def __init__(self, catalog: Catalog, fragments: Mapping[str, FragmentDefinitionNode], binds: Binds) -> None:
        self.catalog, self.binds = catalog, binds
        self.selections = Selections(catalog.schema, fragments, binds)
        self.classes: set[int] = set()
        self.repeats = False
        "Whether the keys that a row of the answer reveals may hold one twice: some come of several rows or parts."

    def given(self, definition: GraphQLField, node: FieldNode) -> Given:
        """What one field was given."""
        return Given.of(definition.args, {item.name.value: item.value for item in node.arguments or ()}, self.binds)

    def document(self, kind: Any, row: Row, nodes: Sequence[FieldNode], scope: Scope) -> ColumnElement[Any]:
        """The JSON of one row as a type; of an abstract type, by the row's own typename."""
        sets = [node.selection_set for node in nodes]
        if is_abstract_type(kind):
            return case(
                *(
                    (row.typename == literal_column(f"'{possible.name}'"), self.object(possible, row, sets, scope))
                    for possible in self.catalog.schema.get_possible_types(kind)
                )
            )
        return self.object(kind, row, sets, scope)

    def object(
        self, kind: GraphQLObjectType, row: Row, sets: Iterable[SelectionSetNode | None], scope: Scope
    ) -> ColumnElement[Any]:
        """The JSON of one row as an object type."""
        return self.fields(kind, sets, row, scope, {})

    def fields(
        self,
        kind: GraphQLObjectType,
        sets: Iterable[SelectionSetNode | None],
        row: Row,
        scope: Scope,
        special: Mapping[str, Special],
    ) -> ColumnElement[Any]:
        """The same, where some fields are of another making than the row's."""
        written: dict[str, ColumnElement[Any]] = {}
        for key, nodes in self.selections.fields(kind, sets).items():
            name = nodes[0].name.value
            if name == "__typename":
                written[key] = constant(f'"{kind.name}"')
            elif name in special:
                written[key] = scalar(special[name](nodes))
            else:
                written[key] = self.field(kind.fields[name], row, nodes, scope)
        return JsonObject(written)

    def field(self, definition: GraphQLField, row: Row, nodes: Sequence[FieldNode], scope: Scope) -> ColumnElement[Any]:
        """The value of one field of one row, ready to stand in a JSON object."""
        source = self.catalog.source(definition)
        kind = get_named_type(definition.type)
        match source:
            case Expression():
                return scalar(source.make(row, self.given(definition, nodes[0])))
            case Part():
                return self._part(source, row, self.given(definition, nodes[0]), scope)
            case Inside():
                written = self.document(kind, row, nodes, scope)
                return written if source.when is None else case((source.when(row), written))
            case One():
                return self._one(source, definition, row, nodes, scope)
            case Many():
                written, inner, shape = self.listed(source, definition, row, nodes)
                return self._attach(written, inner, scope, shape, many=True)
            case Codes():
                return self._codes(source, row, self.given(definition, nodes[0]), scope)
            case Page():
                return self._nested_page(source, definition, row, nodes, scope)
        raise SchemaRefused("A field inside a row is declared as what stands at the root.")

    def confidential(self, table: FromClause, scope: Scope, row: Row) -> bool:
        """Whether reading the table must be recorded; if so its key joins what the scope reveals."""
        found = self.catalog.confidential(table)
        if found is not None:
            self.classes.add(found)
            scope.revealed.append(cast(self.catalog.key(table, row), Text))
        return found is not None

    def _part(self, source: Part, row: Row, given: Given, scope: Scope) -> ColumnElement[Any]:
        known = (source.table, source.on, id(row))
        if known not in scope.parts:
            child = source.table.alias()
            inner = Scope(child)
            self.confidential(source.table, inner, child.c)
            ids = [inner.ids().label("ids")] if inner.revealed else []
            joined = inner.select(*child.c, *ids).where(source.on(row, child.c)).lateral()
            scope.parts[known] = joined
            scope.laterals.append(joined)
            if ids:
                scope.revealed.append(joined.c.ids)
        return scalar(source.make(scope.parts[known].c, given))

    def _one(
        self, source: One, definition: GraphQLField, row: Row, nodes: Sequence[FieldNode], scope: Scope
    ) -> ColumnElement[Any]:
        kind = get_named_type(definition.type)
        table, child = self._rows(source.table, kind, row, definition, nodes[0])
        inner = Scope(child)
        self.confidential(table, inner, child.c)
        written = self.document(kind, child.c, nodes, inner)
        chosen = source.order(child.c) if source.order else None

        def shape(query: Select[Any]) -> Select[Any]:
            query = query.where(source.on(row, child.c))
            return query.order_by(*chosen).limit(literal_column("1")) if chosen else query

        return self._attach(written, inner, scope, shape)

    def listed(
        self, source: Many, definition: GraphQLField, row: Row, nodes: Sequence[FieldNode]
    ) -> tuple[ColumnElement[Any], Scope, Callable[[Select[Any]], Select[Any]]]:
        """All rows of a list as one array, the scope it is selected from and what narrows it. row: None at the root."""
        kind = get_named_type(definition.type)
        table, child = self._rows(source.table, kind, row, definition, nodes[0])
        inner = Scope(child)
        self.confidential(table, inner, child.c)
        written = array_of(self.document(kind, child.c, nodes, inner), *source.order(child.c))
        return written, inner, lambda query: query.where(source.on(row, child.c))

    def _rows(
        self, declared: FromClause | Made | None, kind: Any, row: Row, definition: GraphQLField, node: FieldNode
    ) -> tuple[FromClause, FromClause]:
        """The table that a field's rows are of, and the rows under a name of their own."""
        if declared is None or isinstance(declared, FromClause):
            table = self.catalog.table(declared, kind)
            return table, table.alias()
        made = declared(row, self.given(definition, node))
        return made, made

    def _codes(self, source: Codes, row: Row, given: Given, scope: Scope) -> ColumnElement[Any]:
        child = source.table.alias()
        inner = Scope(child)
        self.confidential(source.table, inner, child.c)
        value = source.make(child.c, given)
        written = array_of(scalar(value), value)
        return self._attach(written, inner, scope, lambda query: query.where(source.on(row, child.c)), many=True)

    def _attach(
        self,
        written: ColumnElement[Any],
        inner: Scope,
        scope: Scope,
        shape: Callable[[Select[Any]], Select[Any]],
        *,
        many: bool = False,
    ) -> ColumnElement[Any]:
        """A subquery as a value: a scalar, or joined where it reveals something, so that this comes along."""
        if not inner.revealed:
            return shape(inner.select(written)).scalar_subquery()
        self.repeats = self.repeats or many or len(inner.revealed) > 1
        ids = func.string_agg(inner.ids(), literal_column("','")) if many else inner.ids()
        joined = shape(inner.select(written.label("doc"), ids.label("ids"))).lateral()
        scope.laterals.append(joined)
        scope.revealed.append(joined.c.ids)
        return joined.c.doc

    def _nested_page(
        self, source: Page, definition: GraphQLField, row: Row, nodes: Sequence[FieldNode], scope: Scope
    ) -> ColumnElement[Any]:
        written, inner = write_page(self, source, definition, nodes, parent=row)
        return self._attach(written, inner, scope, lambda query: query, many=True)
