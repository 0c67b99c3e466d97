"""Who may see the feed, the audit and the spent keys: the organisation they are of. The audit is only ever added to."""

from auth.policies.declare import (
    AUDITOR_ROLES,
    EVERYWHERE,
    ME,
    OWN,
    STUB_ROLES,
    USER,
    Command,
    DatabaseRole,
    Policy,
    everything,
    holds,
)

BY_CLIENT = f"{OWN} AND client_id = (SELECT current_setting('konbit.client', true))"
OF_THE_SITE = (
    f"CASE WHEN {EVERYWHERE} THEN true ELSE EXISTS (SELECT FROM referral_party p"
    f" WHERE p.referral_id = change.referral_id AND p.organization_id = {ME}) END"
)
"Whose roles hold at one site is told of the referrals that are seen there."

POLICIES = [
    Policy("change", DatabaseRole.APP, Command.SELECT, f"{OWN} AND {holds(STUB_ROLES)} AND {OF_THE_SITE}"),
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
