"""The authorization server and a small graph behind it, as one process of a deployment serves both."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.app import create_app
from api.graph.bucket import Buckets
from api.graph.execute import Graph
from api.limits import LIMITS
from api.oauth import oauth_routes
from api.uploads import Door, as_someone
from auth.actor import Actor
from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.keys import KeyRing
from auth.scopes import Scope
from auth.server import OAuthServer
from tests.api.edge import small_schema
from tests.auth.deployment import PROFILE, SEALER

PAGE = "https://page.example"


async def ready() -> None:
    return None


def guarded(server: OAuthServer, authenticator: Authenticator) -> Any:
    """The app; `/file/{name}` is a route for files, and PAGE a page elsewhere that may ask."""

    async def file(request: Request, actor: Actor) -> Response:
        return PlainTextResponse(actor.client_id)

    door = Door(authenticator, Buckets(LIMITS))
    return create_app(
        graph=Graph(small_schema()),
        authenticator=authenticator,
        ready=ready,
        routes=[*oauth_routes(server), Route("/file/{name}", as_someone(door, Scope.DIRECTORY_READ, file))],
        origins=[PAGE],
    )


def of_a_deployment(auth: str) -> Any:
    """The same for a process of its own, by the address of its role auth."""
    engine = open_auth_engine(auth)
    ring = KeyRing(engine, SEALER)
    return guarded(OAuthServer(engine, ring, PROFILE), Authenticator(engine, ring, PROFILE))
