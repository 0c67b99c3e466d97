"""What do the pages load? One stylesheet, one script and one picture, beside the stylesheet that all pages share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.pages import HEADERS, File
from api.signin.templates import FOLDER

if TYPE_CHECKING:
    from starlette.requests import Request

SERVED = {"signin.css": "text/css", "passkey.js": "text/javascript", "icon.svg": "image/svg+xml"}


def routes() -> list[Route]:
    """This will make the route of what the pages load."""
    return [Route("/signin/{name}", _answer)]


@cache
def _files() -> dict[str, File]:
    return {name: File(f"/signin/{name}", kind, (FOLDER / name).read_bytes()) for name, kind in SERVED.items()}


async def _answer(request: Request) -> Response:
    file = _files().get(request.path_params["name"])
    if file is None:
        return PlainTextResponse("Not found", 404)
    headers = HEADERS | {"etag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.plain, media_type=file.media_type, headers=headers)
