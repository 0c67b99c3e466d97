"""Who may see people's files: the organisation that keeps them, by role. Nobody else, whatever place or parent.

Whose roles hold at one site sees the files of people who were registered there, and of no others.
"""

from auth.policies.declare import (
    AT_SITE,
    CASE_ROLES,
    EVERYWHERE,
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
PARTS = {
    **dict.fromkeys(("person_identity", "person_contact", "person_vulnerability", "consent"), "person_id"),
    **dict.fromkeys(("consent_detail", "consent_withdrawal"), "consent_id"),
}
"The parts of a file, and by which column each hangs on the file or on a consent of it."


def seen_with(table: str) -> str:
    """SQL that is true where the actor may see the file that the row is a part of; only one bound to a site is asked.

    It leans on the policies of person and consent. Others are spared the look: their roles are asked as it is.
    """
    key = PARTS[table]
    above = "person" if key == "person_id" else "consent"
    return f"CASE WHEN {EVERYWHERE} THEN true ELSE EXISTS (SELECT FROM {above} a WHERE a.id = {table}.{key}) END"


POLICIES = [
    Policy("person", DatabaseRole.APP, Command.SELECT, f"{STUB} AND {AT_SITE}"),
    Policy("person", DatabaseRole.APP, Command.INSERT, f"{FILE} AND {AT_SITE}"),
    *(Policy(table, DatabaseRole.APP, Command.INSERT, FILE) for table in PARTS),
    *(
        Policy(table, DatabaseRole.APP, Command.SELECT, f"{FILE} AND {seen_with(table)}")
        for table in PARTS
        if table != "person_vulnerability"
    ),
    Policy(
        "person_vulnerability",
        DatabaseRole.APP,
        Command.SELECT,
        f"{FILE} AND (class = 2 OR {holds(SENSITIVE_ROLES)}) AND {seen_with('person_vulnerability')}",
    ),
    *everything(DatabaseRole.KEEPER, ["consent", "consent_withdrawal"], Command.SELECT),
]
