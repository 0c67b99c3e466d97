"""An organisation's own issuer lets its machines in, as the clients they are bound to here, and as nobody else."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from auth.actor import Actor
from auth.scopes import Scope
from auth.tokens import ExpiredToken, InvalidToken, SubjectKind
from models.rules.roles import Role
from tests.auth.an_issuer import (
    House,
    Issuer,
    as_new,
    issuing,
    new_key,
    registered,
    signed_by_public_key,
    unsigned,
)
from tests.auth.deployment import PROFILE, START, Deployment
from tests.auth.posts import issue

MACHINE = "3f1d7c9a-service-account"


@pytest.fixture
async def deployment(shared: Deployment) -> Deployment:
    return await as_new(shared)


@pytest.fixture
def issuer(deployment: Deployment) -> Iterator[Issuer]:
    with issuing(deployment.clock) as ready:
        yield ready


async def bound(deployment: Deployment, provider_id: UUID, *, subject: str = MACHINE, dpop: bool = False) -> str:
    """This will bind a client of the first organisation to what the provider calls a machine."""
    client_id = f"registry-{uuid4().hex[:8]}"
    await deployment.sql(
        "INSERT INTO oauth_client (client_id, organization_id, name, grants, proof, provider_id, subject, dpop_bound,"
        " scopes, roles, created_at) SELECT $1, organization_id, 'Registry', '{CLIENT_CREDENTIALS}', 'TRUSTED_ISSUER',"
        " id, $3, $4, '{directory:read,referrals:read,graph:documents}', '{INTAKE}', now()"
        " FROM identity_provider WHERE id = $2",
        *(client_id, provider_id, subject, dpop),
    )
    return client_id


async def actor(house: House, token: str) -> Actor:
    return await house.authenticator.actor(token, now=house.deployment.clock.now)


@pytest.mark.parametrize("typ", ["at+jwt", "JWT", "application/at+jwt"])
async def test_a_machine_is_the_client_that_it_is_bound_to(deployment: Deployment, issuer: Issuer, typ: str) -> None:
    client_id = await bound(deployment, await registered(deployment, issuer))
    asks = await actor(House.of(deployment), issuer.machine_token(MACHINE, typ=typ))
    assert (asks.client_id, asks.organization_id) == (client_id, deployment.brc)
    assert (asks.kind, asks.user_id, asks.session_id) == (SubjectKind.CLIENT, None, None)
    assert asks.roles == {Role.INTAKE}
    assert asks.scopes == {Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.GRAPH_DOCUMENTS}


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ("openid directory:read", {Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}),
        ("directory:read admin", {Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}),
        ("admin", {Scope.GRAPH_DOCUMENTS}),
        ("profile email", {Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.GRAPH_DOCUMENTS}),
        (None, {Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.GRAPH_DOCUMENTS}),
    ],
)
async def test_what_it_may_is_what_both_say(
    deployment: Deployment, issuer: Issuer, said: str | None, scopes: set[Scope]
) -> None:
    await bound(deployment, await registered(deployment, issuer))
    assert (await actor(House.of(deployment), issuer.machine_token(MACHINE, scope=said))).scopes == scopes


NOW = int(START.timestamp())
REFUSED: dict[str, dict[str, Any]] = {
    "for another audience": {"aud": "https://other.example"},
    "for the audience in part": {"aud": PROFILE.audience + "/"},
    "for nobody": {"aud": None},
    "of a person": {"sub": "person-1"},
    "of a person, by the machine's client": {"sub": "person-1", "azp": MACHINE, "client_id": MACHINE},
    "of nobody": {"sub": None},
    "of two": {"sub": [MACHINE, "person-1"]},
    "of another organisation": {"organization": "SHELTER"},
    "of an issuer that is none of ours": {"iss": "https://id.example"},
    "of our own issuer": {"iss": PROFILE.issuer},
    "of no issuer": {"iss": None},
    "of issuers": {"iss": ["https://id.example"]},
    "ended": {"exp": NOW - 1},
    "endless": {"exp": None},
    "never written": {"iat": None},
    "written tomorrow": {"iat": NOW + 86_400, "exp": NOW + 86_500},
    "not yet valid": {"nbf": NOW + 60},
    "an ID token": {"nonce": "x"},
    "an ID token as Keycloak writes it": {"typ": "ID"},
    "a refresh token as Keycloak writes it": {"typ": "Refresh"},
    "a notice of logout": {"events": {}},
    "bound by a certificate": {"cnf": {"x5t#S256": "x"}},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED.keys())
async def test_what_a_token_must_not_say(deployment: Deployment, issuer: Issuer, claims: dict[str, Any]) -> None:
    await bound(deployment, await registered(deployment, issuer))
    if claims.get("organization") == "SHELTER":
        claims = {"organization": str(deployment.shelter)}
    with pytest.raises(InvalidToken):
        await actor(House.of(deployment), _with_type(issuer, claims))


def _with_type(issuer: Issuer, claims: dict[str, Any]) -> str:
    """`typ` is a claim too, of Keycloak's."""
    at = {"iss": issuer.address, "sub": MACHINE, "aud": PROFILE.audience, "iat": NOW, "exp": NOW + 300}
    return issuer.signed({"typ": "JWT"}, at | claims)


