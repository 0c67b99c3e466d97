"""Papers of a training for its organiser, by token: the roster, certificates as PDF, the sheet of participants."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import anyio
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
from api.workbooks import XLSX, answer, problem, rows_of
from auth.scopes import Scope
from planner.ids import key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from api.uploads import Door
    from auth.actor import Actor
    from models.session import Database

PDF = "application/pdf"
MUTATION = "importParticipants"
AT_WORK = 2
"Papers and sheets that are made or read at once, in one process: each takes a processor."
NOBODY = UUID(int=0)


class OddOption(Refused):
    """dryRun is true or false, and lang is fr, ht, es or en; there are no other options."""


class NotHere(Refused):
    """There is nothing to print here."""

    status = 404


def paper_routes(database: Database, door: Door, *, issuer: str, clock: Callable[[], datetime]) -> list[Route]:
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
        asked = {"training_id": _training(request), "cells": await rows_of(body, desks), "language": chosen.value}
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
        return answer(dry=False, problems=map(problem, outcome.problems))

    reads, writes = Scope.TRAINING_READ, Scope.TRAINING_WRITE
    return [
        Route("/trainings/participants.xlsx", as_someone(door, writes, template), methods=["GET"]),
        Route("/trainings/{id}/roster.pdf", as_someone(door, writes, roster, recently=True), methods=["GET"]),
        Route("/trainings/{id}/participants", as_someone(door, writes, participants), methods=["POST"]),
        Route("/certificates/{id:uuid}.pdf", as_someone(door, reads, certificate), methods=["GET"]),
    ]


async def _checked(database: Database, actor: Actor, asked: dict[str, Any]) -> Response:
    try:
        async with database.session(actor.claims(), writes=False) as session:
            read = await check_sheet(session, actor, **asked)
    except NotDone as refused:
        return answer(dry=True, problems=map(problem, refused.refusals))
    problems = [
        {"row": each.row, "column": each.column, "code": each.fault, "message": each.said(asked["language"])}
        for each in read.sheet.faults
    ]
    return answer(dry=True, enrols=len(read.fresh), known=list(read.known), problems=problems)


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
