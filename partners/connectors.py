"""Which connector reads which kind of system?"""

from models.partners import PartnerKind
from partners import fhir, graph, hsds, opencrvs, push, sheets
from partners.connector import Connector

CONNECTORS: dict[PartnerKind, Connector] = {
    PartnerKind.HSDS: hsds.CONNECTOR,
    PartnerKind.FHIR: fhir.CONNECTOR,
    PartnerKind.GRAPHQL: graph.CONNECTOR,
    PartnerKind.OPENCRVS: opencrvs.CONNECTOR,
    PartnerKind.CSV: sheets.CONNECTOR,
    PartnerKind.PUSH: push.CONNECTOR,
}
