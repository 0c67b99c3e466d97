"""What a person has let a program do: written down, locked while tokens are made of it, and ended with all of them."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from auth.assurance import Acr
from auth.people.sessions import SignedIn
from auth.scopes import Scope
from auth.standing import grant_stands, resting
from auth.tokens import Behalf, SubjectKind
from models.accounts import BrowserSession
from models.grants import OAuthGrant

LASTS = timedelta(days=90)
"From when a program is let in until it must ask again, however it was used."

IMPATIENCE = timedelta(seconds=10)
"Within which what was used may be shown again, by a client whose answer was lost; later it is a theft, and ends all."


def giving(
    signed_in: SignedIn,
    *,
    client_id: str,
    membership_id: UUID,
    organization_id: UUID,
    scopes: Collection[Scope],
    for_device: bool,
    until: datetime,
    now: datetime,
) -> ReturningInsert[UUID]:
    """This will be the statement by which a person lets a program act; it answers the grant's id.

    `until` is when the code ends that the program is to redeem: that is what makes the grant last. A device's outlives
    the browser's session, in which it was but allowed.
    """
    granted = insert(OAuthGrant).values(
        client_id=client_id,
        account_id=signed_in.account_id,
        membership_id=membership_id,
        organization_id=organization_id,
        session_id=None if for_device else signed_in.session_id,
        provider_id=signed_in.provider_id,
        for_device=for_device,
        offline=for_device or Scope.OFFLINE_ACCESS in scopes,
        scopes=sorted(scopes),
        auth_time=signed_in.auth_time,
        acr=signed_in.acr,
        amr=list(signed_in.amr),
        secret=secrets.token_bytes(32),
        created_at=now,
        expires_at=until,
    )
    return granted.returning(OAuthGrant.id)


def find_grant(session: Session, which: ColumnElement[bool], *, now: datetime) -> OAuthGrant | None:
    """This will read a grant; None: it counts no more. One statement."""
    return session.execute(_standing(which, now)).scalar_one_or_none()


def lock_grant(session: Session, which: ColumnElement[bool], *, now: datetime) -> OAuthGrant | None:
    """This will take the grant for this transaction alone, so that nobody ends it meanwhile; None: it counts no more.

    Whoever redeems, refreshes or revokes takes this lock first. One statement.
    """
    locking = _standing(which, now).with_for_update(of=OAuthGrant, key_share=True)
    return session.execute(locking.execution_options(populate_existing=True)).scalar_one_or_none()


def end_grant(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """This will end the grant and every token of it, within 2 s wherever one is shown. Twice changes nothing."""
    session.execute(update(OAuthGrant).where(which, OAuthGrant.ended_at.is_(None)).values(ended_at=now))


def behalf(grant: OAuthGrant) -> Behalf:
    """This will say in whose name tokens of the grant are."""
    return Behalf(
        account_id=grant.account_id,
        acr=Acr(grant.acr),
        amr=tuple(grant.amr),
        auth_time=grant.auth_time.replace(microsecond=0),
        session_id=grant.session_id,
        kind=SubjectKind.DEVICE if grant.for_device else SubjectKind.USER,
    )


def see_session(session: Session, grant: OAuthGrant, *, now: datetime) -> None:
    """This will note that the person is about, since a program of theirs is: its session is not idle. One statement.

    A session that is being ended is left alone: whoever ends it waits for the grant, which this transaction holds.
    """
    idle = and_(BrowserSession.id == grant.session_id, BrowserSession.last_seen_at < now)
    free = select(BrowserSession.id).where(idle).with_for_update(skip_locked=True, key_share=True)
    session.execute(update(BrowserSession).where(BrowserSession.id.in_(free)).values(last_seen_at=now))


def _standing(which: ColumnElement[bool], now: datetime) -> Select[OAuthGrant]:
    return resting(select(OAuthGrant)).where(which, grant_stands(now))
