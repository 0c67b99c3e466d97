"""Who may see and decide what concerns the directory's quality: the organisation whose record it is, and stewards."""

from auth.policies.declare import ME, OWN, STEWARDS, Command, DatabaseRole, Policy, everything, holds
from auth.policies.directory import VISIBLE
from auth.policies.partners import EDITORS, KEPT

DECIDED = ["claim", "duplicate", "merge", "draft", "suggestion", "verification_request"]
STEWARD = holds(STEWARDS)
SUGGESTED = f"({KEPT} OR coalesce(suggested_by = {ME}, false))"
"Who suggests sees what becomes of it."

POLICIES = [
    Policy("claim", DatabaseRole.APP, Command.SELECT, VISIBLE),
    *(Policy(table, DatabaseRole.APP, Command.SELECT, STEWARD) for table in ("duplicate", "merge")),
    Policy("draft", DatabaseRole.APP, Command.SELECT, f"({OWN} AND {holds(EDITORS)})"),
    Policy("suggestion", DatabaseRole.APP, Command.SELECT, SUGGESTED),
    Policy("verification_request", DatabaseRole.APP, Command.SELECT, KEPT),
    *everything(DatabaseRole.WORKER, DECIDED, Command.ALL),
]
