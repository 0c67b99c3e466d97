"""A program that people let act, from asking to tokens: what the tests of codes, refreshing and pushing go through."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from joserfc.jwk import ECKey

from auth import authorization
from auth.authorization_request import AuthorizationRequest
from auth.clients import register_client
from auth.exchange import Answer
from auth.proofs import Post
from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.auth.deployment import PROFILE, Deployment, Process
from tests.auth.posts import basic
from tests.auth.proving import proof
from tests.auth.signing_in import Person

BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SCOPES = [
    Scope.DIRECTORY_READ,
    Scope.REFERRALS_READ,
    Scope.TRAINING_READ,
    Scope.OPENID,
    Scope.PROFILE,
    Scope.OFFLINE_ACCESS,
]
ASKED = {
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "directory:read referrals:read",
    "state": "a state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
SECRET = "s" * 43
TOKEN_ADDRESS, PUSH_ADDRESS = f"{PROFILE.issuer}/oauth/token", f"{PROFILE.issuer}/oauth/par"


@dataclass
class Key:
    """A key of a client's, and the nonce that the server gave it last (RFC 9449)."""

    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    nonce: str | None = None

    @property
    def jkt(self) -> str:
        return self.key.thumbprint()

    def proof(self, address: str, *, now: datetime) -> str:
        return proof(self.key, now=now, address=address, nonce=self.nonce)


@dataclass
class Program:
    """A registered client, and how it talks to one process or several."""

    deployment: Deployment
    client_id: str
    secret: str | None
    key: Key | None = None
    "With it, it proves that it holds it."

    async def read(self, **asked: str) -> AuthorizationRequest:
        """What the authorization endpoint makes of the program's request; "" leaves a parameter out."""
        given = {"client_id": self.client_id} | ASKED | asked
        async with self.deployment.engine.begin() as connection:
            return await authorization.read_request(
                connection,
                {name: value for name, value in given.items() if value},
                profile=PROFILE,
                now=self.deployment.clock.now,
            )

    async def wait(self, **asked: str) -> str:
        """A request that waits for a person; the handle of its pages."""
        request = await self.read(**asked)
        async with self.deployment.engine.begin() as connection:
            return await authorization.keep(connection, request, now=self.deployment.clock.now)

    async def approved(
        self, person: Person, *, handle: str | None = None, membership_id: UUID | None = None
    ) -> dict[str, str]:
        """What the browser brings back once the person agreed to all of it."""
        handle = handle or await self.wait()
        now = self.deployment.clock.now
        async with self.deployment.engine.begin() as connection:
            request = await authorization.find(connection, handle, profile=PROFILE, now=now)
            address = await authorization.approve(
                connection,
                handle,
                session=person.signed_in,
                membership_id=membership_id or person.membership_id,
                scopes=request.scopes,
                profile=PROFILE,
                now=now,
            )
        return told(address)

    async def code(self, person: Person, **asked: str) -> str:
        return (await self.approved(person, handle=await self.wait(**asked)))["code"]

    async def redeem(self, process: Process, code: str, **form: str) -> Answer:
        """What the token endpoint answers to a code; "" leaves a parameter out."""
        given = {"redirect_uri": BACK, "code_verifier": VERIFIER} | form
        return await self.ask(process, grant_type="authorization_code", code=code, **given)

    async def refresh(self, process: Process, refresh_token: str, **form: str) -> Answer:
        return await self.ask(process, grant_type="refresh_token", refresh_token=refresh_token, **form)

    async def ask(self, process: Process, **form: str) -> Answer:
        """What the token endpoint answers, the nonce it wants being given."""
        answer = await process.server.token(self.post(form, TOKEN_ADDRESS), now=process.clock.now)
        if self.key is not None and answer.body.get("error") == "use_dpop_nonce":
            self.key.nonce = dict(answer.headers)["DPoP-Nonce"]
            answer = await process.server.token(self.post(form, TOKEN_ADDRESS), now=process.clock.now)
        return answer

    async def push(self, process: Process, **asked: str) -> Answer:
        given = ASKED | asked
        answer = await process.server.push(self.post(given, PUSH_ADDRESS), now=process.clock.now)
        if self.key is not None and answer.body.get("error") == "use_dpop_nonce":
            self.key.nonce = dict(answer.headers)["DPoP-Nonce"]
            answer = await process.server.push(self.post(given, PUSH_ADDRESS), now=process.clock.now)
        return answer

    def post(self, form: Mapping[str, str], address: str = "") -> Post:
        """A request in the program's name: its secret where it has one, else its name alone."""
        said = {name: value for name, value in form.items() if value}
        shown = None if self.key is None else self.key.proof(address, now=self.deployment.clock.now)
        if self.secret is None:
            return Post("192.0.2.1", None, {"client_id": self.client_id} | said, shown)
        return Post("192.0.2.1", basic(self.client_id, self.secret), said, shown)

    async def tokens(self, process: Process, person: Person, **asked: str) -> dict[str, Any]:
        """What the program holds once a person has let it in."""
        answer = await self.redeem(process, await self.code(person, **asked))
        assert answer.status == 200, answer
        return answer.body


def told(address: str) -> dict[str, str]:
    """The parameters that an answer adds to the program's address."""
    parts = urlsplit(address)
    assert address.startswith(f"{BACK}?"), address
    return {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}


async def a_program(
    deployment: Deployment,
    client_id: str = "clerks",
    *,
    organization_id: UUID | None = None,
    network: bool = False,
    public: bool = False,
    key: Key | None = None,
    **more: Any,
) -> Program:
    """This will register a program that people let act: of the brc unless told, with a secret unless it is public."""
    chosen: dict[str, Any] = {
        "redirect_uris": [BACK],
        "scopes": SCOPES,
        "grants": [ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN],
    } | more
    async with deployment.engine.begin() as connection:
        await register_client(
            connection,
            organization_id=None if network else organization_id or deployment.brc,
            client_id=client_id,
            name=f"The program {client_id}",
            public=public,
            secret=None if public else SECRET,
            now=deployment.clock.now,
            **chosen,
        )
    return Program(deployment, client_id, None if public else SECRET, key)
