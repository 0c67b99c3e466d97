"""How does a browser leave for an organisation's own provider, and who is it when it comes back?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from api.signin import destination
from api.signin.cookies import Kept
from api.signin.visit import Trouble, Visit
from auth.assurance import is_fresh
from auth.people import accounts, invitations, joining, sessions
from auth.people.accounts import UnfitDisplayName
from auth.people.ceremonies import CeremonyOver
from auth.people.invitations import AnothersIdentity, InvitationOver, ProviderNeeded
from auth.people.joining import Newcomer
from auth.people.sessions import SessionOver
from auth.providers.registration import CALLBACK
from auth.providers.registry import ProviderAway
from auth.providers.sign_in import NoSuchProvider, ProviderIdentity, ProviderSignIn, Refused

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

BEGIN = "/oauth/providers/{provider:uuid}/begin"

_INVITATION = re.compile(r"/invitation/([A-Za-z0-9_-]{43})(\?.*)?")


def begin_at(provider_id: UUID, *, onward: str, again: bool = False, name: str | None = None) -> str:
    """This will be the address that a link leads to a provider by; `again`: it must prove the person anew.

    `onward` is the page of ours to go on to; of an invitation, it is accepted, as whoever is called `name`.
    """
    path = BEGIN.replace("{provider:uuid}", str(provider_id))
    return destination.page(path, next=onward, again="1" if again else None, name=name)


def provider_routes(desk: Desk, providers: ProviderSignIn) -> list[Route]:
    """This will make the two routes of signing in by a provider."""

    async def begin(visit: Visit) -> Response:
        if visit.request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            # Nobody is signed in, proved anew, or bound to what a provider calls them, because another's page, or a
            # link in a message ("none"), wants it so.
            return visit.go(destination.page("/sign-in", next=visit.next))
        own = visit.session is not None and visit.session.provider_id is None
        if own and _INVITATION.fullmatch(visit.next) and not is_fresh(visit.someone().auth_time, now=visit.now):
            # It may give their account one more way in, as a passkey is.
            return visit.go(destination.page("/confirm", next=visit.next))
        said = {"next": visit.next, "name": visit.query.get("name", "")}
        try:
            departure = await providers.begin(
                visit.request.path_params["provider"],
                browser=visit.cookie(Kept.PROVIDER),
                said=said,
                again="again" in visit.query,
                now=visit.now,
            )
        except NoSuchProvider:
            raise Trouble("provider_trouble", 404) from None
        except ProviderAway:
            raise Trouble("provider_trouble", 502) from None
        visit.keep(Kept.PROVIDER, departure.browser)
        return visit.go(departure.address)

    async def callback(visit: Visit) -> Response:
        provider_id = visit.request.path_params["provider"]
        try:
            came = await providers.finish(provider_id, visit.query, browser=visit.cookie(Kept.PROVIDER), now=visit.now)
            cookie = await _enter(visit, came)
        except (NoSuchProvider, Refused, CeremonyOver, SessionOver):
            raise Trouble("provider_trouble") from None
        except AnothersIdentity:
            raise Trouble("not_your_link") from None
        except (InvitationOver, ProviderNeeded):
            raise Trouble("bad_invitation") from None
        except ProviderAway:
            raise Trouble("provider_trouble", 502) from None
        visit.keep(Kept.SESSION, cookie)
        visit.keep(Kept.STEP, None)
        onward = destination.ours(came.said["next"])
        return visit.go(destination.HOME if _INVITATION.fullmatch(onward) else onward)

    return [desk.route(BEGIN, get=begin), desk.route(CALLBACK.format("{provider:uuid}"), get=callback)]


async def _enter(visit: Visit, came: ProviderIdentity) -> str:
    """This will sign the person in for the provider's organisation, and answer the cookie's value.

    Raises Refused where nobody was ever bound to what the provider calls them.
    """
    provider_id, before = came.identity.provider_id, visit.session
    async with visit.transaction() as connection:
        account_id = await _account(connection, visit, came)
        if before is not None and before.provider_id == provider_id and before.account_id == account_id:
            cookie, _ = await sessions.renew(
                connection, before, proof=came.proof, auth_time=came.auth_time, now=visit.now
            )
            return cookie
        cookie, _ = await sessions.begin(
            connection,
            account_id=account_id,
            proof=came.proof,
            auth_time=came.auth_time,
            provider_id=provider_id,
            user_agent=visit.request.headers.get("user-agent"),
            replaces=before.session_id if before else None,
            now=visit.now,
        )
        return cookie


async def _account(connection: AsyncConnection, visit: Visit, came: ProviderIdentity) -> UUID:
    invited = _INVITATION.fullmatch(destination.ours(came.said["next"]))
    if invited is None:
        if (known := await invitations.known_as(connection, came.identity)) is None:
            raise Refused
        return known
    offer = await invitations.look(connection, invited[1], now=visit.now)
    if offer.provider_id != came.identity.provider_id:
        raise ProviderNeeded
    newcomer = Newcomer(
        display_name=_called(came.said["name"]) or offer.name,
        language=visit.language.value,
        user_agent=visit.request.headers.get("user-agent"),
    )
    return await joining.by_provider(
        connection, invited[1], newcomer, came.identity, signed_in=visit.session, now=visit.now
    )


def _called(name: str) -> str | None:
    try:
        return accounts.fit_name(name)
    except UnfitDisplayName:
        return None
