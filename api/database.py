"""At which addresses does the program reach its database, as whom, and is it one that it can use?"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from api.postgres import Server

OLDEST = 18


class DatabaseUnreachable(Exception):
    """The database cannot be reached."""


class DatabaseTooOld(Exception):
    """Konbit needs PostgreSQL 18 or newer."""


@dataclass(frozen=True)
class DatabaseURLs:
    """One address per role: `postgresql://...`, as asyncpg takes it. Roles carry the database's name."""

    app: str
    """serves requests; owns nothing and bypasses no row policy"""
    auth: str
    """keeps clients, keys and tokens, before it is known who asks"""
    worker: str
    """does what runs without a request, under policies of its own"""
    migration: str
    """may create roles and tables; nothing else uses it"""
    password: str | None = None
    """of the three roles that sign in; None on our own server, which trusts its socket"""

    @classmethod
    def embedded(cls, server: Server, database: str, *, roles: str | None = None) -> Self:
        """This will name the database on our own server; `roles` is the database they were made for, if another."""
        prefix = roles or database
        return cls(
            app=server.url(f"{prefix}_app", database),
            auth=server.url(f"{prefix}_auth", database),
            worker=server.url(f"{prefix}_worker", database),
            migration=server.url(database=database),
        )

    @classmethod
    def outside(cls, database_url: str, migration_url: str) -> Self:
        """This will take host, database and password from `database_url`; its user gives way to the three roles."""
        database = urlsplit(database_url)
        name = unquote(database.path.strip("/"))
        password = unquote(database.password or "")
        machines = database.netloc.rpartition("@")[2]

        def as_role(role: str) -> str:
            user = f"{quote(f'{name}_{role}', safe='')}:{quote(password, safe='')}"
            return database._replace(netloc=f"{user}@{machines}").geturl()

        return cls(as_role("app"), as_role("auth"), as_role("worker"), migration_url, password)


async def create_if_missing(server: Server, database: str) -> None:
    """This will make the database on our own server. Two statements at most."""
    connection = await asyncpg.connect(server.url())
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}"')
    finally:
        await connection.close()


async def refuse_unusable(url: str) -> None:
    """This will try the address once. Raises DatabaseUnreachable and DatabaseTooOld, neither with the password."""
    address = urlsplit(url)
    place = f"{address.netloc.rpartition('@')[2]}{address.path}"
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except TimeoutError:
        raise DatabaseUnreachable(f"{place} did not answer within 10 seconds") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise DatabaseUnreachable(f"{place}: {str(error).splitlines()[0]}") from None
    try:
        version = connection.get_server_version()
    finally:
        await connection.close(timeout=5)
    if version.major < OLDEST:
        raise DatabaseTooOld(f"{place} runs {version.major}")
