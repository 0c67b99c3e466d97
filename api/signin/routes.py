"""Where are the pages on which people sign in, decide and look after their account? All of their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.signin import account, asking, assets, authorize, device, invitation, leaving, sign_in, ways
from api.signin.clients import client_routes
from api.signin.members import member_routes
from api.signin.stewards import steward_routes
from api.signin.verify import verify_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from api.signin.desk import Desk
    from models.session import Database

SUBJECTS = (authorize, sign_in, asking, device, account, ways, invitation, leaving)


def signin_routes(desk: Desk, database: Database) -> list[Route]:
    """This will make the routes of all pages, and of what they load.

    `database` is the one that requests use: what administrators do on pages is what they may do in the graph.
    """
    return [
        *assets.routes(),
        *(route for subject in SUBJECTS for route in subject.routes(desk)),
        *member_routes(desk, database),
        *client_routes(desk, database),
        *verify_routes(desk, database),
        *steward_routes(desk, database),
    ]
