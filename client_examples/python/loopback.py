"""A program on someone's computer: it opens their browser, they sign in there, and it asks the graph in their name.

PARTNER_ISSUER=... PARTNER_CLIENT_ID=... python client_examples/python/loopback.py

The client is public and registered with the redirect address http://127.0.0.1/signed-in; the port may be any. Who
signed in is kept in konbit-person.json. (RFC 8252, RFC 7636, RFC 9207, RFC 9449)
"""

import hashlib
import secrets
import webbrowser
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from device import show
from konbit import SignInFailed, run
from person import Person, person, told

KEPT = Path("konbit-person.json")
SCOPE = "openid offline_access training:read directory:read"
HOME = "/signed-in"


def sign_in(konbit: Person) -> None:
    """This will send the person to their browser, and redeem the code that comes back. Raises SignInFailed."""
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with Returning() as home:
        redirect = f"http://127.0.0.1:{home.server_port}{HOME}"
        asked = {
            "response_type": "code",
            "client_id": konbit.client_id,
            "redirect_uri": redirect,
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = f"{konbit.server['authorization_endpoint']}?{urlencode(asked)}"
        print(f"Sign in at {address}", flush=True)
        webbrowser.open(address)
        back = home.wait()
    if back.get("state") != state or back.get("iss") != konbit.issuer:
        raise SignInFailed("the answer is not to what was asked")
    if "code" not in back:
        raise SignInFailed(back.get("error_description") or back.get("error", "there is no code"))
    answer = konbit.redeem(
        grant_type="authorization_code", code=back["code"], redirect_uri=redirect, code_verifier=verifier
    )
    if answer.status != 200:
        raise SignInFailed(told(answer))


class Returning(HTTPServer):
    """Listens on this machine alone, on a free port, until the browser comes back."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.came: dict[str, str] = {}

    def wait(self) -> dict[str, str]:
        while not self.came:
            self.handle_request()
        return self.came


class Page(BaseHTTPRequestHandler):
    """What the browser is shown when it comes back."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        ours = parts.path == HOME and parts.query
        self.send_response(200 if ours else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        if ours:
            self.wfile.write(b"You are signed in. You can close this page.\n")
            assert isinstance(self.server, Returning)
            self.server.came = {name: values[0] for name, values in parse_qs(parts.query).items()}

    def log_message(self, *_: object) -> None:
        """Nothing: the address holds the code."""


def main() -> None:
    konbit = person(KEPT)
    if not konbit.known:
        sign_in(konbit)
    show(konbit)


if __name__ == "__main__":
    run(main)
