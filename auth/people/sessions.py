"""Browsers in which people are signed in: how one begins, is known again, is seen in a list, and ends.

A session ends 12 hours after it began and 2 hours after it was last seen. Ending one ends the grants that were given
in it without offline_access, and the programs that asked for it are told (OpenID Connect Back-Channel Logout 1.0).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, insert, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import opaque
from auth.assurance import Acr, Proof
from auth.people import devices
from models.accounts import Account, AccountStatus, BrowserSession, IdentityProvider
from models.grants import LogoutNotice, OAuthGrant
from models.oauth import OAuthClient

LASTS, IDLE = timedelta(hours=12), timedelta(hours=2)
"How long a session lasts at most, and unseen."
SEEN_EVERY = timedelta(minutes=1)
"How often at most being seen is written down."


class SessionOver(Exception):
    """You are no longer signed in; sign in again."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person in a browser."""

    session_id: UUID
    "The `sid` of tokens."
    account_id: UUID
    display_name: str
    language: str | None
    "BCP 47; None: as the browser asks."
    provider_id: UUID | None
    "Who vouched for the person; None: they proved it here. Such a session acts for the provider's organisation alone."
    auth_time: datetime
    "When they last proved who they are."
    acr: Acr
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its person sees it."""

    session_id: UUID
    device: str
    'Such as "Firefox, Android"; "": unknown.'
    last_seen_at: datetime
    "To the minute."


def _lasting(now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(BrowserSession.ended_at.is_(None), not_(_over(now)))


def _over(now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(BrowserSession.expires_at <= now, BrowserSession.last_seen_at <= now - IDLE)


_NOW = bindparam("now", type_=BrowserSession.expires_at.type)
_BEGIN = insert(BrowserSession)
_READ = (
    select(BrowserSession, Account.display_name, Account.language)
    .join(Account, Account.id == BrowserSession.account_id)
    .outerjoin(IdentityProvider, IdentityProvider.id == BrowserSession.provider_id)
    .where(
        BrowserSession.token_hash == bindparam("cookie", type_=BrowserSession.token_hash.type),
        _lasting(_NOW),
        Account.status == AccountStatus.ACTIVE,
        IdentityProvider.suspended_at.is_(None),
    )
)


async def begin(
    connection: AsyncConnection,
    *,
    account_id: UUID,
    proof: Proof,
    user_agent: str | None,
    now: datetime,
    provider_id: UUID | None = None,
    auth_time: datetime | None = None,
    replaces: UUID | None = None,
) -> tuple[str, SignedIn]:
    """This will sign the person in and answer the new cookie's value, whatever cookie there was before.

    `auth_time` is when a provider saw them prove it; None: just now. `replaces` is the session that the same browser
    had, which ends. Raises SessionOver where the account, or the provider, is suspended.
    """
    if replaces is not None:
        await end(connection, replaces, now=now)
    cookie, hashed = opaque.make()
    begun = {
        "token_hash": hashed,
        "account_id": account_id,
        "provider_id": provider_id,
        "auth_time": min(auth_time or now, now),
        "acr": proof.acr.value,
        "amr": list(proof.amr),
        "device": devices.in_words(user_agent),
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + LASTS,
    }
    await connection.execute(_BEGIN, begun)
    return cookie, await _known(connection, hashed, now=now)


async def find(connection: AsyncConnection, cookie: str, *, now: datetime) -> SignedIn | None:
    """This will say who is signed in; None: nobody, or no longer. One statement, and once a minute another."""
    try:
        signed_in, seen_at = await _read(connection, opaque.hash_of(cookie), now=now)
    except SessionOver:
        return None
    if now - seen_at >= SEEN_EVERY:
        mine = and_(BrowserSession.id == signed_in.session_id, BrowserSession.last_seen_at < now)
        await connection.execute(update(BrowserSession).where(mine).values(last_seen_at=now))
    return signed_in


async def renew(
    connection: AsyncConnection,
    signed_in: SignedIn,
    *,
    proof: Proof,
    now: datetime,
    auth_time: datetime | None = None,
) -> tuple[str, SignedIn]:
    """This will note that the person proved again who they are, and answer a new cookie: the one before is void.

    `auth_time` as for `begin`. Raises SessionOver.
    """
    cookie, hashed = opaque.make()
    again = {
        "token_hash": hashed,
        "auth_time": min(auth_time or now, now),
        "acr": proof.acr.value,
        "amr": list(proof.amr),
        "last_seen_at": now,
    }
    mine = and_(BrowserSession.id == signed_in.session_id, _lasting(now))
    await connection.execute(update(BrowserSession).where(mine).values(again))
    return cookie, await _known(connection, hashed, now=now)


async def listed(connection: AsyncConnection, account_id: UUID, *, now: datetime) -> list[Listed]:
    """This will be the sessions that last, the one seen last first."""
    columns = select(BrowserSession.id, BrowserSession.device, BrowserSession.last_seen_at)
    columns = columns.where(BrowserSession.account_id == account_id, _lasting(now))
    rows = await connection.execute(columns.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id))
    return [Listed(row.id, row.device, row.last_seen_at) for row in rows]


async def end(connection: AsyncConnection, session_id: UUID, *, now: datetime, account_id: UUID | None = None) -> bool:
    """This will end a session; False: there was none to end. With `account_id`: none but that person's."""
    whose = BrowserSession.id == session_id
    if account_id is not None:
        whose = and_(whose, BrowserSession.account_id == account_id)
    return await _end(connection, whose, now=now) > 0


