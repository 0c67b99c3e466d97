"""Tells programs that a session of theirs has ended: now, or as soon as they answer, for a day.

OpenID Connect Back-Channel Logout 1.0.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import asyncpg
import structlog

from auth.database import AuthenticationUnavailable
from auth.keys import KeyRing
from auth.logout import write_logout_token
from auth.outside import NoAnswer, Outside, UnfitAddress
from auth.tokens import Profile
from jobs import turns
from models.session import TROUBLE, Connection

PAUSE = 1.0
"Seconds between looks: how late a program is told at most, where all is well."
RETRY = 5.0
"Seconds between attempts to be the one who tells, or to reach the database again."
PATIENCE = 5.0
"Seconds that a program has to answer."
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
"Before a program is told again; it doubles."
GIVEN_UP = timedelta(days=1)
BATCH = 20
"Told at once."
LOCK = 0x6B6F_6E62_6C6F
"The advisory lock that lets one process at a time do this."
DUE = """
SELECT n.id, n.client_id, n.session_id, n.account_id, n.created_at, n.attempts, c.backchannel_logout_uri AS address
FROM logout_notice n JOIN oauth_client c USING (client_id)
WHERE n.told_at IS NULL AND n.given_up_at IS NULL AND n.due_at <= $1 ORDER BY n.due_at LIMIT $2"""
TOLD = "UPDATE logout_notice SET told_at = $2, attempts = attempts + 1 WHERE id = $1"
LATER = "UPDATE logout_notice SET due_at = $2, attempts = attempts + 1 WHERE id = $1"
GIVE_UP = "UPDATE logout_notice SET given_up_at = $2, attempts = attempts + 1 WHERE id = $1"


async def keep_telling(
    connect: Callable[[], Awaitable[Connection]],
    *,
    ring: KeyRing,
    outside: Outside,
    profile: Profile,
    clock: Callable[[], datetime],
) -> None:
    """This will tell what is due for as long as it runs, in one process at a time. `connect` is role auth's."""

    async def look(connection: Connection) -> float:
        return 0 if await tell(connection, ring=ring, outside=outside, profile=profile, now=clock()) else PAUSE

    log, failures = structlog.get_logger(log="logout"), (*TROUBLE, AuthenticationUnavailable)
    await turns.leading(connect, LOCK, look, retry=RETRY, log=log, trouble="telling interrupted", failures=failures)


async def tell(connection: Connection, *, ring: KeyRing, outside: Outside, profile: Profile, now: datetime) -> int:
    """This will tell up to 20 programs whose notices are due, at once, and say how many it tried.

    Raises AuthenticationUnavailable where there is no key to sign with.
    """
    due = await connection.fetch(DUE, now, BATCH)
    if not due:
        return 0
    key = (await ring.keys(now=now)).signing

    async def heard(notice: asyncpg.Record) -> bool:
        token = write_logout_token(
            client_id=notice["client_id"],
            account_id=notice["account_id"],
            session_id=notice["session_id"],
            now=now,
            key=key,
            profile=profile,
        )
        return notice["address"] is not None and await _send(outside, notice["address"], token)

    for notice, was_heard in zip(due, await asyncio.gather(*map(heard, due)), strict=True):
        await _note(connection, notice, heard=was_heard, now=now)
    return len(due)


async def _send(outside: Outside, address: str, token: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await outside.post(address, {"logout_token": token})
    except (NoAnswer, UnfitAddress, TimeoutError):
        return False
    return answer.status in (200, 204)


async def _note(connection: Connection, notice: asyncpg.Record, *, heard: bool, now: datetime) -> None:
    log = structlog.get_logger(log="logout")
    if heard:
        await connection.execute(TOLD, notice["id"], now)
    elif now - notice["created_at"] >= GIVEN_UP or notice["address"] is None:
        await connection.execute(GIVE_UP, notice["id"], now)
        log.warning("logout not told", client=notice["client_id"], attempts=notice["attempts"] + 1)
    else:
        wait = min(FIRST_WAIT * 2 ** min(notice["attempts"], 12), LONGEST_WAIT)
        await connection.execute(LATER, notice["id"], now + wait)
