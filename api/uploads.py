"""How does a file come in, and who sends it? With a token, bounded in size and time, as every other request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import anyio
import asyncpg
import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.errors import UNREACHABLE, Forbidden, Internal, Refused, Unavailable
from api.graph.bearer import Authenticator, credentials, explained, sender
from api.graph.bucket import Buckets
from api.graph.step_up import signed_in_lately
from api.logs import fault, log
from api.requests import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from auth.actor import Actor
    from auth.scopes import Scope

    Endpoint = Callable[[Request, Actor], Awaitable[Response]]
    Refusal = Callable[[Request, Refused], Response]

LARGEST_FILE = 2 * 1024 * 1024
"Bytes."
SLOWEST_FILE = 60.0
"Seconds: a file may come over a bad line."
FILE = 100_000
"Nodes that a file costs, read or written: each takes a processor for as long as such a page of the graph does."


class FileTooLarge(Refused):
    """The file is larger than 2 MiB."""

    status = 413


class FileTooSlow(Refused):
    """The file did not arrive within a minute."""

    status = 408


@dataclass(frozen=True, slots=True)
class Door:
    """Who comes in, and how much they may still ask for: what files and the graph have in common."""

    authenticator: Authenticator
    buckets: Buckets


def as_someone(
    door: Door,
    scope: Scope,
    endpoint: Endpoint,
    *,
    recently: bool = False,
    nodes: int = FILE,
    refused_as: Refusal | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """This will answer with the endpoint whoever holds the scope, and everyone else as the graph refuses them.

    recently: a person must have proved who they are a short while ago; for files that carry people's data out.
    nodes: what a request costs. refused_as: writes a refusal where its readers expect another form.
    """
    refuse = refused_as or refusal

    async def answer(request: Request) -> Response:
        try:
            given = credentials(request.scope["headers"], method=request.method, path=request.scope["path"])
            now = datetime.now(UTC)
            actor = await sender(door.authenticator, given, now=now)
            if scope not in actor.scopes:
                raise Forbidden
            if recently:
                signed_in_lately(actor, now=now)
            door.buckets.take(actor, nodes, seconds=monotonic())
            return await endpoint(request, actor)
        except Refused as refused:
            return refuse(request, refused)
        except ClientDisconnect:
            return Response(status_code=400)
        except UNREACHABLE as failure:
            log("routes").error("unreachable", request=request.scope[REQUEST_ID], **fault(failure))
            return refuse(request, Unavailable())
        except asyncpg.PostgresError as failure:
            log("routes").error("fault", request=request.scope[REQUEST_ID], **fault(failure))
            return refuse(request, Internal(requestId=request.scope[REQUEST_ID]))

    return answer


async def file_of(request: Request, *, most: int = LARGEST_FILE) -> bytes:
    """This will read the file that a request brings, up to so many bytes.

    Raises FileTooLarge, FileTooSlow, ClientDisconnect.
    """
    body = bytearray()
    try:
        with anyio.fail_after(SLOWEST_FILE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise FileTooLarge(f"The file is larger than {most >> 20} MiB.")
    except TimeoutError:
        raise FileTooSlow from None
    return bytes(body)


def refusal(request: Request, refused: Refused) -> Response:
    """This will write why nothing was done, as the graph writes it."""
    headers = {"cache-control": "no-store"}
    status = refused.status or refused.code.status
    for name, value in explained(refused, request.scope["headers"]):
        headers[name.decode()] = value.decode()
    if status in (408, 413):
        headers["connection"] = "close"
    return Response(orjson.dumps(refused.body()), status, headers=headers, media_type="application/json")
