"""A sheet, as a connector."""

from models.partners import RecordKind
from partners.connector import Connector
from partners.sheets.feed import look, read
from partners.sheets.mapping import project

CONNECTOR = Connector(read, project, look, kinds=(RecordKind.SERVICE,))
