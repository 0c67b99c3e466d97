"""The hourly look turns a key that is due, once, and forgets what has ended."""

import asyncio

from api.database import DatabaseURLs
from jobs.oauth import look
from tests.auth.deployment import SEALER, deployed
from tests.auth.posts import issue


async def test_the_hourly_look_turns_a_key_that_is_due_and_forgets_what_has_ended(database: DatabaseURLs) -> None:
    async with deployed(database) as deployment:
        await issue(deployment.process(), deployment.secret)
        assert await look(deployment.engine, sealer=SEALER, now=deployment.clock.now) is None
        assert len(await deployment.sql("SELECT FROM oauth_token")) == 1

        deployment.clock.advance(days=90)
        made = await asyncio.gather(
            *(look(deployment.engine, sealer=SEALER, now=deployment.clock.now) for _ in range(4))
        )
        assert len([kid for kid in made if kid is not None]) == 1
        assert len(await deployment.sql("SELECT FROM oauth_key")) == 2
        assert await deployment.sql("SELECT FROM oauth_token") == []
