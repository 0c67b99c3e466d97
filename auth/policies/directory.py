"""Who may see the service directory: each row says so itself, by its visibility and its owner."""

from auth.policies.declare import OWN, REFERRAL_ROLES, SOMEONE, Command, DatabaseRole, Policy, everything, holds

LISTED = [
    "location",
    "service",
    "service_at_location",
    "phone",
    "capacity",
    "capacity_count",
    "schedule",
    "schedule_exception",
    "opening",
    "service_term",
    "contact",
    "cost_option",
    "required_document",
    "service_area",
    "accessibility",
    "unmapped",
]
OPEN_TO_ALL = ["term", "term_mapping", "organization_identifier"]
"What says nothing that anybody may not know who is of the network."
VISIBLE = (
    f"CASE visibility WHEN 'PUBLIC' THEN {SOMEONE} WHEN 'NETWORK' THEN {SOMEONE} "
    f"WHEN 'REDACTED' THEN {OWN} OR ({SOMEONE} AND {holds(REFERRAL_ROLES)}) "
    f"ELSE {OWN} END"
)
REPORTED = ["capacity", "capacity_count"]

POLICIES = [
    *(Policy(table, DatabaseRole.APP, Command.SELECT, VISIBLE) for table in LISTED),
    *(Policy(table, DatabaseRole.APP, Command.INSERT, OWN) for table in REPORTED),
    *(Policy(table, DatabaseRole.APP, Command.UPDATE, OWN) for table in REPORTED),
    *(Policy(table, DatabaseRole.APP, Command.SELECT, SOMEONE) for table in OPEN_TO_ALL),
    *everything(DatabaseRole.WORKER, [*LISTED, *OPEN_TO_ALL], Command.ALL),
    *everything(DatabaseRole.SEARCH, [*LISTED, *OPEN_TO_ALL], Command.SELECT),
    *everything(DatabaseRole.SEARCH, ["service_place", "search_word"], Command.SELECT),
    *everything(DatabaseRole.KEEPER, ["service_place", "search_word"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["service", "location"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["service_at_location", "service_term", "term"], Command.SELECT),
    *everything(DatabaseRole.KEEPER, ["service_at_location"], Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["capacity", "capacity_count"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["capacity_hold"], Command.ALL),
]