@pytest.mark.parametrize(
    "header", [{"typ": "secevent+jwt"}, {"typ": "logout+jwt"}, {"typ": "dpop+jwt"}, {"kid": "other"}, {"cty": "JWT"}]
)
async def test_a_header_that_is_none_of_an_access_token(
    deployment: Deployment, issuer: Issuer, header: dict[str, Any]
) -> None:
    await bound(deployment, await registered(deployment, issuer))
    issuer.header = header
    with pytest.raises(InvalidToken):
        await actor(House.of(deployment), issuer.machine_token(MACHINE))


async def test_no_signature_and_one_by_the_public_key(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    house = House.of(deployment)
    for forged in (unsigned, signed_by_public_key(issuer.key)):
        issuer.sign = forged
        with pytest.raises(InvalidToken):
            await actor(house, issuer.machine_token(MACHINE))


async def test_a_key_that_a_token_brings_along_or_points_to(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    house, thief = House.of(deployment), new_key(str(issuer.key.kid))
    issuer.published, issuer.key = [issuer.key], thief
    for header in ({}, {"jwk": thief.as_dict(private=False)}, {"jku": f"{issuer.address}/keys"}):
        issuer.header = header
        with pytest.raises(InvalidToken):
            await actor(house, issuer.machine_token(MACHINE))


async def test_no_issuer_speaks_for_another(deployment: Deployment, issuer: Issuer) -> None:
    """The same subject at another organisation's issuer, and a token that names one issuer and is signed by another."""
    await bound(deployment, await registered(deployment, issuer))
    with issuing(deployment.clock) as other:
        theirs = await registered(deployment, other, organization_id=deployment.shelter)
        house = House.of(deployment)
        with pytest.raises(InvalidToken):
            await actor(house, other.machine_token(MACHINE))
        with pytest.raises(InvalidToken):
            await actor(house, other.machine_token(MACHINE, iss=issuer.address))
        client_id = await bound(deployment, theirs)
        deployment.clock.advance(seconds=2)
        asks = await actor(house, other.machine_token(MACHINE))
        assert (asks.client_id, asks.organization_id) == (client_id, deployment.shelter)


async def test_an_issuer_for_people_lets_no_machine_in(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer, machines=False))
    with pytest.raises(InvalidToken):
        await actor(House.of(deployment), issuer.machine_token(MACHINE))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oauth_client SET status = 'SUSPENDED' WHERE proof = 'TRUSTED_ISSUER'",
        "UPDATE oauth_client SET subject = 'another' WHERE proof = 'TRUSTED_ISSUER'",
        "UPDATE identity_provider SET suspended_at = now()",
        "UPDATE identity_provider SET machines = false",
        "UPDATE identity_provider SET organization_id = (SELECT id FROM organization WHERE slug = 'shelter')",
    ],
)
async def test_what_changes_here_tells_within_two_seconds(
    deployment: Deployment, issuer: Issuer, statement: str
) -> None:
    await bound(deployment, await registered(deployment, issuer))
    house, token = House.of(deployment), issuer.machine_token(MACHINE)
    await actor(house, token)
    await deployment.sql(statement)
    deployment.clock.advance(seconds=2)
    with pytest.raises(InvalidToken):
        await actor(house, token)


