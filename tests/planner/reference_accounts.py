"""The reference's members, invitations, providers and programs."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, Resolve, column, moment, own_id, seen
from tests.planner.seen import Info, Row

NEWEST_FIRST = Sorted("CREATED_AT", lambda row: (row["created_at"], row["id"]), (datetime, UUID), descending=True)


def _listed(table: str, keep: Callable[[Row, dict[str, Any]], bool]) -> Resolve:
    def resolve(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
        asked = arguments.pop("filter", None) or {}
        return page(seen(info).all(table, lambda row: keep(row, asked)), NEWEST_FIRST, info, arguments)

    return resolve


def _is_wanted(row: Row, asked: dict[str, Any]) -> bool:
    statuses, roles = asked.get("statuses"), asked.get("roles")
    if statuses is not None and row["status"] not in statuses:
        return False
    return roles is None or bool(set(roles) & set(row["roles"]))


def _is_asking(row: Row, asked: dict[str, Any]) -> bool:
    return asked.get("asking") in (None, bool(row["wanted_scopes"]))


def _public_keys(row: Row, info: Info) -> str | None:
    return None if row["jwks"] is None else json.dumps(row["jwks"], ensure_ascii=False)


ROOTS: Fields = {
    "memberships": _listed("membership", _is_wanted),
    "invitations": _listed("invitation", lambda _row, _asked: True),
    "identityProviders": _listed("identity_provider", lambda _row, _asked: True),
    "clients": _listed("oauth_client", _is_asking),
}
TYPES: dict[str, Fields] = {
    "Membership": {
        "id": own_id("Membership"),
        "user": one("account", "account_id"),
        "roles": column("roles"),
        "site": one("location", "site_id"),
        "status": column("status"),
        "createdAt": moment("created_at"),
        "leftAt": moment("left_at"),
    },
    "Invitation": {
        "id": own_id("Invitation"),
        "name": column("name"),
        "roles": column("roles"),
        "site": one("location", "site_id"),
        "provider": one("identity_provider", "provider_id"),
        "invitedBy": one("account", "invited_by"),
        "createdAt": moment("created_at"),
        "expiresAt": moment("expires_at"),
        "acceptedAt": moment("accepted_at"),
        "acceptedBy": one("account", "accepted_by"),
        "revokedAt": moment("revoked_at"),
    },
    "IdentityProvider": {
        "id": own_id("IdentityProvider"),
        "issuer": column("issuer"),
        "name": column("name"),
        "clientId": column("client_id"),
        "people": column("people"),
        "machines": column("machines"),
        "redirectPath": lambda row, _info: f"/oauth/providers/{row['id']}/callback",
        "suspendedAt": moment("suspended_at"),
        "createdAt": moment("created_at"),
    },
    "Client": {
        "id": own_id("Client"),
        "clientId": column("client_id"),
        "organization": one("organization", "organization_id"),
        "name": column("name"),
        "grants": column("grants"),
        "proof": column("proof"),
        "publicKeys": _public_keys,
        "publicKeysUrl": column("jwks_uri"),
        "provider": one("identity_provider", "provider_id"),
        "subject": column("subject"),
        "redirectUris": column("redirect_uris"),
        "postLogoutRedirectUris": column("post_logout_redirect_uris"),
        "backchannelLogoutUri": column("backchannel_logout_uri"),
        "dpopBound": column("dpop_bound"),
        "requiresPar": column("requires_par"),
        "scopes": column("scopes"),
        "wantedScopes": column("wanted_scopes"),
        "roles": column("roles"),
        "status": column("status"),
        "previousSecretUntil": moment("previous_secret_until"),
        "createdAt": moment("created_at"),
    },
}
