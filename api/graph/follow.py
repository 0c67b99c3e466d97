"""Follows a planned subscription: reads what was placed in the feed since a position, whenever the bell rings."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from api.graph.engine import FieldFailed, context_of
from models.session import beginning
from planner.cursors import read_cursor
from planner.errors import BadInput, CursorExpired
from planner.paging import MOST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from api.graph.engine import Engine
    from api.graph.request import Request
    from planner.operation import Follow

PAUSE = 2.0
"Seconds after which a follower looks by itself, should a ring of the bell be lost."


async def follow(
    engine: Engine, step: Follow, request: Request, variables: Mapping[str, Any]
) -> AsyncGenerator[bytes | FieldFailed]:
    """This will yield the field's JSON once per change, in the order of commits; without a cursor, a CHECKPOINT first.

    Each batch is read in a fresh transaction under the caller's claims, so policies answer as of that moment.
    """
    claims, context = request.actor.claims(), context_of(request)
    begin = beginning(claims, writes=bool(step.plan.classes))
    try:
        position, checkpoint = await _start(engine, step, request, variables)
    except BadInput as wrong:
        yield FieldFailed(wrong.code, str(wrong))
        return
    with engine.bell.heard_by(step.stream.rung or str(request.actor.organization_id)) as placed:
        while True:
            placed.clear()
            now = context | {"after": position, "checkpoint": checkpoint}
            async with engine.database.transaction(begin) as connection:
                rows = await connection.fetch(step.plan.sql, *step.plan.arguments(variables, now))
            for row in rows:
                position = row["position"]
                yield row["doc"]
            if len(rows) < MOST and not checkpoint:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(placed.wait(), PAUSE)
            checkpoint = False


async def _start(engine: Engine, step: Follow, request: Request, variables: Mapping[str, Any]) -> tuple[int, bool]:
    """The position to read from, and whether to say it first. Raises BadInput, CursorExpired."""
    cursor = step.after(variables)
    async with engine.database.transaction(beginning(request.actor.claims(), writes=False)) as connection:
        row = await connection.fetchrow(step.stream.reach, request.actor.organization_id)
    last, purged = (row["last_position"], row["purged_position"]) if row else (0, 0)
    if cursor is None:
        return last, True
    position = int(read_cursor(cursor, step.stream.order.name, step.stream.order.kinds)[0])
    if position < purged:
        raise CursorExpired(CursorExpired.__doc__)
    return position, False
