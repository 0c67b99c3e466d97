"""From a program's request to its answer: which page is next, and what the person decides on each.

/continue looks at what is known and sends on; /choose and /consent ask; nothing is answered twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from api.signin import destination, organisations
from api.signin.choices import identity_of, organization_of, shown
from api.signin.language import chosen
from api.signin.visit import SignInFirst, Trouble, Visit
from api.signin.words.speak import scope_words
from auth import authorization
from auth.asking import Asked, Next, Settled, Unanswerable, what_next
from auth.authorization import NothingGranted, NotYourOrganisation, ProofWanted
from auth.authorization_request import AuthorizationRequest, Refusal, Unshowable
from auth.openid import InvalidIdToken, read_hint
from auth.people import memberships

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk
    from auth.people.memberships import Choice
    from auth.people.sessions import SignedIn


def routes(desk: Desk) -> list[Route]:
    """This will make the routes by which a request is decided."""
    return [
        desk.route("/continue", get=go_on, post=same_account),
        desk.route("/choose", get=choose),
        desk.route("/consent", get=ask, post=decide),
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """A request that waits, and what is known of who is to answer it."""

    handle: str
    request: AuthorizationRequest
    choices: list[Choice]
    "The memberships by which the person may let the program act; [] also where nobody is signed in."
    membership: Choice | None
    "The one that was chosen, or the only one."
    agreed: bool


async def go_on(visit: Visit) -> Response:
    """This will send on to whatever is needed next, or back to the program with its answer."""
    if language := chosen(visit.query.get("language")):
        visit.choose(language)
    standing = await _standing(visit)
    request, membership, session = standing.request, standing.membership, visit.session
    here = destination.page("/continue", request=standing.handle)
    asked = await _asked(visit, request)
    settled = Settled(account="same" in visit.query, organisation=membership is not None, consent=standing.agreed)
    try:
        match what_next(asked, session, asked_at=request.asked_at, settled=settled):
            case Next.SIGN_IN:
                return visit.go(destination.page("/sign-in", next=here, other="1" if session else None))
            case Next.CHOOSE_ACCOUNT:
                other = destination.page("/sign-in", next=here, other="1")
                return visit.show("same_account", program=request.program.name, handle=standing.handle, other=other)
            case Next.PROVE_AGAIN:
                return visit.go(destination.page("/confirm", next=here))
            case Next.DECIDE:
                return _deciding(visit, standing)
            case Next.ANSWER:
                return await _approve(visit, standing)
    except Unanswerable as unanswerable:
        return await _deny(visit, standing.handle, unanswerable.error)


async def same_account(visit: Visit) -> Response:
    """The person says that it is they who are meant."""
    return visit.go(destination.page("/continue", request=visit.form.get("request", ""), same="1"))


async def choose(visit: Visit) -> Response:
    standing = await _standing(visit)
    _someone(visit, standing)
    return visit.show(
        "choose",
        program=standing.request.program.name,
        handle=standing.handle,
        choices=shown(standing.choices, visit.language),
    )


async def ask(visit: Visit) -> Response:
    standing = await _standing(visit)
    _someone(visit, standing)
    if standing.membership is None:
        return _deciding(visit, standing)
    request = standing.request
    async with visit.transaction() as connection:
        owner = await organisations.named(connection, request.program.organization_id, visit.language)
    return visit.show(
        "consent",
        program=request.program.name,
        owner=owner,
        organization=organization_of(standing.membership, visit.language),
        membership=standing.membership.membership_id,
        sentences=scope_words(request.scopes, visit.language),
        handle=standing.handle,
        goes_to=_shown_address(request.redirect_uri),
    )


async def decide(visit: Visit) -> Response:
    standing = await _standing(visit, visit.form)
    _someone(visit, standing)
    if visit.form.get("answer") != "allow":
        return await _deny(visit, standing.handle, "access_denied")
    return await _approve(visit, standing)


def _deciding(visit: Visit, standing: Standing) -> Response:
    if not standing.choices:
        program = standing.request.program.name
        return visit.show("no_membership", status=403, program=program, handle=standing.handle)
    if standing.membership is None:
        return visit.go(destination.page("/choose", request=standing.handle))
    membership = str(standing.membership.membership_id)
    return visit.go(destination.page("/consent", request=standing.handle, membership=membership))


async def _approve(visit: Visit, standing: Standing) -> Response:
    session = _someone(visit, standing)
    if standing.membership is None:
        return _deciding(visit, standing)
    try:
        async with visit.transaction() as connection:
            address = await authorization.approve(
                connection,
                standing.handle,
                session=session,
                membership_id=standing.membership.membership_id,
                scopes=standing.request.scopes,
                profile=visit.desk.profile,
                now=visit.now,
            )
    except (ProofWanted, NotYourOrganisation):
        return visit.go(destination.page("/continue", request=standing.handle))
    except NothingGranted:
        return await _deny(visit, standing.handle, "access_denied")
    except Unanswerable as unanswerable:
        return await _deny(visit, standing.handle, unanswerable.error)
    except Unshowable:
        raise Trouble("stale_request", 410) from None
    return visit.leave_for(address)


async def _deny(visit: Visit, handle: str, error: str) -> Response:
    try:
        async with visit.transaction() as connection:
            address = await authorization.deny(
                connection, handle, error=error, profile=visit.desk.profile, now=visit.now
            )
    except Unshowable:
        raise Trouble("stale_request", 410) from None
    return visit.leave_for(address)


async def _standing(visit: Visit, said: dict[str, str] | None = None) -> Standing:
    """This will find the request that the address, or the form, names. Raises Trouble where it waits no more."""
    said = visit.query if said is None else said
    handle = said.get("request", "")
    visit.back = destination.page("/continue", request=handle)
    async with visit.transaction() as connection:
        request = await find(connection, visit, handle)
        choices = await _able(connection, request, visit.session)
        wanted = identity_of(said.get("membership"))
        membership = choices[0] if len(choices) == 1 else _named(choices, wanted)
        agreed = membership is not None and await authorization.is_agreed(
            connection, request, membership_id=membership.membership_id
        )
    return Standing(handle, request, choices, membership, agreed)


async def find(connection: AsyncConnection, visit: Visit, handle: str) -> AuthorizationRequest:
    """This will read a request that waits, and let this page's forms lead to its program. Raises Trouble."""
    try:
        request = await authorization.find(connection, handle, profile=visit.desk.profile, now=visit.now)
    except (Unshowable, Refusal):
        raise Trouble("stale_request", 410) from None
    visit.leads_to = destination.source_of(request.redirect_uri)
    return request


