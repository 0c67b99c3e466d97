"""A partner's GraphQL server, made of Strawberry over HTTP: a few services, every field of them nullable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import strawberry
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL

Json = dict[str, Any]
QUERY = """
query Offers($after: String, $first: Int, $since: String) {
  offers(after: $after, first: $first, since: $since) {
    edges { node { ...Offer } }
    pageInfo { hasNextPage endCursor }
  }
}
fragment Offer on Offer {
  key
  title
  kreyol: title(language: "ht")
  kind
  spoken
  changed
  giver { key title kind phones { number } }
  phones { number about }
  sites { key title lat lon pcode street town hours { days opens closes } }
}"""
FIELDS: Json = {
    "id": "key",
    "name": {"fr": "title", "ht": "kreyol"},
    "category": "kind",
    "languages": "spoken",
    "modified_at": "changed",
    "organization": {
        "id": "giver.key",
        "name": "giver.title",
        "kind": "giver.kind",
        "phones": {"each": "giver.phones", "number": "number"},
    },
    "phones": {"each": "phones", "number": "number", "description": "about"},
    "places": {
        "each": "sites",
        "id": "key",
        "name": "title",
        "latitude": "lat",
        "longitude": "lon",
        "pcode": "pcode",
        "address": "street",
        "locality": "town",
        "hours": {"each": "hours", "days": "days", "opens": "opens", "closes": "closes"},
    },
}
PAGING: Json = {
    "by": "cursor",
    "variable": "after",
    "size": "first",
    "per_page": 2,
    "cursor": "offers.pageInfo.endCursor",
    "more": "offers.pageInfo.hasNextPage",
}
SAVED: Json = {"query": QUERY, "items": "offers.edges.node", "fields": FIELDS, "paging": PAGING, "since": "since"}


@strawberry.type
class Number:
    number: str | None
    about: str | None = None


@strawberry.type
class Giver:
    key: strawberry.ID | None
    title: str | None
    kind: str | None = None
    phones: list[Number | None] | None = None


@strawberry.type
class Hours:
    days: list[str] | None
    opens: str | None
    closes: str | None


@strawberry.type
class Site:
    key: strawberry.ID | None
    title: str | None = None
    lat: float | None = None
    lon: float | None = None
    pcode: str | None = None
    street: list[str] | None = None
    town: str | None = None
    hours: list[Hours | None] | None = None


@strawberry.type
class Offer:
    key: strawberry.ID | None
    titles: strawberry.Private[dict[str, str]]
    kind: str | None = None
    spoken: list[str | None] | None = None
    changed: datetime | None = None
    giver: Giver | None = None
    sites: list[Site | None] | None = None
    telephones: strawberry.Private[list[Number | None] | Exception | None] = None

    @strawberry.field
    def title(self, language: str = "fr") -> str | None:
        return self.titles.get(language)

    @strawberry.field
    def phones(self) -> list[Number | None] | None:
        if isinstance(self.telephones, Exception):
            raise self.telephones
        return self.telephones


@strawberry.type
class PageInfo:
    has_next_page: bool | None
    end_cursor: str | None


@strawberry.type
class OfferEdge:
    node: Offer | None


@strawberry.type
class Offers:
    edges: list[OfferEdge | None] | None
    page_info: PageInfo | None


@dataclass
class GraphServer:
    """The server over its offers; a test may make it lie."""

    offers: list[Offer | None]
    asked: list[Json] = field(default_factory=list)
    "The variables of each question."
    whole: Callable[[Offers], Offers | None] = lambda offers: offers
    "What becomes of a page before it is answered."
    instead: Callable[[Json], Json | None] = lambda _: None
    "What is answered in its place, where anything is."

    def __post_init__(self) -> None:
        server = self

        @strawberry.type
        class Query:
            @strawberry.field
            def offers(
                self, after: str | None = None, first: int | None = None, since: str | None = None
            ) -> Offers | None:
                return server.page(after, first, since)

        self.app = GraphQL(strawberry.Schema(Query), graphql_ide=None)

    def page(self, after: str | None, first: int | None, since: str | None) -> Offers | None:
        changed = datetime.fromisoformat(since) if since else None
        found = [each for each in self.offers if not changed or (each and each.changed and each.changed >= changed)]
        start, size = int(after or 0), first or len(found)
        page = found[start : start + size]
        more = start + size < len(found)
        return self.whole(
            Offers(
                edges=[OfferEdge(node=each) for each in page],
                page_info=PageInfo(has_next_page=more, end_cursor=str(start + size)),
            )
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        body = orjson.loads(message["body"])
        self.asked.append(body.get("variables") or {})
        instead = self.instead(body)
        if instead is not None:
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
            )
            await send({"type": "http.response.body", "body": orjson.dumps(instead)})
            return
        again = iter([message])

        async def receive_again() -> Any:
            return next(again, {"type": "http.disconnect"})

        await self.app(scope, receive_again, send)
