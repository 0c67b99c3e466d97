"""Which addresses does the FHIR server answer at, and who comes in? Whoever holds directory:read; /metadata is open."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from api.errors import Refused
from api.fhir import bundles, reading
from api.fhir.answers import (
    Gone,
    NotAllowed,
    NotSupported,
    OddParameter,
    Unknown,
    answered,
    merged_words,
    refused,
    wants_json,
)
from api.fhir.asked import Asked, asked_of, count_of
from api.fhir.capability import statement
from api.fhir.tokens import moment
from api.uploads import as_someone, file_of
from auth.metadata import TOKEN_PATH
from auth.scopes import Scope
from models.rules.identifiers import is_uuid
from models.rules.vocabulary import DirectoryKind
from models.session import beginning
from partners.fhir.resources import KINDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from api.uploads import Door
    from auth.actor import Actor
    from models.session import Connection, Database

    Answer = Callable[[Request, Connection], Awaitable[Response]]

PATH = "/fhir"
NODES = 2_000
"What a question costs of a bucket, as such a page of the graph does."
LARGEST_FORM = 64 * 1024
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def fhir_routes(database: Database, door: Door, *, issuer: str) -> list[Route]:
    """This will list what is answered below /fhir."""
    server = _Server(database, f"{issuer}{PATH}")

    def guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def inside(request: Request, actor: Actor) -> Response:
            wants_json(request)
            async with server.database.transaction(beginning(actor.claims(), writes=False)) as connection:
                return await answer(request, connection)

        return as_someone(door, Scope.DIRECTORY_READ, inside, nodes=NODES, refused_as=refused)

    async def metadata(request: Request) -> Response:
        try:
            wants_json(request)
        except Refused as refusal:
            return refused(request, refusal)
        return answered(statement(server.base, token_endpoint=f"{issuer}{TOKEN_PATH}"))

    async def elsewhere(request: Request) -> Response:
        known = request.url.path.removeprefix(f"{PATH}/").split("/")[0] in KINDS
        return refused(request, NotAllowed() if known and request.method not in ("GET", "HEAD") else NotSupported())

    one = f"{PATH}/{{type}}/{{id}}"
    return [
        Route(f"{PATH}/metadata", metadata, methods=["GET"]),
        Route(f"{PATH}/{{type}}/_search", guarded(server.search), methods=["GET", "POST"]),
        Route(f"{PATH}/{{type}}/_history", guarded(server.history), methods=["GET"]),
        Route(f"{one}/_history/{{version}}", guarded(server.version), methods=["GET"]),
        Route(f"{one}/_history", guarded(server.history), methods=["GET"]),
        Route(one, guarded(server.one), methods=["GET"]),
        Route(f"{PATH}/{{type}}", guarded(server.search), methods=["GET"]),
        Route(f"{PATH}/{{rest:path}}", elsewhere, methods=METHODS),
        Route(PATH, elsewhere, methods=METHODS),
    ]


class _Server:
    """The answers; base: the address of the server, under which its records are known."""

    def __init__(self, database: Database, base: str) -> None:
        self.database, self.base = database, base

    async def one(self, request: Request, connection: Connection) -> Response:
        """Read: as it stands now, with the capacity of the moment."""
        kind, record = _kind(request), _record(request)
        found = _standing(await reading.current(connection, kind, record))
        (told,) = await reading.resources(connection, [found])
        # A capacity changes without a version: what tells of room is never "not modified".
        lively = kind is DirectoryKind.SERVICE
        if not lively and found.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"etag": found.etag})
        return _versioned(found, told)

    async def version(self, request: Request, connection: Connection) -> Response:
        """Vread: what it said then."""
        kind, record, version = _kind(request), _record(request), request.path_params["version"]
        if not version.isascii() or not version.isdigit() or len(version) > 9:
            raise Unknown
        found = _standing(await reading.past(connection, kind, record, int(version)))
        (told,) = await reading.resources(connection, [found])
        return _versioned(found, told)

    async def search(self, request: Request, connection: Connection) -> Response:
        kind = _kind(request)
        strict = "handling=strict" in request.headers.get("prefer", "").replace(" ", "").lower()
        asked = asked_of(kind, self.base, await _parameters(request), strict=strict)
        now = await connection.fetchval("SELECT now()")
        total = await reading.total(connection, asked) if asked.told_total or asked.counted_only else None
        if asked.counted_only:
            return answered(bundles.searchset(self.base, request.path_params["type"], asked, now=now, total=total))
        return await self._page(request, connection, asked, total=total, now=now)

    async def _page(
        self, request: Request, connection: Connection, asked: Asked, *, total: int | None, now: datetime
    ) -> Response:
        found = await reading.search(connection, asked)
        page, more = found[: asked.count], len(found) > asked.count
        included, whole = await reading.along(connection, asked, page)
        bundle = bundles.searchset(
            self.base,
            request.path_params["type"],
            asked,
            now=now,
            total=total,
            matches=await reading.resources(connection, page),
            included=await reading.resources(connection, included),
            after=str(page[-1].record_id) if more else None,
            whole=whole,
        )
        return answered(bundle)

    async def history(self, request: Request, connection: Connection) -> Response:
        """Of a type or of one record, newest first (ITI-91)."""
        kind = _kind(request)
        record = _record(request) if "id" in request.path_params else None
        said = dict(request.query_params)
        most = count_of(said["_count"]) if said.get("_count") else 50
        since = moment("_since", said["_since"]).start if said.get("_since") else None
        now = await connection.fetchval("SELECT now()")
        found = await reading.history(
            connection, kind, record=record, since=since, before=_place(said.get("_page")), most=most
        )
        if record is not None and not found and since is None:
            raise Unknown
        page, more = found[:most], len(found) > most
        last = page[-1] if page else None
        bundle = bundles.history(
            self.base,
            f"{self.base}{request.url.path.removeprefix(PATH)}",
            [(name, said[name]) for name in ("_since", "_count") if said.get(name)],
            now=now,
            versions=page,
            resources=await reading.resources(connection, page),
            after=f"{last.at.isoformat()}_{last.record_id}_{last.version}" if last and more else None,
        )
        return answered(bundle)


def _kind(request: Request) -> DirectoryKind:
    kind = KINDS.get(request.path_params["type"])
    if kind is None:
        raise NotSupported
    return kind


def _record(request: Request) -> UUID:
    record = request.path_params["id"]
    if not is_uuid(record):
        raise Unknown
    return UUID(record)


def _standing(found: reading.Version | None) -> reading.Version:
    if found is None:
        raise Unknown
    if found.document is None:
        into = found.merged_into
        raise Gone(merged_words(into) if into else None, merged_into=into)
    return found


def _versioned(found: reading.Version, told: dict[str, Any]) -> Response:
    modified = format_datetime(found.at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    return answered(told, etag=found.etag, last_modified=modified)


def _place(text: str | None) -> reading.Place | None:
    if text is None:
        return None
    try:
        at, record, version = text.replace(" ", "+").split("_")
        if len(version) > 9:
            raise ValueError
        return datetime.fromisoformat(at).astimezone(UTC), UUID(record), int(version)
    except (ValueError, OverflowError):
        raise OddParameter("_page comes from a next link, and is followed as it is.") from None


async def _parameters(request: Request) -> list[tuple[str, str]]:
    """Of the address, and of a form that was sent (POST _search)."""
    listed = list(request.query_params.multi_items())
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            raise OddParameter("A search that is sent is a form: application/x-www-form-urlencoded.")
        body = await file_of(request)
        if len(body) > LARGEST_FORM:
            raise OddParameter(f"A search is at most {LARGEST_FORM} bytes.")
        listed += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return listed
