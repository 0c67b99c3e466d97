"""Who may see what the directory said, version by version: whoever may see the version; only its writer adds any."""

from auth.policies.declare import SOMEONE, Command, DatabaseRole, Policy, everything
from auth.policies.directory import VISIBLE

POLICIES = [
    Policy("directory_version", DatabaseRole.APP, Command.SELECT, VISIBLE),
    Policy("directory_feed", DatabaseRole.APP, Command.SELECT, SOMEONE),
    *everything(DatabaseRole.WORKER, ["directory_version", "directory_note", "directory_feed"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["directory_version"], Command.SELECT, Command.UPDATE),
    *everything(DatabaseRole.KEEPER, ["directory_note"], Command.INSERT),
]
