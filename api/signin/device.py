"""The page on which a person types the code that a device shows, sees what it asks, and decides (RFC 8628, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.signin import organisations
from api.signin.choices import identity_of, shown
from api.signin.visit import UNREADABLE, Trouble, Visit, minutes
from api.signin.words.speak import scope_words
from auth import devices
from auth.lockout import LockedOut, Lockout
from auth.people import memberships
from auth.user_codes import shown as as_shown

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

PATH = "/device"
DONE = {"allowed": "device_allowed", "refused": "device_refused"}


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of the device page; wrong codes are counted in this process."""
    lockout = Lockout()

    async def show(visit: Visit) -> Response:
        """A code in the address, as a QR code brings it, is filled in; the person sends it on themselves."""
        visit.someone()
        return visit.show("device", user_code=visit.query.get("user_code", "")[:20])

    async def look(visit: Visit) -> Response:
        visit.back = PATH
        session = visit.someone()
        code = visit.form.get("user_code", "")
        try:
            async with visit.transaction() as connection:
                asking = await devices.look(
                    connection, code, session=session, address=visit.address, lockout=lockout, now=visit.now
                )
                choices = await memberships.of(connection, session.account_id, provider_id=session.provider_id)
                owner = await organisations.named(connection, asking.organization_id, visit.language)
        except devices.UnknownUserCode:
            return _again(visit, code, visit.words["wrong_device_code"], UNREADABLE)
        except LockedOut as locked:
            return _again(visit, code, visit.words["device_too_many"].format(minutes=minutes(locked.wait)), 429)
        able = [choice for choice in choices if asking.organization_id in (None, choice.organization_id)]
        if not able:
            raise Trouble("no_membership", 403, program=asking.client_name)
        return visit.show(
            "device_decide",
            program=asking.client_name,
            owner=owner,
            user_code=asking.user_code,
            shown=as_shown(asking.user_code),
            choices=shown(able, visit.language),
            sentences=scope_words(asking.scopes, visit.language),
        )

    async def decide(visit: Visit) -> Response:
        visit.back = PATH
        session = visit.someone()
        code = visit.form.get("user_code", "")
        membership = identity_of(visit.form.get("membership"))
        allowed = visit.form.get("answer") == "allow" and membership is not None
        try:
            async with visit.transaction() as connection:
                if allowed and membership is not None:
                    await devices.approve(connection, code, session=session, membership_id=membership, now=visit.now)
                else:
                    await devices.deny(connection, code, session=session, now=visit.now)
        except (devices.UnknownUserCode, devices.NotYourOrganisation):
            return _again(visit, "", visit.words["wrong_device_code"], UNREADABLE)
        return visit.go(f"{PATH}/{'allowed' if allowed else 'refused'}")

    async def done(visit: Visit) -> Response:
        visit.someone()
        name = DONE.get(visit.request.path_params["outcome"])
        if name is None:
            raise Trouble("no_such_page", 404)
        return visit.show("done", title=visit.words[f"{name}_title"], text=visit.words[name], onward=None)

    return [
        desk.route(PATH, get=show, post=look),
        desk.route(f"{PATH}/decide", post=decide),
        desk.route(f"{PATH}/{{outcome}}", get=done),
    ]


def _again(visit: Visit, code: str, problem: str, status: int) -> Response:
    return visit.show("device", status=status, user_code=code[:20], problem=problem, wrong={"user_code": problem})
