"""GraphiQL, served by ourselves: nothing is loaded from anywhere else, and a strict policy sees to it."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from auth.outside import OWN_MACHINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

FILES = Path(__file__).resolve().parents[1] / "web" / "graphiql"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

PAGE_HEADERS = [
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            b"font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    )
]
"Scripts come from here alone. The editor writes its styles inline."


def page() -> bytes:
    """This will read the page that a browser gets at `/graphql`."""
    return (FILES / "index.html").read_bytes()


@cache
def packed(name: str) -> tuple[bytes, bytes, str]:
    """This will read one of its files: plain, gzipped, and the tag that says which version it is."""
    plain = (FILES / name).read_bytes()
    return plain, gzip.compress(plain, mtime=0), f'"{sha256(plain).hexdigest()[:16]}"'


async def asset(request: Request) -> Response:
    name = request.path_params["name"]
    path = FILES / name
    if path.suffix not in _TYPES or not path.is_file():
        return PlainTextResponse("Not found", 404)
    plain, small, tag = packed(name)
    headers = {"etag": tag, "cache-control": "public, max-age=3600", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small, media_type=_TYPES[path.suffix], headers=headers | {"content-encoding": "gzip"})
    return Response(plain, media_type=_TYPES[path.suffix], headers=headers)


def routes(personas: Callable[[], dict[str, Any]] | None) -> list[Route]:
    """This will list what the page loads. `personas` (demo mode alone) gives the page who there is to sign in as."""

    async def who(request: Request) -> Response:
        told = personas() if personas is not None else None
        if told is None or _asked_host(request) not in OWN_MACHINE | {urlsplit(told["issuer"]).hostname}:
            return PlainTextResponse("Not found", 404)
        return JSONResponse(told, headers={"cache-control": "no-store"})

    return [Route("/graphiql/personas.json", who), Route("/graphiql/{name}", asset)]


def _asked_host(request: Request) -> str | None:
    """By which name we were asked. A page elsewhere can have its own name lead here (DNS rebinding), and then reads
    what is told under that name."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return None
