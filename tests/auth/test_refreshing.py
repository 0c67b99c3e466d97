"""A refresh token is followed by one other; what comes back late ends them all; a public client's needs its key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from auth.refreshing import successor
from auth.tokens import InvalidToken
from tests.auth.deployment import Deployment
from tests.auth.granting import Key, Program, a_program
from tests.auth.signing_in import Person, a_person


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment)


@pytest.fixture
async def page(deployment: Deployment) -> Program:
    """A public one, which holds a key."""
    return await a_program(deployment, "page", public=True, key=Key())


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


async def test_each_token_is_followed_by_another_and_the_person_stays_the_same(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose)
    seen = {body["refresh_token"]}
    for _ in range(3):
        deployment.clock.advance(minutes=10)
        answer = await program.refresh(process, body["refresh_token"])
        assert answer.status == 200, answer
        body = answer.body
        seen.add(body["refresh_token"])
        actor = await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
        assert (actor.user_id, actor.auth_time) == (
            rose.account_id,
            rose.signed_in.auth_time.replace(microsecond=0),
        ), "refreshing proves nothing of the person"
    assert len(seen) == 4
    assert body["scope"] == "directory:read referrals:read"


async def test_within_ten_seconds_the_same_successor_is_answered_again(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    processes = [deployment.process(), deployment.process()]
    old = (await program.tokens(processes[0], rose))["refresh_token"]
    first = await program.refresh(processes[0], old)
    deployment.clock.advance(seconds=10)
    again = await program.refresh(processes[1], old)
    assert (first.status, again.status) == (200, 200)
    assert first.body["refresh_token"] == again.body["refresh_token"]
    assert first.body["access_token"] != again.body["access_token"]
    assert len(await deployment.sql("SELECT FROM oauth_refresh")) == 2


async def test_an_old_refresh_token_after_11_seconds_ends_all_of_it(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    old = (await program.tokens(process, rose))["refresh_token"]
    body = (await program.refresh(process, old)).body
    deployment.clock.advance(seconds=11)
    assert (await program.refresh(process, old)).body["error"] == "invalid_grant"
    assert (await program.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    [grant] = await deployment.sql("SELECT ended_at FROM oauth_grant")
    assert grant["ended_at"] == deployment.clock.now


async def test_neither_the_old_token_nor_the_grants_secret_tells_the_successor_alone(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    old = (await program.tokens(process, rose))["refresh_token"]
    following = (await program.refresh(process, old)).body["refresh_token"]
    [grant] = await deployment.sql("SELECT secret FROM oauth_grant")
    assert following == successor(old, secret=grant["secret"])
    assert following not in (successor(old, secret=bytes(32)), successor("", secret=grant["secret"]))
    stored = await deployment.sql("SELECT * FROM oauth_refresh")
    assert following not in str([dict(row) for row in stored])


async def test_a_refresh_token_ends_after_14_days_unused_and_its_grant_after_90(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose, scope="directory:read offline_access")
    for _ in range(6):
        deployment.clock.advance(days=14, seconds=-1)
        body = (await program.refresh(process, body["refresh_token"])).body
    ends = await deployment.sql("SELECT max(expires_at) AS at FROM oauth_refresh")
    [grant] = await deployment.sql("SELECT created_at, expires_at FROM oauth_grant")
    assert ends[0]["at"] == grant["expires_at"] == grant["created_at"] + timedelta(days=90)
    deployment.clock.advance(days=6, seconds=6)
    assert (await program.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"


async def test_a_token_that_lay_for_14_days_is_refused(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose, scope="directory:read offline_access")
    deployment.clock.advance(days=14)
    assert (await program.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"


async def test_scopes_can_be_narrowed_and_never_widened(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    for more in ("training:read", "directory:read training:read", "everything", "admin"):
        assert (await program.refresh(process, token, scope=more)).body["error"] == "invalid_scope"
    narrow = (await program.refresh(process, token, scope="directory:read")).body
    assert narrow["scope"] == "directory:read"
    again = (await program.refresh(process, narrow["refresh_token"])).body
    assert again["scope"] == "directory:read referrals:read", "the grant stays as it was given"


async def test_what_the_client_has_lost_is_left_out(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    await deployment.sql("UPDATE oauth_client SET scopes = '{directory:read}'")
    assert (await program.refresh(process, token)).body["scope"] == "directory:read"


ENDED = {
    "signed out": "UPDATE browser_session SET ended_at = now()",
    "the grant ended": "UPDATE oauth_grant SET ended_at = now()",
    "left": "UPDATE membership SET status = 'LEFT', left_at = now()",
    "the membership suspended": "UPDATE membership SET status = 'SUSPENDED'",
    "the account suspended": "UPDATE account SET status = 'SUSPENDED'",
}


@pytest.mark.parametrize("change", ENDED)
async def test_nothing_is_refreshed_once_what_it_rests_on_has_ended(
    deployment: Deployment, program: Program, rose: Person, change: str
) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    await deployment.sql(ENDED[change])
    assert (await program.refresh(process, token)).body["error"] == "invalid_grant"


async def test_whoever_goes_on_with_a_program_is_seen_and_a_session_that_is_being_ended_is_not_waited_for(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    deployment.clock.advance(hours=1)
    token = (await program.refresh(process, token)).body["refresh_token"]
    [seen] = await deployment.sql("SELECT last_seen_at FROM browser_session")
    assert seen["last_seen_at"] == deployment.clock.now
    async with deployment.engine.begin() as other:
        await other.execute(text("SELECT FROM browser_session FOR UPDATE"))
        assert (await program.refresh(process, token)).status == 200


async def test_a_suspended_client_refreshes_nothing(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    await deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED'")
    answer = await program.refresh(process, token)
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")


async def test_another_clients_token_is_refused_and_stays_good(
    deployment: Deployment, program: Program, page: Program, rose: Person
) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    token = (await program.tokens(process, rose))["refresh_token"]
    for thief in (other, page):
        assert (await thief.refresh(process, token)).body["error"] == "invalid_grant"
    assert (await program.refresh(process, token)).status == 200


async def test_a_confidential_client_does_not_refresh_by_its_name_alone(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["refresh_token"]
    answer = await replace(program, secret=None).refresh(process, token)
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")


async def test_a_public_client_refreshes_with_its_key_alone(
    deployment: Deployment, page: Program, rose: Person
) -> None:
    process = deployment.process()
    body = await page.tokens(process, rose)
    assert body["token_type"] == "DPoP"
    for thief in (replace(page, key=None), replace(page, key=Key())):
        assert (await thief.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"
    deployment.clock.advance(seconds=11)
    answer = await page.refresh(process, body["refresh_token"])
    assert answer.status == 200, "whoever has no key has used nothing"
    actor = await process.authenticator.actor(answer.body["access_token"], now=deployment.clock.now)
    assert page.key is not None
    assert actor.jkt == page.key.jkt


async def test_a_public_client_without_a_key_gets_nothing_to_refresh(
    deployment: Deployment, page: Program, rose: Person
) -> None:
    body = await replace(page, key=None).tokens(deployment.process(), rose)
    assert body["token_type"] == "Bearer"
    assert "refresh_token" not in body


@pytest.mark.parametrize("shown", ["", "r" * 43, "é\x7f", "a" * 5000])
async def test_what_is_no_refresh_token_is_refused(deployment: Deployment, program: Program, shown: str) -> None:
    answer = await program.refresh(deployment.process(), shown)
    assert answer.status == 400
    assert answer.body["error"] == ("invalid_grant" if shown else "invalid_request")
