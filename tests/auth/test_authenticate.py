"""Who a bearer is, at this moment: what was revoked, suspended or taken away tells within two seconds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from auth.actor import Actor
from auth.authenticate import Authenticator
from auth.database import AuthenticationUnavailable, open_auth_engine
from auth.keys import KeyRing
from auth.proofs import Post
from auth.scopes import Scope
from auth.tokens import AccessToken, ExpiredToken, InvalidToken, write_token
from models.rules.roles import Role
from tests.auth.deployment import PROFILE, SEALER, Deployment, Process
from tests.auth.posts import basic, issue


@contextmanager
def statements(deployment: Deployment) -> Iterator[list[str]]:
    """What is sent to the database meanwhile by role auth."""
    sent: list[str] = []

    def record(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(deployment.engine.sync_engine, "before_cursor_execute", record)
    try:
        yield sent
    finally:
        event.remove(deployment.engine.sync_engine, "before_cursor_execute", record)


async def test_the_actor_is_the_client_with_its_organisation_scopes_and_roles(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    actor = await process.authenticator.actor(token, now=deployment.clock.now)
    assert actor == Actor(
        organization_id=deployment.brc,
        client_id="brc",
        user_id=None,
        scopes=frozenset({Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE}),
        roles=frozenset({Role.CASE_WORKER, Role.INTAKE}),
        token_id=actor.token_id,
        expires_at=deployment.clock.now.replace(microsecond=0) + timedelta(minutes=10),
    )
    assert actor.claims() == {
        "konbit.organization": str(deployment.brc),
        "konbit.client": "brc",
        "konbit.user": "",
        "konbit.site": "",
        "konbit.roles": "CASE_WORKER,INTAKE",
    }


async def test_a_token_carries_the_scopes_that_were_asked_for_and_no_more(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret, scope="directory:read")
    actor = await process.authenticator.actor(token, now=deployment.clock.now)
    assert actor.scopes == {Scope.DIRECTORY_READ}


async def test_a_token_seen_within_two_seconds_costs_no_statement(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    first = await process.authenticator.actor(token, now=deployment.clock.now)
    deployment.clock.advance(seconds=1.9)
    with statements(deployment) as sent:
        again = await process.authenticator.actor(token, now=deployment.clock.now)
    assert sent == []
    assert again is first


async def test_requests_that_come_together_share_one_statement(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    with statements(deployment) as sent:
        actors = await asyncio.gather(
            *(process.authenticator.actor(token, now=deployment.clock.now) for _ in range(50))
        )
    assert len([statement for statement in sent if "oauth_token" in statement]) == 1
    assert len({id(actor) for actor in actors}) == 1


async def test_a_request_that_is_given_up_does_not_take_the_answer_from_the_others(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    now = deployment.clock.now
    await process.ring.keys(now=now)
    given_up = asyncio.create_task(process.authenticator.actor(token, now=now))
    waiting = asyncio.create_task(process.authenticator.actor(token, now=now))
    await asyncio.sleep(0)
    given_up.cancel()
    assert (await waiting).client_id == "brc"
    with pytest.raises(asyncio.CancelledError):
        await given_up


CHANGES = {
    "revoked": "UPDATE oauth_token SET revoked_at = now()",
    "its row gone": "DELETE FROM oauth_token",
    "its client suspended": "UPDATE oauth_client SET status = 'SUSPENDED'",
    "its key withdrawn": "UPDATE oauth_key SET retires_at = '2027-03-01 12:00:01+00'",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_token_that_counts_no_more_is_refused_within_two_seconds(deployment: Deployment, change: str) -> None:
    process, other = deployment.process(), deployment.process()
    token = await issue(process, deployment.secret)
    for one in (process, other):
        await one.authenticator.actor(token, now=deployment.clock.now)
    await deployment.sql(CHANGES[change])
    deployment.clock.advance(seconds=2)
    for one in (process, other):
        with pytest.raises(InvalidToken):
            await one.authenticator.actor(token, now=deployment.clock.now)


async def test_revoking_over_the_endpoint_tells_every_process_within_two_seconds(deployment: Deployment) -> None:
    process, other = deployment.process(), deployment.process()
    token = await issue(process, deployment.secret)
    await other.authenticator.actor(token, now=deployment.clock.now)
    answer = await process.server.revoke(
        Post("192.0.2.1", basic("brc", deployment.secret), {"token": token}), now=deployment.clock.now
    )
    assert (answer.status, answer.body) == (200, {})
    deployment.clock.advance(seconds=2)
    with pytest.raises(InvalidToken):
        await other.authenticator.actor(token, now=deployment.clock.now)


async def test_roles_and_scopes_that_are_taken_away_tell_within_two_seconds(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    await process.authenticator.actor(token, now=deployment.clock.now)
    await deployment.sql("UPDATE oauth_client SET roles = '{INTAKE}', scopes = '{directory:read,people:read}'")
    deployment.clock.advance(seconds=2)
    actor = await process.authenticator.actor(token, now=deployment.clock.now)
    assert actor.roles == {Role.INTAKE}
    assert actor.scopes == {Scope.DIRECTORY_READ}, "a scope given later takes another token"


async def test_a_token_ends_even_while_it_is_known(deployment: Deployment) -> None:
    process = deployment.process()
    token = await issue(process, deployment.secret)
    deployment.clock.advance(minutes=9, seconds=59)
    await process.authenticator.actor(token, now=deployment.clock.now)
    deployment.clock.advance(seconds=1)
    with pytest.raises(ExpiredToken):
        await process.authenticator.actor(token, now=deployment.clock.now)


async def test_a_token_that_was_never_issued_is_refused_though_our_own_key_signed_it(deployment: Deployment) -> None:
    process = deployment.process()
    now = deployment.clock.now
    token = await issue(process, deployment.secret)
    issued = await process.ring.read(token, profile=PROFILE, now=now)
    key = (await process.ring.keys(now=now)).signing
    stolen: list[AccessToken] = [
        replace(issued, token_id=uuid4()),
        replace(issued, organization_id=deployment.shelter),
        replace(issued, client_id="shelter"),
    ]
    for forged in stolen:
        with pytest.raises(InvalidToken):
            await process.authenticator.actor(write_token(forged, key=key, profile=PROFILE), now=now)
    more = replace(issued, scopes=frozenset(Scope))
    actor = await process.authenticator.actor(write_token(more, key=key, profile=PROFILE), now=now)
    assert actor.scopes <= issued.scopes


async def test_without_a_database_nobody_is_anybody(deployment: Deployment) -> None:
    token = await issue(deployment.process(), deployment.secret)
    nowhere = open_auth_engine("postgresql://nobody@/nowhere?host=/nonexistent")
    process = Process(
        ring=KeyRing(nowhere, SEALER),
        server=deployment.process().server,
        authenticator=Authenticator(nowhere, KeyRing(nowhere, SEALER), PROFILE),
        clock=deployment.clock,
    )
    with pytest.raises(AuthenticationUnavailable):
        await process.authenticator.actor(token, now=deployment.clock.now)
