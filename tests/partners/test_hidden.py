"""What partners' systems ask of us as proof, and what they sent before anyone judged it, is no request's to read."""

import asyncpg
import pytest

from api.database import DatabaseURLs


@pytest.mark.parametrize(
    ("table", "column"), [("partner", "credential"), ("source_record", "raw"), ("partner_import", "content")]
)
async def test_a_request_cannot_read_it(database: DatabaseURLs, table: str, column: str) -> None:
    connection = await asyncpg.connect(database.app)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f'SELECT {column} FROM "{table}"')
    finally:
        await connection.close()


async def test_a_request_cannot_read_links(database: DatabaseURLs) -> None:
    connection = await asyncpg.connect(database.app)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT FROM source_link")
    finally:
        await connection.close()
