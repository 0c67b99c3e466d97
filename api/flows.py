"""Counts at the border as a workbook: the template to fill in, the dry run, and the import."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import anyio
from sqlalchemy import func, select
from starlette.responses import Response
from starlette.routing import Route

from actions.effects import Refused as NotDone
from actions.flow_sheets import check_sheet, crossings, import_border_flows
from actions.flows import FLOW, PART
from actions.perform import perform
from actions.statements import bind
from api.errors import Refused
from api.requests import REQUEST_ID
from api.uploads import as_someone, file_of
from api.workbooks import XLSX, answer, problem, rows_of
from auth.scopes import Scope
from models.session import Session, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from api.uploads import Door
    from auth.actor import Actor
    from models.session import Database
    from partners.sheets.workbook import Cell

MUTATION = "importBorderFlows"
NOTHING = {"counts": 0, "people": 0}
AT_WORK = 2
"Workbooks that are read or written at once, in one process: each takes a processor for up to a second."
IMPORTED = Statement(
    select(func.count(FLOW.c.id.distinct()), func.coalesce(func.sum(PART.c.people), 0))
    .select_from(FLOW.outerjoin(PART, PART.c.flow_id == FLOW.c.id))
    .where(FLOW.c.sheet_id == bind(FLOW.c.sheet_id))
)


class OddOption(Refused):
    """There is one option: dryRun, true or false."""


def routes(database: Database, door: Door) -> list[Route]:
    """This will list where the template is found, and where a filled one goes."""
    desks = anyio.CapacityLimiter(AT_WORK)

    async def template(request: Request, actor: Actor) -> Response:
        from api.flow_template import template as written

        async with database.session(actor.claims(), writes=False) as session:
            places = await crossings(session)
        body = await anyio.to_thread.run_sync(written, places, limiter=desks)
        headers = {"content-disposition": 'attachment; filename="konbit-flows.xlsx"', "cache-control": "no-store"}
        return Response(body, headers=headers, media_type=XLSX)

    async def take(request: Request, actor: Actor) -> Response:
        dry = _dry_run(request)
        body = await file_of(request)
        rows = await rows_of(body, desks)
        if dry:
            return await _dry(database, actor, rows)
        key = request.headers.get("idempotency-key") or sha256(body).hexdigest()
        return await _kept(database, actor, rows, key=key, body=body, request_id=request.scope[REQUEST_ID])

    return [
        Route("/flows/template.xlsx", as_someone(door, Scope.FLOWS_WRITE, template), methods=["GET"]),
        Route("/flows/import", as_someone(door, Scope.FLOWS_WRITE, take), methods=["POST"]),
    ]


async def _dry(database: Database, actor: Actor, rows: Sequence[Sequence[Cell]]) -> Response:
    try:
        async with database.session(actor.claims(), writes=False) as session:
            sheet = await check_sheet(session, actor, datetime.now(UTC), rows=rows)
    except NotDone as refused:
        return answer(dry=True, **NOTHING, problems=map(problem, refused.refusals))
    people = sum(count.residual + sum(part.count for part in count.parts) for count in sheet.counts)
    problems = [
        {"row": each.row, "column": each.column, "code": each.code, "message": each.message} for each in sheet.problems
    ]
    return answer(dry=True, counts=len(sheet.counts), people=people, problems=problems)


async def _kept(
    database: Database, actor: Actor, rows: Sequence[Sequence[Cell]], *, key: str, body: bytes, request_id: str
) -> Response:
    now = datetime.now(UTC)
    outcome = await perform(
        database,
        actor,
        mutation=MUTATION,
        key=key,
        given={"file": sha256(body).hexdigest()},
        verb=lambda session: import_border_flows(session, actor, now, rows=rows),
        now=now,
        request_id=request_id,
    )
    if outcome.key is None:
        return answer(dry=False, **NOTHING, problems=map(problem, outcome.problems))
    async with database.session(actor.claims(), writes=False) as session:
        counts, people = await _imported(session, outcome.key)
    return answer(dry=False, counts=counts, people=people)


async def _imported(session: Session, sheet_id: Any) -> tuple[int, int]:
    row = await session.row(IMPORTED, sheet_id=sheet_id)
    return (row[0], row[1]) if row else (0, 0)


def _dry_run(request: Request) -> bool:
    said = request.query_params.multi_items()
    if said not in ([], [("dryRun", "true")], [("dryRun", "false")]):
        raise OddOption
    return said == [("dryRun", "true")]
