"""A FHIR server, as a connector: how it is read, and which of its resources are."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.fhir.feed import look, read
from partners.fhir.mapping import project

CONNECTOR = Connector(
    read,
    project,
    look,
    (
        RecordKind.ORGANIZATION,
        RecordKind.LOCATION,
        RecordKind.SERVICE,
        RecordKind.AFFILIATION,
        RecordKind.ENDPOINT,
    ),
)
