"""Who may see the authorization server's own tables: the authorization server, before there is any actor."""

from auth.policies.declare import Command, DatabaseRole, everything

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

POLICIES = everything(DatabaseRole.AUTH, [*CLIENTS, *GRANTS], Command.ALL)
