"""From a bearer token to the actor of a request: signatures are checked once, standing every two seconds."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from auth.actor import Actor
from auth.database import or_unavailable
from auth.dpop import Sent
from auth.keys import KeyRing
from auth.opaque import hash_of
from auth.possession import Possession
from auth.providers import machines
from auth.providers.machines import TrustedIssuers, TrustedToken
from auth.standing import Standing, ask_standing, read_standing
from auth.tokens import AccessToken, ExpiredToken, InvalidToken, Profile

FRESH = timedelta(seconds=2)
"How long an answer of the database stands: a revocation, a suspension, a lost role tell within this time."

PATIENCE = 4.0
"Seconds that a request waits to learn who asks; the looking-up goes on for those that come after."

REMEMBERED = 20_000
"Tokens; the one that came first is forgotten first, which costs it one more check."


@dataclass(slots=True, eq=False)
class _Known:
    """A token whose signature was right, and what the database said of it last."""

    token: AccessToken | TrustedToken
    actor: Actor | None = None
    asked_at: datetime | None = None
    asking: "asyncio.Task[None] | None" = field(default=None, repr=False)


class Authenticator:
    """Says who a bearer is. Tokens are kept by their SHA-256, so that none lies in memory longer than its request."""

    def __init__(
        self, engine: AsyncEngine, ring: KeyRing, profile: Profile, *, trusted: TrustedIssuers | None = None
    ) -> None:
        """`trusted` reads the tokens of organisations' own issuers; None: ours alone count."""
        self._trusted = trusted
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._ring = ring
        self._profile = profile
        self._possession = Possession(engine, ring)
        self._known: dict[bytes, _Known] = {}

    async def actor(self, bearer: str, *, now: datetime) -> Actor:
        """This will say who holds the token. Raises ExpiredToken, InvalidToken, AuthenticationUnavailable.

        No statement if the token was seen within 2 s, else one; all that ask meanwhile wait for the same one.
        """
        digest = hash_of(bearer)
        known = self._known.get(digest)
        if known is None:
            known = await self._admit(bearer, digest, now=now)
        if known.token.expires_at <= now:
            self._known.pop(digest, None)
            raise ExpiredToken
        if known.asked_at is None or not -FRESH < now - known.asked_at < FRESH:
            await self._ask(known, now=now)
        if known.actor is None:
            raise InvalidToken
        return known.actor

    async def prove(self, proof: str, *, jkt: str, bearer: str, method: str, path: str, now: datetime) -> None:
        """This will check that whoever sends this token holds the key it is bound to (RFC 9449, section 7).

        `path` is that of the request, at our own address. Raises InvalidProof, NonceWanted, AuthenticationUnavailable.
        """
        addresses = {self._profile.issuer + quote(path), self._profile.pages + quote(path)}
        await self._possession.prove(proof, Sent(method, addresses, bearer), jkt=jkt, now=now)

    async def nonce(self, *, now: datetime) -> str:
        """This will say which nonce the next proof should hold. Raises AuthenticationUnavailable."""
        return await self._possession.nonce(now=now)

    def forget(self) -> None:
        """This will ask the database again for every token: for a notice that clients, roles or tokens have changed."""
        self._known.clear()

    async def _admit(self, bearer: str, digest: bytes, *, now: datetime) -> _Known:
        with or_unavailable():
            async with asyncio.timeout(PATIENCE):
                token = await self._read(bearer, now=now)
        known = self._known.setdefault(digest, _Known(token))
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return known

    async def _read(self, bearer: str, *, now: datetime) -> AccessToken | TrustedToken:
        try:
            return await self._ring.read(bearer, profile=self._profile, now=now)
        except ExpiredToken:
            raise
        except InvalidToken:
            if self._trusted is None:
                raise
            return await self._trusted.read(bearer, profile=self._profile, now=now)

    async def _ask(self, known: _Known, *, now: datetime) -> None:
        if known.asking is None:
            known.asking = asyncio.create_task(self._look_up(known, now=now))
        # Shielded: a request that is given up must not take the answer from the others that wait for it.
        with or_unavailable():
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(known.asking)

    async def _look_up(self, known: _Known, *, now: datetime) -> None:
        token = known.token
        try:
            with or_unavailable():
                async with self._engine.connect() as connection:
                    actor = await _standing(connection, token, now=now)
        finally:
            known.asking = None
        known.asked_at = now
        known.actor = actor


async def _standing(connection: AsyncConnection, token: AccessToken | TrustedToken, *, now: datetime) -> Actor | None:
    if isinstance(token, TrustedToken):
        return machines.actor((await connection.execute(machines.ask_standing(token))).one_or_none(), token)
    standing = read_standing((await connection.execute(ask_standing(token, now=now))).one_or_none(), token)
    return None if standing is None else _actor(token, standing)


def _actor(token: AccessToken, standing: Standing) -> Actor:
    behalf = token.behalf
    return Actor(
        organization_id=token.organization_id,
        client_id=token.client_id,
        user_id=None if behalf is None else behalf.account_id,
        scopes=standing.scopes,
        roles=standing.roles,
        token_id=token.token_id,
        expires_at=token.expires_at,
        kind=token.kind,
        membership_id=standing.membership_id,
        site_id=standing.site_id,
        session_id=None if behalf is None else behalf.session_id,
        acr=None if behalf is None else behalf.acr,
        auth_time=None if behalf is None else behalf.auth_time,
        jkt=token.jkt,
    )
