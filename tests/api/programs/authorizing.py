"""Serves the authorization server and its authorization endpoint on a deployment, and says at which port."""

import socket
import sys

import uvicorn

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
from tests.auth.deployment import PROFILE, SEALER


def serve() -> None:
    engine = open_auth_engine(sys.argv[1])
    ring = KeyRing(engine, SEALER)
    desk = Desk(engine, PROFILE, ring, SEALER, Passwords(), utc_now)
    app = create_app(
        graph=Graph(small_schema()),
        authenticator=Authenticator(engine, ring, PROFILE),
        ready=ready,
        routes=[*oauth_routes(OAuthServer(engine, ring, PROFILE)), *authorize.routes(desk)],
    )
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"port {listening.getsockname()[1]}", flush=True)
    # A connection that is closed between two rounds would be the test's own fault, not the server's.
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=600)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    serve()
