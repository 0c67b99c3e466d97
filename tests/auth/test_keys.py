"""Keys turn without anyone noticing: published a day ahead, and kept until the last token they signed has ended."""

import asyncio
from datetime import timedelta

import pytest
from joserfc import jws

from auth.expiry import forget_ended
from auth.keys import NoSigningKey, RotationUnderWay, ensure_key, rotate_keys, rotate_keys_if_due
from auth.tokens import InvalidToken
from tests.auth.deployment import PROFILE, SEALER, Deployment, Process
from tests.auth.posts import issue


async def rotate(deployment: Deployment, *, at_once: bool = False) -> str:
    async with deployment.engine.begin() as connection:
        return await rotate_keys(connection, sealer=SEALER, now=deployment.clock.now, at_once=at_once)


async def published(process: Process) -> set[str]:
    keys = (await process.server.key_set(now=process.clock.now))["keys"]
    assert all("d" not in key for key in keys), "a private key was published"
    return {key["kid"] for key in keys}


def key_id(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


async def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_until_its_last_token_ends(
    deployment: Deployment,
) -> None:
    process, clock = deployment.process(), deployment.clock
    (old,) = await published(process)
    new = await rotate(deployment)

    clock.advance(minutes=1)
    assert await published(process) == {old, new}
    assert key_id(await issue(process, deployment.secret)) == old

    clock.advance(hours=23, minutes=58)
    last = await issue(process, deployment.secret)
    assert key_id(last) == old

    clock.advance(minutes=1)
    assert key_id(await issue(process, deployment.secret)) == new
    for _ in range(8):
        clock.advance(minutes=1)
        assert (await process.authenticator.actor(last, now=clock.now)).client_id == "brc"
        assert (await deployment.process().authenticator.actor(last, now=clock.now)).client_id == "brc"
    assert await published(process) == {old, new}

    clock.advance(minutes=3)
    assert await published(process) == {new}


async def test_a_stolen_key_is_withdrawn_at_once_with_its_tokens(deployment: Deployment) -> None:
    process, clock = deployment.process(), deployment.clock
    waiting = await rotate(deployment)
    token = await issue(process, deployment.secret)
    await process.authenticator.actor(token, now=clock.now)
    clock.advance(seconds=1)
    new = await rotate(deployment, at_once=True)
    clock.advance(seconds=2)
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(token, now=clock.now)
    clock.advance(seconds=30)
    assert await published(process) == {new}
    assert waiting != new
    clock.advance(days=2)
    assert key_id(await issue(process, deployment.secret)) == new, "the key that waited was withdrawn too"


async def test_a_process_that_knows_only_the_stolen_key_signs_with_its_successor(deployment: Deployment) -> None:
    process = deployment.process()
    stolen = key_id(await issue(process, deployment.secret))
    deployment.clock.advance(milliseconds=1)
    new = await rotate(deployment, at_once=True)
    token = await issue(process, deployment.secret)
    assert key_id(token) == new != stolen
    assert (await process.authenticator.actor(token, now=deployment.clock.now)).client_id == "brc"


async def test_a_process_that_has_not_read_the_newest_keys_looks_again(deployment: Deployment) -> None:
    early, late = deployment.process(), deployment.process()
    await early.ring.keys(now=deployment.clock.now)
    deployment.clock.advance(milliseconds=500)
    await rotate(deployment, at_once=True)
    token = await issue(late, deployment.secret)
    with pytest.raises(InvalidToken):
        await early.ring.read(token, profile=PROFILE, now=deployment.clock.now)
    deployment.clock.advance(seconds=1)
    assert (await early.ring.read(token, profile=PROFILE, now=deployment.clock.now)).client_id == "brc"


async def test_a_second_rotation_waits_for_the_first(deployment: Deployment) -> None:
    await rotate(deployment)
    with pytest.raises(RotationUnderWay):
        await rotate(deployment)
    deployment.clock.advance(days=1)
    await rotate(deployment)


async def test_a_key_is_due_after_ninety_days_of_signing(deployment: Deployment) -> None:
    async with deployment.engine.begin() as connection:
        assert await rotate_keys_if_due(connection, sealer=SEALER, now=deployment.clock.now) is None
        deployment.clock.advance(days=90)
        assert await rotate_keys_if_due(connection, sealer=SEALER, now=deployment.clock.now) is not None
        assert await rotate_keys_if_due(connection, sealer=SEALER, now=deployment.clock.now) is None


async def test_processes_that_start_together_make_one_first_key(deployment: Deployment) -> None:
    await deployment.sql("DELETE FROM oauth_key")
    with pytest.raises(NoSigningKey):
        await deployment.process().ring.keys(now=deployment.clock.now)

    async def start() -> None:
        async with deployment.engine.begin() as connection:
            await ensure_key(connection, sealer=SEALER, now=deployment.clock.now)

    await asyncio.gather(*(start() for _ in range(8)))
    assert len(await deployment.sql("SELECT FROM oauth_key")) == 1


async def test_what_has_ended_is_forgotten_a_day_later(deployment: Deployment) -> None:
    process, clock = deployment.process(), deployment.clock
    await issue(process, deployment.secret)
    clock.advance(seconds=1)
    await rotate(deployment, at_once=True)
    clock.advance(days=1)
    kept = await issue(process, deployment.secret)
    clock.advance(minutes=11)
    async with deployment.engine.begin() as connection:
        assert await forget_ended(connection, now=clock.now) == 2
        assert await forget_ended(connection, now=clock.now) == 0
    token = await process.ring.read(kept, profile=PROFILE, now=clock.now - timedelta(minutes=11))
    assert [row["jti"] for row in await deployment.sql("SELECT jti FROM oauth_token")] == [token.token_id]
