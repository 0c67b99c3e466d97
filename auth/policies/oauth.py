"""Who may see the authorization server's own tables: the authorization server, before there is any actor."""

from auth.policies.declare import Command, DatabaseRole, everything

POLICIES = everything(DatabaseRole.AUTH, ["oauth_client", "oauth_key", "oauth_token", "oauth_assertion"], Command.ALL)
