"""How does a file come in, and who sends it? With a token, bounded in size and time, as every other request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import asyncpg
import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.errors import UNREACHABLE, Forbidden, Internal, Refused, Unavailable
from api.graph.bearer import Authenticator, challenge, credentials, scheme_of, sender
from api.logs import fault, log
from api.requests import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from auth.actor import Actor
    from auth.scopes import Scope

    Endpoint = Callable[[Request, Actor], Awaitable[Response]]

LARGEST_FILE = 2 * 1024 * 1024
"Bytes."
SLOWEST_FILE = 60.0
"Seconds: a file may come over a bad line."


class FileTooLarge(Refused):
    """The file is larger than 2 MiB."""

    status = 413


class FileTooSlow(Refused):
    """The file did not arrive within a minute."""

    status = 408


def as_someone(
    authenticator: Authenticator, scope: Scope, endpoint: Endpoint
) -> Callable[[Request], Awaitable[Response]]:
    """This will answer with the endpoint whoever holds the scope, and everyone else as the graph refuses them."""

    async def answer(request: Request) -> Response:
        try:
            given = credentials(request.scope["headers"], method=request.method, path=request.scope["path"])
            actor = await sender(authenticator, given, now=datetime.now(UTC))
            if scope not in actor.scopes:
                raise Forbidden
            return await endpoint(request, actor)
        except Refused as refused:
            return refusal(request, refused)
        except ClientDisconnect:
            return Response(status_code=400)
        except UNREACHABLE as failure:
            log("routes").error("unreachable", request=request.scope[REQUEST_ID], **fault(failure))
            return refusal(request, Unavailable())
        except asyncpg.PostgresError as failure:
            log("routes").error("fault", request=request.scope[REQUEST_ID], **fault(failure))
            return refusal(request, Internal(requestId=request.scope[REQUEST_ID]))

    return answer


async def file_of(request: Request) -> bytes:
    """This will read the file that a request brings. Raises FileTooLarge, FileTooSlow, ClientDisconnect."""
    body = bytearray()
    try:
        with anyio.fail_after(SLOWEST_FILE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_FILE:
                    raise FileTooLarge
    except TimeoutError:
        raise FileTooSlow from None
    return bytes(body)


def refusal(request: Request, refused: Refused) -> Response:
    """This will write why nothing was done, as the graph writes it."""
    headers = {"cache-control": "no-store"}
    status = refused.status or refused.code.status
    if words := challenge(refused, scheme_of(request.scope["headers"])):
        headers["www-authenticate"] = words.decode()
    if status in (408, 413):
        headers["connection"] = "close"
    return Response(orjson.dumps(refused.body()), status, headers=headers, media_type="application/json")
