"""A client that holds a key: it asks for tokens bound to it and uses them, keeping to RFC 9449, or not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from joserfc.jwk import ECKey

from tests.auth.deployment import PROFILE
from tests.auth.posts import basic
from tests.auth.proving import TOKEN, proof

GRANT = {"grant_type": "client_credentials"}


def a_key() -> ECKey:
    return ECKey.generate_key("P-256")


@dataclass
class Holder:
    """One program with a key of its own, that remembers the last nonce that it was told."""

    http: httpx2.AsyncClient
    client_id: str
    secret: str
    key: ECKey = field(default_factory=a_key)
    nonce: str | None = None

    def proof(self, **otherwise: Any) -> str:
        return proof(self.key, **({"now": datetime.now(UTC), "nonce": self.nonce} | otherwise))

    async def ask(self, text: str | None = None, **form: str) -> httpx2.Response:
        """One request for a token, with a proof: this one, or one as it should be."""
        headers = {"authorization": basic(self.client_id, self.secret), "dpop": text or self.proof()}
        return self._told(await self.http.post(TOKEN, data=GRANT | form, headers=headers))

    async def token(self) -> str:
        """A token bound to the key: asked for, and asked for again with the nonce that the server wants."""
        answer = await self.ask()
        if answer.status_code == 400:
            answer = await self.ask()
        assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP"), answer.text
        return str(answer.json()["access_token"])

    def used(self, token: str, /, **otherwise: Any) -> str:
        """A proof for a question to the graph with this token."""
        return self.proof(**({"address": PROFILE.audience, "token": token} | otherwise))

    async def query(self, token: str, text: str | None, *, scheme: str = "DPoP") -> httpx2.Response:
        headers = {"authorization": f"{scheme} {token}"} | ({} if text is None else {"dpop": text})
        body = {"query": "{ hello }"}
        return self._told(await self.http.post(PROFILE.audience, json=body, headers=headers))

    def _told(self, answer: httpx2.Response) -> httpx2.Response:
        self.nonce = answer.headers.get("dpop-nonce", self.nonce)
        return answer
