"""The bare limit: the list and the point with all of Konbit's duties and nothing else, written by hand.

No GraphQL: the path names the statement. Duties can be left out, to see what each one costs.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from api.sealing import sealer
from api.settings import read_settings
from auth.actor import Actor
from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.keys import KeyRing
from auth.tokens import Profile
from benchmarks.limit_sql import LIST, POINT, read, recorded
from models.session import beginning

FRESH = 2.0
"Seconds between two looks at a client's standing."


class Duties(IntEnum):
    """What is done beside reading, each with all before it."""

    NONE = 0
    "One statement as the owner of everything: no transaction, no policies."
    TRANSACTION = 1
    "BEGIN with the claims in one round trip, and COMMIT."
    POLICIES = 2
    "As role app, under its row policies."
    TOKEN = 3
    "The bearer by the hash of the token, the client's standing every two seconds."
    AUDIT = 4
    "What was revealed is written down; the commit does not wait for the disk."
    DURABLE = 5
    "The commit waits for the disk."


@dataclass(slots=True)
class Bearer:
    """A token that was right, and what its transactions begin with."""

    actor: Actor
    begin: str
    asked_at: float


class Limit:
    """The app, over a pool that it opens when it starts."""

    def __init__(self, *, url: str, authenticator: Authenticator, duties: Duties, size: int) -> None:
        self.url, self.authenticator, self.duties, self.size = url, authenticator, duties, size
        self.known: dict[bytes, Bearer] = {}
        self.pool: asyncpg.Pool[asyncpg.Record]
        audited = duties >= Duties.AUDIT
        self.list = recorded(LIST, "referrals") if audited else read(LIST)
        self.point = recorded(POINT, "referral") if audited else read(POINT)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        bearer = await self.bearer(scope["headers"])
        message = await receive()
        body = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        given = orjson.loads(body)["variables"]
        if scope["path"] == "/list":
            answer = b'{"data":{"referrals":%s}}' % await self.answer(self.list, bearer, given["first"])
        else:
            key = UUID(given["id"].removeprefix("Referral_"))
            answer = b'{"data":{"referral":%s}}' % await self.answer(self.point, bearer, key)
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})

    async def answer(self, statement: str, bearer: Bearer, argument: object) -> bytes:
        """This will run one statement with as many duties as are asked for."""
        organization = bearer.actor.organization_id
        async with self.pool.acquire() as connection:
            if self.duties is Duties.NONE:
                return await connection.fetchval(statement, organization, argument) or b"null"
            await connection.execute(bearer.begin)
            if self.duties < Duties.AUDIT:
                found = await connection.fetchval(statement, organization, argument)
            else:
                found = await connection.fetchval(
                    statement, organization, argument, bearer.actor.client_id, os.urandom(12).hex()
                )
            await connection.execute("COMMIT")
            return found or b"null"

    async def bearer(self, headers: list[tuple[bytes, bytes]]) -> Bearer:
        """This will say who asks: by the token's hash and anew every so often; without that duty, by what was sent."""
        for name, value in headers:
            if name == b"authorization":
                checked = self.duties >= Duties.TOKEN
                digest = hashlib.sha256(value).digest() if checked else value
                known = self.known.get(digest)
                if known is None or (checked and monotonic() - known.asked_at > FRESH):
                    known = self.known[digest] = await self.verified(value)
                return known
        raise PermissionError

    async def verified(self, value: bytes) -> Bearer:
        actor = await self.authenticator.actor(value.decode().removeprefix("Bearer "), now=datetime.now(UTC))
        return Bearer(actor, beginning(actor.claims(), writes=self.duties >= Duties.AUDIT), monotonic())

    async def live(self, receive: Any, send: Any) -> None:
        await receive()
        settings = {"timezone": "UTC", "jit": "off", "plan_cache_mode": "force_generic_plan"}
        if self.duties is Duties.AUDIT:
            settings["synchronous_commit"] = "off"
        self.pool = await asyncpg.create_pool(
            self.url,
            min_size=self.size,
            max_size=self.size,
            reset=nothing,
            max_cacheable_statement_size=0,
            max_cached_statement_lifetime=0,
            server_settings=settings,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def nothing(_connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """What is set is set for one transaction."""


def app() -> Limit:
    """This will make the app as the environment says."""
    keeper = open_auth_engine(os.environ["BENCH_AUTH_URL"])
    issuer = os.environ["BENCH_ISSUER"]
    authenticator = Authenticator(
        keeper, KeyRing(keeper, sealer(read_settings())), Profile(issuer=issuer, audience=f"{issuer}/graphql")
    )
    duties = Duties(int(os.environ.get("BENCH_DUTIES", Duties.DURABLE)))
    url = os.environ["BENCH_APP_URL" if duties >= Duties.POLICIES else "BENCH_OWNER_URL"]
    return Limit(url=url, authenticator=authenticator, duties=duties, size=8)
