"""A partner's GraphQL: a saved query, and what its answer means."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.graph.feed import look, read
from partners.graph.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
