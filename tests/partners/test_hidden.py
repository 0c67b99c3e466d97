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


async def test_a_request_sees_no_link_where_nobody_asks(database: DatabaseURLs) -> None:
    owner = await asyncpg.connect(database.migration)
    connection = await asyncpg.connect(database.app)
    try:
        await owner.execute(
            "WITH o AS (INSERT INTO organization (slug, names, kind) VALUES ('linked', '{\"fr\": \"L\"}', 'NGO') "
            "RETURNING id), p AS (INSERT INTO partner (name, organization_id, kind, address) "
            "SELECT 'linked', id, 'HSDS', 'x' FROM o RETURNING id) "
            "INSERT INTO source_link (partner_id, kind, remote_id, local_id) SELECT id, 'SERVICE', '1', id FROM p"
        )
        assert await connection.fetch("SELECT FROM source_link") == []
    finally:
        await connection.close()
        await owner.close()
