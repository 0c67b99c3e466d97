"""Who may see programs and grants: the authorization server, and of programs their organisation's administrators.

No request reads what was made of a secret, a key or a token. Which scopes a client has, role app can only read: the
network's steward grants them through keeper/clients.sql.
"""

from auth.policies.accounts import OWN_PROVIDER
from auth.policies.declare import (
    ADMINISTRATORS,
    EVERYWHERE,
    OWN,
    SOMEONE,
    STEWARDS,
    Command,
    DatabaseRole,
    Policy,
    beyond,
    everything,
    holds,
)
from models.rules.roles import RESERVED

CLIENTS = ["oauth_client", "oauth_key", "oauth_token", "oauth_assertion", "oauth_proof"]
GRANTS = [
    "oauth_grant",
    "oauth_code",
    "oauth_refresh",
    "oauth_device",
    "oauth_request",
    "oauth_consent",
    "logout_notice",
]
REGISTERED = (
    *("name", "grants", "proof", "jwks", "jwks_uri", "provider_id", "subject", "redirect_uris"),
    *("post_logout_redirect_uris", "backchannel_logout_uri", "dpop_bound", "requires_par", "wanted_scopes", "roles"),
)
"What an organisation says of its client."
SHOWN = ("id", "client_id", "organization_id", *REGISTERED, "previous_secret_until", "scopes", "status", "created_at")
"All but its secrets and what was read of its keys."
MINE = f"{OWN} AND {holds(ADMINISTRATORS)} AND {EVERYWHERE}"
OVERSEEN = f"organization_id IS NOT NULL AND {SOMEONE} AND {holds(STEWARDS)} AND {EVERYWHERE}"
"The steward sees every organisation's, to know what is asked for and by whom."
WRITTEN = f"{MINE} AND {beyond(RESERVED)} AND {OWN_PROVIDER}"

POLICIES = [
    Policy("oauth_client", DatabaseRole.APP, Command.SELECT, f"({MINE}) OR ({OVERSEEN})", columns=SHOWN),
    Policy(
        "oauth_client",
        DatabaseRole.APP,
        Command.INSERT,
        WRITTEN,
        columns=("id", "client_id", "organization_id", *REGISTERED, "secret_hash", "created_at"),
    ),
    Policy(
        "oauth_client",
        DatabaseRole.APP,
        Command.UPDATE,
        MINE,
        written=WRITTEN,
        columns=(
            *(*REGISTERED, "status", "secret_hash", "previous_secret_hash", "previous_secret_until"),
            *("known_keys", "known_at"),
        ),
    ),
    Policy(
        "oauth_client",
        DatabaseRole.KEEPER,
        Command.SELECT,
        "organization_id IS NOT NULL",
        columns=("id", "organization_id", "proof", "secret_hash", "roles"),
    ),
    Policy(
        "oauth_client",
        DatabaseRole.KEEPER,
        Command.UPDATE,
        "organization_id IS NOT NULL",
        columns=("scopes", "wanted_scopes", "secret_hash", "previous_secret_hash", "previous_secret_until"),
    ),
    *everything(DatabaseRole.AUTH, [*CLIENTS, *GRANTS], Command.ALL),
]
