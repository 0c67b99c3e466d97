"""Runs a prepared operation: one transaction that knows who is asking, one statement a root field, bytes spliced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from models.rules.languages import MAX_WANTED
from models.session import beginning
from planner.errors import BadInput, CursorExpired
from planner.operation import Read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from api.graph.bell import Bell
    from api.graph.request import Request
    from auth.actor import Actor
    from models.session import Connection, Database
    from planner.operation import Operations, Perform, Prepared


@dataclass(frozen=True, slots=True)
class Engine:
    """What planned fields are answered with."""

    operations: Operations
    database: Database
    bell: Bell


class FieldFailed(Exception):
    """One root field cannot be answered; the others can."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def context_of(request: Request) -> dict[str, Any]:
    """The values of a request that statements may bind."""
    return {**_whose(request.actor, request.languages), "request_id": request.request_id}


@lru_cache(maxsize=1_024)
def _whose(actor: Actor, languages: tuple[str, ...]) -> dict[str, Any]:
    """Those that all requests of an actor share."""
    wanted = (*languages, *[None] * MAX_WANTED)
    return {
        "organization_id": actor.organization_id,
        "client_id": actor.client_id,
        "user_id": actor.user_id,
        "scopes": sorted(actor.scopes),
        "may_act": "referrals:write" in actor.scopes,
    } | {f"language_{number}": wanted[number] for number in range(MAX_WANTED)}


@lru_cache(maxsize=1_024)
def begun_by(actor: Actor, *, writes: bool) -> str:
    """What a transaction of the actor begins with; an actor lasts for two seconds, and all its requests begin alike."""
    return beginning(actor.claims(), writes=writes)


async def answer(
    engine: Engine, prepared: Prepared, request: Request, variables: Mapping[str, Any]
) -> dict[str, bytes | FieldFailed]:
    """The planned fields of a query, each as JSON or as what went wrong, from one transaction; from none, if none."""
    steps = [step for step in prepared.steps if isinstance(step, Read)]
    if not steps:
        return {}
    context = context_of(request)
    begin = begun_by(request.actor, writes=prepared.records)
    answers: dict[str, bytes | FieldFailed] = {}
    async with engine.database.transaction(begin) as connection:
        for step in steps:
            answers[step.key] = await _read(connection, step, variables, context)
    return answers


async def _read(
    connection: Connection, step: Read, variables: Mapping[str, Any], context: Mapping[str, Any]
) -> bytes | FieldFailed:
    plan = step.plan
    if plan.sql is None:
        return b"null"
    try:
        row = await connection.fetchrow(plan.sql, *plan.arguments(variables, context))
    except BadInput as wrong:
        return FieldFailed(wrong.code, str(wrong))
    if row is None:
        return b"null"
    if plan.refusable and row["refused"]:
        return FieldFailed(CursorExpired.code, CursorExpired.__doc__ or "")
    document: bytes | None = row["doc"]
    return b"null" if document is None else document


async def perform(
    engine: Engine, step: Perform, request: Request, variables: Mapping[str, Any], *, now: datetime
) -> bytes | FieldFailed:
    """One mutation: what it does in a transaction of its own, then its payload, read afresh in another.

    What the payload asks for is bound first: a cursor that cannot be read refuses before anything is done.
    """
    context = context_of(request)
    try:
        step.plan.arguments(variables, context | {f"effect_{name}": None for name in step.act.effect})
    except BadInput as wrong:
        return FieldFailed(wrong.code, str(wrong))
    effect = await step.act.perform(
        engine.database, request.actor, step.input(variables), now=now, request_id=request.request_id
    )
    context |= {f"effect_{name}": value for name, value in effect.items()}
    begin = begun_by(request.actor, writes=bool(step.plan.classes))
    async with engine.database.transaction(begin) as connection:
        return await _read(connection, step, variables, context)
