"""A forged cursor is refused as one of another list is, or names a position: the database never meets what it cannot
read."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from api.database import DatabaseURLs
from planner.cursors import read_cursor
from planner.errors import BadInput

pytestmark = pytest.mark.anyio
NOBODY = "00000000-0000-0000-0000-000000000000"
FORGED: dict[tuple[type, str], list[Any]] = {
    (int, "bigint"): [2**63 - 1, 2**63, -(2**63), 1.5, True, None, "1", []],
    (float, "double precision"): [1e308, 2**64 - 1, 0, -0.0, "NaN", None],
    (str, "text"): ["", "a", "a\0", "'; DROP TABLE referral; --", "\u2028", 5, None],
    (UUID, "uuid"): [NOBODY, f"{{{NOBODY}}}", f"urn:uuid:{NOBODY}", "x", "", 5, None],
    (datetime, "timestamptz"): [
        "2026-11-21T17:58:01.000001+00:00",
        "infinity",
        "-infinity",
        "now",
        "2026-W01-1T00:00:00+00:00",
        "20260101T000000+00:00",
        "2026-01-01X00:00:00+00:00",
        "2026-01-01\x0000:00:00+00:00",
        "2026-01-01T00:00:00,5+00:00",
        "2026-01-01T00:00:00+23:59:59.999",
        "2026-01-01T00:00:00",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        5,
        None,
    ],
}


async def test_the_database_reads_whatever_a_cursor_is_said_to_hold(database: DatabaseURLs) -> None:
    connection = await asyncpg.connect(database.app)
    refused = 0
    try:
        for kind, name, key in ((*kind, key) for kind, keys in FORGED.items() for key in keys):
            cursor = base64.b64encode(orjson.dumps(["ORDER", key])).decode()
            try:
                [read] = read_cursor(cursor, "ORDER", (kind,))
            except BadInput:
                refused += 1
            else:
                assert await connection.fetchval(f"SELECT $1::text::{name} IS NOT NULL", read), key
    finally:
        await connection.close()
    assert 0 < refused < sum(map(len, FORGED.values()))
