"""Serves an app as a process of its own, and says at which port."""

import socket
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    """This will write `port`, a space and the number, and serve until the process is ended."""
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"port {listening.getsockname()[1]}", flush=True)
    # A connection that is closed between two rounds would be the test's own fault, not the server's.
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=600)
    uvicorn.Server(config).run(sockets=[listening])
