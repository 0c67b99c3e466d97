"""Where authorization requests lie: pushed (RFC 9126), or waiting for a person. Each is used up by one UPDATE."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Insert, and_, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import opaque
from auth.authorization_request import AuthorizationRequest, UnreadableRequest, Unshowable
from auth.opaque import hash_of
from models.grants import OAuthRequest

PUSHED_FOR = timedelta(seconds=60)
"From the pushing of a request to its end (RFC 9126, section 2.2)."

WAITS = timedelta(minutes=30)
"How long a request waits for a person to sign in and decide."

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
"What the address of a pushed request begins with."


class RequestOver(Unshowable):
    """This sign-in was answered already, or waited too long; begin again in the program that sent you."""


def storing(request: AuthorizationRequest, *, pushed: bool, ends: datetime) -> tuple[str, Insert]:
    """This will make the handle of a request, and the statement that keeps it."""
    handle, digest = opaque.make()
    kept = {"client_id": request.program.client_id, "said": dict(request.parameters), "pushed": pushed}
    return handle, insert(OAuthRequest).values(hash=digest, expires_at=ends, **kept)


async def take_pushed(
    connection: AsyncConnection, request_uri: str, client_id: str, *, now: datetime
) -> dict[str, Any]:
    """This will use up what the client pushed, and say its parameters. Raises RequestOver, UnreadableRequest.

    One statement decides: of any number of uses at once, the one that finds it unused wins.
    """
    if not request_uri.startswith(REQUEST_URI):
        raise UnreadableRequest
    taken = (
        update(OAuthRequest)
        .where(
            OAuthRequest.hash == hash_of(request_uri.removeprefix(REQUEST_URI)),
            OAuthRequest.client_id == client_id,
            OAuthRequest.pushed,
            OAuthRequest.used_at.is_(None),
            OAuthRequest.expires_at > now,
        )
        .values(used_at=now)
        .returning(OAuthRequest.said)
    )
    said: dict[str, Any] | None = (await connection.execute(taken)).scalar_one_or_none()
    if said is None:
        raise RequestOver
    return said


async def consume(connection: AsyncConnection, handle: str, *, now: datetime) -> None:
    """This will use up a request that waits; of any number at once one does. Raises RequestOver. One statement."""
    waiting = and_(
        OAuthRequest.hash == hash_of(handle),
        OAuthRequest.pushed.is_(False),
        OAuthRequest.used_at.is_(None),
        OAuthRequest.expires_at > now,
    )
    consumed = update(OAuthRequest).where(waiting).values(used_at=now).returning(OAuthRequest.hash)
    if (await connection.execute(consumed)).first() is None:
        raise RequestOver
