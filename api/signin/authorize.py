"""The authorization endpoint: a program's request is read and kept, its person sent on (RFC 6749, 4.1.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from api.forms import BadForm, each_once, read_form
from api.signin import destination
from api.signin.language import asked_by_program
from api.signin.visit import Trouble, Visit
from auth import authorization
from auth.authorization_request import Refusal, Unshowable
from auth.lockout import LockedOut, Lockout
from auth.metadata import AUTHORIZATION_PATH

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

LONGEST_QUERY = 8 * 1024
"Characters."
AT_ONCE, THEN = 200, timedelta(seconds=0.1)
"Requests that may begin to wait from one address at one moment, and after which time another may: each is kept."


def routes(desk: Desk) -> list[Route]:
    """This will make the route of the endpoint; programs may send a form too (OpenID Connect Core 3.1.2.1)."""
    beginning = Lockout(burst=AT_ONCE, refill=THEN)

    async def begin(visit: Visit) -> Response:
        try:
            beginning.check("", visit.address, now=visit.now)
        except LockedOut:
            raise Trouble("too_many", 429, minutes="1") from None
        response = await answer(visit)
        beginning.failed("", visit.address, now=visit.now)
        return response

    return [desk.open_route(AUTHORIZATION_PATH, begin)]


async def answer(visit: Visit) -> Response:
    try:
        parameters = await _parameters(visit.request)
    except BadForm as bad:
        raise Trouble("wrong_request", bad.status, reason=str(bad.__doc__)) from None
    try:
        async with visit.transaction() as connection:
            try:
                request = await authorization.read_request(
                    connection, parameters, profile=visit.desk.profile, now=visit.now
                )
            except Refusal as refusal:
                # Committed: a pushed request was used up, whatever it asked.
                return visit.leave_for(refusal.address)
            handle = await authorization.keep(connection, request, now=visit.now)
    except Unshowable as unshowable:
        raise Trouble("wrong_request", 400, reason=str(unshowable.__doc__)) from None
    language = asked_by_program(request.ui_locales)
    onward = destination.page("/continue", request=handle, language=language.value if language else None)
    return visit.leave_for(visit.desk.profile.pages + onward)


async def _parameters(request: Request) -> dict[str, str]:
    """What the program said. A parameter without a value counts as left out, one given twice is an error."""
    if request.method == "POST":
        return await read_form(request)
    query = request.url.query
    if len(query) > LONGEST_QUERY:
        raise BadForm
    try:
        said = each_once(query)
    except ValueError as error:
        raise BadForm from error
    return {name: value for name, value in said.items() if value}
