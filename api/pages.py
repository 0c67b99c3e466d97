"""The pages that people install: each a folder of web/, served as it stands, with what its service worker keeps."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

WEB = Path(__file__).resolve().parents[1] / "web"
SITES = ("attendance", "dashboard", "map")
"Folders of web/, each served at its own name; all of them may load what stands in web/shared."
SHARED = "shared"
WORKER, KEPT = "sw.js", "kept.js"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".graphql": "application/graphql",
    ".webmanifest": "application/manifest+json",
}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
    "cache-control": "no-cache",
    "vary": "accept-encoding",
}
"Nothing inline, nothing from elsewhere. A browser asks each time whether a file is still the one that it has."
MAP, TILES = "/map/", "/map/tiles.json"
"The one page that may ask where its device is, and may show pictures of a tile server, where an operator set one."


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    path: str
    "where a browser finds it: /attendance/app.js"
    media_type: str
    plain: bytes

    @property
    def tag(self) -> str:
        return f'"{sha256(self.plain).hexdigest()[:16]}"'

    @property
    def integrity(self) -> str:
        """What a browser compares the file with before it keeps it (Subresource Integrity, 3.5)."""
        return "sha384-" + b64encode(sha384(self.plain).digest()).decode()


def routes(tiles: str | None = None) -> list[Route]:
    """This will list where the pages and what they load are found.

    tiles: where the map's pictures come from, an address with {z}, {x} and {y}; None: it draws its own ground.
    """

    async def ground(request: Request) -> Response:
        return JSONResponse({"tiles": tiles}, headers={"cache-control": "no-cache"})

    async def answer(request: Request) -> Response:
        return _answer(request, _headers(request.url.path, tiles))

    return [
        Route(TILES, ground),
        *(Route(f"/{site}", _to_its_folder) for site in SITES),
        *(Route(f"/{site}/{{name:path}}", answer) for site in (*SITES, SHARED)),
    ]


@cache
def files() -> dict[str, File]:
    """This will read every file that is served, by its path. They are read once: what is kept stays of a piece."""
    served = {file.path: file for folder in (*SITES, SHARED) for file in _of(folder)}
    worker = served.pop(f"/{SHARED}/{WORKER}")
    for site in SITES:
        page = served.pop(f"/{site}/index.html")
        own = [File(f"/{site}/", page.media_type, page.plain)]
        own += [file for path, file in served.items() if path.startswith((f"/{site}/", f"/{SHARED}/"))]
        served |= {file.path: file for file in (own[0], _kept(site, own), _at(f"/{site}/{WORKER}", worker))}
    return served


def documents() -> frozenset[str]:
    """This will be the texts of all documents that the pages ask the graph with, as a page reads and sends them."""
    return frozenset(file.plain.decode() for file in files().values() if file.path.endswith(".graphql"))


def _of(folder: str) -> Iterator[File]:
    for path in sorted((WEB / folder).rglob("*")):
        if path.suffix in _TYPES and path.is_file():
            yield File(f"/{path.relative_to(WEB)}", _TYPES[path.suffix], path.read_bytes())


def _at(path: str, file: File) -> File:
    return File(path, file.media_type, file.plain)


def _kept(site: str, own: list[File]) -> File:
    """The list that its service worker keeps: any changed byte makes another list, and so another version."""
    listed = {file.path: file.integrity for file in own}
    version = sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()[:16]
    said = json.dumps({"site": site, "version": version, "files": listed}, indent=1)
    return File(f"/{site}/{KEPT}", _TYPES[".js"], f"self.KEPT = {said};\n".encode())


@cache
def _packed(path: str) -> bytes:
    return gzip.compress(files()[path].plain, mtime=0)


async def _to_its_folder(request: Request) -> Response:
    """The service worker's reach is the folder, so the page stands in it."""
    return RedirectResponse(request.url.path + "/", 308)


def _headers(path: str, tiles: str | None) -> dict[str, str]:
    """What is sent with a file: the map may do a little more than the other pages."""
    if not path.startswith(MAP):
        return HEADERS
    headers = HEADERS | {"permissions-policy": "camera=(), geolocation=(self), microphone=()"}
    if tiles is None:
        return headers
    server = urlsplit(tiles)
    pictures = f"img-src 'self' blob: {server.scheme}://{server.netloc}"
    policy = headers["content-security-policy"].replace("img-src 'self' blob:", pictures)
    return headers | {"content-security-policy": policy}


def _answer(request: Request, headers: dict[str, str]) -> Response:
    file = files().get(request.url.path)
    if file is None:
        return PlainTextResponse("Not found", 404)
    headers = headers | {"etag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    if file.media_type == "image/png" or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.plain, media_type=file.media_type, headers=headers)
    return Response(_packed(file.path), media_type=file.media_type, headers=headers | {"content-encoding": "gzip"})
