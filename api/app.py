"""The whole program as one ASGI app: the graph first and bare, everything else behind a router."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from api import graphiql, pages
from api.graph.gate import Gate
from api.graph.http import GraphQLOverHTTP
from api.graph.websocket import GraphQLOverWebSocket
from api.limits import LIMITS, Limits
from api.logs import fault, log
from api.metrics import Metrics
from api.releases import routes as releases
from api.releases.asking import DOCUMENTS
from api.requests import REQUEST_ID, CrossOrigin, Hardened, Offering, request_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

    from api.graph.bearer import Authenticator
    from api.graph.bucket import Buckets
    from api.graph.execute import Graph

GRAPHQL = "/graphql"
PAGES = ("attendance", "dashboard", "shared")
"The folders of web/ that are served as they are."


class App:
    """Sends `/graphql` straight to the graph, and the rest to the router."""

    def __init__(self, *, http: ASGIApp, websocket: ASGIApp, others: ASGIApp) -> None:
        self.http, self.websocket, self.others = http, websocket, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self.others(scope, receive, send)
            return
        scope[REQUEST_ID] = request_id(scope["headers"])
        if scope["path"] == GRAPHQL:
            await (self.http if kind == "http" else self.websocket)(scope, receive, send)
        elif kind == "http":
            await self.others(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1000})  # before it is accepted: HTTP 403


def create_app(
    *,
    graph: Graph,
    authenticator: Authenticator,
    ready: Callable[[], Awaitable[str | None]],
    routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Any] | None = None,
    limits: Limits = LIMITS,
    origins: Iterable[str] = (),
    personas: Callable[[], dict[str, Any]] | None = None,
    metrics: Metrics | None = None,
    buckets: Buckets | None = None,
    tiles: str | None = None,
) -> ASGIApp:
    """This will assemble the app.

    `ready` says why requests cannot be served right now, or None. `routes` are those of other subjects (OAuth, demo).
    `buckets` are those that the routes of files draw from too. `origins` are those whose pages may call the graph.
    `personas` is given in demo mode alone: what `demo.json` holds. `tiles` is where the map's pictures come from.
    """
    metrics = metrics or Metrics()
    gate = Gate(graph=graph, limits=limits, buckets=buckets, trusted=pages.documents() | DOCUMENTS)
    metrics.gauge("konbit_documents_kept", "Documents kept, parsed and validated.", lambda: len(gate.documents))
    metrics.gauge("konbit_buckets", "Clients and people whose bucket is not full.", lambda: len(gate.buckets))
    metrics.gauge("konbit_streams", "Open subscriptions.", gate.streams.total)
    shared: dict[str, Any] = {"gate": gate, "authenticator": authenticator, "metrics": metrics}
    others = Starlette(
        routes=[
            *operations(ready, metrics),
            *graphiql.routes(personas),
            *pages.routes(tiles),
            *releases.routes(**shared),
            *routes,
        ],
        lifespan=lifespan,
        exception_handlers={Exception: hidden},
    )
    app: ASGIApp = App(
        http=GraphQLOverHTTP(**shared, log=log("graph"), page=graphiql.page()),
        websocket=GraphQLOverWebSocket(**shared, log=log("graph")),
        others=Hardened(others),
    )
    app = Offering(app, nonce=authenticator.nonce)
    return CrossOrigin(app, origins=origins) if origins else app


def operations(ready: Callable[[], Awaitable[str | None]], metrics: Metrics) -> list[Route]:
    """This will list what whoever runs the program asks it, and the way from its bare address to the graph."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok", headers={"cache-control": "no-store"})

    async def readyz(request: Request) -> Response:
        reason = await ready()
        return JSONResponse({"ready": reason is None, "reason": reason}, 200 if reason is None else 503)

    async def figures(request: Request) -> Response:
        return Response(metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def front(request: Request) -> Response:
        return RedirectResponse(GRAPHQL)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures), Route("/", front)]


async def hidden(request: Request, failure: Exception) -> Response:
    """This will answer for whatever a route did not expect, without a word of it."""
    identity = request.scope[REQUEST_ID]
    log("routes").error("fault", request=identity, **fault(failure))
    return JSONResponse({"error": "server_error", "request_id": identity}, 500)
