"""What the authorization server may forget: tokens and assertions that have ended, keys that were retired."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists
from sqlalchemy.ext.asyncio import AsyncConnection

from models.oauth import OAuthAssertion, OAuthKey, OAuthToken

KEPT = timedelta(days=1)
"After its end a row is of no use to a token; a day lets a person still look."


async def forget_ended(connection: AsyncConnection, *, now: datetime) -> int:
    """This will delete what ended a day ago and say how many rows that was. Three statements; the caller commits."""
    before = now - KEPT
    unused = ~exists().where(OAuthToken.kid == OAuthKey.kid)
    forgotten = 0
    for statement in (
        delete(OAuthAssertion).where(OAuthAssertion.expires_at < before),
        delete(OAuthToken).where(OAuthToken.expires_at < before),
        delete(OAuthKey).where(OAuthKey.retires_at < before, unused),
    ):
        forgotten += (await connection.execute(statement)).rowcount
    return forgotten