async def end_others(
    connection: AsyncConnection, signed_in: SignedIn, *, now: datetime, offline_too: bool = False
) -> int:
    """This will end all of the person's sessions but this one, and say how many.

    `offline_too`: and every grant that was not given in this one, for whoever gave it may have been someone else.
    """
    others = and_(BrowserSession.account_id == signed_in.account_id, BrowserSession.id != signed_in.session_id)
    ended = await _end(connection, others, now=now)
    if offline_too:
        given = and_(
            OAuthGrant.account_id == signed_in.account_id,
            OAuthGrant.session_id.is_distinct_from(signed_in.session_id),
            OAuthGrant.ended_at.is_(None),
        )
        await connection.execute(update(OAuthGrant).where(given).values(ended_at=now))
    return ended


async def end_all(connection: AsyncConnection, account_id: UUID, *, now: datetime, offline_too: bool = False) -> int:
    """This will end all of the person's sessions and say how many; `offline_too`: and every grant they ever gave."""
    ended = await _end(connection, BrowserSession.account_id == account_id, now=now)
    if offline_too:
        theirs = and_(OAuthGrant.account_id == account_id, OAuthGrant.ended_at.is_(None))
        await connection.execute(update(OAuthGrant).where(theirs).values(ended_at=now))
    return ended


async def end_overdue(connection: AsyncConnection, *, now: datetime) -> int:
    """This will end the sessions whose time is over, so that programs are told, and say how many."""
    return await _end(connection, _over(now), now=now)


async def _end(connection: AsyncConnection, whose: ColumnElement[bool], *, now: datetime) -> int:
    ending = update(BrowserSession).where(whose, BrowserSession.ended_at.is_(None)).values(ended_at=now)
    ended = list(await connection.scalars(ending.returning(BrowserSession.id)))
    if not ended:
        return 0
    given = and_(OAuthGrant.session_id.in_(ended), OAuthGrant.ended_at.is_(None))
    told = (
        select(OAuthGrant.client_id, OAuthGrant.session_id, OAuthGrant.account_id)
        .join(OAuthClient, OAuthClient.client_id == OAuthGrant.client_id)
        .where(given, OAuthClient.backchannel_logout_uri.is_not(None))
        .distinct()
    )
    notices = [
        {
            "client_id": row.client_id,
            "session_id": row.session_id,
            "account_id": row.account_id,
            "created_at": now,
            "due_at": now,
        }
        for row in await connection.execute(told)
    ]
    if notices:
        await connection.execute(insert(LogoutNotice), notices)
    await connection.execute(update(OAuthGrant).where(given, OAuthGrant.offline.is_(False)).values(ended_at=now))
    return len(ended)


async def _known(connection: AsyncConnection, token_hash: bytes, *, now: datetime) -> SignedIn:
    signed_in, _ = await _read(connection, token_hash, now=now)
    return signed_in


async def _read(connection: AsyncConnection, token_hash: bytes, *, now: datetime) -> tuple[SignedIn, datetime]:
    if (row := (await connection.execute(_READ, {"cookie": token_hash, "now": now})).one_or_none()) is None:
        raise SessionOver
    signed_in = SignedIn(
        session_id=row.id,
        account_id=row.account_id,
        display_name=row.display_name,
        language=row.language,
        provider_id=row.provider_id,
        auth_time=row.auth_time,
        acr=Acr(row.acr),
        amr=tuple(row.amr),
    )
    return signed_in, row.last_seen_at
