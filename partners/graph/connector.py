"""A partner's GraphQL, as a connector."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.graph.feed import look, read
from partners.graph.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
