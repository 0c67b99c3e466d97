"""Ends what waits too long: corrections of events that never came, which a person then settles; and old answers."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from actions.projection import project
from jobs.turns import again, turn
from models.rules.attendance import WAITS
from models.session import Connection, Session

PAUSE = 3600.0
"Seconds between looks."
BATCH = 200
ANSWERS_LAST = timedelta(days=90)
"As long as the idempotency keys that read them again."
LOCK = 0x6B6F_6E62_6174
"The advisory lock that lets one process at a time do this."
LAPSED = """
WITH late AS MATERIALIZED (
  SELECT id, organization_id, event_id, session_id, enrolment_id, corrects FROM attendance_event
  WHERE cardinality(corrects) > 0 AND base_status IS NULL AND received_at < $1
), theirs AS (
  SELECT l.*, coalesce(l.enrolment_id, m.enrolment_id) AS whose
  FROM late l LEFT JOIN attendance_ruling m ON m.event_id = l.id AND m.kind = 'MATCHED'
)
SELECT e.id, e.organization_id, e.session_id, e.whose FROM theirs e
WHERE e.whose IS NOT NULL
  AND NOT EXISTS (SELECT FROM attendance_event t
    LEFT JOIN attendance_ruling m ON m.event_id = t.id AND m.kind = 'MATCHED'
    WHERE t.event_id = ANY (e.corrects) AND t.organization_id = e.organization_id
      AND t.session_id = e.session_id AND coalesce(t.enrolment_id, m.enrolment_id, e.whose) = e.whose)
  AND NOT EXISTS (SELECT FROM attendance_ruling r WHERE r.event_id = e.id AND r.kind = 'LAPSED')
ORDER BY e.id LIMIT $2"""
"Corrections of what never came, or of what was somebody else's: what nobody is known for yet is waited for."
RULE = """
INSERT INTO attendance_ruling (organization_id, event_id, kind, at, client_id)
VALUES ($1, $2, 'LAPSED', $3, 'konbit') ON CONFLICT DO NOTHING"""
FORGET = """
DELETE FROM attendance_answer WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM attendance_answer WHERE at < $1 ORDER BY at LIMIT $2))
RETURNING true"""


async def lapse(connection: Connection, *, now: datetime) -> int:
    """This will let corrections that waited more than 5 days stand, in conflict, as role worker. How many."""
    done = 0
    while waiting := await connection.fetch(LAPSED, now - WAITS, BATCH):
        async with connection.transaction():
            for row in waiting:
                await connection.execute(RULE, row["organization_id"], row["id"], now)
            pairs = {(row["session_id"], row["whose"]) for row in waiting}
            await project(Session(connection), now, pairs)
        done += len(waiting)
    return done


async def forget_answers(connection: Connection, *, now: datetime) -> int:
    """This will forget what batches were answered more than 90 days ago. The events stay. How many answers."""
    done = 0
    while gone := len(await connection.fetch(FORGET, now - ANSWERS_LAST, BATCH)):
        done += gone
    return done


async def keep_attendance(connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime]) -> None:
    """This will look every hour for as long as it runs; of several processes the first to look does the work."""
    log = structlog.get_logger(log="attendance")

    async def look() -> None:
        async with turn(connect, LOCK) as connection:
            if connection is not None:
                lapsed, gone = await lapse(connection, now=clock()), await forget_answers(connection, now=clock())
                log.info("attendance kept", lapsed=lapsed, forgotten=gone)

    await again(look, pause=PAUSE, log=log, trouble="attendance not kept")
