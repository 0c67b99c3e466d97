"""The directory as files: sheets, GeoJSON, and snapshots to be searched offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from api.first_use import AtFirstUse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.uploads import Door
    from auth.keys import KeyRing
    from models.session import Database


def export_routes(
    database: Database, door: Door, *, ring: KeyRing, issuer: str, clock: Callable[[], datetime]
) -> list[Route]:
    """This will make the routes. `issuer`: whose snapshots are said to be."""

    def made() -> list[Route]:
        # Imported at the first request: the program starts without what writes files.
        from api.exports.routes import export_routes

        return export_routes(database, door, ring=ring, issuer=issuer, clock=clock)

    files = AtFirstUse(made)
    return [Route(path, files) for path in ("/directory.{ending}", "/directory/snapshot.{ending}")]
