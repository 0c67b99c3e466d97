"""How a person lets a program act: its request is read, waits while they sign in and decide, and is answered once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import opaque
from auth.asking import Next, Settled, what_next
from auth.authorization_request import (
    AuthorizationRequest,
    Program,
    UnknownProgram,
    check_request,
)
from auth.codes import CODE_LIFETIME
from auth.grants import giving
from auth.opaque import hash_of
from auth.people.memberships import acts
from auth.people.sessions import SignedIn
from auth.scopes import Scope
from auth.stored_requests import WAITS, RequestOver, consume, storing, take_pushed
from auth.tokens import Profile
from models.accounts import Account, AccountStatus, Membership
from models.grants import OAuthCode, OAuthConsent, OAuthRequest
from models.oauth import ClientStatus, OAuthClient


class NotYourOrganisation(Exception):
    """You cannot let this program act for that organisation."""


class NothingGranted(Exception):
    """What was granted is nothing of what the program asked for."""


class ProofWanted(Exception):
    """The program asks that you prove who you are, once more or more surely."""


async def read_request(
    connection: AsyncConnection, parameters: Mapping[str, str], *, profile: Profile, now: datetime
) -> AuthorizationRequest:
    """This will read what a browser brought to the authorization endpoint: no parameter twice, none empty.

    With `request_uri`, what was pushed is taken in place of everything else, and used up: the caller commits.
    Raises Unshowable: tell the person, send no answer. Raises Refusal: send the browser to its address.
    """
    client_id = parameters.get("client_id", "")
    if not (client_id.isascii() and client_id.isprintable()):
        raise UnknownProgram
    found = select(OAuthClient).where(OAuthClient.client_id == client_id, OAuthClient.status == ClientStatus.ACTIVE)
    if (row := (await connection.execute(found)).one_or_none()) is None:
        raise UnknownProgram
    if "request_uri" not in parameters:
        return check_request(parameters, Program.of(row), profile=profile, pushed=False, now=now)
    said = await take_pushed(connection, parameters["request_uri"], client_id, now=now)
    return check_request(said, Program.of(row), profile=profile, pushed=True, now=now)


async def keep(connection: AsyncConnection, request: AuthorizationRequest, *, now: datetime) -> str:
    """This will let the request wait while the person signs in and decides, and answer the handle of its pages."""
    handle, waiting = storing(request, pushed=False, ends=now + WAITS)
    await connection.execute(waiting)
    return handle


async def find(connection: AsyncConnection, handle: str, *, profile: Profile, now: datetime) -> AuthorizationRequest:
    """This will read a request that waits. One statement.

    Raises RequestOver, and what `read_request` raises where the client may no longer ask for it.
    """
    waiting = (
        select(OAuthClient, OAuthRequest.said, OAuthRequest.expires_at)
        .join(OAuthRequest, OAuthRequest.client_id == OAuthClient.client_id)
        .where(
            OAuthRequest.hash == hash_of(handle),
            OAuthRequest.pushed.is_(False),
            OAuthRequest.used_at.is_(None),
            OAuthRequest.expires_at > now,
            OAuthClient.status == ClientStatus.ACTIVE,
        )
    )
    if (row := (await connection.execute(waiting)).one_or_none()) is None:
        raise RequestOver
    # That it was pushed, where it had to be, was checked before it began to wait.
    return check_request(row.said, Program.of(row), profile=profile, pushed=True, now=row.expires_at - WAITS)


async def is_agreed(connection: AsyncConnection, request: AuthorizationRequest, *, membership_id: UUID) -> bool:
    """Whether the person need not be asked again: the network's own, or all of it was agreed to before."""
    if request.program.organization_id is None:
        return True
    if not request.may_be_remembered:
        return False
    agreed = select(OAuthConsent.scopes).where(
        OAuthConsent.membership_id == membership_id, OAuthConsent.client_id == request.program.client_id
    )
    return request.scopes <= frozenset((await connection.execute(agreed)).scalar_one_or_none() or ())


async def approve(
    connection: AsyncConnection,
    handle: str,
    *,
    session: SignedIn,
    membership_id: UUID,
    scopes: Iterable[Scope],
    profile: Profile,
    now: datetime,
) -> str:
    """This will let the program act for the person as that member, and answer where to send the browser, with a code.

    `scopes` are those of the request that the person agrees to. Of any number of answers at once one counts.
    Raises RequestOver, NotYourOrganisation, NothingGranted, ProofWanted, and Unanswerable (deny with its error),
    nothing being changed. Six statements; the caller commits.
    """
    request = await find(connection, handle, profile=profile, now=now)
    settled = Settled(account=True, organisation=True, consent=True)
    if what_next(request.asked, session, asked_at=request.asked_at, settled=settled) in (
        Next.SIGN_IN,
        Next.PROVE_AGAIN,
    ):
        raise ProofWanted
    granted = sorted(frozenset(scopes) & request.scopes)
    if not granted:
        raise NothingGranted
    organization_id = await _organisation(connection, request, session, membership_id)
    await consume(connection, handle, now=now)
    if request.program.organization_id is not None:
        await connection.execute(_remembering(membership_id, request.program.client_id, granted, now))
    grant = giving(
        session,
        client_id=request.program.client_id,
        membership_id=membership_id,
        organization_id=organization_id,
        scopes=granted,
        for_device=False,
        until=now + CODE_LIFETIME,
        now=now,
    )
    grant_id = (await connection.execute(grant)).scalar_one()
    code, digest = opaque.make()
    await connection.execute(
        insert(OAuthCode).values(
            hash=digest,
            grant_id=grant_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            jkt=request.jkt,
            expires_at=now + CODE_LIFETIME,
        )
    )
    return request.answered(code=code)


async def deny(connection: AsyncConnection, handle: str, *, error: str, profile: Profile, now: datetime) -> str:
    """This will refuse the program what it asked for, and answer where to send the browser.

    `error` is a word of RFC 6749, section 4.1.2.1, or of OpenID Connect Core 3.1.2.6. Raises RequestOver.
    Two statements; the caller commits.
    """
    request = await find(connection, handle, profile=profile, now=now)
    await consume(connection, handle, now=now)
    return request.answered(error=error)


async def _organisation(
    connection: AsyncConnection, request: AuthorizationRequest, session: SignedIn, membership_id: UUID
) -> UUID:
    """The organisation of a membership that the person, signed in as they are, may let this program act by."""
    acting = (
        select(Membership.organization_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.id == membership_id,
            acts(session.account_id, provider_id=session.provider_id),
            Account.status == AccountStatus.ACTIVE,
        )
    )
    organization_id: UUID | None = (await connection.execute(acting)).scalar_one_or_none()
    if organization_id is None or not request.serves(organization_id):
        raise NotYourOrganisation
    return organization_id


def _remembering(membership_id: UUID, client_id: str, granted: list[Scope], now: datetime) -> Insert:
    agreed = insert_or(OAuthConsent).values(
        membership_id=membership_id, client_id=client_id, scopes=granted, given_at=now
    )
    both: ColumnElement[list[str]] = literal_column(
        "ARRAY(SELECT DISTINCT unnest(oauth_consent.scopes || excluded.scopes) ORDER BY 1)"
    )
    return agreed.on_conflict_do_update(
        index_elements=[OAuthConsent.membership_id, OAuthConsent.client_id],
        set_={"scopes": both, "given_at": agreed.excluded.given_at},
    )
