"""Shows how an operation is answered: the SQL of each root field, and PostgreSQL's plan of it under the policies."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from api.database import DatabaseURLs
from api.errors import Refused
from api.graph.documents import Documents
from api.graph.variables import Misfit
from models.rules.languages import MAX_WANTED
from models.session import Database, beginning
from planner.errors import BadInput
from planner.operation import Follow, Operations, Perform, Read
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build


class UnknownPersona(Exception):
    """demo.json holds no persona of this name."""


class NotExplained(Exception):
    """The operation cannot be explained."""


class NotAVariable(Exception):
    """The variables are a JSON object, such as '{"first": 10}'."""


async def explain(
    urls: DatabaseURLs, *, personas: dict[str, Any], persona: str, text: str, variables: str, analyze: bool
) -> AsyncIterator[str]:
    """This will yield, for each root field, its name, its SQL and PostgreSQL's plan; nothing it runs is kept.

    Raises UnknownPersona, NotAVariable, and NotExplained with every place that is wrong.
    """
    if persona not in personas:
        raise UnknownPersona(f"{persona}; there are {', '.join(sorted(personas))}")
    claims, context = await _standing(urls, personas[persona]["client_id"])
    schema, catalog = build()
    try:
        document = Documents(schema._schema).read(text)
        operation = next(iter(document.operations.values()))
        values = operation.variables.read(_object(variables))
    except Refused as refused:
        raise NotExplained(" ".join(error["message"] for error in refused.errors)) from None
    except Misfit as misfit:
        raise NotExplained(" ".join(error.message for error in misfit.errors)) from None
    prepared = Operations(Planner(catalog, record)).prepare(document, operation.node, document.fragments, values)
    database = await Database(urls.app, size=1).open()
    try:
        for step in prepared.steps:
            if not isinstance(step, Read) or isinstance(step, Perform | Follow) or step.plan.sql is None:
                yield f"-- {step.key}: no statement of its own\n"
                continue
            try:
                arguments = step.plan.arguments(values, context)
            except BadInput as wrong:
                raise NotExplained(str(wrong)) from None
            yield f"-- {step.key}\n{step.plan.sql};\n"
            async with database.pool.acquire() as connection:
                await connection.execute(beginning(claims, writes=True))
                options = "ANALYZE, BUFFERS" if analyze else "COSTS"
                plan = await connection.fetch(f"EXPLAIN ({options}) {step.plan.sql}", *arguments)
                await connection.execute("ROLLBACK")
            yield "\n".join(row[0] for row in plan) + "\n"
    finally:
        await database.close()


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise NotAVariable(text[:80])
    return read


async def _standing(urls: DatabaseURLs, client_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The claims and the context that a request of the client would have."""
    connection = await asyncpg.connect(urls.auth)
    try:
        row = await connection.fetchrow(
            "SELECT organization_id, roles, scopes FROM oauth_client WHERE client_id = $1", client_id
        )
    finally:
        await connection.close()
    if row is None:
        raise UnknownPersona(client_id)
    claims = {
        "konbit.organization": str(row["organization_id"]),
        "konbit.client": client_id,
        "konbit.user": "",
        "konbit.roles": ",".join(sorted(row["roles"])),
        "konbit.site": "",
    }
    context = {
        "organization_id": row["organization_id"],
        "client_id": client_id,
        "user_id": None,
        "scopes": sorted(row["scopes"]),
        "may_act": True,
        "request_id": "explain",
        "after": 0,
        "checkpoint": False,
    } | {f"language_{number}": None for number in range(MAX_WANTED)}
    return claims, context
