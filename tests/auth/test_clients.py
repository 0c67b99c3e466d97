"""How clients are registered: a secret that cannot be guessed or read back, or public keys that are worth having."""

from uuid import uuid4

import asyncpg
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from sqlalchemy.exc import IntegrityError

from auth.clients import TwoProofs, UnusableKeys, WeakSecret
from auth.opaque import hash_of
from tests.auth.deployment import Deployment
from tests.auth.posts import issue

EC = ECKey.generate_key("P-256")


async def test_the_secret_is_answered_once_and_kept_as_a_hash_alone(deployment: Deployment) -> None:
    secret = await deployment.register("medical")
    assert secret is not None
    assert len(secret) == 43
    (row,) = await deployment.sql("SELECT * FROM oauth_client WHERE client_id = 'medical'")
    assert row["secret_hash"] == hash_of(secret)
    assert secret not in str(dict(row))
    assert row["roles"] == ["CASE_WORKER", "INTAKE"]
    assert row["scopes"] == ["directory:read", "referrals:read", "referrals:write"]


async def test_a_secret_may_be_given(deployment: Deployment) -> None:
    given = "k" * 43
    assert await deployment.register("medical", secret=given) == given
    await issue(deployment.process(), given, client_id="medical")


async def test_a_client_with_keys_has_no_secret(deployment: Deployment) -> None:
    assert await deployment.register("medical", jwks={"keys": [EC.as_dict(private=False)]}) is None


@pytest.mark.parametrize("secret", ["", "short", "k" * 42, "ké" * 30, "k" * 42 + ":"])
async def test_a_weak_secret_is_refused(shared: Deployment, secret: str) -> None:
    with pytest.raises(WeakSecret):
        await shared.register("medical", secret=secret)


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": []},
        {"keys": "none"},
        {"keys": [1]},
        {"keys": [{"kty": "EC"}]},
        {"keys": [EC.as_dict(private=True)]},
        {"keys": [EC.as_dict(private=False)] * 11},
        {"keys": [OctKey.generate_key(256).as_dict(private=True)]},
        {"keys": [ECKey.generate_key("P-384").as_dict(private=False)]},
        {"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]},
        {"keys": [EC.as_dict(private=False), OctKey.generate_key(256).as_dict(private=True)]},
    ],
    ids=range(11),
)
async def test_keys_that_prove_nothing_are_refused(shared: Deployment, jwks: dict[str, object]) -> None:
    with pytest.raises(UnusableKeys):
        await shared.register("medical", jwks=jwks)


async def test_a_short_rsa_key_is_refused(shared: Deployment) -> None:
    with pytest.warns(SecurityWarning, match="2048"):
        short = RSAKey.generate_key(1024)
    refused = pytest.raises(UnusableKeys)
    with pytest.warns(SecurityWarning, match="2048"), refused:
        await shared.register("medical", jwks={"keys": [short.as_dict(private=False)]})


async def test_two_proofs_are_one_too_many(shared: Deployment) -> None:
    with pytest.raises(TwoProofs):
        await shared.register("medical", secret="k" * 43, jwks={"keys": [EC.as_dict(private=False)]})


async def test_a_client_belongs_to_an_organisation_that_exists(shared: Deployment) -> None:
    with pytest.raises(IntegrityError, match="fk_oauth_client_organization_id_organization"):
        await shared.register("medical", organization_id=uuid4())


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("secret_hash = NULL", "ck_oauth_client_one_proof"),
        ("jwks = '{}'", "ck_oauth_client_one_proof"),
        ("secret_hash = 'abc'", "ck_oauth_client_secret_hash_is_sha256"),
        ("roles = '{KING}'", "ck_oauth_client_roles_known"),
        ("client_id = 'a b'", "ck_oauth_client_client_id_is_plain"),
    ],
)
async def test_the_database_keeps_a_client_whole(shared: Deployment, change: str, constraint: str) -> None:
    with pytest.raises(Exception, match=constraint):
        await shared.sql(f"UPDATE oauth_client SET {change}")


@pytest.mark.parametrize("role", ["app", "worker"])
@pytest.mark.parametrize(
    "secret",
    [
        "secret_hash FROM oauth_client",
        "previous_secret_hash FROM oauth_client",
        "known_keys FROM oauth_client",
        "client_secret FROM identity_provider",
        "1 FROM oauth_key",
        "1 FROM oauth_token",
        "1 FROM oauth_assertion",
    ],
)
async def test_only_role_auth_may_look(shared: Deployment, role: str, secret: str) -> None:
    connection = await asyncpg.connect(getattr(shared.urls, role))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT {secret}")
    finally:
        await connection.close()
