"""What the authorization server needs done without a request: keys turned when due, and what has ended forgotten."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from auth.database import AuthenticationUnavailable, or_unavailable
from auth.expiry import forget_ended
from auth.keys import rotate_keys_if_due
from auth.people.expiry import end_and_forget
from auth.sealing import KekUnavailable, Sealer

PAUSE = 3600.0
"Seconds between looks."


async def tend(engine: AsyncEngine, *, sealer: Sealer, clock: Callable[[], datetime]) -> None:
    """This will look every hour for as long as it runs, in every process: a step may be done twice."""
    log = structlog.get_logger(log="oauth")
    while True:
        try:
            kid = await look(engine, sealer=sealer, now=clock())
            if kid is not None:
                log.info("key rotated", kid=kid)
        except (AuthenticationUnavailable, KekUnavailable) as failure:
            log.warning("keys not looked after", reason=type(failure.__cause__).__name__)
        await asyncio.sleep(PAUSE)


async def look(engine: AsyncEngine, *, sealer: Sealer, now: datetime) -> str | None:
    """This will do what is due now, and say which key it made, if any.

    Raises AuthenticationUnavailable, KekUnavailable.
    """
    with or_unavailable():
        async with engine.begin() as connection:
            kid = await rotate_keys_if_due(connection, sealer=sealer, now=now)
            await end_and_forget(connection, now=now)
            await forget_ended(connection, now=now)
    return kid
