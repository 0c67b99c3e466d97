"""What the schema's fields are made of, checked at the start: a planned answer never holds an illegal null."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
)
from sqlalchemy import ColumnElement, FromClause, Text, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry.federation.schema_directives import Key

from planner.errors import SchemaRefused
from planner.fields import Entity, Expression, One, Page, Part, Planned, References, Row, Source, entity_of
from planner.given import Given
from planner.paging import Paging

STRAWBERRY = "strawberry-definition"


class Catalog:
    """The sources of a schema's fields and the tables of its types."""

    def __init__(self, schema: GraphQLSchema, *, recorded_from: int) -> None:
        """recorded_from: the class of confidentiality (table.info) from which a reading is to be recorded."""
        self.schema, self.recorded_from = schema, recorded_from
        self.entities: dict[str, Entity] = {
            name: found for name, kind in schema.type_map.items() if (found := self._entity(kind)) is not None
        }
        self.keys: dict[str, list[str]] = {name: _keys(schema.type_map[name]) for name in self.entities}
        self._references = schema.query_type.fields.get("_entities") if schema.query_type else None
        for kind in schema.type_map.values():
            if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind):
                for name, definition in kind.fields.items():
                    self._check(kind, name, definition)

    def find_source(self, definition: GraphQLField) -> Source | None:
        """Where a field's value comes from, or None for one that an ordinary resolver answers."""
        if definition is self._references:
            return References()
        declared = definition.extensions.get(STRAWBERRY)
        return declared.source if isinstance(declared, Planned) else None

    def source(self, definition: GraphQLField) -> Source:
        """Where a planned field's value comes from. Raises SchemaRefused for one that is not planned."""
        source = self.find_source(definition)
        if source is None:
            raise SchemaRefused("A planned object holds a field that is not planned.")
        return source

    def table(self, explicit: FromClause | None, kind: Any) -> FromClause:
        """The table a field's rows are in: its own, or its type's."""
        return explicit if explicit is not None else self.entities[kind.name].table

    def spine(self, source: Page, kind: Any, paging: Paging) -> FromClause:
        """What a page is found on, under a name of its own."""
        match source.spine:
            case None:
                return self.table(None, kind).alias()
            case FromClause():
                return source.spine.alias()
        return source.spine(paging.given, paging)

    def node_of(self, connection: GraphQLObjectType) -> GraphQLNamedType:
        """The type a connection lists."""
        node: GraphQLNamedType = get_named_type(connection.fields["nodes"].type)
        return node

    def confidential(self, table: FromClause) -> int | None:
        """The class of a table whose readings are recorded, or None."""
        found = int(getattr(table, "info", {}).get("confidentiality", -1))
        return found if found >= self.recorded_from else None

    def key(self, table: FromClause, row: Row) -> ColumnElement[Any]:
        """The column of a row that names whom it is about: table.info["subject"], else the first of its key."""
        named = getattr(table, "info", {}).get("subject")
        key: ColumnElement[Any] = row[named or next(iter(table.primary_key)).key]
        return key

    def opened(self, kind: GraphQLNamedType, given: Given) -> list[ColumnElement[bool]]:
        """The conditions that the viewer holds the scopes a type asks for, where the document did not name the type."""
        held = given.context("scopes", ARRAY(Text()))
        asked = (", ".join(f"'{scope}'" for scope in scopes) for scopes in kind.extensions.get("scopes", ()))
        return [held.contains(literal_column(f"ARRAY[{scopes}]", held.type)) for scopes in asked]

    def kind_of(self, reference: Any) -> str:
        """The type and the key field a reference uses, `Organization.slug`; the empty text where it uses none."""
        if isinstance(reference, Mapping):
            name = reference.get("__typename")
            for field in self.keys.get(name, ()) if isinstance(name, str) else ():
                if isinstance(reference.get(field), str):
                    return f"{name}.{field}"
        return ""

    def kinds_among(self, references: Iterable[Any]) -> tuple[str, ...]:
        """Those of several references, each once: they decide what a statement says, so a method and no lambda."""
        return tuple(sorted({self.kind_of(reference) for reference in references}))

    def _entity(self, kind: GraphQLNamedType) -> Entity | None:
        declared = kind.extensions.get(STRAWBERRY)
        return entity_of(declared.origin) if declared is not None and hasattr(declared, "origin") else None

    def _check(self, kind: GraphQLObjectType, name: str, definition: GraphQLField) -> None:
        """Raises SchemaRefused where the field could answer null although the schema says it does not."""
        source = self.find_source(definition)
        if source is None or not isinstance(definition.type, GraphQLNonNull):
            return
        where = f"{kind.name}.{name}"
        if isinstance(source, Part | Page) or (isinstance(source, One) and not source.always):
            raise SchemaRefused(f"{where} is non-null, but a row policy may hide what it leads to.")
        if isinstance(source, Expression) and source.nullable:
            raise SchemaRefused(f"{where} is non-null, but its column is nullable.")


def _keys(kind: GraphQLNamedType) -> list[str]:
    """The fields by which another subgraph may refer to a row of the type (federation's @key)."""
    declared = kind.extensions.get(STRAWBERRY)
    return [str(each.fields) for each in getattr(declared, "directives", None) or () if isinstance(each, Key)]
