"""Who may see a referral and each part of it: its parties, and each part as far as the party's row discloses it.

Everything here asks referral_party and nothing else, so that policies form no cycle. What a party's row discloses is
kept by triggers (keeper/parties.sql) from the referral's state and the consent it rests on.
"""

from auth.policies.declare import (
    CASE_ROLES,
    EVERYWHERE,
    ME,
    OWN,
    SENSITIVE_ROLES,
    STUB_ROLES,
    Command,
    DatabaseRole,
    Policy,
    everything,
    holds,
)
from models.rules.vocabulary import InformationClass


def party(table: str, *conditions: str, key: str = "referral_id") -> str:
    """SQL that is true where the actor's organisation takes part in the row's referral, and its part is as asked.

    Not EXISTS: PostgreSQL would answer that by reading all the organisation's parties once, however many there are.
    """
    asked = "".join(f" AND {condition}" for condition in conditions)
    return (
        f"(SELECT true FROM referral_party p WHERE p.referral_id = {table}.{key} AND p.organization_id = {ME}{asked})"
    )


def disclosed(information: InformationClass) -> str:
    """SQL that is true where consent reaches the class of information, and lasts."""
    return f"'{information}' = ANY (p.discloses) AND p.discloses_until > now()"


SENDER = "p.side = 'SENDER'"
RECEIVER = "p.side = 'RECEIVER'"
PARTS = {
    "referral_subject": "p.sees_stub",
    "referral_identity": disclosed(InformationClass.IDENTITY),
    "referral_contact": disclosed(InformationClass.CONTACT),
    "referral_request": disclosed(InformationClass.NEED),
    "referral_vulnerabilities": disclosed(InformationClass.VULNERABILITIES),
    "referral_narrative": disclosed(InformationClass.NARRATIVE),
}
"Each part of the person's information, and what a party's row must say for it to be seen."
ROLES = {
    "referral_subject": STUB_ROLES,
    "referral_vulnerabilities": SENSITIVE_ROLES,
    "referral_narrative": SENSITIVE_ROLES,
}


def _part(table: str, condition: str) -> str:
    return f"{party(table, condition)} AND {holds(ROLES.get(table, CASE_ROLES))}"


def _select(table: str, rows: str) -> Policy:
    return Policy(table, DatabaseRole.APP, Command.SELECT, rows)


def _insert(table: str, rows: str) -> Policy:
    return Policy(table, DatabaseRole.APP, Command.INSERT, rows)


STEPPED = ("status", "version", "updated_at", "responded_at", "completed_at", "officer_id")
"What a step changes of a referral (which steps there are: keeper/transitions.sql); all else stays as it was sent."
OWN_STEP = f"{OWN} AND kind = 'ACTION'"
CONSENT_ENDED = "organization_id IS NULL AND kind = 'CONSENT_WITHDRAWN'"
"What the system does by itself, in the transaction of the sender that withdraws a consent."
NOTE = f"({SENDER} OR referral_note.organization_id = {ME} OR ({disclosed(InformationClass.NARRATIVE)}))"

OF_MY_SITE = f"CASE WHEN {EVERYWHERE} THEN true ELSE referral_of_my_site(referral_id) END"
"Whose roles hold at one site sees what was sent of the files that are seen there, and what was received (sites.sql)."

POLICIES = [
    _select("referral_party", f"{OWN} AND {holds(STUB_ROLES)} AND {OF_MY_SITE}"),
    _select("referral", party("referral", key="id")),
    _insert("referral", f"sender_id = {ME} AND {holds(CASE_ROLES)}"),
    Policy(
        "referral",
        DatabaseRole.APP,
        Command.UPDATE,
        f"{party('referral', key='id')} AND {holds(CASE_ROLES)}",
        columns=STEPPED,
    ),
    *(_select(table, _part(table, condition)) for table, condition in PARTS.items()),
    *(_insert(table, f"{party(table, SENDER)} AND {holds(CASE_ROLES)}") for table in PARTS),
    _select("referral_event", party("referral_event")),
    _insert(
        "referral_event",
        f"({party('referral_event')} AND {OWN_STEP} OR {party('referral_event', SENDER)} AND {CONSENT_ENDED})"
        f" AND {holds(CASE_ROLES)}",
    ),
    _select("referral_note", f"{party('referral_note', NOTE)} AND {holds(CASE_ROLES)}"),
    _insert("referral_note", f"{OWN} AND {party('referral_note')} AND {holds(CASE_ROLES)}"),
    _select("referral_decline", party("referral_decline")),
    _insert("referral_decline", f"{party('referral_decline', RECEIVER)} AND {holds(CASE_ROLES)}"),
    _select("referral_outcome", party("referral_outcome")),
    _insert("referral_outcome", f"{party('referral_outcome', RECEIVER)} AND {holds(CASE_ROLES)}"),
    _select("referral_withdrawal", party("referral_withdrawal", SENDER)),
    _insert("referral_withdrawal", f"{party('referral_withdrawal', SENDER)} AND {holds(CASE_ROLES)}"),
    *everything(DatabaseRole.KEEPER, ["referral"], Command.SELECT),
    *everything(DatabaseRole.KEEPER, ["referral_party"], Command.ALL),
]
