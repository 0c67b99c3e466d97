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
OF_CONSENT = f"CASE WHEN {EVERYWHERE} THEN true ELSE EXISTS (SELECT FROM consent c WHERE c.id = {{}}.consent_id) END"


def file_of_my_site(key: str) -> str:
    """SQL that is true where the file named by a column is of the site, for those whose roles hold at one alone."""
    return f"CASE WHEN {EVERYWHERE} THEN true ELSE file_of_my_site({key}) END"


PARTS = {
    **dict.fromkeys(
        ("person_identity", "person_contact", "person_vulnerability", "consent"), file_of_my_site("person_id")
    ),
    "consent_detail": OF_CONSENT.format("consent_detail"),
    "consent_withdrawal": OF_CONSENT.format("consent_withdrawal"),
}
"The parts of a file, and how whose roles hold at one site knows which are of its files."


POLICIES = [
    Policy("person", DatabaseRole.APP, Command.SELECT, f"{STUB} AND {file_of_my_site('id')}"),
    Policy("person", DatabaseRole.APP, Command.INSERT, f"{FILE} AND {AT_SITE}"),
    *(Policy(table, DatabaseRole.APP, Command.INSERT, FILE) for table in PARTS),
    *(
        Policy(table, DatabaseRole.APP, Command.SELECT, f"{FILE} AND {of_site}")
        for table, of_site in PARTS.items()
        if table != "person_vulnerability"
    ),
    Policy(
        "person_vulnerability",
        DatabaseRole.APP,
        Command.SELECT,
        f"{FILE} AND (class = 2 OR {holds(SENSITIVE_ROLES)}) AND {PARTS['person_vulnerability']}",
    ),
    *everything(DatabaseRole.KEEPER, ["consent", "consent_withdrawal"], Command.SELECT),
    Policy("person", DatabaseRole.KEEPER, Command.SELECT, "true", columns=("id", "organization_id", "site_id")),
]
