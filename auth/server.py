"""The authorization server: what the edge asks for. Authlib's protocol over our tables, one transaction per request.

Authlib's server is synchronous; `AsyncSession.run_sync` lets it work over asyncpg. What it decides and what is ours
is written in docs/decisions/oauth.md.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.client_keys import ClientKeys, KeysWanted
from auth.database import or_unavailable
from auth.dpop import InvalidProof, Proof, Sent, spending
from auth.endpoints import PostRequest
from auth.exchange import Answer, Exchange
from auth.keys import KeyRing, KeyWithdrawn
from auth.lockout import LockedOut, Lockout
from auth.metadata import DEVICE_AUTHORIZATION_PATH, PUSHED_PATH, TOKEN_PATH, check_issuer, metadata
from auth.openid import userinfo
from auth.outside import Outside
from auth.possession import NonceWanted, Possession
from auth.proofs import Post
from auth.tokens import AccessToken, InvalidToken, Profile

# At DEBUG, Authlib writes tokens into the log.
logging.getLogger("authlib").setLevel(logging.INFO)

PUSHES_AT_ONCE = 200
"Requests of public clients that may be pushed from one address at one moment; then ten a second."

DEVICES_AT_ONCE = 100
"Devices behind one address that may ask for codes at one moment; then one a second."


class OAuthServer:
    """Answers the endpoints. Every answer stands in the database before it is given."""

    def __init__(self, engine: AsyncEngine, ring: KeyRing, profile: Profile, *, outside: Outside | None = None) -> None:
        """`outside` asks for the keys that clients publish; None: on the public network. Raises UnfitIssuer."""
        check_issuer(profile.issuer)
        self._engine = engine
        self._ring = ring
        self._profile = profile
        self._lockout = Lockout()
        # Anyone may ask in a public client's name, and each asking is kept: so many at once from one address.
        self._pushes = Lockout(burst=PUSHES_AT_ONCE, refill=timedelta(seconds=0.1))
        self._devices = Lockout(burst=DEVICES_AT_ONCE, refill=timedelta(seconds=1))
        self._possession = Possession(engine, ring)
        self._client_keys = ClientKeys(engine, outside or Outside())

    def metadata(self) -> dict[str, Any]:
        """This will describe the server (RFC 8414)."""
        return metadata(self._profile)

    async def key_set(self, *, now: datetime) -> dict[str, Any]:
        """This will list the published keys (RFC 7517). Raises AuthenticationUnavailable."""
        return (await self._ring.keys(now=now)).key_set()

    async def token(self, post: Post, *, now: datetime) -> Answer:
        """This will issue an access token, or refuse (RFC 6749, section 5). Raises AuthenticationUnavailable."""
        try:
            return await self._proven(Exchange.token, post, path=TOKEN_PATH, now=now)
        except KeyWithdrawn:
            self._ring.forget()
            return await self._proven(Exchange.token, post, path=TOKEN_PATH, now=now)

    async def device_authorization(self, post: Post, *, now: datetime) -> Answer:
        """This will give a device its codes (RFC 8628, section 3.2). Raises AuthenticationUnavailable."""
        if (crowded := _crowded(self._devices, post, now=now)) is not None:
            return crowded
        return await self._proven(Exchange.device_authorization, post, path=DEVICE_AUTHORIZATION_PATH, now=now)

    async def push(self, post: Post, *, now: datetime) -> Answer:
        """This will keep an authorization request for its browser (RFC 9126). Raises AuthenticationUnavailable."""
        proves_nothing = post.authorization is None and "client_assertion" not in post.form
        if proves_nothing and (crowded := _crowded(self._pushes, post, now=now)) is not None:
            return crowded
        return await self._proven(Exchange.push, post, path=PUSHED_PATH, now=now)

    async def introspect(self, post: Post, *, now: datetime) -> Answer:
        """This will say what a token is good for at this moment (RFC 7662). Raises AuthenticationUnavailable."""
        return await self._exchange(Exchange.introspect, post, presented=await self._presented(post, now=now), now=now)

    async def revoke(self, post: Post, *, now: datetime) -> Answer:
        """This will end a token; it is refused everywhere within 2 s (RFC 7009). Raises AuthenticationUnavailable."""
        return await self._exchange(Exchange.withdraw, post, presented=await self._presented(post, now=now), now=now)

    async def userinfo(self, actor: Actor) -> dict[str, Any]:
        """This will say who signed in (OpenID Connect Core 5.3). Raises NobodySignedIn, AuthenticationUnavailable."""
        with or_unavailable():
            async with self._engine.connect() as connection:
                return await userinfo(connection, actor)

    async def _presented(self, post: Post, *, now: datetime) -> AccessToken | None:
        try:
            return await self._ring.read(post.form.get("token", ""), profile=self._profile, now=now)
        except InvalidToken:
            return None

    async def _proven(
        self, answer: Callable[[Exchange, PostRequest], Answer], post: Post, *, path: str, now: datetime
    ) -> Answer:
        """The answer to whoever holds the key of the DPoP proof, where there is one (RFC 9449, sections 5 and 8)."""
        if post.proof is None:
            return await self._exchange(answer, post, presented=None, now=now)
        try:
            proof = await self._possession.read(post.proof, self._sent(path), now=now)
            answered = await self._exchange(answer, post, presented=None, now=now, proof=proof)
        except NonceWanted as wanted:
            answered = Answer(400, {"error": "use_dpop_nonce", "error_description": str(wanted.__doc__)})
        except InvalidProof as invalid:
            answered = Answer(400, {"error": "invalid_dpop_proof", "error_description": str(invalid.__doc__)})
        offered = ("DPoP-Nonce", await self._possession.nonce(now=now))
        return replace(answered, headers=(*answered.headers, offered))

    def _sent(self, path: str) -> Sent:
        return Sent("POST", {self._profile.issuer + path, self._profile.pages + path})

    async def _exchange(
        self,
        answer: Callable[[Exchange, PostRequest], Answer],
        post: Post,
        *,
        presented: AccessToken | None,
        now: datetime,
        proof: Proof | None = None,
    ) -> Answer:
        keys = await self._ring.keys(now=now)
        request = PostRequest(post, uri=self._profile.issuer)

        def within(session: Session, *, asks: bool) -> Answer:
            if proof is not None and session.execute(spending(proof)).first() is None:
                raise InvalidProof
            exchange = Exchange(
                session,
                profile=self._profile,
                keys=keys,
                lockout=self._lockout,
                presented=presented,
                now=now,
                jkt=None if proof is None else proof.jkt,
                asks=asks,
            )
            return answer(exchange, request)

        async def attempt(*, asks: bool) -> Answer:
            with or_unavailable():
                async with AsyncSession(self._engine) as session, session.begin():
                    return await session.run_sync(partial(within, asks=asks))

        try:
            return await attempt(asks=True)
        except KeysWanted as wanted:
            await self._client_keys.renew(wanted.client_id, now=now)
            return await attempt(asks=False)


def _crowded(askers: Lockout, post: Post, *, now: datetime) -> Answer | None:
    """What is answered where too many ask from one address; None: there is room, and one more has asked."""
    try:
        askers.check("", post.address, now=now)
    except LockedOut as lockout:
        wait = ("Retry-After", str(int(lockout.wait.total_seconds()) + 1))
        return Answer(429, {"error": "temporarily_unavailable", "error_description": str(lockout)}, (wait,))
    askers.failed("", post.address, now=now)
    return None
