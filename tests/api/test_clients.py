"""`konbit clients` registers a program that can then sign in, says which there are, and shuts one out."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from api.as_auth import NoSuchOrganization
from api.clients import NoSuchClient, NoSuchIssuer, Program, add, asking, grant, listed, mark, rotate
from api.clients_cli import IssuerAndSubject, UnreadableKeys, clients
from api.database import DatabaseURLs
from api.roles_cli import UnknownRole
from auth.clients import NoSecret, UnusableKeys
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
    of = {"organization": "registre-exemple", "scopes": SCOPES, "roles": []}
    _, secret = add(registry.auth, name="Signs", program=Program(jwks={"keys": [public]}), **of)  # type: ignore[arg-type]
    assert secret is None
    with pytest.raises(UnusableKeys):
        add(registry.auth, name="Empty", program=Program(jwks={"keys": []}), **of)  # type: ignore[arg-type]


def test_nobody_is_registered_for_an_organisation_that_is_not_there(registry: DatabaseURLs) -> None:
    with pytest.raises(NoSuchOrganization):
        add(registry.auth, name="Case system", organization="personne", scopes=SCOPES, roles=[])
    assert listed(registry.auth) == []


def test_a_secret_is_followed_by_another_with_an_overlap(registry: DatabaseURLs) -> None:
    client_id, before = add(registry.auth, name="C", organization="registre-exemple", scopes=SCOPES, roles=[])
    assert before is not None
    after = rotate(registry.auth, client_id, overlap=timedelta(hours=1))
    assert [status_of_sign_in(registry, client_id, secret) for secret in (before, after)] == [200, 200]
    last = rotate(registry.auth, client_id, overlap=timedelta(0))
    assert [status_of_sign_in(registry, client_id, secret) for secret in (before, after, last)] == [401, 401, 200]
    keyed = Program(jwks_uri="https://keys.example/")
    signs, _ = add(registry.auth, name="S", organization="registre-exemple", scopes=[], roles=[], program=keyed)
    with pytest.raises(NoSecret):
        rotate(registry.auth, signs, overlap=timedelta(0))
    with pytest.raises(NoSuchClient):
        rotate(registry.auth, "client_none", overlap=timedelta(0))


def test_scopes_that_are_asked_for_are_granted(registry: DatabaseURLs) -> None:
    client_id, _ = add(registry.auth, name="C", organization="registre-exemple", scopes=[], roles=[])
    assert asking(registry.auth) == []
    wanted = "UPDATE oauth_client SET wanted_scopes = '{directory:read}'"
    asyncio.run(as_owner(registry, wanted))
    assert asking(registry.auth) == [f"registre-exemple: {client_id} (C) asks for directory:read; it has none"]
    grant(registry.auth, client_id, [Scope.DIRECTORY_READ])
    assert asking(registry.auth) == []
    assert listed(registry.auth) == [f"registre-exemple: {client_id} (C), active: directory:read; no roles"]


def test_a_machine_is_bound_to_an_issuer_of_its_organisation_alone(registry: DatabaseURLs) -> None:
    program = Program(issuer="https://login.example", subject="machine")
    with pytest.raises(NoSuchIssuer):
        add(registry.auth, name="M", organization="registre-exemple", scopes=SCOPES, roles=[], program=program)
    provider = (
        "INSERT INTO identity_provider (organization_id, issuer, name, client_id, machines, created_at)"
        " SELECT id, 'https://login.example', 'Login', 'konbit', true, now() FROM organization"
    )
    asyncio.run(as_owner(registry, provider))
    _, secret = add(registry.auth, name="M", organization="registre-exemple", scopes=SCOPES, roles=[], program=program)
    assert secret is None


async def as_owner(urls: DatabaseURLs, statement: str) -> None:
    connection = await asyncpg.connect(urls.migration)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def test_a_client_that_is_not_there_cannot_be_suspended(registry: DatabaseURLs) -> None:
    with pytest.raises(NoSuchClient):
        mark(registry.auth, "client_none", ClientStatus.SUSPENDED)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--scope", "directory:reed"], UnknownScope),
        (["--scope", "directory:read", "--role", "intak"], UnknownRole),
        (["--scope", "directory:read", "--keys", __file__], UnreadableKeys),
        (["--scope", "directory:read", "--issuer", "https://login.example"], IssuerAndSubject),
    ],
)
def test_what_is_not_known_is_refused_before_anything_starts(options: list[str], refusal: type[Exception]) -> None:
    result = CliRunner().invoke(clients, ["add", "Case system", "--organization", "registre-exemple", *options])
    assert type(result.exception) is refusal
