"""How does an operator see, sign and approve releases? As role worker, where no person signs in to do so."""

from datetime import datetime
from uuid import UUID

import asyncpg

from models.session import Connection

LISTED = """
SELECT r.id, r.code, r.period_start, r.period_end, r.version, r.state, r.as_of, o.slug AS publisher,
  (SELECT count(*) FROM release_signoff s WHERE s.release_id = r.id AND s.signed_at IS NULL) AS unsigned,
  (SELECT count(*) FROM release_cell c WHERE c.release_id = r.id) AS shown
FROM indicator_release r LEFT JOIN organization o ON o.id = r.publisher_id
WHERE r.origin = 'COMPUTED' AND (r.state <> 'SUPERSEDED') ORDER BY r.period_end, r.period_start, r.code"""
SIGN = """
UPDATE release_signoff SET signed_at = $2, signed_client = $3 WHERE release_id = $1 AND signed_at IS NULL"""
APPROVE = """
UPDATE indicator_release SET state = 'APPROVED', approved_at = $2, approved_client = $3
WHERE id = $1 AND state = 'AUDITED' RETURNING true"""


class NotWaiting(Exception):
    """No release of that id waits for approval."""


class NotSigned(Exception):
    """A contributor that stands alone behind a figure has not signed. See konbit releases list."""


async def listed(connection: Connection) -> list[asyncpg.Record]:
    """This will be every computed release that stands or waits, by period."""
    found: list[asyncpg.Record] = await connection.fetch(LISTED)
    return found


async def sign(connection: Connection, release_id: UUID, *, by: str, now: datetime) -> None:
    """This will sign for every contributor whose agreement came on another way. by: who says so."""
    await connection.execute(SIGN, release_id, now, by)


async def approve(connection: Connection, release_id: UUID, *, by: str, now: datetime) -> None:
    """This will make a release immutable and everyone's. Raises NotWaiting, NotSigned."""
    try:
        if not await connection.fetchval(APPROVE, release_id, now, by):
            raise NotWaiting(str(release_id))
    except asyncpg.CheckViolationError as error:
        if error.constraint_name == "ck_release_signed":
            raise NotSigned(str(release_id)) from None
        raise
