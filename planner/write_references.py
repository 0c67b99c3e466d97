"""Writes federation's `_entities`: any number of references to rows of any keyed types, answered in their order."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from graphql import FieldNode
from sqlalchemy import ColumnElement, Integer, Select, Text, Uuid, case, cast, column, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY

from planner.catalog import Catalog
from planner.given import Context, Given, Variables
from planner.ids import key_of
from planner.json_sql import array_of, constant, finished
from planner.scope import Scope
from planner.write import Writer


def write_references(writer: Writer, nodes: Sequence[FieldNode], given: Given) -> Select[Any]:
    """One statement: a row for each reference, and by its kind the one row that its key names, or null.

    A reference with no key that the schema knows is answered null, as one that names nothing is.
    """
    read, catalog = given.getter("representations"), writer.catalog
    wanted = given.value("representations", catalog.kinds_among)
    kinds = given.computed(_each(read, catalog.kind_of), ARRAY(Text()))
    texts = given.computed(_each(read, partial(_key, catalog)), ARRAY(Text()))
    reference = (
        func.unnest(kinds, texts)
        .table_valued(column("kind", Text()), column("key", Text()), with_ordinality="nth", name="reference")
        .render_derived()
    )
    answers: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = []
    for kind in wanted:
        name, _, field = kind.partition(".")
        if not field:
            continue
        entity, found = catalog.entities[name], catalog.schema.type_map[name]
        child = entity.table.alias()
        inner = Scope(child)
        document = writer.document(found, child.c, nodes, inner)
        key = child.c[entity.key if field == "id" else field]
        named = key == cast(reference.c.key, Uuid if field == "id" else Text)
        wanted = [named, *entity.found(child.c), *catalog.opened(found, given)]
        one = inner.select(document).where(*wanted).scalar_subquery()
        answers.append((reference.c.kind == literal_column(f"'{kind}'"), one))
    document = case(*answers) if answers else constant("null")
    scope = Scope(reference)
    return scope.select(finished(array_of(document, cast(reference.c.nth, Integer))))


def _key(catalog: Catalog, reference: Any) -> str | None:
    name, _, field = catalog.kind_of(reference).partition(".")
    if not field:
        return None
    key = key_of(name, reference[field]) if field == "id" else reference[field]
    return None if key is None else str(key)


def _each(read: Any, make: Any) -> Any:
    def get(variables: Variables, _context: Context) -> list[Any]:
        return [make(reference) for reference in read(variables)]

    return get
