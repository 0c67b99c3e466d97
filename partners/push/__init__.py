"""A partner that sends: services by importServices, or a file. Nothing is asked of its system."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.push.feed import look, read
from partners.push.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
