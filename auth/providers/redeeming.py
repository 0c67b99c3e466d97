"""How a code becomes what an issuer says of a person: asked for at its token endpoint, where we prove who we are."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from joserfc import jwt

from auth.assertions import TYPE
from auth.database import AuthenticationUnavailable
from auth.outside import NoAnswer, Outside, UnfitAddress
from auth.providers.registry import ProviderAway
from auth.sealing import CannotOpen, KekUnavailable

if TYPE_CHECKING:
    from auth.keys import KeyRing
    from auth.providers.registration import Registration
    from auth.sealing import Sealer

LIFETIME = timedelta(minutes=1)
"Of an assertion: it is made when it is sent."


class CodeRefused(Exception):
    """The provider does not take the code."""


@dataclass(frozen=True, slots=True)
class Redeemer:
    """Proves who we are to issuers: by the secret that they gave us, or by the keys that we sign tokens with."""

    outside: Outside
    ring: KeyRing
    sealer: Sealer

    async def redeem(
        self,
        code: str,
        *,
        registration: Registration,
        token_endpoint: str,
        redirect_uri: str,
        verifier: str,
        now: datetime,
    ) -> dict[str, Any]:
        """This will be the issuer's answer (RFC 6749, section 4.1.4).

        Raises CodeRefused, ProviderAway, AuthenticationUnavailable.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if registration.client_secret is None:
            form |= await self._assertion(registration, now=now)
        else:
            headers["authorization"] = self._basic(registration, registration.client_secret)
        try:
            answer = await self.outside.post(token_endpoint, form, headers=headers)
            if answer.status >= 500:
                raise ProviderAway
            if answer.status != 200:
                raise CodeRefused
            return answer.json()
        except (NoAnswer, UnfitAddress) as failure:
            raise ProviderAway from failure

    async def _assertion(self, registration: Registration, *, now: datetime) -> dict[str, str]:
        """RFC 7523, section 2.2: signed with the key that signs access tokens, which is published already."""
        key = (await self.ring.keys(now=now)).signing
        claims = {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.issuer,
            "jti": str(uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        signed = jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key, algorithms=["ES256"])
        return {"client_id": registration.client_id, "client_assertion_type": TYPE, "client_assertion": signed}

    def _basic(self, registration: Registration, sealed: bytes) -> str:
        """RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined."""
        bound = f"identity_provider:{registration.provider_id}"
        try:
            secret = self.sealer.open(sealed, sealed_by=registration.sealed_by, bound=bound).decode()
        except (CannotOpen, KekUnavailable) as failure:
            raise AuthenticationUnavailable from failure
        pair = f"{quote(registration.client_id, safe='')}:{quote(secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()
