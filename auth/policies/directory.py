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
]
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
    Policy("term", DatabaseRole.APP, Command.SELECT, SOMEONE),
    *everything(DatabaseRole.WORKER, [*LISTED, "term"], Command.ALL),
    *everything(DatabaseRole.SEARCH, [*LISTED, "term"], Command.SELECT),
    *everything(DatabaseRole.SEARCH, ["service_place", "search_word"], Command.SELECT),
    *everything(DatabaseRole.KEEPER, ["service_place", "search_word"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["service", "location"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["service_at_location", "service_term", "term"], Command.SELECT),
    *everything(DatabaseRole.KEEPER, ["capacity", "capacity_count"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["capacity_hold"], Command.ALL),
]