async def _able(connection: AsyncConnection, request: AuthorizationRequest, session: SignedIn | None) -> list[Choice]:
    if session is None:
        return []
    mine = await memberships.of(connection, session.account_id, provider_id=session.provider_id)
    return [choice for choice in mine if request.serves(choice.organization_id)]


async def _asked(visit: Visit, request: AuthorizationRequest) -> Asked:
    """What the program asks of the signing in, and whom its hint names; a hint that is none of ours names nobody."""
    if request.id_token_hint is None:
        return request.asked
    keys = await visit.desk.ring.keys(now=visit.now)
    try:
        hint = read_hint(request.id_token_hint, keys=keys.published, profile=visit.desk.profile)
    except InvalidIdToken:
        return request.asked
    return replace(request.asked, account_id=hint.behalf.account_id)


def _named(choices: list[Choice], wanted: UUID | None) -> Choice | None:
    return next((choice for choice in choices if choice.membership_id == wanted), None)


def _someone(visit: Visit, standing: Standing) -> SignedIn:
    if visit.session is None:
        visit.back = destination.page("/continue", request=standing.handle)
        raise SignInFirst
    return visit.session


def _shown_address(redirect_uri: str) -> str:
    """Whom the person is handed to: the host, or the app's own scheme."""
    parts = urlsplit(redirect_uri)
    return parts.netloc or f"{parts.scheme}:"
