"""An administrator at a program of their organisation: Authlib's client signs them in, and asks the graph for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.api.visitor import Credentials, Visitor

if TYPE_CHECKING:
    from tests.api.interop.conftest import Konbit

SCOPES = {Scope.ADMIN, Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS, Scope.OPENID}


def metadata_of(issuer: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx2.get(f"{issuer}/.well-known/openid-configuration").json()
    return found


@contextmanager
def signed_in(told: dict[str, Any], person: Visitor, scope: str) -> Iterator[OAuth2Client]:
    """Authlib's client with a person's token; the id token's claims are in its `claims`."""
    metadata, verifier, home = metadata_of(told["issuer"]), generate_token(48), told["redirect_uri"]
    with OAuth2Client(
        told["client_id"],
        told["client_secret"],
        scope=scope,
        redirect_uri=home,
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
        trust_env=False,
    ) as client:
        address, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
        back = person.visit(address, until=(home,))
        token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
        keys = KeySet.import_key_set(httpx2.get(metadata["jwks_uri"]).json())
        client.claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
        yield client


@dataclass(frozen=True)
class Administrator:
    """Someone with the role ADMINISTRATOR who has just signed in."""

    graphql: str
    client: OAuth2Client

    @classmethod
    @contextmanager
    def of(cls, konbit: Konbit, persona: str) -> Iterator[Administrator]:
        from tests.api.interop.conftest import HOME

        person = Visitor(Credentials.of(konbit.demo["people"][f"{persona}-administrator"]))
        grants = (ClientGrant.AUTHORIZATION_CODE,)
        told = konbit.client(persona, scopes=SCOPES, homes=(HOME,), grants=grants)
        with signed_in(told, person, "openid admin directory:read") as client:
            yield cls(told["graphql"], client)
        person.close()

    def act(self, mutation: str, shown: str, **given: Any) -> dict[str, Any]:
        """What a mutation shows of what it did. Fails where it was refused."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {shown} problems {{ code message }} }} }}"
        variables = {"input": {"idempotencyKey": str(uuid4()), **given}}
        headers = {"accept": "application/graphql-response+json"}
        answer = self.client.post(self.graphql, json={"query": query, "variables": variables}, headers=headers)
        payload: dict[str, Any] = answer.json()["data"][mutation]
        assert payload["problems"] == [], payload
        return payload
