"""Konbit in the name of a person who signed in once: the program goes on, start after start, until they end it.

The tokens are bound to a key of the program's (possession.py). The refresh token changes at each use, so it is written
down before anything else is done.
"""

import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from konbit import OPERATIONS, Refused, SignInFailed, Unreachable
from possession import Key

EARLY = 30
"""Seconds before its end that a token is renewed."""


@dataclass(frozen=True)
class Answer:
    """What came back, of whatever status."""

    status: int
    body: dict[str, Any]
    nonce: str | None
    """What the server wants in the next proof."""


class Person:
    """Someone's tokens, in a file that nobody else can read; the file may not be there yet."""

    def __init__(self, kept: Path, *, client_id: str, issuer: str) -> None:
        self.client_id = client_id
        self.issuer = issuer
        self._kept = kept
        held = json.loads(kept.read_text()) if kept.exists() else {}
        self._key = Key(held.get("key"))
        self._refresh: str | None = held.get("refresh")
        self._access, self._ends = "", 0.0
        self._nonce: str | None = None
        self.server = sent("GET", f"{issuer}/.well-known/oauth-authorization-server").body
        if self.server.get("issuer") != issuer:
            raise SignInFailed(f"{issuer} calls itself {self.server.get('issuer')}")

    @property
    def known(self) -> bool:
        """Whether someone has signed in before."""
        return self._refresh is not None

    def redeem(self, **form: str) -> Answer:
        """This will ask the token endpoint, with a proof, and keep what it gives. Another answer is the caller's."""
        address = self.server["token_endpoint"]
        answer = self._proven("POST", address, urlencode({**form, "client_id": self.client_id}).encode())
        if answer.status == 200:
            self._refresh = answer.body.get("refresh_token")
            self._keep()
            self._access = answer.body["access_token"]
            self._ends = time.monotonic() + answer.body["expires_in"] - EARLY
        return answer

    def ask(self, operation: str, **variables: Any) -> dict[str, Any]:
        """This will run ../operations/{operation}.graphql: its data. Raises Refused, SignInFailed, Unreachable."""
        query = (OPERATIONS / f"{operation}.graphql").read_text()
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = self._proven("POST", f"{self.issuer}/graphql", body, token=self._token())
        if answer.body.get("errors"):
            raise Refused(answer.body["errors"])
        data: dict[str, Any] = answer.body["data"]
        return data

    def leave(self) -> None:
        """This will end it: at the server, and here."""
        if self._refresh:
            form = {"token": self._refresh, "client_id": self.client_id}
            sent("POST", self.server["revocation_endpoint"], urlencode(form).encode())
        self._kept.unlink(missing_ok=True)

    def _token(self) -> str:
        if time.monotonic() >= self._ends:
            if self._refresh is None:
                raise SignInFailed("nobody has signed in")
            answer = self.redeem(grant_type="refresh_token", refresh_token=self._refresh)
            if answer.body.get("error") == "invalid_grant":
                self._kept.unlink(missing_ok=True)
                raise SignInFailed("it has ended: sign in again")
            if answer.status != 200:
                raise SignInFailed(told(answer))
        return self._access

    def _proven(self, method: str, address: str, body: bytes, *, token: str | None = None) -> Answer:
        """One request with a proof, and once more where the server wants its nonce in it."""
        answer = self._once(method, address, body, token)
        if answer.nonce and answer.nonce != self._nonce:
            self._nonce = answer.nonce
            if answer.status in (400, 401):
                answer = self._once(method, address, body, token)
        return answer

    def _once(self, method: str, address: str, body: bytes, token: str | None) -> Answer:
        headers = {"DPoP": self._key.proof(method, address, nonce=self._nonce, token=token)}
        if token:
            headers |= {"Authorization": f"DPoP {token}", "Content-Type": "application/json"}
            headers["Accept"] = "application/graphql-response+json"
        return sent(method, address, body, headers)

    def _keep(self) -> None:
        """Beside its place and then into it, readable by its owner alone from the beginning."""
        beside = self._kept.with_name(self._kept.name + ".new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"key": self._key.pem(), "refresh": self._refresh}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._kept)


def sent(method: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """This will send a request. Raises Unreachable."""
    request = urllib.request.Request(address, body, headers or {}, method=method)
    try:
        try:
            found = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            found = error
        with found:
            content = found.read()
            return Answer(found.status, json.loads(content or b"{}"), found.headers.get("DPoP-Nonce"))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from None


def told(answer: Answer) -> str:
    """Why the server refused, in its words."""
    return answer.body.get("error_description") or answer.body.get("error") or f"it answered {answer.status}"


def person(kept: Path) -> Person:
    """This will read PARTNER_ISSUER and PARTNER_CLIENT_ID, of a public client, from the environment."""
    return Person(kept, client_id=os.environ["PARTNER_CLIENT_ID"], issuer=os.environ["PARTNER_ISSUER"].rstrip("/"))
