"""How a person signs in by their organisation's own issuer: sent there, and known by what it says when they are back.

Authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 9700). Each issuer has a redirect address of
its own, and one that says so names itself in its answer (RFC 9207), so that no issuer's answer passes for another's.
Nothing that opens anything is kept: verifier and nonce are made from what the browser alone holds, and what is to be
done afterwards, which may be to accept an invitation, is encrypted by it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from auth import opaque
from auth.database import or_unavailable
from auth.people import ceremonies, sessions
from auth.people.ceremonies import CeremonyKind
from auth.people.invitations import Identity
from auth.providers.browser import derived, hidden, shown
from auth.providers.id_tokens import TYPES, Expected, UnfitIdToken, Vouched, read_id_token
from auth.providers.redeeming import CodeRefused, Redeemer
from auth.providers.registration import CALLBACK, Known, Registration
from auth.providers.registry import ProviderAway, Registry
from auth.published import UnknownKid, Unverified, verified
from auth.redirects import with_query

if TYPE_CHECKING:
    from auth.assurance import Proof
    from auth.keys import KeyRing
    from auth.sealing import Sealer
    from auth.tokens import Profile

LIFETIME = timedelta(minutes=10)
"From leaving for the issuer to coming back."
OLDEST = sessions.LASTS
"How long ago a person may have signed in at the issuer to be known here: as long as our own sessions last."
LONGEST_CODE = 2048
"Characters."


class NoSuchProvider(Exception):
    """There is no such provider that people sign in by."""


class Refused(Exception):
    """The provider, or what it answered, does not let the person in."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what it keeps meanwhile."""

    address: str
    browser: str
    "For a cookie: only the browser that left may come back."


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A person who has just come back from their organisation's issuer, and what was to be done then."""

    identity: Identity
    organization_id: UUID
    "The registration's."
    proof: Proof
    auth_time: datetime
    "When they proved to the issuer who they are, UTC."
    said: dict[str, str]
    "What `begin` was told to remember."


class ProviderSignIn:
    """Sends people to their organisations' issuers, and reads what they bring back."""

    def __init__(self, registry: Registry, *, profile: Profile, ring: KeyRing, sealer: Sealer) -> None:
        self._registry = registry
        self._profile = profile
        self._redeemer = Redeemer(registry.outside, ring, sealer)

    def redirect_uri(self, provider_id: UUID) -> str:
        """This will be where the issuer sends people back to, which its administrator registers there."""
        return self._profile.pages + CALLBACK.format(provider_id)

    async def begin(
        self,
        provider_id: UUID,
        *,
        now: datetime,
        browser: str | None = None,
        said: Mapping[str, str] | None = None,
        again: bool = False,
    ) -> Departure:
        """This will send a person to an issuer, which must prove them anew where `again`; `said` comes back with them.

        `browser` is what its cookie holds already, if anything. Raises NoSuchProvider, ProviderAway,
        AuthenticationUnavailable.
        """
        registration = await self._registration(provider_id, now=now)
        known = await self._registry.known(registration, now=now)
        if known.authorization_endpoint is None or known.token_endpoint is None:
            raise ProviderAway
        browser = opaque.make()[0] if browser is None else browser
        remembered: dict[str, Any] = {
            "provider": str(provider_id),
            "browser": opaque.hash_of(browser).hex(),
            "since": (now if again else now - OLDEST).isoformat(),
            "again": again,
            "said": hidden(dict(said or {}), browser),
        }
        with or_unavailable():
            async with self._registry.engine.begin() as connection:
                state = await ceremonies.begin(
                    connection, CeremonyKind.PROVIDER, said=remembered, now=now, lifetime=LIFETIME
                )
        query = {
            "response_type": "code",
            "client_id": registration.client_id,
            "redirect_uri": self.redirect_uri(provider_id),
            "scope": "openid",
            "state": state,
            "nonce": derived(browser, state, "nonce"),
            "code_challenge": create_s256_code_challenge(derived(browser, state, "verifier")),
            "code_challenge_method": "S256",
            "max_age": str(0 if again else int(OLDEST.total_seconds())),
        }
        if again:
            query["prompt"] = "login"
        return Departure(with_query(known.authorization_endpoint, query), browser)

    async def finish(
        self, provider_id: UUID, answer: Mapping[str, str], *, browser: str | None, now: datetime
    ) -> ProviderIdentity:
        """This will say who came back, by the parameters of the address they came to and the cookie of their browser.

        It counts once, whatever comes of it. Raises CeremonyOver, NoSuchProvider, Refused, ProviderAway,
        AuthenticationUnavailable.
        """
        state = answer.get("state", "")
        with or_unavailable():
            async with self._registry.engine.begin() as connection:
                waiting = await ceremonies.take_up(connection, CeremonyKind.PROVIDER, state, now=now)
        if waiting.said["provider"] != str(provider_id) or browser is None:
            raise Refused
        if not hmac.compare_digest(waiting.said["browser"], opaque.hash_of(browser).hex()):
            raise Refused
        registration = await self._registration(provider_id, now=now)
        known = await self._registry.known(registration, now=now)
        code = _code(answer, registration=registration, known=known)
        try:
            tokens = await self._redeemer.redeem(
                code,
                registration=registration,
                token_endpoint=known.token_endpoint or "",
                redirect_uri=self.redirect_uri(provider_id),
                verifier=derived(browser, state, "verifier"),
                now=now,
            )
        except CodeRefused as failure:
            raise Refused from failure
        expected = Expected(
            nonce=derived(browser, state, "nonce"),
            since=datetime.fromisoformat(waiting.said["since"]),
            anew=waiting.said["again"],
        )
        vouched = await self._read(tokens, registration, known, expected=expected, now=now)
        return ProviderIdentity(
            identity=Identity(provider_id, vouched.subject),
            organization_id=registration.organization_id,
            proof=vouched.proof,
            auth_time=vouched.auth_time,
            said=shown(waiting.said["said"], browser),
        )

    async def _registration(self, provider_id: UUID, *, now: datetime) -> Registration:
        registration = await self._registry.find(provider_id, now=now)
        if registration is None or not registration.people:
            raise NoSuchProvider
        return registration

    async def _read(
        self,
        tokens: dict[str, Any],
        registration: Registration,
        known: Known,
        *,
        expected: Expected,
        now: datetime,
    ) -> Vouched:
        text, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(text, str):
            raise Refused
        try:
            try:
                token = verified(text, keys=known.keys, types=TYPES)
            except UnknownKid:
                known = await self._registry.known(registration, now=now, but=known)
                token = verified(text, keys=known.keys, types=TYPES)
            return read_id_token(
                token,
                registration=registration,
                expected=expected,
                access_token=access_token if isinstance(access_token, str) else "",
                now=now,
            )
        except (Unverified, UnfitIdToken) as failure:
            raise Refused from failure


def _code(answer: Mapping[str, str], *, registration: Registration, known: Known) -> str:
    """The code of an answer that is the issuer's own (RFC 9207, section 2.4). Raises Refused."""
    if answer.get("iss", None if known.names_itself else registration.issuer) != registration.issuer:
        raise Refused
    code = answer.get("code", "")
    if "error" in answer or not 1 <= len(code) <= LONGEST_CODE:
        raise Refused
    return code
