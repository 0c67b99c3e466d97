"""The keys that sign access tokens: how they are made, rotated and retired, and which of them count now.

A new key is published a day before it signs, so that whoever keeps a copy of the key set has it in time. The key it
follows stays published until the last token it signed has ended (design: security, "Keys").
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import ColumnElement, Row, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from auth.database import AuthenticationUnavailable, or_unavailable
from auth.sealing import CannotOpen, KekUnavailable, Sealer
from auth.tokens import LIFETIME, AccessToken, Profile, UnknownKey, read_token
from models.oauth import OAuthKey

PUBLISHED_AHEAD = timedelta(days=1)
"From the making of a key to its first signature."

GRACE = timedelta(minutes=1)
"Beyond the last token's end: the clocks of several machines are never quite one."

FRESH = timedelta(seconds=30)
"How long a process goes on with the keys it has read."

TURN = timedelta(days=90)
"The age at which a key is due to be followed by another."

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('konbit.oauth_key', 0))")


class RotationUnderWay(Exception):
    """A key that was made earlier waits to sign; rotate again after it does, or at once if a key was stolen."""


class KeyWithdrawn(AuthenticationUnavailable):
    """The key that was to sign has just been withdrawn; the next attempt uses its successor."""


class NoSigningKey(AuthenticationUnavailable):
    """There is no key to sign with; start the program once, or run `konbit keys rotate --at-once`."""


class SigningKeySealed(AuthenticationUnavailable):
    """The key to sign with cannot be opened."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that count at one moment."""

    signing: ECKey
    published: Mapping[str, ECKey]
    "By kid: those that sign, will sign, or signed tokens that have not ended."

    def key_set(self) -> dict[str, list[dict[str, Any]]]:
        """This will list the public halves as a JWK set (RFC 7517, section 5)."""
        return {"keys": [dict(key.as_dict(private=False)) for key in self.published.values()]}


class KeyRing:
    """The keys as this process knows them, read again every 30 s, or when a token names one it does not know."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer
        self._reading = asyncio.Lock()
        self._keys: Keys | None = None
        self._read_at: datetime | None = None

    async def keys(self, *, now: datetime) -> Keys:
        """This will say which keys count. Raises AuthenticationUnavailable. One statement every 30 s, else none."""
        return await self._younger_than(FRESH, now=now)

    def forget(self) -> None:
        """This will read the keys again when they are next asked for."""
        self._keys = self._read_at = None

    async def read(self, text: str, *, profile: Profile, now: datetime) -> AccessToken:
        """This will read an access token as `read_token` does, looking again for keys, once a second, if one is new."""
        keys = await self.keys(now=now)
        try:
            return read_token(text, keys=keys.published, profile=profile, now=now)
        except UnknownKey:
            keys = await self._younger_than(timedelta(seconds=1), now=now)
            return read_token(text, keys=keys.published, profile=profile, now=now)

    async def _younger_than(self, age: timedelta, *, now: datetime) -> Keys:
        if (keys := self._known(age, now=now)) is not None:
            return keys
        async with self._reading:
            if (keys := self._known(age, now=now)) is not None:
                return keys
            with or_unavailable():
                async with self._engine.connect() as connection:
                    self._keys = await read_keys(connection, sealer=self._sealer, now=now)
            self._read_at = now
            return self._keys

    def _known(self, age: timedelta, *, now: datetime) -> Keys | None:
        if self._read_at is not None and -age < now - self._read_at < age:
            return self._keys
        return None


def not_retired(at: datetime) -> ColumnElement[bool]:
    """A key counts until its retirement, if that is known."""
    return or_(OAuthKey.retires_at.is_(None), OAuthKey.retires_at > at)


async def read_keys(connection: AsyncConnection, *, sealer: Sealer, now: datetime) -> Keys:
    """This will read the keys that count at `now`. Raises NoSigningKey, SigningKeySealed. One statement."""
    counting = select(OAuthKey.__table__).where(not_retired(now)).order_by(OAuthKey.signs_from.desc())
    rows = (await connection.execute(counting)).all()
    signing = next((row for row in rows if row.signs_from <= now), None)
    if signing is None:
        raise NoSigningKey
    published = {row.kid: ECKey.import_key(row.public_jwk) for row in rows}
    return Keys(signing=_private_key(signing, sealer), published=MappingProxyType(published))


async def ensure_key(connection: AsyncConnection, *, sealer: Sealer, now: datetime) -> None:
    """This will make the first key, which signs at once, unless there is one; call it at start-up, in a transaction."""
    await connection.execute(_LOCK)
    if (await connection.execute(select(OAuthKey.kid).limit(1))).first() is None:
        await _add_key(connection, sealer=sealer, now=now, signs_from=now)


async def rotate_keys(connection: AsyncConnection, *, sealer: Sealer, now: datetime, at_once: bool = False) -> str:
    """This will make the next key and say its kid; call it in a transaction.

    The key before goes on signing for a day and is then published until its last token has ended. `at_once` is for a
    stolen key: the new one signs from now, and every other key is withdrawn with all tokens it signed.
    Raises RotationUnderWay, KekUnavailable.
    """
    await connection.execute(_LOCK)
    if at_once:
        signs_from = retires_at = now
    else:
        waiting = select(OAuthKey.kid).where(OAuthKey.signs_from > now, not_retired(now))
        if (await connection.execute(waiting)).first() is not None:
            raise RotationUnderWay
        signs_from = now + PUBLISHED_AHEAD
        retires_at = signs_from + LIFETIME + GRACE
    await connection.execute(update(OAuthKey).where(not_retired(retires_at)).values(retires_at=retires_at))
    return await _add_key(connection, sealer=sealer, now=now, signs_from=signs_from)


async def rotate_keys_if_due(connection: AsyncConnection, *, sealer: Sealer, now: datetime) -> str | None:
    """This will rotate once the newest key has signed for 90 days; None means that it was not due. For a daily job."""
    await connection.execute(_LOCK)
    youngest = (await connection.execute(select(func.max(OAuthKey.signs_from)).where(not_retired(now)))).scalar()
    if youngest is None or youngest + TURN > now:
        return None
    return await rotate_keys(connection, sealer=sealer, now=now)


async def _add_key(connection: AsyncConnection, *, sealer: Sealer, now: datetime, signs_from: datetime) -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    kid = key.thumbprint()
    private, sealed_by = sealer.seal(json.dumps(key.as_dict(private=True)).encode(), bound=_bound(kid))
    await connection.execute(
        insert(OAuthKey).values(
            kid=kid,
            public_jwk=key.as_dict(private=False),
            private_key=private,
            sealed_by=sealed_by,
            created_at=now,
            signs_from=signs_from,
        )
    )
    return kid


def _private_key(row: Row[Any], sealer: Sealer) -> ECKey:
    """The one place where a stored private key is opened."""
    try:
        private = sealer.open(row.private_key, sealed_by=row.sealed_by, bound=_bound(row.kid))
    except (CannotOpen, KekUnavailable) as failure:
        raise SigningKeySealed(str(failure)) from failure
    return ECKey.import_key(json.loads(private))


def _bound(kid: str) -> str:
    return f"oauth_key:{kid}"
