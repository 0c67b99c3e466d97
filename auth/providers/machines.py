"""How an issuer that an organisation vouches by lets its machines in: by its own access tokens, as clients of ours.

What a token says of organisations and roles counts for nothing: it names a subject, to which the organisation's
administrator has bound a client here. A person's token names a person, to whom none is bound.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from auth.actor import Actor
from auth.providers.id_tokens import LEEWAY, UnfitIdToken, check_organization, moment, subject
from auth.providers.registry import ProviderAway, Registry
from auth.published import UnknownKid, Unverified, Verified, claimed, verified
from auth.scopes import OF_CLIENTS, OF_PEOPLE, Scope
from auth.standing import known_scopes
from auth.tokens import ExpiredToken, InvalidToken, Profile
from models.accounts import IdentityProvider
from models.oauth import ClientProof, ClientStatus, OAuthClient
from models.rules.roles import Role

if TYPE_CHECKING:
    from auth.providers.registration import Registration

LONGEST_LIFE = timedelta(hours=1)
"From the writing of a token; one that claims to live longer ends then."

_TYPES = {"at+jwt", "jwt"}
"RFC 9068 asks for the first; Keycloak and others write the second."
_OTHER_KINDS = {"ID", "Refresh", "Offline", "Logout"}
"What Keycloak writes into `typ` of tokens that are no access tokens."


@dataclass(frozen=True, slots=True)
class TrustedToken:
    """What an issuer's token says, as far as it counts."""

    token_id: UUID
    "Made of the token's hash: whatever issuers call their tokens, ours are told apart."
    provider_id: UUID
    subject: str
    scopes: frozenset[Scope] | None
    "Those of ours that it names; None: it names none, and its client may all that it is granted."
    expires_at: datetime
    jkt: str | None
    "Thumbprint of the key that must prove each use (RFC 9449, section 6); None: whoever bears the token may use it."


class TrustedIssuers:
    """Reads the access tokens of registered issuers."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def read(self, text: str, *, profile: Profile, now: datetime) -> TrustedToken:
        """This will check the signature and every claim (RFC 9068, section 4), asking an issuer anew for a new key.

        Raises ExpiredToken, InvalidToken, AuthenticationUnavailable.
        """
        try:
            issuer = claimed(text).get("iss")
            registration = None if issuer == profile.issuer else await self._registry.of_issuer(issuer, now=now)
            if registration is None or not registration.machines:
                raise InvalidToken
            return _read(await self._verified(text, registration, now=now), text, registration, profile, now=now)
        except (Unverified, UnfitIdToken, ProviderAway) as refusal:
            raise InvalidToken from refusal

    async def _verified(self, text: str, registration: Registration, *, now: datetime) -> Verified:
        known = await self._registry.known(registration, now=now)
        try:
            return verified(text, keys=known.keys, types=_TYPES)
        except UnknownKid:
            known = await self._registry.known(registration, now=now, but=known)
            return verified(text, keys=known.keys, types=_TYPES)


def ask_standing(token: TrustedToken) -> Select[str, UUID | None, list[str], list[str], bool]:
    """This will find the client that the token's subject is bound to, in the columns of `actor`.

    No row: none is, or it is suspended, or its issuer is, or does not vouch for machines any more.
    """
    return (
        select(
            OAuthClient.client_id,
            OAuthClient.organization_id,
            OAuthClient.scopes,
            OAuthClient.roles,
            OAuthClient.dpop_bound,
        )
        .join(IdentityProvider, IdentityProvider.id == OAuthClient.provider_id)
        .where(
            OAuthClient.provider_id == token.provider_id,
            OAuthClient.subject == token.subject,
            OAuthClient.proof == ClientProof.TRUSTED_ISSUER,
            OAuthClient.status == ClientStatus.ACTIVE,
            OAuthClient.organization_id == IdentityProvider.organization_id,
            IdentityProvider.machines,
            IdentityProvider.suspended_at.is_(None),
        )
    )


def actor(row: Row[str, UUID | None, list[str], list[str], bool] | None, token: TrustedToken) -> Actor | None:
    """This will say who the answer to `ask_standing` means; None: the token counts for nothing."""
    if row is None or (row.dpop_bound and token.jkt is None):
        return None
    granted = known_scopes(row.scopes) - OF_PEOPLE
    agreed = granted if token.scopes is None else granted & token.scopes
    return Actor(
        organization_id=row.organization_id,
        client_id=row.client_id,
        user_id=None,
        scopes=agreed | (granted & OF_CLIENTS),
        roles=frozenset(Role(role) for role in row.roles),
        token_id=token.token_id,
        expires_at=token.expires_at,
        jkt=token.jkt,
    )


def _read(token: Verified, text: str, registration: Registration, profile: Profile, *, now: datetime) -> TrustedToken:
    claims = token.claims
    audience = claims.get("aud")
    if claims.get("iss") != registration.issuer or profile.audience not in _listed(audience):
        raise InvalidToken
    if claims.get("typ") in _OTHER_KINDS or "nonce" in claims or "events" in claims:
        raise InvalidToken
    check_organization(claims, registration)
    issued = moment(claims.get("iat"))
    ends = min(moment(claims.get("exp")), issued + LONGEST_LIFE)
    if max(issued, moment(claims.get("nbf", claims["iat"]))) > now + LEEWAY:
        raise InvalidToken
    if ends <= now:
        raise ExpiredToken
    return TrustedToken(
        token_id=UUID(bytes=hashlib.sha256(text.encode()).digest()[:16]),
        provider_id=registration.provider_id,
        subject=subject(claims),
        scopes=_scopes(claims.get("scope")),
        expires_at=ends,
        jkt=_thumbprint(claims),
    )


def _listed(audience: object) -> list[object]:
    return audience if isinstance(audience, list) else [audience]


def _scopes(said: object) -> frozenset[Scope] | None:
    """Issuers write `openid profile` into tokens of machines too: that names nothing of ours."""
    named = known_scopes(said.split()) if isinstance(said, str) else frozenset()
    return (named - OF_PEOPLE) or None


def _thumbprint(claims: dict[str, Any]) -> str | None:
    """A binding that is not understood is not ignored (RFC 7800, section 3)."""
    if "cnf" not in claims:
        return None
    said = claims["cnf"]
    if not isinstance(said, dict) or said.keys() != {"jkt"} or not isinstance(said["jkt"], str):
        raise InvalidToken
    return said["jkt"]
