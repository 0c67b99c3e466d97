"""Brings a database up to date: its roles, its tables, and the declared policies, in one transaction."""

import asyncio
import re
from pathlib import Path
from typing import Any

import asyncpg

from auth.policies.declare import DatabaseRole
from auth.policies.install import fingerprint, statements

HERE = Path(__file__).parent
LOGINS = (DatabaseRole.APP, DatabaseRole.AUTH, DatabaseRole.WORKER)
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "btree_gin")
LOCK = 0x6B6F6E626974
"The advisory lock that lets one migration run at a time."


class WrongServerVersion(Exception):
    """The database server is older than PostgreSQL 18."""


class OddDatabaseName(Exception):
    """A database's name must be of lower case letters, digits and underscores: the roles are named after it."""


class NewerDatabase(Exception):
    """The database was brought up to date by a newer Konbit. Run that one, or restore a backup made before it."""


def upgrade(url: str, password: str | None = None, *, tables_only: bool = False) -> None:
    """This will migrate the database at url, as a role that may create roles.

    password: of the three roles that sign in; None leaves them without one (the embedded server trusts its socket).
    tables_only: without what is declared, which may speak of tables that the next migration makes.
    Raises WrongServerVersion, OddDatabaseName, NewerDatabase, and what asyncpg raises where the server is out of
    reach.
    """
    asyncio.run(_upgrade(url, password, tables_only))


async def _upgrade(url: str, password: str | None, tables_only: bool) -> None:
    connection = await asyncpg.connect(url)
    try:
        if connection.get_server_version().major < 18:
            raise WrongServerVersion
        name = await connection.fetchval("SELECT current_database()")
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,40}", name):
            raise OddDatabaseName(name)
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        ready = await _stamp(connection) == _goal(password)
        if not ready:
            await _roles(connection, name)
        if password is not None or not ready:
            await _let_in(connection, name, password)
    finally:
        await connection.close()
    if not ready:
        await _tables(url, name, password, tables_only)


def _goal(password: str | None) -> str:
    """What a database says of itself when nothing is left to do."""
    versions = sorted(path.stem for path in (HERE / "versions").glob("*.py"))
    return f"{versions[-1] if versions else ''} {fingerprint()} {'password' if password else 'trust'}"


async def _stamp(connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
    said: str | None = await connection.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    )
    return said


async def _let_in(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str | None) -> None:
    """The password may be another than last time, though nothing else has changed."""
    quoted = "NULL" if password is None else "'" + password.replace("'", "''") + "'"
    for role in LOGINS:
        await connection.execute(f'ALTER ROLE "{name}_{role}" LOGIN PASSWORD {quoted}')


async def _roles(connection: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    """Roles belong to the cluster, so they are named after the database and made only where they are missing."""
    for role in ["owner", *DatabaseRole]:
        full = f"{name}_{role}"
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", full):
            await connection.execute(f'CREATE ROLE "{full}" NOLOGIN')
        if role not in LOGINS:
            await connection.execute(f'GRANT "{full}" TO CURRENT_USER WITH SET TRUE')
    for maker in ("owner", DatabaseRole.KEEPER, DatabaseRole.SEARCH):
        await connection.execute(f'GRANT CREATE, USAGE ON SCHEMA public TO "{name}_{maker}"')
    await connection.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
    await connection.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO "{name}_owner"')
    for extension in EXTENSIONS:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


async def _tables(url: str, name: str, password: str | None, tables_only: bool) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url))
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            await connection.execute(text(f'SET LOCAL ROLE "{name}_owner"'))
            await connection.run_sync(_alembic)
            if tables_only:
                return
            raw: Any = (await connection.get_raw_connection()).driver_connection
            for statement in statements(name, f"{name}_owner"):
                await raw.execute(statement)
            await raw.execute(f"COMMENT ON DATABASE \"{name}\" IS '{_goal(password)}'")
    finally:
        await engine.dispose()


def _alembic(connection: object) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise NewerDatabase from None
        raise
