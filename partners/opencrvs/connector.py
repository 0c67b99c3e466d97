"""OpenCRVS, as a connector."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.opencrvs.feed import look, read
from partners.opencrvs.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
