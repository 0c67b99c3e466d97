"""Transactions: who is asking is told to PostgreSQL in the round trip that begins one, and holds for it alone."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import orjson
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.sql import Executable

from models.patience import Patience

DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Claims = Mapping[str, str]
"The settings that row policies read, by name."
PATIENCE = 5.0
"Seconds that a transaction waits for a connection of the pool."
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"What a connection fails with when the database is away, or refuses."
FAREWELL = 2.0
"Seconds that a server is given to roll back; then the connection is dropped, which rolls back too."


class NotCommitted(Exception):
    """The database rolled back what it was asked to keep."""


def beginning(claims: Claims, *, writes: bool) -> str:
    """The statements that begin a transaction as someone: one round trip, nothing left behind afterwards."""
    told = "".join(f"; SET LOCAL {_setting(name)} = {_quoted(value)}" for name, value in claims.items())
    return ("BEGIN" if writes else "BEGIN READ ONLY") + told


def _setting(name: str) -> str:
    """A setting's name with each part quoted: `user` is a word of SQL."""
    return ".".join(f'"{part}"' for part in name.split("."))


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError("a claim holds a zero byte")
    return "'" + text.replace("'", "''") + "'"


class Statement:
    """A Core statement compiled once, for constants of a module."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self.names: Sequence[str] = compiled.positiontup or ()
        self._constants = compiled.params
        self._processors = compiled._bind_processors

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the statement's order, as asyncpg takes them."""
        given = {**self._constants, **values}
        return [self._processors[name](given[name]) if name in self._processors else given[name] for name in self.names]


class Session:
    """One transaction on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def rows(self, statement: Statement, **values: Any) -> list[asyncpg.Record]:
        """All rows a statement returns."""
        found: list[asyncpg.Record] = await self.connection.fetch(statement.sql, *statement.arguments(values))
        return found

    async def row(self, statement: Statement, **values: Any) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self.connection.fetchrow(statement.sql, *statement.arguments(values))

    async def value(self, statement: Statement, **values: Any) -> Any:
        """The first value of the first row, or None."""
        return await self.connection.fetchval(statement.sql, *statement.arguments(values))

    async def change(self, statement: Statement, **values: Any) -> int:
        """This will run a statement that writes, and tell how many rows it touched: zero is never to be ignored."""
        status = await self.connection.execute(statement.sql, *statement.arguments(values))
        return int(status.rsplit(" ", 1)[1])

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that may fail alone: anything raised undoes just what was done inside."""
        await self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if not self.connection.is_closed():
                await self.connection.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
            raise
        await self.connection.execute("RELEASE SAVEPOINT part")


class Database:
    """A pool of connections that sign in as one role, opened when the program starts."""

    pool: "asyncpg.Pool[asyncpg.Record]"

    def __init__(self, url: str, *, size: int) -> None:
        self._url, self._size = url, size

    async def open(self) -> "Database":
        """This will connect. Raises what asyncpg raises where the server cannot be reached."""
        self.pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            init=_prepare,
            reset=_nothing,
            statement_cache_size=1_000,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
            server_settings={"timezone": "UTC", "statement_timeout": "15s", "plan_cache_mode": "force_generic_plan"},
        )
        return self

    async def close(self) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def transaction(self, begin: str) -> AsyncIterator[Connection]:
        """A transaction begun by `beginning`; committed at the end, rolled back by anything raised.

        Raises TimeoutError where no connection comes free in time, and NotCommitted.
        """
        with Patience(PATIENCE):  # acquire's own would make a task of each wait
            connection = await self.pool.acquire()
        try:
            await connection.execute(begin)
            yield connection
            if await connection.execute("COMMIT") != "COMMIT":
                raise NotCommitted
        except BaseException:
            await _abandon(connection)
            raise
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def session(self, claims: Claims, *, writes: bool = True) -> AsyncIterator[Session]:
        """A session as someone."""
        async with self.transaction(beginning(claims, writes=writes)) as connection:
            yield Session(connection)


async def _abandon(connection: Connection) -> None:
    """Rolls back; a connection that cannot, or is not given the time to, is not used again."""
    if connection.is_closed():
        return
    try:
        async with asyncio.timeout(FAREWELL):
            await connection.execute("ROLLBACK")
    except TROUBLE:
        connection.terminate()
    except BaseException:
        connection.terminate()
        raise


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)


async def _nothing(_connection: Connection) -> None:
    """Settings are local to a transaction, so a connection comes back as it went."""
