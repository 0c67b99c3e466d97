"""An OpenID Connect issuer for tests: real HTTP on a free port, honest until a test has it lie."""

import base64
import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit
from uuid import UUID, uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.authenticate import Authenticator
from auth.outside import Outside
from auth.providers.machines import TrustedIssuers
from auth.providers.registry import Registry
from auth.providers.sign_in import Departure, ProviderIdentity, ProviderSignIn
from tests.auth.deployment import PROFILE, SEALER, START, Clock, Deployment
from tests.partners.servers import serving

LOOPBACK = ("127.0.0.0/8",)
CLIENT = "konbit"
SECRET = "sekre: pa/di + moun"

Key = ECKey | RSAKey | OKPKey
Claims = dict[str, Any]


def new_key(kid: str, algorithm: str = "ES256") -> Key:
    about: Any = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", about)
    return OKPKey.generate_key("Ed25519", about) if algorithm == "EdDSA" else RSAKey.generate_key(2048, about)


@dataclass
class Issuer:
    """One issuer: whom it signs in next, what it has been asked, and how it lies."""

    clock: Clock
    address: str = ""
    person: str = "person-1"
    key: Key = field(default_factory=lambda: new_key("first"))
    algorithm: str = "ES256"
    published: list[Key] | None = None
    "None: `key` alone."
    secret: str | None = SECRET
    "None: clients sign assertions, by the keys in `client_keys`."
    client_keys: dict[str, Any] = field(default_factory=dict)
    names_itself: bool = True
    metadata: Claims = field(default_factory=dict)
    "Said in place of what is true; None leaves it out."
    claims: Claims = field(default_factory=dict)
    "Likewise of ID tokens."
    header: Claims = field(default_factory=dict)
    sign: Callable[[Claims, Claims], str] | None = None
    "Signs header and claims in its own way."
    down: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    signed_in_at: float | None = None
    "When the person proved who they are, of a session there; None: whenever they come."
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        routes = [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/keys", self.keys),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    def _counted(self, request: Request) -> Response | None:
        self.asked[request.url.path] += 1
        return Response(status_code=503) if self.down else None

    async def discovery(self, request: Request) -> Response:
        said = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "authorization_response_iss_parameter_supported": self.names_itself,
        } | self.metadata
        return self._counted(request) or JSONResponse({name: each for name, each in said.items() if each is not None})

    async def keys(self, request: Request) -> Response:
        keys = [self.key] if self.published is None else self.published
        return self._counted(request) or JSONResponse({"keys": [key.as_dict(private=False) for key in keys]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["scope"].split()[0] == "openid"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{uuid4()}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"]} | ({"iss": self.address} if self.names_itself else {})
        return self._counted(request) or RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        if (refused := self._counted(request)) is not None:
            return refused
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form["code"], None)
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != verifier.decode()
            or not self._is_konbit(request, form)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(asked)})

    def _is_konbit(self, request: Request, form: dict[str, str]) -> bool:
        if self.secret is not None:
            scheme, _, pair = request.headers.get("authorization", "").partition(" ")
            client_id, _, secret = base64.b64decode(pair).decode().partition(":")
            return (scheme, unquote_plus(client_id), unquote_plus(secret)) == ("Basic", CLIENT, self.secret)
        (key,) = [ECKey.import_key(each) for each in self.client_keys["keys"]]
        claims = jwt.decode(form["client_assertion"], key, algorithms=["ES256"]).claims
        return bool(claims["sub"] == claims["iss"] == CLIENT and claims["aud"] == self.address)

    def id_token(self, asked: dict[str, str]) -> str:
        at = int(self.clock.now.timestamp())
        anew = asked.get("prompt") == "login" or self.signed_in_at is None
        claims = {
            "iss": self.address,
            "sub": self.person,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "auth_time": at if anew else int(self.signed_in_at or 0),
            "nonce": asked["nonce"],
            "email": "rose@example.org",
        } | self.claims
        return self.signed({"typ": "JWT"}, claims)

    def machine_token(self, subject: str, *, typ: str = "at+jwt", **claims: Any) -> str:
        at = int(self.clock.now.timestamp())
        usual = {
            "iss": self.address,
            "sub": subject,
            "aud": [PROFILE.audience, "account"],
            "iat": at,
            "exp": at + 300,
            "azp": "registry",
            "scope": "openid profile email",
            "jti": str(uuid4()),
        }
        return self.signed({"typ": typ}, usual | claims)

    def signed(self, header: Claims, claims: Claims) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid} | header | self.header
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {name: value for name, value in header.items() if value is not None}
        if self.sign is not None:
            return self.sign(header, kept)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return jwt.encode(header, kept, self.key, algorithms=[header["alg"]])


