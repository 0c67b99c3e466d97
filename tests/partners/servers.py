"""Partners' servers for the tests: real HTTP on a free port, saying what a test gives them to say."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Json = dict[str, Any]
Answer = Callable[[Request], Response | None]


def answer(value: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(orjson.dumps(value), status, named, media_type="application/json")


@dataclass
class HsdsServer:
    """An HSDS 3 API over some organisations and services, given whole; a test may make it lie."""

    organizations: list[Json] = field(default_factory=list)
    services: list[Json] = field(default_factory=list)
    places: list[Json] = field(default_factory=list)
    per_page: int = 100
    lists_whole: bool = True
    dated: bool = False
    "Whether it knows modified_after and minimal."
    version: str = "3.1"
    asked: list[str] = field(default_factory=list)
    before: Answer = lambda _: None
    "Answers instead, where it answers at all."
    envelope: Callable[[Json], Json] = lambda page: page
    "What becomes of each page before it is sent."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        await (self.before(request) or self.say(request))(scope, receive, send)

    def say(self, request: Request) -> Response:
        match request.url.path.strip("/").split("/"):
            case [""]:
                return answer({"version": self.version, "profile": "https://example.org/profile", "openapi_url": "x"})
            case ["organizations"]:
                return self.page(request, self.organizations)
            case ["services"] if self.dated and request.query_params.get("minimal") == "true":
                return self.page(request, [{"id": each["id"]} for each in self.services])
            case ["services"] if self.dated and "modified_after" in request.query_params:
                since = datetime.fromisoformat(request.query_params["modified_after"])
                dated = [each for each in self.services if datetime.fromisoformat(each["last_modified"]) >= since]
                return self.page(request, dated)
            case ["services"]:
                kept = ("id", "name", "description", "status", "last_modified", "organization")
                minimal = [{key: each[key] for key in kept if key in each} for each in self.services]
                return self.page(request, self.services if self.lists_whole else minimal)
            case ["service_at_locations"]:
                return self.page(request, self.places)
            case ["services", wanted]:
                found = next((each for each in self.services if str(each.get("id")) == wanted), None)
                return answer(found) if found else answer({"detail": "no"}, 404)
            case _:
                return answer({"detail": "no"}, 404)

    def page(self, request: Request, items: list[Any]) -> Response:
        number = int(request.query_params.get("page", 1))
        size = min(self.per_page, int(request.query_params.get("per_page", 50)))
        start = (number - 1) * size
        contents = items[start : start + size]
        pages = -(-len(items) // size)
        page = {
            "total_items": len(items),
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not contents,
            "contents": contents,
        }
        return answer(self.envelope(page))


def files(folder: Path, **names: str) -> ASGIApp:
    """A server that answers each path with one file of a folder, whatever is asked: as a mock of an API does."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].strip("/")
        name = names.get(path.replace("/", "__") or "root") or names.get(path.split("/")[0] + "__one", "")
        found = folder / name
        body = found.read_bytes() if name and found.is_file() else None
        response = Response(b"{}", 404) if body is None else Response(body, media_type="application/json")
        await response(scope, receive, send)

    return app


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The app at an address of its own, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))

    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
