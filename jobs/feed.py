"""The leader: gives committed changes their positions, in the order of commits, and rings the bell.

A number taken inside a transaction is not commit order: a reader that has passed 2 would never see 1 commit later. So
one process at a time, by an advisory lock, numbers what is committed; whoever asks for the lock takes over when its
holder ends.
"""

import json
from collections.abc import Awaitable, Callable

import structlog

from jobs import turns
from models.session import Connection

LEADER = 0x6B6F_6E62_6665
"The advisory lock that the leader holds."
CHANNEL = "konbit_feed"
PAUSE = 0.1
"Seconds between looks: how far the feed is behind at most, as long as the leader lives."
RETRY = 1.0
"Seconds between attempts to become the leader, or to reach the database again."
PLACE = """
WITH waiting AS (
  SELECT id, organization_id FROM change WHERE position IS NULL ORDER BY id LIMIT 1000
), numbered AS (
  SELECT id, organization_id, row_number() OVER (PARTITION BY organization_id ORDER BY id) AS nth FROM waiting
), grown AS (
  INSERT INTO feed AS f (organization_id, last_position)
  SELECT organization_id, count(*) FROM numbered GROUP BY 1 ORDER BY 1
  ON CONFLICT (organization_id) DO UPDATE SET last_position = f.last_position + excluded.last_position
  RETURNING f.organization_id, f.last_position
), counted AS (
  SELECT n.id, g.organization_id, g.last_position - count(*) OVER (PARTITION BY n.organization_id) + n.nth AS position
  FROM numbered n JOIN grown g USING (organization_id)
), placed AS (
  UPDATE change c SET position = n.position FROM counted n WHERE c.id = n.id RETURNING c.organization_id
)
SELECT count(*) AS changes, array_agg(DISTINCT organization_id::text) AS organizations FROM placed
"""
MOST_NAMED = 150
"Organisations named in one ring of the bell; NOTIFY carries under 8,000 bytes. Beyond, everyone is rung for."


async def place(connection: Connection) -> int:
    """This will give up to 1,000 committed changes their positions, and tell whom they concern. How many it placed."""
    async with connection.transaction():
        [placed] = await connection.fetch(PLACE)
        if placed["changes"]:
            named = placed["organizations"] if len(placed["organizations"]) <= MOST_NAMED else []
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, json.dumps(named))
    return int(placed["changes"])


async def lead(connect: Callable[[], Awaitable[Connection]]) -> None:
    """This will place changes for as long as it runs, whenever this process is the leader. Ends by cancellation."""

    async def look(connection: Connection) -> float:
        return 0 if await place(connection) else PAUSE

    log = structlog.get_logger(log="feed")
    await turns.leading(connect, LEADER, look, retry=RETRY, log=log, trouble="feed interrupted")
