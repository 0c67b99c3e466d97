"""Who may see partners' systems and what they sent: the organisation whose system it is, and the network's stewards."""

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
from models.base import Base
from models.rules.roles import Role

EDITORS = frozenset({Role.DIRECTORY_EDITOR, Role.ADMINISTRATOR})
"Who keeps an organisation's entries in the directory, and the system they come from."
KEPT = f"({SOMEONE} AND {EVERYWHERE} AND ({holds(STEWARDS)} OR ({OWN} AND {holds(EDITORS)})))"
"The row is looked after by whoever asks: a steward, or an editor of the organisation whose it is."
SENT = f"({EVERYWHERE} AND {OWN} AND {holds(EDITORS)})"
"""What an organisation sent, and what came of it: its editors' alone. It may tell of places that only they know."""
SENDS = f"{SENT} AND EXISTS (SELECT FROM partner p WHERE p.id = partner_id AND p.organization_id = {ME})"
"Nobody sends for another's partner, a steward neither."
OF_PARTNER = "EXISTS (SELECT FROM partner p WHERE p.id = partner_id)"
"Its partner is seen: that table's own policy says so."
OF_OWN = f"EXISTS (SELECT FROM partner p WHERE p.id = partner_id AND p.organization_id = {ME})"
BECAME = (
    "SELECT FROM source_link l WHERE l.partner_id = source_record.partner_id AND l.kind = source_record.kind"
    " AND l.remote_id = source_record.remote_id"
)
SHOWN = " OR ".join(
    f"EXISTS (SELECT FROM {table} x WHERE x.id = l.local_id)"
    for table in ("service", "service_at_location", "location", "organization")
)
RECORDS = f"({OF_OWN} OR ({OF_PARTNER} AND NOT EXISTS ({BECAME} AND NOT ({SHOWN}))))"
"""Of another's system a steward sees the records that became what they may see, or nothing yet: a safe house's own
record is its organisation's."""
SYSTEMS = ["partner", "source_record", "source_link", "sync_run", "partner_import"]
NEVER_READ = frozenset({"credential", "raw", "content"})
"""Columns that no request reads: a partner's secret, and what it sent before anyone judged whom it is for."""

SAID = ("address", "settings", "licence", "trust", "poll_seconds")
"What is said of a partner by the graph: no secret, and nothing that a reading keeps."
BY_WEB = f"({KEPT} AND (address ~ '^https?://' OR kind = 'PUSH'))"
"Files of the machine are the operator's to open."


def read_by_app(table: str) -> tuple[str, ...]:
    """The columns of a table that a request may read."""
    return tuple(column.name for column in Base.metadata.tables[table].columns if column.name not in NEVER_READ)


POLICIES = [
    Policy("partner", DatabaseRole.APP, Command.SELECT, KEPT, columns=read_by_app("partner")),
    Policy("source_record", DatabaseRole.APP, Command.SELECT, RECORDS, columns=read_by_app("source_record")),
    Policy("source_link", DatabaseRole.APP, Command.SELECT, OF_PARTNER),
    Policy("sync_run", DatabaseRole.APP, Command.SELECT, OF_PARTNER),
    Policy("partner_import", DatabaseRole.APP, Command.SELECT, SENT, columns=read_by_app("partner_import")),
    Policy("partner_import", DatabaseRole.APP, Command.INSERT, SENDS),
    Policy(
        "partner",
        DatabaseRole.APP,
        Command.INSERT,
        BY_WEB,
        columns=(
            "id",
            "name",
            "organization_id",
            "kind",
            *SAID,
            "next_at",
            "paused_at",
            "paused_because",
            "created_at",
        ),
    ),
    Policy(
        "partner",
        DatabaseRole.APP,
        Command.UPDATE,
        KEPT,
        columns=(
            *SAID,
            "cursor",
            "whole_at",
            "next_at",
            "paused_at",
            "paused_because",
            "failures",
            "losses_accepted_at",
        ),
    ),
    Policy(
        "sync_run",
        DatabaseRole.APP,
        Command.INSERT,
        f"({OF_PARTNER} AND outcome = 'WAITING')",
        columns=("id", "partner_id", "started_at", "outcome", "occasion", "whole", "dry_run"),
    ),
    Policy(
        "source_record",
        DatabaseRole.APP,
        Command.UPDATE,
        RECORDS,
        columns=("dismissed_at", "dismissed_by", "dismissal"),
    ),
    *everything(DatabaseRole.KEEPER, ["partner"], Command.SELECT, Command.INSERT),
    *everything(DatabaseRole.WORKER, SYSTEMS, Command.ALL),
]
