"""What introspection says of people's tokens, and what revoking them ends (RFC 7662, RFC 7009)."""

from datetime import timedelta
from typing import Any

import pytest

from auth.clients import rotate_secret
from auth.exchange import Answer
from auth.proofs import Post
from auth.tokens import InvalidToken
from tests.auth.deployment import PROFILE, Deployment, Process
from tests.auth.granting import SECRET, Key, Program, a_program
from tests.auth.posts import basic
from tests.auth.signing_in import Person, a_person


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment)


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


async def asked(process: Process, who: Program, token: str) -> dict[str, Any]:
    return (await process.server.introspect(who.post({"token": token}), now=process.clock.now)).body


async def revoked(process: Process, who: Program, token: str) -> Answer:
    return await process.server.revoke(who.post({"token": token}), now=process.clock.now)


async def test_an_access_token_tells_of_its_person_to_clients_of_its_organisation(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    holder = Key()
    page = await a_program(deployment, "page", public=True, key=holder)
    token = (await page.tokens(process, rose))["access_token"]
    told = await asked(process, program, token)
    at = int(deployment.clock.now.timestamp())
    assert told.pop("jti")
    assert told == {
        "active": True,
        "token_type": "DPoP",
        "iss": PROFILE.issuer,
        "aud": PROFILE.audience,
        "sub": str(rose.account_id),
        "sub_kind": "user",
        "client_id": "page",
        "organization": str(deployment.brc),
        "scope": "directory:read referrals:read",
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "auth_time": at,
        "sid": str(rose.signed_in.session_id),
        "cnf": {"jkt": holder.jkt},
        "iat": at,
        "exp": at + 600,
    }


async def test_a_refresh_token_tells_of_itself_to_its_own_client_alone(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    token = (await program.tokens(process, rose))["refresh_token"]
    told = await asked(process, program, token)
    at = int(deployment.clock.now.timestamp())
    assert told == {
        "active": True,
        "iss": PROFILE.issuer,
        "sub": str(rose.account_id),
        "sub_kind": "user",
        "client_id": "clerks",
        "organization": str(deployment.brc),
        "scope": "directory:read referrals:read",
        "iat": at,
        "exp": at + 14 * 24 * 3600,
    }
    assert await asked(process, other, token) == {"active": False}
    await program.refresh(process, token)
    assert await asked(process, program, token) == {"active": False}, "it was used"


async def test_other_organisations_and_public_clients_are_told_nothing(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    stranger = await a_program(deployment, "stranger", organization_id=deployment.shelter)
    page = await a_program(deployment, "page", public=True)
    body = await program.tokens(process, rose)
    for token in (body["access_token"], body["refresh_token"]):
        assert await asked(process, stranger, token) == {"active": False}
        answer = await process.server.introspect(page.post({"token": token}), now=process.clock.now)
        assert (answer.status, answer.body["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "change", ["UPDATE membership SET status = 'SUSPENDED'", "UPDATE oauth_grant SET ended_at = now()"]
)
async def test_what_has_ended_is_not_active(
    deployment: Deployment, program: Program, rose: Person, change: str
) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose)
    await deployment.sql(change)
    for token in (body["access_token"], body["refresh_token"]):
        assert await asked(process, program, token) == {"active": False}


async def test_revoking_an_access_token_ends_it_alone(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose)
    assert (await revoked(process, program, body["access_token"])).status == 200
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    assert (await program.refresh(process, body["refresh_token"])).status == 200


async def test_revoking_a_refresh_token_used_or_not_ends_all_of_it(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    for used in (False, True):
        body = await program.tokens(process, rose)
        last = (await program.refresh(process, body["refresh_token"])).body if used else body
        for _ in range(2):
            assert (await revoked(process, program, body["refresh_token"])).status == 200
        with pytest.raises(InvalidToken):
            await process.authenticator.actor(last["access_token"], now=deployment.clock.now)
        assert (await program.refresh(process, last["refresh_token"])).body["error"] == "invalid_grant"


async def test_a_public_client_revokes_its_own_by_its_name(deployment: Deployment, rose: Person) -> None:
    process = deployment.process()
    page = await a_program(deployment, "page", public=True, key=Key())
    body = await page.tokens(process, rose)
    assert (await revoked(process, page, body["refresh_token"])).status == 200
    assert (await page.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"


async def test_nobody_revokes_anothers(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    body = await program.tokens(process, rose)
    for token in (body["access_token"], body["refresh_token"]):
        assert (await revoked(process, other, token)).body["error"] == "invalid_grant"
        assert (await asked(process, program, token))["active"] is True
    assert (await revoked(process, other, "r" * 43)).status == 200, "what was never ours needs no revoking"


async def test_a_secret_counts_beside_the_one_that_follows_it_until_its_time_is_over(
    deployment: Deployment, program: Program
) -> None:
    process = deployment.process()
    async with deployment.engine.begin() as connection:
        secret = await rotate_secret(connection, "clerks", now=deployment.clock.now)

    async def works(secret: str) -> bool:
        post = Post("192.0.2.1", basic("clerks", secret), {"token": "x"})
        return (await process.server.revoke(post, now=deployment.clock.now)).status == 200

    assert [await works(one) for one in (SECRET, secret, "t" * 43)] == [True, True, False]
    deployment.clock.advance(days=7)
    assert [await works(one) for one in (SECRET, secret)] == [False, True]
    async with deployment.engine.begin() as connection:
        newest = await rotate_secret(connection, "clerks", now=deployment.clock.now, overlap=timedelta())
    assert [await works(one) for one in (secret, newest)] == [False, True], "a stolen one ends at once"
