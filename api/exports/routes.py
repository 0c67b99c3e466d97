"""Where is the directory downloaded? `/directory.csv`, `.xlsx`, `.geojson`, and `/directory/snapshot.sqlite`, `.json`.

A file is written whole before its first byte is sent, so that nobody gets half of one; it lies on disk meanwhile, and
nothing of the directory is held in memory but a page.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import anyio
from anyio.to_thread import run_sync
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.errors import Unavailable
from api.exports.asked import OddParameter, asked_of
from api.exports.files import MOST_ROWS, Features, Sheet, write_csv, write_xlsx
from api.exports.reading import changes, position, reading, records, services
from api.exports.signing import signed
from api.exports.snapshots import AsJson, AsSqlite, Snapshot
from api.uploads import as_someone
from api.workbooks import XLSX
from auth.database import AuthenticationUnavailable
from auth.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from starlette.requests import Request

    from api.exports.asked import Asked
    from api.uploads import Door
    from auth.actor import Actor
    from auth.keys import KeyRing
    from models.session import Connection, Database

CHUNK = 256 * 1024
"Bytes that are sent at once."
AT_WORK = 2
"Files that are made at once, in one process: each takes a connection and much of a processor."
CSV, GEOJSON, SQLITE, JSON = (
    "text/csv; charset=utf-8",
    "application/geo+json",
    "application/vnd.sqlite3",
    "application/json",
)


def export_routes(
    database: Database, door: Door, *, ring: KeyRing, issuer: str, clock: Callable[[], datetime]
) -> list[Route]:
    """This will make the routes. `issuer`: whose snapshots are said to be."""
    desks = anyio.CapacityLimiter(AT_WORK)
    places = anyio.Semaphore(AT_WORK)

    async def beside(work: Callable[..., Any], *arguments: Any) -> Any:
        return await run_sync(work, *arguments, limiter=desks)

    async def sheet(
        request: Request, actor: Actor, *, write: Callable[[Sheet, BinaryIO], None], most: int | None
    ) -> BinaryIO:
        asked = asked_of(request)
        with ExitStack() as undone:
            rows = Sheet(asked, most=most)
            undone.callback(rows.close)
            async with places, reading(database, actor) as connection:
                async for page in services(connection, asked):
                    await beside(rows.add, page)
            file = undone.enter_context(_file())
            await beside(write, rows, file)
            undone.pop_all()
            rows.close()
        return file

    async def as_csv(request: Request, actor: Actor) -> Response:
        return _answer(await sheet(request, actor, write=write_csv, most=None), CSV, "directory.csv")

    async def as_xlsx(request: Request, actor: Actor) -> Response:
        return _answer(await sheet(request, actor, write=write_xlsx, most=MOST_ROWS), XLSX, "directory.xlsx")

    async def as_geojson(request: Request, actor: Actor) -> Response:
        asked = asked_of(request)
        with ExitStack() as undone:
            file = undone.enter_context(_file())
            features = Features(asked, file)
            async with places, reading(database, actor) as connection:
                async for page in services(connection, asked):
                    await beside(features.add, page)
            features.end()
            undone.pop_all()
        return _answer(file, GEOJSON, "directory.geojson")

    async def filled(snapshot: Snapshot, request: Request, actor: Actor) -> int:
        """Writes all that is asked for into a snapshot, and signs it; the position it is of."""
        asked, now = asked_of(request, since=True), clock()
        try:
            key = (await ring.keys(now=now)).signing
        except AuthenticationUnavailable:
            raise Unavailable from None
        async with places, reading(database, actor) as connection:
            reached = await position(connection)
            if asked.since is not None and asked.since > reached:
                raise OddParameter(f"since is beyond what there is: the directory is at position {reached}.")
            async for page in _asked_pages(connection, asked, until=reached):
                await beside(snapshot.add, page)
        manifest = {
            "iss": issuer,
            "iat": int(now.timestamp()),
            "position": reached,
            "since": asked.since,
            "narrowed": asked.told(),
        }
        await beside(snapshot.end, manifest, lambda told: signed(told, key))
        return reached

    async def as_json(request: Request, actor: Actor) -> Response:
        with ExitStack() as undone:
            file = undone.enter_context(_file())
            reached = await filled(AsJson(file), request, actor)
            undone.pop_all()
        return _answer(file, JSON, _named(request, "json"), {"konbit-position": str(reached)})

    async def as_sqlite(request: Request, actor: Actor) -> Response:
        with tempfile.TemporaryDirectory(prefix="konbit-") as folder:
            path = Path(folder) / "snapshot.sqlite"
            snapshot = AsSqlite(path)
            try:
                reached = await filled(snapshot, request, actor)
            finally:
                snapshot.close()
            file = cast("BinaryIO", path.open("rb"))
        return _answer(file, SQLITE, _named(request, "sqlite"), {"konbit-position": str(reached)})

    made = {
        "/directory.csv": as_csv,
        "/directory.xlsx": as_xlsx,
        "/directory.geojson": as_geojson,
        "/directory/snapshot.json": as_json,
        "/directory/snapshot.sqlite": as_sqlite,
    }
    return [Route(path, as_someone(door, Scope.DIRECTORY_READ, make), methods=["GET"]) for path, make in made.items()]


async def _asked_pages(connection: Connection, asked: Asked, *, until: int) -> AsyncIterator[list[Any]]:
    pages = records(connection, asked) if asked.since is None else changes(connection, asked, until=until)
    async for page in pages:
        yield page


def _file() -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile())


def _named(request: Request, ending: str) -> str:
    since = request.query_params.get("since")
    return f"konbit-directory-since-{int(since)}.{ending}" if since else f"konbit-directory.{ending}"


def _answer(file: BinaryIO, media_type: str, name: str, headers: Mapping[str, str] | None = None) -> Response:
    size = file.seek(0, 2)
    file.seek(0)

    async def sent() -> AsyncIterator[bytes]:
        try:
            while part := await run_sync(file.read, CHUNK):
                yield part
        finally:
            file.close()

    told = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(size),
        "cache-control": "no-store",
        **(headers or {}),
    }
    return StreamingResponse(sent(), headers=told, media_type=media_type)
