"""A partner sends a file of its services: a sheet, or JSON as importServices takes it. Tried first, if asked.

`POST /partners/{name}/file?dry_run=true&whole=true`; the answer is 202 and the import, which `directoryImport(id)` in
the graph follows, and `GET /partners/{name}/imports/{id}` here. The partner's own name is `-` for the one through which
an organisation sends what it enters itself.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from sqlalchemy import select
from starlette.responses import Response
from starlette.routing import Route

from actions.effects import Effect
from actions.imports import IMPORT, JSON, enqueue
from actions.perform import perform
from actions.statements import bind
from api.errors import Refused
from api.requests import REQUEST_ID
from api.uploads import as_someone, file_of
from api.workbooks import XLSX
from auth.scopes import Scope
from models.session import Session, Statement
from planner.ids import global_id, key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from api.uploads import Door
    from auth.actor import Actor
    from models.rules.problems import Refusal
    from models.session import Database

MUTATION = "sendPartnerFile"
OWN = "-"
CSV = "text/csv"
LARGEST = 16 * 1024 * 1024
"Bytes: some 50,000 rows."
TYPE = "DirectoryImport"
FOUND = Statement(
    select(*(IMPORT.c[name] for name in ("state", "dry_run", "whole", "sent_at", "finished_at", "report"))).where(
        IMPORT.c.id == bind(IMPORT.c.id)
    )
)


class OddOption(Refused):
    """There are two options, dry_run and whole: each is true or false."""


class NoFile(Refused):
    """There is no file in the request. Send it as its body."""


class NotThere(Refused):
    """There is no such import of yours."""

    status = 404


def partner_file_routes(database: Database, door: Door, *, clock: Callable[[], datetime]) -> list[Route]:
    """This will make the routes."""

    async def send(request: Request, actor: Actor) -> Response:
        dry_run, whole = _options(request)
        body = await file_of(request, most=LARGEST)
        if not body:
            raise NoFile
        partner = None if request.path_params["name"] == OWN else request.path_params["name"]
        said = {"partner": partner, "file": sha256(body).hexdigest(), "dryRun": dry_run, "whole": whole}
        now = clock()

        async def verb(session: Session) -> Effect:
            return Effect(
                await enqueue(
                    session,
                    actor,
                    now,
                    content=body,
                    media_type=_media_type(body),
                    partner=partner,
                    file_name=request.headers.get("konbit-file-name"),
                    dry_run=dry_run,
                    whole=whole,
                )
            )

        outcome = await perform(
            database,
            actor,
            mutation=MUTATION,
            key=request.headers.get("idempotency-key") or f"{request.scope[REQUEST_ID]}",
            given=said,
            verb=verb,
            now=now,
            request_id=request.scope[REQUEST_ID],
        )
        if outcome.key is None:
            return _answer({"problems": [_problem(each) for each in outcome.problems]}, 422)
        return _answer({"id": global_id(TYPE, outcome.key), "state": "WAITING", "dryRun": dry_run, "whole": whole}, 202)

    async def look(request: Request, actor: Actor) -> Response:
        key = key_of(TYPE, request.path_params["id"]) or UUID(int=0)
        async with database.session(actor.claims(), writes=False) as session:
            found = await session.row(FOUND, id=key)
        if found is None:
            raise NotThere
        return _answer(
            {
                "id": request.path_params["id"],
                "state": found["state"],
                "dryRun": found["dry_run"],
                "whole": found["whole"],
                "sentAt": found["sent_at"],
                "finishedAt": found["finished_at"],
                **found["report"],
            },
            200,
        )

    return [
        Route("/partners/{name}/file", as_someone(door, Scope.DIRECTORY_WRITE, send), methods=["POST"]),
        Route("/partners/{name}/imports/{id}", as_someone(door, Scope.DIRECTORY_WRITE, look), methods=["GET"]),
    ]


def _media_type(body: bytes) -> str:
    """By what it holds: what a program calls a file is often wrong."""
    if body.startswith(b"PK"):
        return XLSX
    return JSON if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else CSV


def _options(request: Request) -> tuple[bool, bool]:
    said = request.query_params
    odd = set(said) - {"dry_run", "whole"} or {value for _, value in said.multi_items()} - {"true", "false"}
    if odd or len(said.multi_items()) != len(said):
        raise OddOption
    return said.get("dry_run") == "true", said.get("whole") == "true"


def _problem(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "message": refusal.message, "field": refusal.field}


def _answer(told: dict[str, Any], status: int) -> Response:
    body = orjson.dumps(told, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)
    return Response(body, status, headers={"cache-control": "no-store"}, media_type="application/json")
