"""Serves the authorization server and its authorization endpoint on a deployment, and says at which port."""

import sys
from typing import Any

from api.app import create_app
from api.graph.execute import Graph
from api.oauth import oauth_routes, utc_now
from api.signin import authorize
from api.signin.desk import Desk
from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.keys import KeyRing
from auth.people.passwords import Passwords
from auth.server import OAuthServer
from tests.api.edge import small_schema
from tests.api.guarded import ready
from tests.api.programs.listening import serve
from tests.auth.deployment import PROFILE, SEALER


def authorizing(auth: str) -> Any:
    """The app, by the address of the deployment's role auth."""
    engine = open_auth_engine(auth)
    ring = KeyRing(engine, SEALER)
    desk = Desk(engine, PROFILE, ring, SEALER, Passwords(), utc_now)
    return create_app(
        graph=Graph(small_schema()),
        authenticator=Authenticator(engine, ring, PROFILE),
        ready=ready,
        routes=[*oauth_routes(OAuthServer(engine, ring, PROFILE)), *authorize.routes(desk)],
    )


if __name__ == "__main__":
    serve(authorizing(sys.argv[1]))
