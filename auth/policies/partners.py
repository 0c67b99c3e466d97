"""Who may see partners' systems and what they sent: the organisation whose system it is, and the network's stewards."""

from auth.policies.declare import OWN, STEWARDS, Command, DatabaseRole, Policy, everything, holds
from models.base import Base
from models.rules.roles import Role

EDITORS = frozenset({Role.DIRECTORY_EDITOR, Role.ADMINISTRATOR})
"Who keeps an organisation's entries in the directory, and the system they come from."
KEPT = f"({holds(STEWARDS)} OR ({OWN} AND {holds(EDITORS)}))"
"The row is looked after by whoever asks: a steward, or an editor of the organisation whose it is."
OF_PARTNER = "EXISTS (SELECT FROM partner p WHERE p.id = partner_id)"
"Its partner is seen: that table's own policy says so."
SYSTEMS = ["partner", "source_record", "source_link", "sync_run", "partner_import"]
NEVER_READ = frozenset({"credential", "raw", "content"})
"""Columns that no request reads: a partner's secret, and what it sent before anyone judged whom it is for."""


def _read(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in Base.metadata.tables[table].columns if column.name not in NEVER_READ)


POLICIES = [
    Policy("partner", DatabaseRole.APP, Command.SELECT, KEPT, columns=_read("partner")),
    Policy("source_record", DatabaseRole.APP, Command.SELECT, OF_PARTNER, columns=_read("source_record")),
    Policy("sync_run", DatabaseRole.APP, Command.SELECT, OF_PARTNER),
    Policy("partner_import", DatabaseRole.APP, Command.SELECT, KEPT, columns=_read("partner_import")),
    *everything(DatabaseRole.WORKER, SYSTEMS, Command.ALL),
]
