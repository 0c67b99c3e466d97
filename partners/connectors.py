"""Which connector reads which kind of system?"""

from models.partners import PartnerKind
from partners.connector import Connector
from partners.fhir.connector import CONNECTOR as FHIR
from partners.graph.connector import CONNECTOR as GRAPH
from partners.hsds.connector import CONNECTOR as HSDS
from partners.opencrvs.connector import CONNECTOR as OPENCRVS
from partners.push.connector import CONNECTOR as PUSH
from partners.sheets.connector import CONNECTOR as SHEETS

CONNECTORS: dict[PartnerKind, Connector] = {
    PartnerKind.HSDS: HSDS,
    PartnerKind.FHIR: FHIR,
    PartnerKind.GRAPHQL: GRAPH,
    PartnerKind.OPENCRVS: OPENCRVS,
    PartnerKind.CSV: SHEETS,
    PartnerKind.PUSH: PUSH,
}
