"""Sends the letters that ask whether an entry is still right: the first, a reminder after 14 days, none after that.

Each letter has a link of its own, of which the database keeps a hash alone. It counts once the letter was taken; what
was sent before then opens nothing any more. Of several processes one sends at a time.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import asyncpg
import structlog

from actions.verification import LASTS, ONE_ADDRESS, REMINDED_AFTER
from auth import opaque
from jobs.letters import letter
from jobs.post import NotSent, Post
from jobs.turns import again, turn
from models.session import Connection

PAUSE = 5.0
"Seconds between looks."
BATCH = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
"Before a letter that was not taken is sent again; it doubles."
GIVEN_UP = timedelta(days=60)
"How long after it was asked a letter that nobody takes is sent again."
AGAIN = timedelta(days=90)
"How long nobody is asked by themselves who was asked."
AT_ONCE = 50
"Entries asked about in one look because they are due: mail servers take floods for abuse."
LOCK = 0x6B6F_6E62_6C74
"The advisory lock that lets one process at a time do this."
DUE = """
SELECT r.id, r.email, r.language, r.asked_at, r.sent_at, r.reminded_at, r.tries,
  s.removed_at IS NOT NULL OR s.visibility NOT IN ('PUBLIC', 'NETWORK') AS hidden,
  s.names ->> s.language AS service, o.names ->> o.language AS organization
FROM verification_request r JOIN service s ON s.id = r.service_id JOIN organization o ON o.id = s.organization_id
WHERE r.ended_at IS NULL AND r.next_try_at <= $1 ORDER BY r.next_try_at LIMIT $2"""
SENT = """
UPDATE verification_request SET token_hash = $4, sent_at = coalesce(sent_at, $2),
  reminded_at = CASE WHEN sent_at IS NOT NULL THEN $2 END, next_try_at = $3, tries = 0, failure = NULL
WHERE id = $1 AND ended_at IS NULL"""
LATER = "UPDATE verification_request SET next_try_at = $2, tries = tries + 1, failure = $3 WHERE id = $1"
END = "UPDATE verification_request SET ended_at = $2 WHERE id = $1"
ASK_DUE = f"""
INSERT INTO verification_request (service_id, organization_id, email, language, asked_at, next_try_at)
SELECT s.id, s.organization_id, coalesce(s.email, o.email), s.language, $1, $1
FROM service s JOIN organization o ON o.id = s.organization_id
WHERE s.removed_at IS NULL AND s.visibility IN ('PUBLIC', 'NETWORK') AND coalesce(s.email, o.email) ~ '^{ONE_ADDRESS}$'
  AND coalesce(s.verified_at, s.created_at) < $2
  AND NOT EXISTS (
    SELECT FROM verification_request r WHERE r.service_id = s.id AND (r.ended_at IS NULL OR r.asked_at > $3))
ORDER BY coalesce(s.verified_at, s.created_at) LIMIT $4 ON CONFLICT DO NOTHING RETURNING id"""


async def keep_verifying(
    connect: Callable[[], Awaitable[Connection]],
    *,
    post: Post | None,
    pages: str,
    after: timedelta | None,
    clock: Callable[[], datetime],
) -> None:
    """This will send what is due for as long as it runs. `connect` is role worker's.

    post: None where the operator named no mail server: letters then wait. pages: the address of the pages. after: how
    old the last check of an entry may be before its giver is asked; None: nobody is asked by itself.
    """
    log = structlog.get_logger(log="verification")

    async def look() -> None:
        async with turn(connect, LOCK) as connection:
            if connection is not None:
                if post is not None and after is not None:
                    await ask_due(connection, now=clock(), after=after)
                await send_due(connection, post=post, pages=pages, now=clock())

    await again(look, pause=PAUSE, log=log, trouble="letters not sent")


async def ask_due(connection: Connection, *, now: datetime, after: timedelta) -> int:
    """This will ask about entries last checked longer than `after` ago, at most 50; how many."""
    return len(await connection.fetch(ASK_DUE, now, now - after, now - AGAIN, AT_ONCE))


async def send_due(connection: Connection, *, post: Post | None, pages: str, now: datetime) -> int:
    """This will send, remind, or end what is due, at most 20; how many letters were taken."""
    sent = 0
    for request in await connection.fetch(DUE, now, BATCH):
        last = request["reminded_at"] or (request["sent_at"] if request["email"] is None else None)
        over = request["asked_at"] + GIVEN_UP if last is None else last + LASTS
        if request["hidden"] or now >= over:
            await connection.execute(END, request["id"], now)
        elif last is None and post is not None:
            sent += await _send(connection, request, post=post, pages=pages, now=now)
    return sent


async def _send(connection: Connection, request: asyncpg.Record, *, post: Post, pages: str, now: datetime) -> bool:
    token, hashed = opaque.make()
    subject, text = letter(
        request["language"],
        service=request["service"],
        organization=request["organization"],
        link=f"{pages}/verify/{token}",
    )
    try:
        await post.send(request["email"], subject, text, now=now)
    except NotSent as failure:
        wait = min(FIRST_WAIT * 2 ** min(request["tries"], 12), LONGEST_WAIT)
        await connection.execute(LATER, request["id"], now + wait, str(failure))
        return False
    wait = LASTS if request["sent_at"] is not None else REMINDED_AFTER
    await connection.execute(SENT, request["id"], now, now + wait, hashed)
    return True
