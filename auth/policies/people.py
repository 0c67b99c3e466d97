"""Who may see people's files: the organisation that keeps them, by role. Nobody else, whatever place or parent."""

from auth.policies.declare import (
    CASE_ROLES,
    OWN,
    SENSITIVE_ROLES,
    STUB_ROLES,
    Command,
    DatabaseRole,
    Policy,
    everything,
    holds,
)

STUB = f"{OWN} AND {holds(STUB_ROLES)}"
FILE = f"{OWN} AND {holds(CASE_ROLES)}"

POLICIES = [
    Policy("person", DatabaseRole.APP, Command.SELECT, STUB),
    Policy("person", DatabaseRole.APP, Command.INSERT, FILE),
    *(
        Policy(table, DatabaseRole.APP, command, FILE)
        for table in ("person_identity", "person_contact", "consent", "consent_detail", "consent_withdrawal")
        for command in (Command.SELECT, Command.INSERT)
    ),
    Policy(
        "person_vulnerability",
        DatabaseRole.APP,
        Command.SELECT,
        f"{FILE} AND (class = 2 OR {holds(SENSITIVE_ROLES)})",
    ),
    Policy("person_vulnerability", DatabaseRole.APP, Command.INSERT, FILE),
    *everything(DatabaseRole.KEEPER, ["consent", "consent_withdrawal"], Command.SELECT),
]
