"""Where is one release downloaded? `/indicators/{code}/releases/{id}.csv` and `.xlsx`, with a token.

The language is `?language=`, else the first of Accept-Language that we speak, else French.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.errors import Refused
from api.graph.account import Account
from api.graph.bearer import credentials, explained, sender
from api.logs import log
from api.papers.words import language
from api.releases.asking import Asking, NoSuchRelease
from api.releases.files import as_csv, as_xlsx
from api.requests import REQUEST_ID
from api.uploads import FILE
from api.workbooks import XLSX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from api.graph.bearer import Authenticator
    from api.graph.gate import Gate
    from api.metrics import Metrics

FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, XLSX),
}


def routes(*, gate: Gate, authenticator: Authenticator, metrics: Metrics) -> list[Route]:
    """This will make the route of a release's files."""

    async def file(request: Request) -> Response:
        code, identity, kind = (request.path_params[name] for name in ("code", "id", "kind"))
        if kind not in FORMATS:
            return _told(404, "NOT_FOUND", "A release is there as csv and as xlsx.")
        account = Account("file", request.scope[REQUEST_ID], log("graph"), metrics)
        try:
            given = credentials(request.scope["headers"], method=request.method, path=request.scope["path"])
            account.actor = await sender(authenticator, given, now=datetime.now(UTC))
            gate.buckets.take(account.actor, FILE, seconds=monotonic())
            asking = Asking(gate, account.actor, account, language_of(request))
            found = await asking.release(code=code, identity=identity)
        except Refused as refused:
            status = refused.status or refused.code.status
            account.close(refused.code, status)
            more = explained(refused, request.scope["headers"])
            return _told(status, refused.code, str(refused), {name.decode(): value.decode() for name, value in more})
        except NoSuchRelease as missing:
            account.close("OK", 404)
            return _told(404, "NOT_FOUND", str(missing.__doc__))
        write, media_type = FORMATS[kind]
        body = await anyio.to_thread.run_sync(write, found.table)
        account.close("OK", 200)
        headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{found.name}.{kind}"'}
        return Response(body, media_type=media_type, headers=headers)

    return [Route("/indicators/{code}/releases/{id}.{kind}", file)]


def language_of(request: Request) -> str:
    """This will choose in which of the four languages a file is written."""
    return language(request.query_params.get("language"), request.headers.get("accept-language")).value


def _told(status: int, error: str, description: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(
        {"error": error, "error_description": description},
        status,
        headers={"cache-control": "no-store", **(headers or {})},
    )
