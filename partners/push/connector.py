"""What a partner sends, as a connector."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.push.feed import look, read
from partners.push.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
