"""What a person does who types the code that a device shows: look at what it asks, approve or deny (RFC 8628, 3.3).

A code can be talked out of a person or read over a shoulder. So it opens trainings and never cases; it belongs to the
first person who types it; and it is nothing to those who are no members where the device's program works.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.grants import giving
from auth.lockout import Lockout
from auth.people.memberships import acts
from auth.people.sessions import SignedIn
from auth.scopes import OF_DEVICES, Scope
from auth.standing import known_scopes
from auth.user_codes import typed
from models.accounts import Membership
from models.grants import DeviceStatus, OAuthDevice
from models.oauth import ClientStatus, OAuthClient


class UnknownUserCode(Exception):
    """No device waits with this code. Look at the device again, or have it show a new code."""


class NotYourOrganisation(Exception):
    """You cannot let this device act for that organisation."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A device that waits for a person, as the page must show it."""

    user_code: str
    client_id: str
    client_name: str
    organization_id: UUID | None
    "Whose program it is, and so for whom it would act; None: the network's own, for whichever the person chooses."
    scopes: tuple[Scope, ...]
    "What it would be let do."
    expires_at: datetime


async def look(
    connection: AsyncConnection, text: str, *, session: SignedIn, address: str, lockout: Lockout, now: datetime
) -> Asking:
    """This will say which device waits with the code that a person typed, and make the code that person's alone.

    Wrong guesses are counted by person and by address. Raises UnknownUserCode and LockedOut. One statement; the
    caller commits.
    """
    guessers = ((f"device code by {session.account_id}", ""), ("device code", address))
    for name, place in guessers:
        lockout.check(name, place, now=now)
    user_code = typed(text)
    taken = (
        update(OAuthDevice)
        .where(
            OAuthDevice.user_code == user_code,
            or_(OAuthDevice.account_id.is_(None), OAuthDevice.account_id == session.account_id),
            _waits(now),
            exists().where(_acts(session)).correlate(OAuthClient),
        )
        .values(account_id=session.account_id)
        .returning(
            OAuthClient.client_id,
            OAuthClient.name,
            OAuthClient.organization_id,
            OAuthClient.scopes,
            OAuthDevice.scopes.label("asked"),
            OAuthDevice.expires_at,
        )
    )
    row = None if user_code is None else (await connection.execute(taken)).one_or_none()
    if user_code is None or row is None:
        for name, place in guessers:
            lockout.failed(name, place, now=now)
        raise UnknownUserCode
    return Asking(
        user_code=user_code,
        client_id=row.client_id,
        client_name=row.name,
        organization_id=row.organization_id,
        scopes=tuple(sorted(_both(row.asked, row.scopes))),
        expires_at=row.expires_at,
    )


async def approve(
    connection: AsyncConnection, text: str, *, session: SignedIn, membership_id: UUID, now: datetime
) -> UUID:
    """This will let the device act for the person at that membership's organisation, and say the grant's id.

    Only who looked at the code may. Raises UnknownUserCode (also where it was decided or has ended) and
    NotYourOrganisation, nothing being changed. Four statements; the caller commits.
    """
    acting = (
        select(OAuthClient.client_id, OAuthClient.scopes, Membership.organization_id, OAuthDevice.expires_at)
        .join(OAuthDevice, OAuthDevice.client_id == OAuthClient.client_id)
        .outerjoin(Membership, and_(Membership.id == membership_id, _acts(session)))
        .where(_looked_at(text, session), _waits(now))
    )
    if (client := (await connection.execute(acting)).one_or_none()) is None:
        raise UnknownUserCode
    if client.organization_id is None:
        raise NotYourOrganisation
    asked = await _decide(connection, text, DeviceStatus.APPROVED, session=session, now=now)
    granted = giving(
        session,
        client_id=client.client_id,
        membership_id=membership_id,
        organization_id=client.organization_id,
        scopes=_both(asked, client.scopes),
        for_device=True,
        until=client.expires_at,
        now=now,
    )
    grant_id = (await connection.execute(granted)).scalar_one()
    await connection.execute(update(OAuthDevice).where(_looked_at(text, session)).values(grant_id=grant_id))
    return grant_id


async def deny(connection: AsyncConnection, text: str, *, session: SignedIn, now: datetime) -> None:
    """This will tell the device no. Only who looked at the code may. Raises UnknownUserCode. The caller commits."""
    await _decide(connection, text, DeviceStatus.DENIED, session=session, now=now)


async def _decide(
    connection: AsyncConnection, text: str, status: DeviceStatus, *, session: SignedIn, now: datetime
) -> list[str]:
    """One statement decides: of any number at once, the first. What the device had asked for."""
    decided = update(OAuthDevice).where(_looked_at(text, session), _waits(now)).values(status=status)
    asked: list[str] | None = (await connection.execute(decided.returning(OAuthDevice.scopes))).scalar_one_or_none()
    if asked is None:
        raise UnknownUserCode
    return asked


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        OAuthDevice.status == DeviceStatus.PENDING,
        OAuthDevice.expires_at > now,
        OAuthClient.client_id == OAuthDevice.client_id,
        OAuthClient.status == ClientStatus.ACTIVE,
    )


def _looked_at(text: str, session: SignedIn) -> ColumnElement[bool]:
    return and_(OAuthDevice.user_code == (typed(text) or ""), OAuthDevice.account_id == session.account_id)


def _acts(session: SignedIn) -> ColumnElement[bool]:
    """A membership by which the person, signed in as they are, may let the client act."""
    return and_(
        acts(session.account_id, provider_id=session.provider_id),
        or_(OAuthClient.organization_id.is_(None), OAuthClient.organization_id == Membership.organization_id),
    )


def _both(asked: list[str], granted: list[str]) -> frozenset[Scope]:
    return known_scopes(asked) & known_scopes(granted) & OF_DEVICES
