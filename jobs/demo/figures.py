"""Which figures does the demo network publish? The last months that closed, counted and approved as by its steward."""

import time
from collections.abc import Callable
from datetime import datetime

import asyncpg

from jobs.demo.organisations import NETWORK
from jobs.indicators.approve import approve, sign
from jobs.indicators.build import build
from jobs.indicators.enter import enter
from jobs.indicators.keep import publisher_id
from models.rules.indicators import closed_months

MONTHS = {
    "REFERRALS_SENT": 2,
    "REFERRALS_ACCEPTED": 1,
    "REFERRALS_COMPLETED": 1,
    "PEOPLE_ASSISTED": 1,
    "PEOPLE_TRAINED": 1,
}
"""Of each indicator, how many months are published: loading must stay quick. `konbit releases build` makes more."""
WAITS = "REFERRALS_SENT"
"Whose month before those is left waiting for its approval, for the steward to give."
STEWARD = "demo-steward"
"The client that the approvals name, and that signs for the contributors: nobody is there to do so."


async def publish(worker_url: str, *, now: datetime, progress: Callable[[str], None]) -> None:
    """This will enter the indicators with what was published elsewhere, and approve what the network's records say."""
    started, made = time.monotonic(), 0
    connection = await asyncpg.connect(worker_url, server_settings={"timezone": "UTC"})
    try:
        external = await enter(connection, now=now)
        publisher = await publisher_id(connection, NETWORK)
        for code, count in MONTHS.items():
            for month in closed_months(now.date(), count=count):
                release_id = await build(connection, code, month, publisher_id=publisher, now=now)
                if release_id is not None:
                    await sign(connection, release_id, by=STEWARD, now=now)
                    await approve(connection, release_id, by=STEWARD, now=now)
                    made += 1
        before = closed_months(now.date(), count=MONTHS[WAITS] + 1)[0]
        await build(connection, WAITS, before, publisher_id=publisher, now=now)
    finally:
        await connection.close()
    progress(f"{external} published figures, {made} releases in {time.monotonic() - started:.1f} s")
