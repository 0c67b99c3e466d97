"""What partners sent, and where their systems are, is no request's to read."""

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.policies.partners import POLICIES


@pytest.mark.parametrize("table", sorted({policy.table for policy in POLICIES}))
async def test_a_request_cannot_read_it(database: DatabaseURLs, table: str) -> None:
    connection = await asyncpg.connect(database.app)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f'SELECT FROM "{table}"')
    finally:
        await connection.close()
