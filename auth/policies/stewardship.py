"""Who may see and decide what concerns the directory's quality: the organisation whose record it is, and stewards."""

from auth.policies.declare import (
    EVERYWHERE,
    ME,
    OWN,
    SOMEONE,
    STEWARDS,
    Command,
    DatabaseRole,
    Policy,
    everything,
    holds,
)
from auth.policies.directory import VISIBLE
from auth.policies.partners import EDITORS, KEPT

DECIDED = ["claim", "duplicate", "merge", "draft", "suggestion", "verification_request"]
STEWARD = f"({SOMEONE} AND {EVERYWHERE} AND {holds(STEWARDS)})"
OF_SEEN = f"({KEPT} AND EXISTS (SELECT FROM service s WHERE s.id = service_id))"
"What is asked and said of a service is hidden with it: whom one writes to may be where it is."
SUGGESTED = f"({OF_SEEN} OR coalesce(suggested_by = {ME}, false))"
"Who suggests sees what becomes of it."
MINE = f"coalesce(suggested_by = {ME}, false) AND state = 'OPEN'"
DECISION = ("state", "decided_at", "decided_by", "decision_note")
ASKING = ("id", "service_id", "organization_id", "email", "language", "asked_at", "asked_by", "sent_at", "next_try_at")
ASKED = (*ASKING, "reminded_at", "failure", "answered_at", "answer", "note", "ended_at")
"All that may be read of a request; never what its link is made of."
JOINED = ["phone", "contact", "cost_option", "required_document", "service_area", "unmapped"]
"What goes with a service that is merged into another."
BOTH_OPEN = (
    "NOT EXISTS (SELECT FROM unnest(ARRAY[first_id, second_id]) AS each (id) LEFT JOIN service s USING (id)"
    " WHERE s.visibility IS NULL OR s.visibility NOT IN ('PUBLIC', 'NETWORK'))"
)
"How alike two are tells of where the one is, once it is hidden."
CLAIMED = (
    f"({VISIBLE}) AND visibility <> 'REDACTED'"
    " AND EXISTS (SELECT FROM service s WHERE s.id = record_id AND s.visibility = claim.visibility)"
)
"As its service, and only while that is as open as it was: what was said before it was hidden is hidden with it."

POLICIES = [
    Policy("claim", DatabaseRole.APP, Command.SELECT, CLAIMED),
    Policy("duplicate", DatabaseRole.APP, Command.SELECT, f"{STEWARD} AND {BOTH_OPEN}"),
    Policy("merge", DatabaseRole.APP, Command.SELECT, STEWARD),
    *(
        Policy("draft", DatabaseRole.APP, command, f"({EVERYWHERE} AND {OWN} AND {holds(EDITORS)})")
        for command in (Command.SELECT, Command.INSERT, Command.UPDATE)
    ),
    Policy("suggestion", DatabaseRole.APP, Command.SELECT, SUGGESTED),
    Policy("verification_request", DatabaseRole.APP, Command.SELECT, OF_SEEN, columns=ASKED),
    Policy("verification_request", DatabaseRole.APP, Command.INSERT, KEPT, columns=(*ASKING, "token_hash")),
    Policy("verification_request", DatabaseRole.APP, Command.UPDATE, KEPT, columns=("ended_at",)),
    Policy("suggestion", DatabaseRole.APP, Command.INSERT, MINE),
    Policy("suggestion", DatabaseRole.APP, Command.UPDATE, KEPT, columns=DECISION),
    *everything(DatabaseRole.KEEPER, ["verification_request"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["suggestion"], Command.INSERT),
    *everything(DatabaseRole.KEEPER, ["claim", "duplicate", "merge", "source_link"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["source_record"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, JOINED, Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["service_term"], Command.UPDATE),
    *everything(DatabaseRole.WORKER, DECIDED, Command.ALL),
]
