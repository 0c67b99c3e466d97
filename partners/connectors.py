"""Which connector reads which kind of system?"""

from models.partners import PartnerKind
from partners import hsds, sheets
from partners.connector import Connector

CONNECTORS: dict[PartnerKind, Connector] = {
    PartnerKind.HSDS: hsds.CONNECTOR,
    PartnerKind.CSV: sheets.CONNECTOR,
}
