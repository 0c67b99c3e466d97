"""How the role auth reaches the database: a small pool of its own, beside the one that requests use."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"What asyncpg says of a connection that was lost."


class AuthenticationUnavailable(Exception):
    """Who is asking cannot be checked right now; try again in a moment."""


@contextmanager
def or_unavailable() -> Iterator[None]:
    """This will turn whatever the database may fail with into AuthenticationUnavailable."""
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError, asyncpg.PostgresError, *LOST) as error:
        raise AuthenticationUnavailable from error


def open_auth_engine(url: str, *, connections: int = 5) -> AsyncEngine:
    """This will make the pool of role auth; it connects when first asked. `url` as asyncpg reads it; dispose it after.

    Parameters are kept out of error messages, for they are hashes, keys and tokens.
    """

    async def connect() -> asyncpg.Connection:
        settings = {"application_name": "konbit auth", "jit": "off"}
        return await asyncpg.connect(url, timeout=5, command_timeout=5, server_settings=settings)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
    )
