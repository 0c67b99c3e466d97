"""What the database says today of a token, its client and its person: whether they still count, and for what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select

from auth.keys import not_retired
from auth.scopes import OF_CLIENTS, Scope
from auth.tokens import AccessToken, SubjectKind
from models.accounts import Account, AccountStatus, BrowserSession, IdentityProvider, Membership, MembershipStatus
from models.grants import OAuthGrant
from models.oauth import ClientStatus, OAuthClient, OAuthKey, OAuthToken
from models.rules.roles import Role, counting

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Standing:
    """What a token that counts is good for at this moment."""

    scopes: frozenset[Scope]
    "In the token, still granted to its client and, for a person's, by that person; and those of the client itself."
    roles: frozenset[Role]
    "The person's at the organisation, or the machine's own."
    membership_id: UUID | None = None
    site_id: UUID | None = None


def ask_standing(token: AccessToken, *, now: datetime) -> Select[Any]:
    """This will find, by primary keys alone, what the token is good for, in the columns of `read_standing`.

    No row: the token was revoked or never issued, its client is suspended, its key was withdrawn, or, of a person's:
    the grant or the session has ended; the membership, the account or who vouched for the person is not active.
    """
    statement = (
        select(
            OAuthClient.scopes,
            OAuthGrant.scopes.label("granted"),
            case((OAuthToken.grant_id.is_(None), OAuthClient.roles), else_=Membership.roles).label("roles"),
            Membership.id.label("membership_id"),
            Membership.site_id,
            OAuthGrant.provider_id,
        )
        .select_from(OAuthToken)
        .join(OAuthClient, OAuthClient.client_id == OAuthToken.client_id)
        .join(OAuthKey, OAuthKey.kid == OAuthToken.kid)
        .outerjoin(OAuthGrant, OAuthGrant.id == OAuthToken.grant_id)
        .where(
            OAuthToken.jti == token.token_id,
            OAuthToken.client_id == token.client_id,
            OAuthToken.organization_id == token.organization_id,
            OAuthToken.revoked_at.is_(None),
            OAuthToken.expires_at > now,
            OAuthClient.status == ClientStatus.ACTIVE,
            or_(OAuthClient.organization_id.is_(None), OAuthClient.organization_id == OAuthToken.organization_id),
            not_retired(now),
            OAuthToken.grant_id.is_(None) if token.behalf is None else _of_the_person(token),
            or_(OAuthToken.grant_id.is_(None), grant_stands(now)),
        )
    )
    return resting(statement)


def resting(statement: S) -> S:
    """This will join to a grant whatever it rests on, as `grant_stands` asks of it."""
    return (
        statement.outerjoin(Membership, Membership.id == OAuthGrant.membership_id)
        .outerjoin(Account, Account.id == OAuthGrant.account_id)
        .outerjoin(BrowserSession, BrowserSession.id == OAuthGrant.session_id)
        .outerjoin(IdentityProvider, IdentityProvider.id == OAuthGrant.provider_id)
    )


def grant_stands(now: datetime) -> ColumnElement[bool]:
    """Whether a grant still counts: it, the membership, the account, the session it was given in and who vouched."""
    return and_(
        OAuthGrant.ended_at.is_(None),
        OAuthGrant.expires_at > now,
        Membership.status == MembershipStatus.ACTIVE,
        Account.status == AccountStatus.ACTIVE,
        IdentityProvider.suspended_at.is_(None),
        or_(OAuthGrant.offline, and_(BrowserSession.ended_at.is_(None), BrowserSession.expires_at > now)),
    )


def read_standing(row: Row[Any] | None, token: AccessToken) -> Standing | None:
    """This will say what the answer to `ask_standing` means for the token; None means that it counts no more."""
    if row is None:
        return None
    granted = known_scopes(row.scopes)
    agreed = token.scopes if row.granted is None else token.scopes & known_scopes(row.granted)
    return Standing(
        scopes=(agreed & granted) | (granted & OF_CLIENTS),
        roles=counting(row.roles, vouched=row.provider_id is not None),
        membership_id=row.membership_id,
        site_id=row.site_id,
    )


def known_scopes(stored: list[str]) -> frozenset[Scope]:
    """This will read a column of scopes; a word that this version does not know grants nothing."""
    return frozenset(scope for scope in Scope if scope.value in stored)


def _of_the_person(token: AccessToken) -> ColumnElement[bool]:
    if (behalf := token.behalf) is None:
        raise ValueError("The token is a machine's own.")
    return and_(
        OAuthGrant.account_id == behalf.account_id,
        OAuthGrant.for_device.is_(behalf.kind is SubjectKind.DEVICE),
        OAuthGrant.session_id.is_not_distinct_from(behalf.session_id),
    )
