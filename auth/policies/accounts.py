"""Who may see people as those who sign in: each their own account, and the authorization server what it asks for."""

from auth.policies.declare import USER, Command, DatabaseRole, Policy, everything

PROOFS = ["sign_in_name", "passkey", "password", "totp", "recovery_code", "sign_in_failure", "ceremony"]
KNOWN = ["account", "membership", "invitation", "browser_session", "identity_provider", "external_identity"]

POLICIES = [
    Policy("account", DatabaseRole.APP, Command.SELECT, f"id = {USER}"),
    *everything(DatabaseRole.AUTH, [*PROOFS, *KNOWN], Command.ALL),
]
