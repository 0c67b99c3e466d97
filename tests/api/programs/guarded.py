"""Serves the authorization server and a small graph on a deployment's role auth, and says at which port."""

import socket
import sys

import uvicorn

from tests.api.guarded import of_a_deployment


def serve() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"port {listening.getsockname()[1]}", flush=True)
    app = of_a_deployment(sys.argv[1])
    # A connection that is closed between two rounds would be the test's own fault, not the server's.
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=600)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    serve()
