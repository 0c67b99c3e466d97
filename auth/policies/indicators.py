"""Who may see figures: every partner, once they are approved; before that whoever publishes them. Raw counts: nobody.

A release that waits for approval is announced to everyone, and its figures to its publisher alone.
"""

from auth.policies.declare import ME, OWN, SOMEONE, USER, Command, DatabaseRole, Policy, everything, holds
from models.rules.roles import Role

PUBLISHERS = frozenset({Role.ANALYST, Role.NETWORK_STEWARD})
"Who reviews and approves what the organisation publishes, and signs for what it contributed."
PUBLISHED = "state IN ('APPROVED', 'SUPERSEDED')"
MINE = f"publisher_id = {ME} AND {holds(PUBLISHERS)}"
SIGNS = f"""EXISTS (SELECT FROM release_signoff s WHERE s.release_id = r.id AND s.organization_id = {ME})"""
"Whoever is asked to sign sees what for."
PARTS = ("release_member", "release_cell")
COUNTED = {
    "referral": ("id", "sender_id", "receiver_id", "person_id", "need", "status", "sent_at", "completed_at"),
    "referral_event": ("referral_id", "organization_id", "at", "kind", "action"),
    "referral_outcome": ("referral_id", "result"),
    "referral_subject": ("referral_id", "sex", "age_group"),
    "consent": ("id", "person_id", "purpose", "given_at", "valid_until"),
    "consent_withdrawal": ("consent_id", "withdrawn_at"),
}
"What a release is counted from, and no column more: nothing of who a person is, and no text."


def by(done: str) -> str:
    """SQL that is true where the row names the actor as who did it."""
    client = "(SELECT current_setting('konbit.client', true))"
    return f"{done}_by IS NOT DISTINCT FROM {USER} AND {done}_client = {client}"


def release(table: str, condition: str) -> str:
    """SQL that is true where the row's release is one the actor may see, and it is as asked."""
    return f"(SELECT {condition} FROM indicator_release r WHERE r.id = {table}.release_id)"


POLICIES = [
    Policy("indicator", DatabaseRole.APP, Command.SELECT, SOMEONE),
    Policy("indicator_release", DatabaseRole.APP, Command.SELECT, f"{SOMEONE} AND (state <> 'DRAFT' OR {MINE})"),
    Policy(
        "indicator_release",
        DatabaseRole.APP,
        Command.UPDATE,
        f"{MINE} AND state = 'AUDITED'",
        written=f"{MINE} AND state = 'APPROVED' AND {by('approved')}",
        columns=("state", "approved_at", "approved_by", "approved_client"),
    ),
    Policy("release_member", DatabaseRole.APP, Command.SELECT, release("release_member", "true")),
    Policy(
        "release_cell",
        DatabaseRole.APP,
        Command.SELECT,
        release("release_cell", f"r.{PUBLISHED} OR r.state = 'AUDITED' AND (r.{MINE} OR {SIGNS})"),
    ),
    Policy(
        "release_signoff",
        DatabaseRole.APP,
        Command.SELECT,
        f"({OWN} OR {release('release_signoff', f'r.publisher_id = {ME}')}) AND {holds(PUBLISHERS)}",
    ),
    Policy(
        "release_signoff",
        DatabaseRole.APP,
        Command.UPDATE,
        f"{OWN} AND {holds(PUBLISHERS)} AND signed_at IS NULL",
        written=f"{OWN} AND {holds(PUBLISHERS)} AND signed_at IS NOT NULL AND {by('signed')}",
        columns=("signed_at", "signed_by", "signed_client"),
    ),
    Policy("restatement", DatabaseRole.APP, Command.SELECT, SOMEONE),
    *everything(
        DatabaseRole.WORKER,
        ["indicator", "indicator_release", *PARTS, "release_count", "release_rounding", "release_signoff"],
        Command.ALL,
    ),
    *(
        Policy(table, DatabaseRole.WORKER, Command.SELECT, "true", columns=columns)
        for table, columns in COUNTED.items()
    ),
    *everything(DatabaseRole.WORKER, ["indicator_version", "restatement"], Command.SELECT, Command.INSERT),
    *everything(DatabaseRole.KEEPER, ["indicator_release"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["restatement"], Command.INSERT),
    *everything(DatabaseRole.KEEPER, ["release_signoff"], Command.SELECT),
]
