"""An HSDS 3 API, as a connector."""

from partners.connector import Connector
from partners.hsds.feed import look, read
from partners.hsds.mapping import project

CONNECTOR = Connector(read, project, look)
