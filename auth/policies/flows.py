"""Who may see and write counts at the border: the organisation that counted. Others read figures, from releases."""

from auth.policies.declare import OWN, Command, DatabaseRole, Policy, everything, holds
from models.rules.roles import Role

COUNTER_ROLES = frozenset({Role.ENUMERATOR, Role.REGISTRATION_OFFICER})
"Who enters counts."
FLOW_ROLES = COUNTER_ROLES | {Role.SUPERVISOR, Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER}
"Who reads them raw: where two people a day pass, a crossing point, a day, sex and age are nearly a name."
AT_CROSSING = (
    "EXISTS (SELECT FROM location l WHERE l.id = border_flow.location_id AND l.kind = 'CROSSING_POINT')"
)  # fmt: skip
"The place is a crossing point that whoever counts may see."
TABLES = ("border_flow", "border_flow_part")

POLICIES = [
    *(Policy(table, DatabaseRole.APP, Command.SELECT, f"{OWN} AND {holds(FLOW_ROLES)}") for table in TABLES),
    Policy("border_flow", DatabaseRole.APP, Command.INSERT, f"{OWN} AND {holds(COUNTER_ROLES)} AND {AT_CROSSING}"),
    Policy("border_flow_part", DatabaseRole.APP, Command.INSERT, f"{OWN} AND {holds(COUNTER_ROLES)}"),
    *everything(DatabaseRole.WORKER, TABLES, Command.SELECT),
]
