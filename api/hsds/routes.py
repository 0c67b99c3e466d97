"""Which paths does the HSDS API have, and who may ask? Those of the standard (openapi.json), with a token.

Everything is read as who asks, with scope directory:read. What they may not see does not exist,
neither as a record nor in a count.
A refusal is JSON: its status, its code and a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.hsds import reading, records, streams, taxonomies
from api.hsds.answering import EVERY, Path, answered, refusal, stream
from api.hsds.asked import Asked, NotHere, identifier, read
from api.hsds.openapi import LISTS, PATH, VERSION, openapi
from api.hsds.paging import Page, Pages
from api.hsds.zipped import zipped
from api.uploads import FILE, as_someone
from auth.scopes import Scope
from partners.hsds.taxonomies import OWN, own_terms, taxonomy, taxonomy_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from api.hsds.reading import Choice
    from api.hsds.records import Render
    from api.uploads import Door
    from auth.actor import Actor
    from models.session import Connection, Database

    Answer = Callable[[Request], Awaitable[Response]]
    Endpoint = Callable[[Request, Actor], Awaitable[Response]]

ANSWER = 2_000
"Nodes that one answer costs, of whatever size a page may be."
NDJSON = "application/x-ndjson"


def hsds_routes(database: Database, door: Door, *, issuer: str) -> list[Route]:
    """This will make the routes."""
    api = _Api(database, issuer)
    lists: dict[str, tuple[Endpoint, Endpoint]] = {
        "services": (api.services, api.service),
        "organizations": (api.organizations, api.organization),
        "service_at_locations": (api.places, api.place),
        "taxonomies": (api.taxonomies, api.taxonomy),
        "taxonomy_terms": (api.terms, api.term),
    }
    routes = [
        Route(PATH + path, Path(answer, "GET", "HEAD"))
        for path, answer in (("", api.about), ("/", api.about), ("/openapi.json", api.openapi))
    ]
    for name, (listed, one) in lists.items():
        routes.append(Route(f"{PATH}/{name}", Path(_for(door, listed), "GET", "HEAD", "POST")))
        routes.append(Route(f"{PATH}/{name}/{{id}}", Path(_for(door, one), "GET", "HEAD")))
    package = as_someone(door, Scope.DIRECTORY_READ, api.package, nodes=FILE, refused_as=refusal)
    routes.append(Route(f"{PATH}/datapackage.zip", Path(package, "GET", "HEAD")))
    return [*routes, Route(PATH + "/{path:path}", Path(_nothing, *EVERY))]


def _for(door: Door, endpoint: Endpoint) -> Answer:
    def costing(nodes: int) -> Answer:
        return as_someone(door, Scope.DIRECTORY_READ, endpoint, nodes=nodes, refused_as=refusal)

    page, whole = costing(ANSWER), costing(FILE)

    async def answer(request: Request) -> Response:
        asked = request.query_params
        at_once = asked.get("format") == "ndjson" or asked.get("minimal") == "true"
        return await (whole if at_once else page)(request)

    return answer


async def _nothing(request: Request) -> Response:
    return refusal(request, NotHere(f"There is no such path. There are: {', '.join(sorted(LISTS))}."))


class _Api:
    """What is answered."""

    def __init__(self, database: Database, issuer: str) -> None:
        self.database, self.issuer = database, issuer
        self.pages = Pages()

    async def about(self, request: Request) -> Response:
        told = {
            "version": VERSION,
            "profile": "https://docs.openreferral.org/en/latest/hsds/",
            "openapi_url": f"{self.issuer}{PATH}/openapi.json",
        }
        return answered(request, told, secret=False)

    async def openapi(self, request: Request) -> Response:
        return answered(request, openapi(self.issuer), secret=False)

    async def services(self, request: Request, actor: Actor) -> Response:
        return await self._list(request, actor, "services", reading.services, records.services)

    async def organizations(self, request: Request, actor: Actor) -> Response:
        return await self._list(request, actor, "organizations", reading.organizations, records.organizations)

    async def places(self, request: Request, actor: Actor) -> Response:
        return await self._list(request, actor, "service_at_locations", reading.places, records.places)

    async def terms(self, request: Request, actor: Actor) -> Response:
        """Our own terms stand before those of partners, on pages of their own."""
        asked = _asked(request, "taxonomy_terms")
        async with self.database.session(actor.claims(), writes=False) as session:
            asked = await _known(session.connection, asked)
            ours, choice = taxonomies.own(asked), taxonomies.terms(asked)
            if not asked.ndjson:
                return answered(request, await self._terms(session.connection, actor, asked, ours, choice))

        async def render(_connection: Connection, rows: Any, _asked: Asked) -> list[dict[str, Any]]:
            return taxonomies.said(rows)

        async def all_lines() -> Any:
            yield b"".join(orjson.dumps(each) + b"\n" for each in ours)
            found = streams.records(self.database, actor, choice, asked, render)
            async for line in streams.lines(found):
                yield line

        return stream(request, all_lines(), NDJSON)

    async def _terms(
        self, connection: Connection, actor: Actor, asked: Asked, ours: list[dict[str, Any]], choice: Choice
    ) -> dict[str, Any]:
        size = asked.size
        own_pages = -(-len(ours) // size)
        theirs = replace(asked, page=max(1, asked.page - own_pages))
        page = await self.pages.read(connection, choice, theirs, actor, "taxonomy_terms")
        total = len(ours) + page.total
        start = (asked.page - 1) * size
        if asked.page <= own_pages:
            last = asked.page == own_pages and not page.total
            return Page([], asked.page, size, total, last).around(ours[start : start + size])
        return Page([], asked.page, size, total, page.last).around(taxonomies.said(page.rows))

    async def taxonomies(self, request: Request, actor: Actor) -> Response:
        asked = _asked(request, "taxonomies")
        async with self.database.session(actor.claims(), writes=False) as session:
            found = await taxonomies.taxonomies(session.connection, asked)
        if asked.ndjson:
            return answered(request, b"".join(orjson.dumps(each) + b"\n" for each in found), NDJSON)
        start = (asked.page - 1) * asked.size
        contents = found[start : start + asked.size]
        page = Page([], asked.page, asked.size, len(found), start + asked.size >= len(found))
        return answered(request, page.around(contents))

    async def service(self, request: Request, actor: Actor) -> Response:
        return await self._one(request, actor, "services", reading.services, records.services)

    async def organization(self, request: Request, actor: Actor) -> Response:
        async def whole(connection: Connection, rows: Any, asked: Asked) -> list[dict[str, Any]]:
            return await records.organizations(connection, rows, asked, named=True)

        return await self._one(request, actor, "organizations", reading.organizations, whole)

    async def place(self, request: Request, actor: Actor) -> Response:
        return await self._one(request, actor, "service_at_locations", reading.places, records.places)

    async def taxonomy(self, request: Request, actor: Actor) -> Response:
        wanted = str(identifier("id", request.path_params["id"]))
        async with self.database.session(actor.claims(), writes=False) as session:
            schemes = await taxonomies.schemes(session.connection)
        found = next((scheme for scheme in schemes if taxonomy_id(scheme) == wanted), None)
        if found is None:
            raise NotHere
        return answered(request, taxonomy(found))

    async def term(self, request: Request, actor: Actor) -> Response:
        wanted = identifier("id", request.path_params["id"])
        ours = next((each for scheme in OWN for each in own_terms(scheme) if each["id"] == str(wanted)), None)
        if ours:
            return answered(request, ours)
        choice = taxonomies.terms(Asked())
        choice.conditions.append(f"t.id = {choice.argument(wanted)}")
        statement, arguments = choice.page(after=None, offset=0, limit=1)
        async with self.database.session(actor.claims(), writes=False) as session:
            said = taxonomies.said(await session.connection.fetch(statement, *arguments))
        if not said:
            raise NotHere
        return answered(request, said[0])

    async def package(self, request: Request, actor: Actor) -> Response:
        asked = Asked(full=True)
        told = [
            (shape, streams.records(self.database, actor, choose(asked), asked, render))
            for shape, choose, render in (
                ("organization", reading.organizations, records.organizations),
                ("service", reading.services, records.services),
            )
        ]
        answer = stream(request, zipped(*told), "application/zip")
        answer.headers["content-disposition"] = 'attachment; filename="konbit-hsds.zip"'
        return answer

    async def _list(
        self, request: Request, actor: Actor, name: str, choose: Callable[[Asked], Choice], render: Render
    ) -> Response:
        asked = _asked(request, name)
        at_once = asked.ndjson or (asked.minimal and asked.per_page is None and asked.page == 1)
        async with self.database.session(actor.claims(), writes=False) as session:
            asked = await _known(session.connection, asked)
            choice = choose(asked)
            if not at_once:
                page = await self.pages.read(session.connection, choice, asked, actor, name)
                contents = await render(session.connection, page.rows, asked)
                return answered(request, page.around(contents))
        found = streams.records(self.database, actor, choice, asked, render)
        if asked.ndjson:
            return stream(request, streams.lines(found), NDJSON)
        return stream(request, streams.one_page(found), "application/json")

    async def _one(
        self, request: Request, actor: Actor, name: str, choose: Callable[[Asked], Choice], render: Render
    ) -> Response:
        full_service = name == "organizations" and bool(request.query_params)
        asked = read(request.query_params.multi_items(), frozenset({"full_service"} if full_service else ()))
        choice = choose(Asked())
        choice.conditions.append(f"{choice.id} = {choice.argument(identifier('id', request.path_params['id']))}")
        statement, arguments = choice.page(after=None, offset=0, limit=1)
        async with self.database.session(actor.claims(), writes=False) as session:
            rows = await session.connection.fetch(statement, *arguments)
            said = await render(session.connection, rows, replace(asked, full=True))
        if not said:
            raise NotHere
        at = said[0].get("last_modified") or records.moment(rows[0]["at"])
        return answered(request, said[0], modified=at)


def _asked(request: Request, name: str) -> Asked:
    return read(request.query_params.multi_items(), LISTS[name])


async def _known(connection: Connection, asked: Asked) -> Asked:
    """The same, with the scheme that its taxonomy is."""
    return replace(asked, scheme=await taxonomies.scheme_of(connection, asked.taxonomy_id))
