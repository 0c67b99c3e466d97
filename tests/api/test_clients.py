"""`konbit clients` registers a program that can then sign in, says which there are, and shuts one out."""

import asyncio
import base64
from datetime import UTC, datetime

import asyncpg
import pytest
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from api.clients import NoSuchClient, NoSuchOrganization, add, listed, mark
from api.clients_cli import UnknownRole, UnreadableKeys, clients
from api.database import DatabaseURLs
from auth.clients import UnusableKeys
from auth.database import open_auth_engine
from auth.keys import KeyRing, ensure_key
from auth.proofs import Post
from auth.scopes import Scope, UnknownScope
from auth.server import OAuthServer
from auth.tokens import Profile
from models.oauth import ClientStatus
from models.rules.roles import Role
from tests.auth.deployment import SEALER

SCOPES = [Scope.REFERRALS_READ, Scope.DIRECTORY_READ]
PROFILE = Profile(issuer="https://konbit.example", audience="https://konbit.example/graphql")


@pytest.fixture
def registry(database: DatabaseURLs) -> DatabaseURLs:
    """A database with one organisation, `registre-exemple`."""

    async def found() -> None:
        connection = await asyncpg.connect(database.worker)
        try:
            await connection.execute(
                "INSERT INTO organization (slug, kind, names, language)"
                """ VALUES ('registre-exemple', 'CIVIL_REGISTRY', '{"fr": "Registre"}', 'fr')"""
            )
        finally:
            await connection.close()

    asyncio.run(found())
    return database


def status_of_sign_in(urls: DatabaseURLs, client_id: str, secret: str) -> int:
    """What the token endpoint answers to the client."""

    async def sign_in() -> int:
        engine = open_auth_engine(urls.auth, connections=1)
        try:
            async with engine.begin() as connection:
                await ensure_key(connection, sealer=SEALER, now=datetime.now(UTC))
            basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
            post = Post("127.0.0.1", f"Basic {basic}", {"grant_type": "client_credentials"})
            answer = await OAuthServer(engine, KeyRing(engine, SEALER), PROFILE).token(post, now=datetime.now(UTC))
            return int(answer.status)
        finally:
            await engine.dispose()

    return asyncio.run(sign_in())


def test_a_client_that_was_added_signs_in_until_it_is_suspended(registry: DatabaseURLs) -> None:
    client_id, secret = add(
        registry.auth,
        name="Case system",
        organization="registre-exemple",
        scopes=SCOPES,
        roles=[Role.INTAKE],
        jwks=None,
    )
    assert secret is not None
    assert status_of_sign_in(registry, client_id, secret) == 200
    assert listed(registry.auth) == [
        f"registre-exemple: {client_id} (Case system), active: directory:read referrals:read; intake"
    ]

    mark(registry.auth, client_id, ClientStatus.SUSPENDED)
    assert status_of_sign_in(registry, client_id, secret) == 401
    assert "suspended" in listed(registry.auth)[0]

    mark(registry.auth, client_id, ClientStatus.ACTIVE)
    assert status_of_sign_in(registry, client_id, secret) == 200


def test_a_client_with_keys_of_its_own_has_no_secret(registry: DatabaseURLs) -> None:
    public = ECKey.generate_key("P-256").as_dict(private=False)
    _, secret = add(
        registry.auth, name="Signs", organization="registre-exemple", scopes=SCOPES, roles=[], jwks={"keys": [public]}
    )
    assert secret is None
    with pytest.raises(UnusableKeys):
        add(registry.auth, name="Empty", organization="registre-exemple", scopes=SCOPES, roles=[], jwks={"keys": []})


def test_nobody_is_registered_for_an_organisation_that_is_not_there(registry: DatabaseURLs) -> None:
    with pytest.raises(NoSuchOrganization):
        add(registry.auth, name="Case system", organization="personne", scopes=SCOPES, roles=[], jwks=None)
    assert listed(registry.auth) == []


def test_a_client_that_is_not_there_cannot_be_suspended(registry: DatabaseURLs) -> None:
    with pytest.raises(NoSuchClient):
        mark(registry.auth, "client_none", ClientStatus.SUSPENDED)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--scope", "directory:reed"], UnknownScope),
        (["--scope", "directory:read", "--role", "intak"], UnknownRole),
        (["--scope", "directory:read", "--keys", __file__], UnreadableKeys),
    ],
)
def test_what_is_not_known_is_refused_before_anything_starts(options: list[str], refusal: type[Exception]) -> None:
    result = CliRunner().invoke(clients, ["add", "Case system", "--organization", "registre-exemple", *options])
    assert type(result.exception) is refusal