async def test_no_token_lives_longer_than_an_hour(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    house, token = House.of(deployment), issuer.machine_token(MACHINE, exp=NOW + 30 * 86_400)
    assert (await actor(house, token)).expires_at.timestamp() == NOW + 3600
    deployment.clock.advance(hours=1)
    for process in (house, House.of(deployment)):
        with pytest.raises(ExpiredToken):
            await actor(process, token)


async def test_a_token_that_is_bound_to_a_key_stays_so(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)
    await bound(deployment, provider_id)
    house = House.of(deployment)
    assert (await actor(house, issuer.machine_token(MACHINE, cnf={"jkt": "thumbprint"}))).jkt == "thumbprint"
    await bound(deployment, provider_id, subject="always-bound", dpop=True)
    with pytest.raises(InvalidToken):
        await actor(house, issuer.machine_token("always-bound"))
    assert (await actor(house, issuer.machine_token("always-bound", cnf={"jkt": "thumbprint"}))).jkt == "thumbprint"


async def test_our_own_tokens_count_as_before(deployment: Deployment, issuer: Issuer) -> None:
    await registered(deployment, issuer)
    house = House.of(deployment)
    token = await issue(deployment.process(), deployment.secret)
    assert (await actor(house, token)).client_id == "brc"
    deployment.clock.advance(minutes=10)
    with pytest.raises(ExpiredToken):
        await actor(house, token)
    for other in ("", "x", "a.b.c", token[:-2] + "AA", "é", "x" * 20_000):
        with pytest.raises(InvalidToken):
            await actor(house, other)
    assert issuer.asked.total() == 0


async def test_a_provider_that_is_down_for_hours_keeps_nobody_out(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    running = House.of(deployment)
    await actor(running, issuer.machine_token(MACHINE))
    issuer.down = True
    for _ in range(5):
        deployment.clock.advance(minutes=59)
        for house in (running, House.of(deployment)):
            assert (await actor(house, issuer.machine_token(MACHINE))).organization_id == deployment.brc
    deployment.clock.advance(hours=20)
    with pytest.raises(InvalidToken):
        await actor(House.of(deployment), issuer.machine_token(MACHINE))
    issuer.down = False
    deployment.clock.advance(minutes=1)
    assert (await actor(running, issuer.machine_token(MACHINE))).organization_id == deployment.brc


async def test_unknown_keys_make_us_ask_once_a_minute(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    houses = [House.of(deployment) for _ in range(3)]
    for house in houses:
        await actor(house, issuer.machine_token(MACHINE))
    assert issuer.asked["/keys"] == 1
    known = issuer.key
    for minute in range(1, 4):
        deployment.clock.advance(minutes=1)
        for number in range(20):
            issuer.header = {"kid": f"unknown-{minute}-{number}"}
            for house in houses:
                with pytest.raises(InvalidToken):
                    await actor(house, issuer.machine_token(MACHINE))
            deployment.clock.advance(seconds=1)
        assert issuer.asked["/keys"] == issuer.asked["/.well-known/openid-configuration"] == 1 + minute
        deployment.clock.advance(seconds=-20)
    issuer.header, issuer.key = {}, known
    assert (await actor(houses[0], issuer.machine_token(MACHINE))).organization_id == deployment.brc


async def test_a_provider_that_turns_its_keys_is_followed(deployment: Deployment, issuer: Issuer) -> None:
    await bound(deployment, await registered(deployment, issuer))
    houses = [House.of(deployment) for _ in range(2)]
    for house in houses:
        await actor(house, issuer.machine_token(MACHINE))
    before = issuer.machine_token(MACHINE, exp=NOW + 3000)
    issuer.key = new_key("second")
    deployment.clock.advance(minutes=1)
    for house in houses:
        assert (await actor(house, issuer.machine_token(MACHINE))).organization_id == deployment.brc
    # What it publishes no more counts no more, for a token that no process has seen yet.
    with pytest.raises(InvalidToken):
        await actor(houses[0], before)
