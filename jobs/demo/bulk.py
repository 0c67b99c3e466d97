"""How do millions of rows get in at once? Without the guards that ask row by row, and with each of them back after.

The tables' owner may do all of this: no superuser is needed. It happens in the caller's transaction, so that a loading
that fails leaves nothing, neither rows nor a missing guard.
"""

import gc
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import orjson
from sqlalchemy import inspect

from models.base import Base

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_KEYS = """
    SELECT conrelid::regclass::text AS of_table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
      OR contype IN ('p', 'u') AND conrelid = ANY ($2::regclass[])
    ORDER BY array_position('{p,u,f}', contype::text), 1, 2"""
_INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index i WHERE indrelid = ANY ($1::regclass[]) AND indpred IS NULL AND indexprs IS NULL
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1"""
"""Those of plain columns: PostgreSQL writes an expression down otherwise than it was told, so those stay throughout."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A trigger that does not fire while rows are loaded: what it does is done for all of them in one statement."""

    table: str
    trigger: str


async def connect(url: str) -> Connection:
    """This will connect and speak jsonb in the form that copying uses."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "konbit demo"})
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda value: orjson.loads(value[1:]),
    )
    return connection


async def become_owner(connection: Connection) -> str:
    """This will take on, until the transaction ends, the role that owns the tables, and answer its name."""
    owner = await connection.fetchval(
        "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'organization'::regclass"
    )
    await connection.execute(f"SET LOCAL ROLE {owner}")
    return str(owner)


@asynccontextmanager
async def unguarded(
    connection: Connection, tables: Collection[str], *, large: Collection[str], quiet: Iterable[Quiet]
) -> AsyncIterator[None]:
    """This will set aside row policies' force, foreign keys and indexes, and build each of them again when it ends.

    Of the large tables unique and primary keys too. A key that is added checks every row there is, so nothing enters
    that it would have refused.
    """
    keys = await connection.fetch(_KEYS, list(tables), list(large))
    indexes = await connection.fetch(_INDEXES, list(tables))
    for table in tables:
        await connection.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    for key in reversed(keys):
        await connection.execute(f"ALTER TABLE {key['of_table']} DROP CONSTRAINT {key['name']}")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for still in quiet:
        await connection.execute(f'ALTER TABLE "{still.table}" DISABLE TRIGGER "{still.trigger}"')
    yield
    for still in quiet:
        await connection.execute(f'ALTER TABLE "{still.table}" ENABLE TRIGGER "{still.trigger}"')
    for index in indexes:
        await connection.execute(index["definition"])
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['of_table']} ADD CONSTRAINT {key['name']} {key['definition']}")
    for table in tables:
        await connection.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


@contextmanager
def without_collector() -> Iterator[None]:
    """This will keep Python from looking for cycles among millions of rows that hold none: a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def copy_models(connection: Connection, rows: Iterable[Base]) -> None:
    """This will copy rows given as models, table by table in the order in which they first come.

    All rows of a table set the same columns; those that none sets keep their default.
    """
    by_model: dict[type[Base], list[Base]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, listed in by_model.items():
        fields = [name for name in columns(model) if name in vars(listed[0])]
        records = [tuple(vars(row)[name] for name in fields) for row in listed]
        await connection.copy_records_to_table(model.__tablename__, records=records, columns=named(model, fields))


def columns(model: type[Base]) -> list[str]:
    """This will be the attributes of a model that are columns, in their order."""
    return [attribute.key for attribute in inspect(model).column_attrs]


def named(model: type[Base], attributes: Iterable[str]) -> list[str]:
    """This will be what the database calls them."""
    mapped: dict[str, Any] = dict(inspect(model).column_attrs.items())
    return [mapped[name].columns[0].name for name in attributes]


async def refresh_search(connection: Connection) -> None:
    """This will index the directory that was loaded while `konbit.search` was `later`, as the function's owner.

    And leave notes for its first versions.
    """
    keeper = await connection.fetchval("SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'refresh_search'")
    await connection.execute("ANALYZE service, service_at_location, location, organization, service_term, term, area")
    await connection.execute(f"SET LOCAL ROLE {keeper}")
    await connection.execute("SELECT refresh_search()")
    await connection.execute("SELECT note_everything()")
