"""A connection as the job that signs certificates has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson

from api.database import DatabaseURLs
from models.session import Connection


@asynccontextmanager
async def worker(urls: DatabaseURLs) -> AsyncIterator[Connection]:
    """This will connect as role worker, and close."""
    connection = await asyncpg.connect(urls.worker)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)
        yield connection
    finally:
        await connection.close()
