"""What this authorization server says of itself (RFC 8414): nothing that it cannot do."""

from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import is_secure_transport

from auth.assertions import ALGORITHMS
from auth.scopes import Scope
from auth.tokens import Profile
from models.oauth import ClientProof

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
INTROSPECTION_PATH = "/oauth/introspect"
REVOCATION_PATH = "/oauth/revoke"
KEYS_PATH = "/oauth/jwks"
METADATA_PATH = "/.well-known/oauth-authorization-server"


class UnfitIssuer(ValueError):
    """The issuer must be an https address, or http on this machine, without path, query or fragment (RFC 8414)."""


def check_issuer(issuer: str) -> None:
    """This will raise UnfitIssuer unless clients could trust tokens from this address."""
    parts = urlsplit(issuer)
    if not is_secure_transport(issuer) or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise UnfitIssuer


def metadata(profile: Profile) -> dict[str, Any]:
    """This will describe the server for clients that know nothing but its issuer."""
    issuer = profile.issuer
    proofs = [proof.value.lower() for proof in ClientProof]
    proven: dict[str, Any] = {}
    for endpoint, path in (
        ("token", TOKEN_PATH),
        ("introspection", INTROSPECTION_PATH),
        ("revocation", REVOCATION_PATH),
    ):
        proven[f"{endpoint}_endpoint"] = issuer + path
        proven[f"{endpoint}_endpoint_auth_methods_supported"] = proofs
        proven[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
    return {
        "issuer": issuer,
        "jwks_uri": issuer + KEYS_PATH,
        **proven,
        "grant_types_supported": ["client_credentials"],
        # Required, and empty while no grant needs a browser.
        "response_types_supported": [],
        "scopes_supported": [scope.value for scope in Scope],
    }
