"""The directory as an HSDS 3.1 API, below /hsds/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.first_use import below

if TYPE_CHECKING:
    from starlette.routing import Route

    from api.uploads import Door
    from models.session import Database


def hsds_routes(database: Database, door: Door, *, issuer: str) -> list[Route]:
    """This will make the routes."""

    def made() -> list[Route]:
        # Imported at the first request: the program starts without the standard's renderers.
        from api.hsds.routes import hsds_routes

        return hsds_routes(database, door, issuer=issuer)

    return below("/hsds", made)
