"""A country's OpenCRVS: the offices of its civil registry, and never a registration."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.opencrvs.feed import look, read
from partners.opencrvs.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
