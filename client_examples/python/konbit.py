"""Konbit as one of its clients sees it: sign in, ask, act, and try again where that is safe. Standard library only."""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

OPERATIONS = Path(__file__).resolve().parent.parent / "operations"
PAUSES = (0.5, 1, 2, 4, 8)
"""Seconds between attempts, unless the server says how long to wait."""
PASSING = (429, 503)
"""Statuses that waiting may change: too much was asked for, or Konbit is away for a moment."""


class SignInFailed(Exception):
    """Konbit does not accept these credentials, or this scope for them."""


class Unreachable(Exception):
    """Konbit did not answer, however often it was asked. Run the same command again later: nothing is done twice."""


class Refused(Exception):
    """The operation did not run, or a part of it failed; `code` is the first error's."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.code: str = errors[0].get("extensions", {}).get("code", "INTERNAL")
        super().__init__("; ".join(f"{self.code}: {error['message']}" for error in errors))


class NotDone(Exception):
    """What was asked for cannot be done; `problems` say why, and what would help."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(described, problems)))


@dataclass(frozen=True)
class Credentials:
    """Who signs in, and where. The organisation is the one the client was registered for."""

    issuer: str
    graphql: str
    client_id: str
    client_secret: str
    scope: str


def credentials(persona: str) -> Credentials:
    """This will read PARTNER_ISSUER and the others from the environment, or else a persona of the demo network."""
    told = os.environ
    if issuer := told.get("PARTNER_ISSUER", "").rstrip("/"):
        return Credentials(
            issuer,
            told.get("PARTNER_GRAPHQL", f"{issuer}/graphql"),
            told["PARTNER_CLIENT_ID"],
            told["PARTNER_CLIENT_SECRET"],
            told["PARTNER_SCOPE"],
        )
    demo = json.loads(Path(told.get("PARTNER_DEMO", ".konbit/demo.json")).read_text())
    who = demo["personas"][persona]
    return Credentials(demo["issuer"], demo["graphql"], who["client_id"], who["client_secret"], who["scope"])


class Konbit:
    """A signed-in client. A token lasts a few minutes and is renewed before it ends."""

    def __init__(self, who: Credentials) -> None:
        self.who = who
        self._token = ""
        self._good_until = 0.0

    def ask(self, operation: str, **variables: Any) -> dict[str, Any]:
        """This will run ../operations/{operation}.graphql: its data. Raises Refused, SignInFailed, Unreachable."""
        query = (OPERATIONS / f"{operation}.graphql").read_text()
        body = json.dumps({"query": query, "variables": variables}).encode()
        status, answer = self._post(body)
        if status == 401:  # revoked, or its key was withdrawn: a new token, once
            self._good_until = 0.0
            status, answer = self._post(body)
        if answer.get("errors"):
            raise Refused(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def act(self, operation: str, *, key: str, **fields: Any) -> Any:
        """This will do what a mutation does, once per key, and return what came of it. Also raises NotDone.

        Whoever does not know whether it was done (the network failed, the program was killed) asks again with the same
        key and the same fields: what was done is answered again, what was not is done now. A refusal spends no key.
        """
        pauses = iter(PAUSES)
        while True:
            [payload] = self.ask(operation, input={"idempotencyKey": key, **fields}).values()
            problems = payload.pop("problems")
            if not problems:
                [done] = payload.values()
                return done
            pause = next(pauses, None)
            if pause is None or problems[0]["code"] != "IN_PROGRESS":
                raise NotDone(problems)
            time.sleep(pause)

    def _post(self, body: bytes) -> tuple[int, dict[str, Any]]:
        headers = {
            "Authorization": f"Bearer {self._bearer()}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
        }
        return exchanged(self.who.graphql, body, headers)

    def _bearer(self) -> str:
        if time.monotonic() >= self._good_until:
            self._sign_in()
        return self._token

    def _sign_in(self) -> None:
        _, server = exchanged(f"{self.who.issuer}/.well-known/oauth-authorization-server")
        pair = f"{quote(self.who.client_id, safe='')}:{quote(self.who.client_secret, safe='')}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = urlencode({"grant_type": "client_credentials", "scope": self.who.scope})
        status, answer = exchanged(server["token_endpoint"], form.encode(), headers)
        if status != 200:
            raise SignInFailed(answer.get("error_description") or answer.get("error") or f"it answered {status}")
        self._token = answer["access_token"]
        self._good_until = time.monotonic() + answer["expires_in"] - 30


def exchanged(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """This will send a request until there is an answer that waiting would not change. Raises Unreachable."""
    pauses = iter(PAUSES)
    while True:
        try:
            status, wait, content = answered(urllib.request.Request(url, body, dict(headers or {})))
        except (OSError, HTTPException) as error:
            wait, reason = "", str(error) or type(error).__name__
        else:
            if status not in PASSING:
                return status, json.loads(content)
            reason = f"it answered {status}"
        pause = next(pauses, None)
        if pause is None:
            raise Unreachable(reason)
        seconds = float(wait) if wait.isdigit() else pause
        print(f"Konbit: {reason}. Trying again in {seconds:g} s.", file=sys.stderr)
        time.sleep(seconds)


def answered(request: urllib.request.Request) -> tuple[int, str, bytes]:
    """One exchange: its status, how long to wait, its body. An answer of any status is an answer."""
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, "", answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Retry-After", ""), error.read()


def described(problem: Mapping[str, Any]) -> str:
    """A problem in one line: its code, its words, and what it names."""
    line = f"{problem['code']}: {problem['message']}"
    if problem.get("field"):
        line += f" [{'.'.join(problem['field'])}]"
    if problem.get("missing"):
        line += f" Missing: {', '.join(problem['missing'])} for {problem['recipient']['slug']}."
    if problem.get("referral"):
        line += f" See {problem['referral']['reference']}, {problem['referral']['status']}."
    return line


def run(program: Any) -> None:
    """This will run a program whose failures are one line on standard error, and an exit code of 1."""
    try:
        program()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever reads what is printed, such as head, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (SignInFailed, Unreachable, Refused, NotDone) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")
    except (FileNotFoundError, KeyError) as missing:
        sys.exit(f"No credentials: {missing}. Start the demo network, or set PARTNER_ISSUER and the others.")