def unsigned(header: Claims, claims: Claims) -> str:
    return f"{_part(header | {'alg': 'none'})}.{_part(claims)}."


def signed_by_public_key(key: Key) -> Callable[[Claims, Claims], str]:
    """HS256, with the published key for a secret: what a library that lets the token choose would accept."""
    secret = OctKey.import_key(json.dumps(key.as_dict(private=False)).encode())

    def sign(header: Claims, claims: Claims) -> str:
        return jwt.encode(header | {"alg": "HS256"}, claims, secret, algorithms=["HS256"])

    return sign


def _part(said: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


@contextmanager
def issuing(clock: Clock, **more: Any) -> Iterator[Issuer]:
    """This will serve an issuer on loopback."""
    issuer = Issuer(clock, **more)
    with ExitStack() as stack:
        issuer.address = stack.enter_context(serving(issuer.app))
        yield issuer


@dataclass
class House:
    """One process of ours that knows providers."""

    deployment: Deployment
    registry: Registry
    sign_in: ProviderSignIn
    authenticator: Authenticator

    @classmethod
    def of(cls, deployment: Deployment) -> "House":
        registry = Registry(deployment.engine, Outside(LOOPBACK))
        ring = deployment.process().ring
        return cls(
            deployment,
            registry,
            ProviderSignIn(registry, profile=PROFILE, ring=ring, sealer=SEALER),
            Authenticator(deployment.engine, ring, PROFILE, trusted=TrustedIssuers(registry)),
        )

    async def leaves(self, provider_id: UUID, **how: Any) -> Departure:
        return await self.sign_in.begin(provider_id, now=self.deployment.clock.now, **how)

    async def visits(self, departure: Departure) -> dict[str, str]:
        """This will go where the browser is sent, and be what it brings back."""
        async with httpx2.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(departure.address)
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def returns(self, provider_id: UUID, answer: dict[str, str], departure: Departure) -> ProviderIdentity:
        now = self.deployment.clock.now
        return await self.sign_in.finish(provider_id, answer, browser=departure.browser, now=now)

    async def signs_in(self, provider_id: UUID, **how: Any) -> ProviderIdentity:
        departure = await self.leaves(provider_id, **how)
        return await self.returns(provider_id, await self.visits(departure), departure)


async def registered(
    deployment: Deployment,
    issuer: Issuer,
    *,
    organization_id: UUID | None = None,
    people: bool = True,
    machines: bool = True,
) -> UUID:
    """This will register the issuer with an organisation, by default the first one."""
    provider_id = uuid4()
    secret, sealed_by = None, None
    if issuer.secret is not None:
        secret, sealed_by = SEALER.seal(issuer.secret.encode(), bound=f"identity_provider:{provider_id}")
    await deployment.sql(
        "INSERT INTO identity_provider"
        " (id, organization_id, issuer, name, client_id, client_secret, sealed_by, people, machines, created_at)"
        " VALUES ($1, $2, $3, 'Sign-in of the ministry', $4, $5, $6, $7, $8, $9)",
        *(provider_id, organization_id or deployment.brc, issuer.address, CLIENT, secret, sealed_by, people, machines),
        deployment.clock.now,
    )
    return provider_id


async def as_new(deployment: Deployment) -> Deployment:
    """This will set a deployment that a module shares back to where no provider is known, at its first moment."""
    for table in ("ceremony", "oauth_client WHERE proof = 'TRUSTED_ISSUER'", "identity_provider"):
        await deployment.sql(f"DELETE FROM {table}")
    deployment.clock.now = START
    return deployment
