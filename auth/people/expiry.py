"""What is over by itself: sessions that end, and what of people's signing in may then be forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import lockout, sessions
from models.accounts import BrowserSession, Ceremony
from models.grants import LogoutNotice, OAuthGrant

KEPT = timedelta(days=7)
"A session that ended is kept for as long as programs may still be told."


async def end_and_forget(connection: AsyncConnection, *, now: datetime) -> int:
    """This will end the sessions whose time is over, forget what nobody needs, and say how many rows that was."""
    await sessions.end_overdue(connection, now=now)
    needed = exists().where(OAuthGrant.session_id == BrowserSession.id)
    untold = exists().where(LogoutNotice.session_id == BrowserSession.id, LogoutNotice.told_at.is_(None))
    old = delete(BrowserSession).where(BrowserSession.ended_at < now - KEPT, ~needed, ~untold)
    waited = delete(Ceremony).where(Ceremony.expires_at < now)
    forgotten = await lockout.forget(connection, now=now)
    for statement in (waited, old):
        forgotten += (await connection.execute(statement)).rowcount
    return forgotten
