"""How is an answer of the HSDS API written? Once, if its reader has it still; and a refusal in a shape of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.graph.bearer import explained
from api.hsds.asked import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from api.errors import Refused

    Answer = Callable[[Request], Awaitable[Response]]

EVERY = ("*",)
"Whatever the method is."


class NotAllowed(NotUnderstood):
    """This path is read: with GET, and lists also with POST."""

    status = 405


class Path:
    """One path: what it answers, and to which methods."""

    def __init__(self, answer: Answer, *methods: str) -> None:
        self._answer, self._methods = answer, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        if request.method in self._methods or self._methods == EVERY:
            response = await self._answer(request)
        else:
            response = refusal(request, NotAllowed())
            response.headers["allow"] = ", ".join(self._methods)
        await response(scope, receive, send)


def refusal(request: Request, refused: Refused) -> Response:
    """This will write why nothing is answered."""
    status = refused.status or refused.code.status
    body = {"status": status, "code": refused.code.value, "message": str(refused)}
    headers = {"cache-control": "no-store"}
    for name, value in explained(refused, request.scope["headers"]):
        headers[name.decode()] = value.decode()
    return Response(orjson.dumps(body), status, headers=headers, media_type="application/json")


def answered(
    request: Request,
    told: Any,
    media_type: str = "application/json",
    *,
    secret: bool = True,
    modified: str | None = None,
) -> Response:
    """This will write an answer, or that the one its reader has is still true (RFC 9110, 13.1.2)."""
    body = told if isinstance(told, bytes) else orjson.dumps(told)
    headers = {"etag": f'"{sha256(body).hexdigest()[:32]}"', "cache-control": "private, no-cache"}
    if secret:
        headers["vary"] = "Authorization"
    if modified:
        headers["last-modified"] = _http_date(modified)
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _http_date(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True)


def stream(request: Request, parts: Any, media_type: str) -> Response:
    """This will send what is not written yet, as it comes."""
    headers = {"cache-control": "no-store"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(parts, headers=headers, media_type=media_type)
