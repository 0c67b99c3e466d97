"""A device for tests: its own key, and what it says to the authorization server over HTTP."""

from dataclasses import dataclass, field

import httpx2
from joserfc.jwk import ECKey

from auth.clients import register_client
from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.auth.deployment import PROFILE, Deployment
from tests.auth.proving import proof

BEGIN, TOKEN = "/oauth/device_authorization", "/oauth/token"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TRAINING = (Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE)


async def a_device_program(
    deployment: Deployment, client_id: str = "attendance", *, refreshes: bool = True, **more: object
) -> None:
    """This will register a public program for devices; the network's own, but for what is given otherwise."""
    async with deployment.engine.begin() as connection:
        await register_client(
            connection,
            **(  # type: ignore[arg-type]
                {
                    "organization_id": None,
                    "name": f"The program {client_id}",
                    "client_id": client_id,
                    "grants": [ClientGrant.DEVICE_CODE, *([ClientGrant.REFRESH_TOKEN] if refreshes else [])],
                    "public": True,
                    "scopes": [*TRAINING, Scope.OPENID, Scope.REFERRALS_READ],
                    "now": deployment.clock.now,
                }
                | more
            ),
        )


@dataclass
class Device:
    """One device, which talks to one process."""

    http: httpx2.AsyncClient
    deployment: Deployment
    client_id: str = "attendance"
    key: ECKey | None = field(default_factory=lambda: ECKey.generate_key("P-256"))
    "None: it proves no key."
    nonce: str | None = None

    async def post(self, path: str, **form: str) -> httpx2.Response:
        """A request with a proof, and once more where the server wants its nonce in it."""
        for _ in range(2):
            answer = await self.http.post(path, data={"client_id": self.client_id} | form, headers=self._proof(path))
            self.nonce = answer.headers.get("dpop-nonce", self.nonce)
            if answer.json().get("error") != "use_dpop_nonce":
                break
        return answer

    async def begin(self, **form: str) -> dict[str, str]:
        answer = await self.post(BEGIN, **form)
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        return told

    async def ask(self, device_code: str, **form: str) -> httpx2.Response:
        return await self.post(TOKEN, grant_type=DEVICE_CODE, device_code=device_code, **form)

    def _proof(self, path: str) -> dict[str, str]:
        if self.key is None:
            return {}
        address = PROFILE.issuer + path
        return {"DPoP": proof(self.key, now=self.deployment.clock.now, address=address, nonce=self.nonce)}
