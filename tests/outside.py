"""Partners as a running program meets them: they sign in over OAuth, refer people and answer, over HTTP alone."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from api.database import DatabaseURLs
from api.oauth import utc_now
from auth.clients import register_client
from auth.database import open_auth_engine
from auth.scopes import Scope
from planner.ids import global_id
from tests.actions.network import CASE_WORKER, GIRL_BORN, KINDS, standing

NAMES = {"registerPerson": "person", "recordConsent": "consent"}
"""What a payload shows; a referral where it is none of these."""
CHANGES = """query Changes($after: String, $first: Int) { referralChanges(after: $after, first: $first) {
  nodes { cursor kind referralId event { statusAfter } } pageInfo { hasNextPage endCursor } } }"""
GIVEN = {"giver": "PARENT", "giverName": "Rosemène Essai", "assent": "GIVEN", "method": "SIGNED", "language": "ht"}
GIRL = {
    "consent": {**GIVEN, "statistics": True},
    "sex": "FEMALE",
    "birthDate": GIRL_BORN.isoformat(),
    "givenName": "Mirlande",
    "nationality": "HT",
    "crossingPoint": "BELLADERE",
    "returnType": "SELF_ORGANISED",
}


class Unanswered(Exception):
    """Nothing is known of what became of the request: the same key is safe to send again."""


@dataclass
class Partner:
    """An organisation's program."""

    name: str
    organization_id: UUID
    services: dict[str, UUID]
    secret: str
    address: str = ""
    """of the program that it asks, such as http://127.0.0.1:8000"""
    _token: str = field(default="", repr=False)

    @property
    def token(self) -> str:
        """An access token, asked for once. Raises Unanswered."""
        if not self._token:
            form = urlencode({"grant_type": "client_credentials", "scope": " ".join(Scope)}).encode()
            basic = base64.b64encode(f"{self.name}:{self.secret}".encode()).decode()
            self._token = posted(f"{self.address}/oauth/token", form, Authorization=f"Basic {basic}")["access_token"]
        return self._token

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer. Raises Unanswered; fails where the answer has errors."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Accept"] = "application/graphql-response+json"
        answer = posted(f"{self.address}/graphql", body, **headers)
        assert "errors" not in answer, answer
        return answer["data"]

    def act(self, mutation: str, /, key: str | None = None, **given: Any) -> str:
        """The id of what a mutation did, or had done. Raises Unanswered; fails where it was refused."""
        shown = NAMES.get(mutation, "referral")
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {shown} {{ id }} problems {{ code }} }} }}"
        payload = self.ask(query, input={"idempotencyKey": key or str(uuid4()), **given})[mutation]
        if payload["problems"] == [{"code": "IN_PROGRESS"}]:
            raise Unanswered(payload["problems"])
        assert payload["problems"] == [], payload
        found: str = payload[shown]["id"]
        return found

    def changes(self, after: str | None, *, first: int = 100) -> tuple[list[dict[str, Any]], str, bool]:
        """A page of the feed, its end, and whether there is more. Raises Unanswered."""
        page = self.ask(CHANGES, after=after, first=first)["referralChanges"]
        return page["nodes"], page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]


def consent_for(receiver: Partner, person_id: str) -> dict[str, Any]:
    """What is recorded before a person is referred to this partner."""
    recipient = global_id("Organization", receiver.organization_id)
    about = {"purpose": "SERVICE", "recipientOrganizationId": recipient, "information": ["IDENTITY", "NEED"]}
    return {"personId": person_id, **about, **GIVEN}


def referral_to(receiver: Partner, person_id: str) -> dict[str, Any]:
    """What is wished of this partner."""
    service = global_id("Service", receiver.services["papers"])
    need = {"kind": "REFERRAL", "priority": "URGENT", "need": "CIVIL_DOCUMENTATION"}
    return {"personId": person_id, "serviceId": service, **need, "summary": "An extract from the archives."}


def referred(sender: Partner, receiver: Partner, family_name: str = "Essai") -> str:
    """A referral of a new person, with consent; its id."""
    person_id = sender.act("registerPerson", None, **GIRL, familyName=family_name)
    sender.act("recordConsent", **consent_for(receiver, person_id))
    return sender.act("sendReferral", **referral_to(receiver, person_id))


def posted(url: str, body: bytes, **headers: str) -> Any:
    """The JSON that answers. Raises Unanswered; fails where a client would have to ask differently."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            if error.code != 503:
                raise AssertionError(error.code, error.read()) from None
        raise Unanswered(error.code) from None
    except (OSError, HTTPException) as error:
        raise Unanswered(type(error).__name__) from None


async def joined(urls: DatabaseURLs, *names: str) -> dict[str, Partner]:
    """Puts the small network into an empty database, with a client for each of these organisations."""
    engine = open_auth_engine(urls.auth, connections=1)
    partners = {}
    try:
        async with standing(urls, size=1) as network, engine.begin() as connection:
            for name in names or KINDS:
                organization_id = network.organizations[name]
                client = {"scopes": Scope, "roles": CASE_WORKER, "now": utc_now(), "client_id": name}
                _, secret = await register_client(connection, organization_id=organization_id, name=name, **client)  # type: ignore[arg-type]
                partners[name] = Partner(name, organization_id, network.services, secret or "")
    finally:
        await engine.dispose()
    return partners
