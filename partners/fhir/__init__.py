"""FHIR R4 as IHE mCSD has it: a partner's directory read (ITI-90, ITI-91), and ours written."""

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
