"""The directory as FHIR R4: IHE mCSD's search (ITI-90) and updates (ITI-91), below /fhir."""

from api.fhir.routes import fhir_routes

__all__ = ["fhir_routes"]
