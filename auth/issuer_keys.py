"""The keys that sign certificates: how they are made, followed by others and, where one was stolen, withdrawn.

They are kept as the keys that sign tokens are (auth/keys.py): published a day before they sign, opened in one place.
Only the role worker reads them.
"""

from datetime import datetime, timedelta

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.data_integrity import public_text
from auth.sealing import CannotOpen, KekUnavailable, Sealer
from models.session import Connection

PUBLISHED_AHEAD = timedelta(days=1)
"From the making of a key to its first signature."

TURN = timedelta(days=365)
"The age at which a key is due to be followed by another."

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('konbit.issuer_key', 0))"
SIGNING = """
SELECT public_key, private_key, sealed_by FROM issuer_key
WHERE withdrawn_at IS NULL AND signs_from <= $1 ORDER BY signs_from DESC LIMIT 1"""
WAITING = "SELECT true FROM issuer_key WHERE withdrawn_at IS NULL AND signs_from > $1"
WITHDRAW = "UPDATE issuer_key SET withdrawn_at = $1 WHERE withdrawn_at IS NULL"
YOUNGEST = "SELECT max(signs_from) FROM issuer_key WHERE withdrawn_at IS NULL"
ADD = """
INSERT INTO issuer_key (public_key, private_key, sealed_by, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)"""


class NoIssuerKey(Exception):
    """There is no key that this program can sign certificates with."""


class IssuerKeyWaits(Exception):
    """A key that was made earlier waits to sign certificates; rotate again after it does, or at once if stolen."""


async def ensure_issuer_key(connection: Connection, *, sealer: Sealer, now: datetime) -> None:
    """This will make the first key, which signs at once, and the next once the newest has signed for a year.

    As role worker. Raises KekUnavailable.
    """
    async with connection.transaction():
        await connection.execute(LOCK)
        youngest = await connection.fetchval(YOUNGEST)
        if youngest is None:
            await _add(connection, sealer=sealer, now=now, signs_from=now)
        elif youngest + TURN <= now:
            await _add(connection, sealer=sealer, now=now, signs_from=now + PUBLISHED_AHEAD)


async def rotate_issuer_keys(connection: Connection, *, sealer: Sealer, now: datetime, at_once: bool = False) -> str:
    """This will make the next key and say its public half; as role worker.

    It is published now and signs from tomorrow; what older keys signed stays good. `at_once` is for a stolen key: the
    new one signs from now, every other is withdrawn, and the job that signs certificates signs all of theirs anew.
    Raises IssuerKeyWaits, KekUnavailable.
    """
    async with connection.transaction():
        await connection.execute(LOCK)
        if at_once:
            await connection.execute(WITHDRAW, now)
            return await _add(connection, sealer=sealer, now=now, signs_from=now)
        if await connection.fetchval(WAITING, now):
            raise IssuerKeyWaits
        return await _add(connection, sealer=sealer, now=now, signs_from=now + PUBLISHED_AHEAD)


async def signing_key(connection: Connection, *, sealer: Sealer, now: datetime) -> Ed25519PrivateKey:
    """This will open the key that signs at `now`. Raises NoIssuerKey."""
    row = await connection.fetchrow(SIGNING, now)
    if row is None:
        raise NoIssuerKey
    return _private_key(row, sealer)


async def _add(connection: Connection, *, sealer: Sealer, now: datetime, signs_from: datetime) -> str:
    key = Ed25519PrivateKey.generate()
    public = public_text(key.public_key())
    private, sealed_by = sealer.seal(key.private_bytes_raw(), bound=_bound(public))
    await connection.execute(ADD, public, private, sealed_by, now, signs_from)
    return public


def _private_key(row: asyncpg.Record, sealer: Sealer) -> Ed25519PrivateKey:
    """The one place where a stored private key is opened."""
    try:
        private = sealer.open(row["private_key"], sealed_by=row["sealed_by"], bound=_bound(row["public_key"]))
    except (CannotOpen, KekUnavailable) as failure:
        raise NoIssuerKey(str(failure)) from failure
    return Ed25519PrivateKey.from_private_bytes(private)


def _bound(public: str) -> str:
    return f"issuer_key:{public}"
