"""Where are the pages on which people sign in, decide and look after their account? All of their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.signin import account, asking, assets, authorize, device, invitation, leaving, sign_in, ways

if TYPE_CHECKING:
    from starlette.routing import Route

    from api.signin.desk import Desk

SUBJECTS = (authorize, sign_in, asking, device, account, ways, invitation, leaving)


def signin_routes(desk: Desk) -> list[Route]:
    """This will make the routes of all pages, and of what they load."""
    return [*assets.routes(), *(route for subject in SUBJECTS for route in subject.routes(desk))]
