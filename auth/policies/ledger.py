"""Who may see the feed, the audit and the spent keys: the organisation they are of. The audit is only ever added to."""

from auth.policies.declare import (
    AUDITOR_ROLES,
    EVERYWHERE,
    OWN,
    STUB_ROLES,
    USER,
    Command,
    DatabaseRole,
    Policy,
    everything,
    holds,
)
from auth.policies.referrals import OF_MY_SITE

BY_CLIENT = f"{OWN} AND client_id = (SELECT current_setting('konbit.client', true))"
POLICIES = [
    Policy("change", DatabaseRole.APP, Command.SELECT, f"{OWN} AND {holds(STUB_ROLES)} AND {OF_MY_SITE}"),
    Policy("feed", DatabaseRole.APP, Command.SELECT, OWN),
    Policy("audit_entry", DatabaseRole.APP, Command.SELECT, f"{OWN} AND {holds(AUDITOR_ROLES)} AND {EVERYWHERE}"),
    Policy(
        "audit_entry",
        DatabaseRole.APP,
        Command.INSERT,
        f"{BY_CLIENT} AND user_id IS NOT DISTINCT FROM {USER}",
        columns=("organization_id", "client_id", "user_id", "act", "classes", "subjects", "request_id"),
    ),
    *(
        Policy("idempotency", DatabaseRole.APP, command, BY_CLIENT)
        for command in (Command.SELECT, Command.INSERT, Command.UPDATE)
    ),
    *everything(DatabaseRole.WORKER, ["change", "feed"], Command.ALL),
    *everything(DatabaseRole.WORKER, ["audit_entry"], Command.SELECT, Command.INSERT),
    *everything(DatabaseRole.WORKER, ["idempotency"], Command.SELECT, Command.DELETE),
    *everything(DatabaseRole.KEEPER, ["change"], Command.INSERT),
]
