"""Who may see partners' systems and what they sent: the worker that pulls them, and no request."""

from auth.policies.declare import Command, DatabaseRole, everything

POLICIES = everything(DatabaseRole.WORKER, ["partner", "source_record", "source_link", "sync_run"], Command.ALL)
