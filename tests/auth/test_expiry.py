"""What was used up or has ended is forgotten a day later, and nothing sooner."""

import pytest

from auth.assertions import TYPE
from auth.expiry import forget_ended
from auth.keys import rotate_keys
from auth.proofs import Post
from tests.auth.deployment import SEALER, Deployment, assertion
from tests.auth.granting import Key, a_program
from tests.auth.posts import issue
from tests.auth.signing_in import a_person

TABLES = (
    "oauth_assertion",
    "oauth_proof",
    "oauth_request",
    "oauth_code",
    "oauth_refresh",
    "oauth_grant",
    "oauth_token",
)


async def left(deployment: Deployment) -> dict[str, int]:
    """How many rows each table holds."""
    return {table: len(await deployment.sql(f"SELECT FROM {table}")) for table in TABLES}


async def forget(deployment: Deployment) -> int:
    async with deployment.engine.begin() as connection:
        return await forget_ended(connection, now=deployment.clock.now)


@pytest.fixture
async def used(deployment: Deployment) -> Deployment:
    """Where a machine has a token by an assertion, and a person has let a page in, which refreshed once."""
    process = deployment.process()
    key = Key().key
    await deployment.register("signer", jwks={"keys": [key.as_dict(private=False)]})
    asserted = {"client_assertion_type": TYPE, "client_assertion": assertion(key, now=deployment.clock.now)}
    post = Post("192.0.2.1", None, {"grant_type": "client_credentials"} | asserted)
    assert (await process.server.token(post, now=deployment.clock.now)).status == 200
    page = await a_program(deployment, "page", key=Key(), public=True)
    await issue(process, deployment.secret)
    body = await page.tokens(process, await a_person(deployment, deployment.brc))
    await page.refresh(process, body["refresh_token"])
    return deployment


async def test_what_still_counts_is_kept(used: Deployment) -> None:
    before = await left(used)
    assert all(before.values()), before
    used.clock.advance(hours=23)
    await forget(used)
    assert await left(used) == before | {"oauth_request": 0, "oauth_proof": 0}, "kept while they hold, no longer"


async def test_what_was_used_up_is_forgotten_a_day_later_and_the_grant_goes_on(used: Deployment) -> None:
    used.clock.advance(hours=25)
    await forget(used)
    assert await left(used) == dict.fromkeys(TABLES, 0) | {"oauth_refresh": 2, "oauth_grant": 1}


async def test_a_grant_that_ended_is_forgotten_with_all_its_tokens(used: Deployment) -> None:
    await used.sql("UPDATE oauth_grant SET ended_at = $1", used.clock.now)
    used.clock.advance(hours=24, seconds=1)
    await forget(used)
    rows = await left(used)
    assert (rows["oauth_grant"], rows["oauth_refresh"], rows["oauth_code"]) == (0, 0, 0)
    assert rows["oauth_token"] == 2, "those of machines, which ended less than a day ago"


async def test_a_key_is_forgotten_once_no_token_of_its_is_left(used: Deployment) -> None:
    used.clock.advance(minutes=1)
    async with used.engine.begin() as connection:
        await rotate_keys(connection, sealer=SEALER, now=used.clock.now, at_once=True)
    used.clock.advance(hours=24)
    await forget(used)
    assert len(await used.sql("SELECT FROM oauth_key")) == 2, "its tokens have not ended for a day"
    used.clock.advance(hours=1)
    await forget(used)
    assert len(await used.sql("SELECT FROM oauth_key")) == 1
