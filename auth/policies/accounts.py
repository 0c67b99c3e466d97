"""Who may see people as those who sign in: each their own account and membership, administrators their organisation's.

An administrator at one site manages the members of that site alone, and no provider. What people prove themselves by
is the authorization server's alone.
"""

from auth.policies.declare import (
    ADMINISTRATORS,
    AT_SITE,
    EVERYWHERE,
    ME,
    OWN,
    USER,
    Command,
    DatabaseRole,
    Policy,
    beyond,
    everything,
    holds,
)
from models.rules.roles import RESERVED

PROOFS = ["sign_in_name", "passkey", "password", "totp", "recovery_code", "sign_in_failure", "ceremony"]
KNOWN = ["account", "membership", "invitation", "browser_session", "identity_provider", "external_identity"]
SHOWN = {
    "account": ("id", "display_name"),
    "invitation": (
        *("id", "organization_id", "name", "site_id", "roles", "provider_id", "invited_by"),
        *("created_at", "expires_at", "accepted_at", "accepted_by", "revoked_at"),
    ),
    "identity_provider": (
        *("id", "organization_id", "issuer", "name", "client_id", "people", "machines"),
        *("suspended_at", "created_at"),
    ),
}
"The columns that a request may read; whatever is a secret, or was made of one, is not among them."
MEMBERS = f"{OWN} AND {holds(ADMINISTRATORS)} AND {AT_SITE}"
PROVIDERS = f"{OWN} AND {holds(ADMINISTRATORS)} AND {EVERYWHERE}"
COLLEAGUE = f"EXISTS (SELECT FROM membership m WHERE m.account_id = account.id AND m.organization_id = {ME})"
"The person is, or was, a member where the actor may see memberships."
OWN_PROVIDER = (
    "(provider_id IS NULL OR EXISTS (SELECT FROM identity_provider p"
    f" WHERE p.id = provider_id AND p.organization_id = {ME}))"
)

POLICIES = [
    Policy("account", DatabaseRole.APP, Command.SELECT, f"id = {USER} OR {COLLEAGUE}", columns=SHOWN["account"]),
    Policy("membership", DatabaseRole.APP, Command.SELECT, f"{OWN} AND (account_id = {USER} OR {MEMBERS})"),
    Policy(
        "membership",
        DatabaseRole.APP,
        Command.UPDATE,
        f"{MEMBERS} AND status <> 'LEFT'",
        written=f"{MEMBERS} AND (status <> 'ACTIVE' OR {beyond(RESERVED)})",
        columns=("roles", "site_id", "status", "left_at"),
    ),
    Policy("invitation", DatabaseRole.APP, Command.SELECT, MEMBERS, columns=SHOWN["invitation"]),
    Policy(
        "invitation",
        DatabaseRole.APP,
        Command.INSERT,
        f"{MEMBERS} AND {beyond(RESERVED)} AND {OWN_PROVIDER} AND invited_by IS NOT DISTINCT FROM {USER}",
        columns=(
            *("id", "organization_id", "token_hash", "name", "site_id", "roles", "provider_id", "invited_by"),
            *("created_at", "expires_at"),
        ),
    ),
    Policy(
        "invitation", DatabaseRole.APP, Command.UPDATE, f"{MEMBERS} AND accepted_at IS NULL", columns=("revoked_at",)
    ),
    Policy("identity_provider", DatabaseRole.APP, Command.SELECT, PROVIDERS, columns=SHOWN["identity_provider"]),
    Policy(
        "identity_provider",
        DatabaseRole.APP,
        Command.INSERT,
        PROVIDERS,
        columns=("id", "organization_id", "issuer", "name", "client_id", "people", "machines", "created_at"),
    ),
    Policy("identity_provider", DatabaseRole.APP, Command.UPDATE, PROVIDERS, columns=("suspended_at",)),
    *everything(DatabaseRole.AUTH, [*PROOFS, *KNOWN], Command.ALL),
]
