"""A network that fails: it stands between an example and the program, and loses or replaces one answer."""

import http.server
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Trouble:
    """What happens to the next request of an operation, once."""

    operation: str
    status: int | None = None
    """None: the request reaches the program, and its answer is lost. Else it is not passed on, and answered so."""
    headers: dict[str, str] = field(default_factory=dict)
    over: bool = False

    def strikes(self, body: bytes) -> bool:
        if self.over or f" {self.operation}(".encode() not in body:
            return False
        self.over = True
        return True


@contextmanager
def between(program: str, *troubles: Trouble) -> Iterator[str]:
    """The address of a way to the program's graph on which there are these troubles, each once."""

    class Way(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = next((each for each in troubles if each.strikes(body)), None)
            if trouble and trouble.status is not None:
                self.reply(trouble.status, json.dumps({"errors": [{"message": "busy"}]}).encode(), trouble.headers)
                return
            kept = {name: self.headers[name] for name in ("Authorization", "Content-Type", "Accept")}
            try:
                with urllib.request.urlopen(urllib.request.Request(program, body, kept), timeout=30) as answer:
                    status, content, media = answer.status, answer.read(), answer.headers["Content-Type"]
            except urllib.error.HTTPError as error:
                with error:
                    status, content, media = error.code, error.read(), error.headers["Content-Type"]
            if trouble:
                self.close_connection = True
                return
            self.reply(status, content, {"Content-Type": media})

        def reply(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests say what went wrong."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Way) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/graphql"
        finally:
            server.shutdown()
