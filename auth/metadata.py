"""What this server says of itself (RFC 8414; OpenID Connect Discovery 1.0): one document, nothing that it cannot do."""

from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import is_secure_transport

from auth.asking import Prompt
from auth.assertions import ALGORITHMS
from auth.assurance import Acr
from auth.dpop import ALGORITHM as DPOP_ALGORITHM
from auth.scopes import Scope
from auth.tokens import Profile
from models.oauth import ClientProof
from models.rules.languages import LANGUAGES

METADATA_PATH = "/.well-known/oauth-authorization-server"
OPENID_PATH = "/.well-known/openid-configuration"
KEYS_PATH = "/oauth/jwks"
PUSHED_PATH = "/oauth/par"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
INTROSPECTION_PATH = "/oauth/introspect"
REVOCATION_PATH = "/oauth/revoke"
DEVICE_AUTHORIZATION_PATH = "/oauth/device_authorization"
USERINFO_PATH = "/oauth/userinfo"
AUTHORIZATION_PATH = "/oauth/authorize"
"A page, and so at the pages' address; as is the next."
END_SESSION_PATH = "/oauth/logout"

_MACHINES = (ClientProof.CLIENT_SECRET_BASIC, ClientProof.PRIVATE_KEY_JWT)
_PROOFS = {
    "token": (TOKEN_PATH, (*_MACHINES, ClientProof.NONE)),
    "introspection": (INTROSPECTION_PATH, _MACHINES),
    "revocation": (REVOCATION_PATH, (*_MACHINES, ClientProof.NONE)),
}


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
    return {
        "issuer": issuer,
        "jwks_uri": issuer + KEYS_PATH,
        "scopes_supported": [scope.value for scope in Scope],
        **_grants(profile),
        **_proven(issuer),
        **_openid(profile),
    }


def _grants(profile: Profile) -> dict[str, Any]:
    return {
        "authorization_endpoint": profile.pages + AUTHORIZATION_PATH,
        "pushed_authorization_request_endpoint": profile.issuer + PUSHED_PATH,
        "device_authorization_endpoint": profile.issuer + DEVICE_AUTHORIZATION_PATH,
        "grant_types_supported": [
            "authorization_code",
            "client_credentials",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "dpop_signing_alg_values_supported": [DPOP_ALGORITHM],
        "ui_locales_supported": list(LANGUAGES),
    }


def _proven(issuer: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for endpoint, (path, proofs) in _PROOFS.items():
        said[f"{endpoint}_endpoint"] = issuer + path
        said[f"{endpoint}_endpoint_auth_methods_supported"] = [proof.value.lower() for proof in proofs]
        said[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
    return said


def _openid(profile: Profile) -> dict[str, Any]:
    return {
        "userinfo_endpoint": profile.issuer + USERINFO_PATH,
        "end_session_endpoint": profile.pages + END_SESSION_PATH,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "acr_values_supported": [acr.value for acr in Acr],
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"),
            *("name", "locale", "organization"),
        ],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        # What is pushed (RFC 9126) is handed over in the same parameter, but that is not what this speaks of.
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
