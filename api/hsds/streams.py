"""A whole list at once, as it is read: a record a line (format=ndjson), or one page of identifiers (minimal).

Read in stretches, each in a transaction of its own after the last identifier of the one before: memory stays flat, and
no transaction is held open by a slow reader. Where it fails half-way, the connection ends without the end of the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.hsds.asked import Asked
    from api.hsds.reading import Choice
    from api.hsds.records import Render
    from auth.actor import Actor
    from models.session import Database

STRETCH = 200
"Records that are read at once."
IDENTIFIERS = 5_000
"Of those that are told by their identifiers alone."


async def records(
    database: Database, actor: Actor, choice: Choice, asked: Asked, render: Render
) -> AsyncIterator[list[dict[str, Any]]]:
    """This will hand over all records of a list, as they are said, stretch by stretch."""
    size, after = IDENTIFIERS if asked.minimal else STRETCH, None
    while True:
        async with database.session(actor.claims(), writes=False) as session:
            statement, arguments = choice.page(after=after, offset=0, limit=size)
            rows = await session.connection.fetch(statement, *arguments)
            said = await render(session.connection, rows, asked)
        if said:
            yield said
        if len(rows) < size:
            return
        after = rows[-1]["id"]


async def lines(found: AsyncIterator[list[dict[str, Any]]]) -> AsyncIterator[bytes]:
    """This will write a record a line."""
    async for stretch in found:
        yield b"".join(orjson.dumps(each) + b"\n" for each in stretch)


async def one_page(found: AsyncIterator[list[dict[str, Any]]]) -> AsyncIterator[bytes]:
    """This will write all as the one page that there is."""
    size = 0
    yield b'{"contents":['
    async for stretch in found:
        yield b",".join(([b""] if size else []) + [orjson.dumps(each) for each in stretch])
        size += len(stretch)
    told = {"total_items": size, "total_pages": min(size, 1), "page_number": 1, "size": size, "first_page": True}
    yield b"]," + orjson.dumps(told | {"last_page": True, "empty": not size})[1:]
