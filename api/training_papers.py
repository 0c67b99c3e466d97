"""Papers of a training for its organiser, by token: the roster, certificates as PDF, the sheet of participants."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import anyio
import orjson
from starlette.responses import Response
from starlette.routing import Route

from actions.effects import Refused as NotDone
from actions.perform import perform
from actions.roster_sheets import check_sheet, import_participants
from actions.rosters import take_certificate, take_roster
from api.errors import Refused
from api.papers.words import language
from api.requests import REQUEST_ID
from api.uploads import as_someone, file_of
from auth.scopes import Scope
from models.rules.problems import Refusal
from planner.ids import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from starlette.requests import Request

    from api.graph.bearer import Authenticator
    from auth.actor import Actor
    from models.session import Database
    from partners.workbook import Cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
MUTATION = "importParticipants"
AT_WORK = 2
"Papers and sheets that are made or read at once, in one process: no bucket counts them, and each takes a processor."
NOBODY = UUID(int=0)


class UnreadableWorkbook(Refused):
    """The file is no workbook that can be read."""


class OddOption(Refused):
    """dryRun is true or false, and lang is fr, ht, es or en; there are no other options."""


class NotHere(Refused):
    """There is nothing to print here."""

    status = 404


def paper_routes(
    database: Database, authenticator: Authenticator, *, issuer: str, clock: Callable[[], datetime]
) -> list[Route]:
    """This will make the routes. They stand before those of certificates, which take every name for an id."""

    desks = anyio.CapacityLimiter(AT_WORK)

    async def roster(request: Request, actor: Actor) -> Response:
        from api.papers.print import roster as printed

        async with database.session(actor.claims()) as session:
            kept = await take_roster(
                session, actor, training_id=_training(request), request_id=request.scope[REQUEST_ID]
            )
        if kept is None:
            raise NotHere
        chosen = _language(request)
        body = await anyio.to_thread.run_sync(lambda: printed(kept, language=chosen), limiter=desks)
        return _file(body, PDF, f"{kept.code}-{chosen}.pdf")

    async def certificate(request: Request, actor: Actor) -> Response:
        from api.papers.print import certificate as printed

        wanted = request.path_params["id"]
        async with database.session(actor.claims()) as session:
            kept = await take_certificate(session, actor, certificate_id=wanted, request_id=request.scope[REQUEST_ID])
        if kept is None or kept.revoked_at is not None:
            raise NotHere
        chosen = _language(request)
        body = await anyio.to_thread.run_sync(
            lambda: printed(kept, id=wanted, issuer=issuer, language=chosen), limiter=desks
        )
        return _file(body, PDF, f"{wanted}.pdf")

    async def template(request: Request, _actor: Actor) -> Response:
        from api.papers.template import template as written

        chosen = _language(request)
        body = await anyio.to_thread.run_sync(written, chosen.value, limiter=desks)
        return _file(body, XLSX, f"konbit-participants-{chosen}.xlsx")

    async def participants(request: Request, actor: Actor) -> Response:
        dry, chosen, body = _dry_run(request), _language(request), await file_of(request)
        asked = {"training_id": _training(request), "cells": await _cells(body, desks), "language": chosen.value}
        if dry:
            return await _checked(database, actor, asked)
        digest = sha256(body).hexdigest()
        outcome = await perform(
            database,
            actor,
            mutation=MUTATION,
            key=request.headers.get("idempotency-key") or f"{asked['training_id']}/{digest}",
            given={"training": str(asked["training_id"]), "file": digest},
            verb=lambda session: import_participants(session, actor, clock(), **asked),
            now=clock(),
            request_id=request.scope[REQUEST_ID],
        )
        return _answer(dry=False, problems=map(_problem, outcome.problems))

    reads, writes = Scope.TRAINING_READ, Scope.TRAINING_WRITE
    return [
        Route("/trainings/participants.xlsx", as_someone(authenticator, writes, template), methods=["GET"]),
        Route("/trainings/{id}/roster.pdf", as_someone(authenticator, writes, roster), methods=["GET"]),
        Route("/trainings/{id}/participants", as_someone(authenticator, writes, participants), methods=["POST"]),
        Route("/certificates/{id:uuid}.pdf", as_someone(authenticator, reads, certificate), methods=["GET"]),
    ]


async def _cells(body: bytes, desks: anyio.CapacityLimiter) -> Sequence[Sequence[Cell]]:
    from partners.workbook import NotAWorkbook, WorkbookTooLarge, cells

    try:
        return await anyio.to_thread.run_sync(cells, body, limiter=desks)
    except (NotAWorkbook, WorkbookTooLarge) as failure:
        raise UnreadableWorkbook(str(failure.__doc__)) from failure


async def _checked(database: Database, actor: Actor, asked: dict[str, Any]) -> Response:
    try:
        async with database.session(actor.claims(), writes=False) as session:
            read = await check_sheet(session, actor, **asked)
    except NotDone as refused:
        return _answer(dry=True, problems=map(_problem, refused.refusals))
    problems = [
        {"row": each.row, "column": each.column, "code": each.fault, "message": each.said(asked["language"])}
        for each in read.sheet.faults
    ]
    return _answer(dry=True, enrols=len(read.fresh), known=list(read.known), problems=problems)


def _problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal, whose path is the sheet's row and the column in it, where the sheet is at fault."""
    row, column = (*(refusal.field or ()), None, None)[:2]
    in_sheet = row is not None and row.isdigit()
    where = {"row": int(row) if row is not None and in_sheet else None, "column": column if in_sheet else row}
    return where | {"code": refusal.code, "message": refusal.message}


def _answer(*, dry: bool, problems: Iterable[dict[str, Any]], **found: Any) -> Response:
    """200 where all is well, 422 where there is a problem: then nothing was kept."""
    told = list(problems)
    body = {"dryRun": dry, "kept": not dry and not told, **found, "problems": told}
    return Response(
        orjson.dumps(body), 422 if told else 200, headers={"cache-control": "no-store"}, media_type="application/json"
    )


def _training(request: Request) -> UUID:
    """By its id in the graph; what is none names nothing."""
    return key_of("Training", request.path_params["id"]) or NOBODY


def _language(request: Request) -> Any:
    return language(request.query_params.get("lang"), request.headers.get("accept-language"))


def _dry_run(request: Request) -> bool:
    said = request.query_params.get("dryRun", "false")
    if said not in ("true", "false") or set(request.query_params) - {"dryRun", "lang"}:
        raise OddOption
    return said == "true"


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers=headers, media_type=media_type)
