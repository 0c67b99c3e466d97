"""The directory as FHIR R4: IHE mCSD's search (ITI-90) and updates (ITI-91), below /fhir."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.first_use import below

if TYPE_CHECKING:
    from starlette.routing import Route

    from api.uploads import Door
    from models.session import Database


def fhir_routes(database: Database, door: Door, *, issuer: str) -> list[Route]:
    """This will make the routes."""

    def made() -> list[Route]:
        # Imported at the first request: the program starts without the standard's renderers.
        from api.fhir.routes import fhir_routes

        return fhir_routes(database, door, issuer=issuer)

    return below("/fhir", made)
