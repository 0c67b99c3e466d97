"""How the role auth reaches the database: a small pool of its own, beside the one that requests use."""

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"What connecting may raise unwrapped; a statement's failure is SQLAlchemyError."


def open_auth_engine(url: str, *, connections: int = 5) -> AsyncEngine:
    """This will make the pool of role auth; it connects when first asked. `url` as asyncpg reads it; dispose it after.

    Parameters are kept out of error messages, for they are hashes, keys and tokens.
    """

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            url,
            timeout=5,
            command_timeout=5,
            server_settings={"application_name": "konbit auth", "jit": "off"},
        )

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
    )
