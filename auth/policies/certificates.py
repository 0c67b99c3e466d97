"""Who may see certificates: the organiser's trainers; and anyone, one at a time, who was given its id (keeper).

Only the job that signs reads the keys.
"""

from auth.policies.declare import Command, DatabaseRole, Policy, everything
from auth.policies.training import OURS, RECORDED

CLAIMED = ("id", "organization_id", "enrolment_id", "issued_at", "valid_until", "claims")
"What is said when a certificate is issued, and never again."
REVOKED = ("revoked_at", "revocation")
SIGNED = ("credential", "signed_at", "public_key")
PUBLIC = ("public_key", "created_at", "withdrawn_at")
"Of a key."

POLICIES = [
    Policy("training_score", DatabaseRole.APP, Command.SELECT, OURS),
    Policy("training_score", DatabaseRole.APP, Command.INSERT, RECORDED),
    Policy("training_score", DatabaseRole.APP, Command.UPDATE, RECORDED),
    Policy("certificate", DatabaseRole.APP, Command.SELECT, OURS),
    Policy("certificate", DatabaseRole.APP, Command.INSERT, RECORDED, columns=CLAIMED),
    Policy(
        "certificate",
        DatabaseRole.APP,
        Command.UPDATE,
        f"{RECORDED} AND revoked_at IS NULL",
        written=RECORDED,
        columns=REVOKED,
    ),
    *everything(DatabaseRole.WORKER, ["certificate", "training_score"], Command.SELECT),
    Policy("certificate", DatabaseRole.WORKER, Command.UPDATE, "true", columns=SIGNED),
    *everything(DatabaseRole.WORKER, ["status_list", "issuer_key"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["certificate", "status_list"], Command.SELECT),
    Policy("issuer_key", DatabaseRole.KEEPER, Command.SELECT, "true", columns=PUBLIC),
]
