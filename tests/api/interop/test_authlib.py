"""Authlib's client, over httpx2, through each flow that it knows; a person is at the pages where one is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.httpx_client.oauth2_client import OAuthError
from joserfc import jwt
from joserfc.jwk import KeySet

from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.api.interop.conftest import HOME, Konbit
from tests.api.visitor import Visitor

SCOPES = {Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS, Scope.OPENID, Scope.OFFLINE_ACCESS}
CODE = (ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN)
MACHINE = (ClientGrant.CLIENT_CREDENTIALS,)
WHO = {"query": "{ viewer { organization { slug } } }"}


@pytest.fixture(scope="module")
def metadata(konbit: Konbit) -> dict[str, Any]:
    found: dict[str, Any] = httpx2.get(f"{konbit.demo['issuer']}/.well-known/openid-configuration").json()
    return found


@contextmanager
def authlib(told: dict[str, Any], metadata: dict[str, Any], scope: str) -> Iterator[OAuth2Client]:
    with OAuth2Client(
        told["client_id"],
        told["client_secret"],
        scope=scope,
        redirect_uri=told["redirect_uri"],
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
        trust_env=False,
    ) as client:
        yield client


def asked(client: OAuth2Client, konbit: Konbit) -> str:
    """Whose token the graph takes it for: the organisation's slug."""
    answer = client.post(konbit.demo["graphql"], json=WHO, headers={"accept": "application/graphql-response+json"})
    assert answer.status_code == 200, answer.text
    slug: str = answer.json()["data"]["viewer"]["organization"]["slug"]
    return slug


def test_a_machine_gets_a_token_asks_looks_at_it_and_ends_it(konbit: Konbit, metadata: dict[str, Any]) -> None:
    told = konbit.client("trainer", scopes=SCOPES, homes=(), grants=MACHINE)
    with authlib(told, metadata, "directory:read") as client:
        token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")

        assert asked(client, konbit) == konbit.demo["personas"]["trainer"]["organization"]

        look = {"url": metadata["introspection_endpoint"], "token": token["access_token"]}
        assert client.introspect_token(**look).json()["active"] is True
        client.revoke_token(metadata["revocation_endpoint"], token=token["access_token"])
        assert client.introspect_token(**look).json() == {"active": False}


def test_a_person_signs_in_is_known_by_a_signed_word_and_stays_known(
    konbit: Konbit, metadata: dict[str, Any], trainer: Visitor
) -> None:
    told = konbit.client("trainer", scopes=SCOPES, homes=(HOME,), grants=CODE)
    verifier, nonce = generate_token(48), generate_token(20)
    with authlib(told, metadata, "openid offline_access directory:read") as client:
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        back = trainer.visit(address, until=(HOME,))
        token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)

        keys = KeySet.import_key_set(httpx2.get(metadata["jwks_uri"]).json())
        claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
        assert (claims["iss"], claims["aud"], claims["nonce"]) == (metadata["issuer"], told["client_id"], nonce)
        assert client.get(metadata["userinfo_endpoint"]).json()["sub"] == claims["sub"]
        assert asked(client, konbit) == konbit.demo["personas"]["trainer"]["organization"]

        fresh = client.refresh_token(metadata["token_endpoint"], token["refresh_token"])
        assert fresh["refresh_token"] != token["refresh_token"]
        assert asked(client, konbit) == konbit.demo["personas"]["trainer"]["organization"]
        client.revoke_token(metadata["revocation_endpoint"], token=fresh["refresh_token"])
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(metadata["token_endpoint"], fresh["refresh_token"])


def test_a_code_without_its_verifier_is_worth_nothing(
    konbit: Konbit, metadata: dict[str, Any], trainer: Visitor
) -> None:
    told = konbit.client("trainer", scopes=SCOPES, homes=(HOME,), grants=CODE)
    with authlib(told, metadata, "openid directory:read") as client:
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=generate_token(48)
        )
        back = trainer.visit(address, until=(HOME,))
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.fetch_token(authorization_response=back, state=state, code_verifier=generate_token(48))
