"""What the authorization server may forget: whatever of it was used up or has ended, and keys that were retired."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from models.grants import LogoutNotice, OAuthCode, OAuthDevice, OAuthGrant, OAuthProof, OAuthRefresh, OAuthRequest
from models.oauth import OAuthAssertion, OAuthKey, OAuthToken

KEPT = timedelta(days=1)
"After its end a row is of no use to a token; a day lets a person still look, and a thief still be noticed."


async def forget_ended(connection: AsyncConnection, *, now: datetime) -> int:
    """This will delete what ended a day ago and say how many rows that was. Ten statements; the caller commits.

    With a grant go its codes, refresh tokens and access tokens.
    """
    before = now - KEPT
    unused = ~exists().where(OAuthToken.kid == OAuthKey.kid)
    forgotten = 0
    for statement in (
        delete(OAuthAssertion).where(OAuthAssertion.expires_at < before),
        delete(OAuthProof).where(OAuthProof.expires_at < now),
        # Anyone may make one, so none is kept longer than it is good for.
        delete(OAuthRequest).where(OAuthRequest.expires_at < now),
        delete(OAuthDevice).where(OAuthDevice.expires_at < before),
        delete(LogoutNotice).where(or_(LogoutNotice.told_at < before, LogoutNotice.given_up_at < before)),
        delete(OAuthCode).where(OAuthCode.expires_at < before),
        delete(OAuthRefresh).where(OAuthRefresh.expires_at < before),
        delete(OAuthGrant).where(or_(OAuthGrant.ended_at < before, OAuthGrant.expires_at < before)),
        delete(OAuthToken).where(OAuthToken.expires_at < before),
        delete(OAuthKey).where(OAuthKey.retires_at < before, unused),
    ):
        forgotten += (await connection.execute(statement)).rowcount
    return forgotten
