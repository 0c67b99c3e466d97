"""How often someone may be wrong with a person's name or code: buckets in the database, so over all processes.

A password is guessed against two buckets, taken from before the password is looked at:

- that of the name at one address, which is strict: ten in a row, then one a minute;
- that of the name anywhere, which is lenient: sixty in a row, then one a minute. It bounds who guesses from many
  addresses, and is not asked where the name was proved at that address in the last thirty days: so strangers who are
  wrong in a person's name can neither keep them out where they usually are, nor anywhere from using a passkey.

A code after the right password has the strictest bucket, of its account: only whoever knows the password gets there.
Names that exist and names that do not have buckets alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Float, and_, bindparam, cast, delete, extract, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.lockout import LockedOut, network
from auth.opaque import hash_of
from models.accounts import SignInFailure

KNOWN_FOR = timedelta(days=30)
"How long an address where the name was proved is told from those of strangers."
FORGOTTEN = timedelta(days=1)
"After which an address where nothing was proved is not remembered: every bucket has long run dry."


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many failures in a row, and how long until one is forgiven."""

    burst: int
    refill: timedelta


HERE = Bucket(10, timedelta(minutes=1))
ANYWHERE = Bucket(60, timedelta(minutes=1))
CODE = Bucket(5, timedelta(minutes=5))


_BUCKET = bindparam("bucket", type_=SignInFailure.name_hash.type)
_NOW = bindparam("now", type_=SignInFailure.at.type)
_ELAPSED = cast(func.greatest(extract("epoch", _NOW - SignInFailure.at), literal_column("0")), Float)
_LEFT = func.greatest(SignInFailure.count - _ELAPSED / bindparam("refill", type_=Float), literal_column("0"))
"What is left of the failures in a bucket that loses one per refill."
_COUNT = select(_LEFT).where(SignInFailure.name_hash == _BUCKET)
_TAKE = (
    insert(SignInFailure)
    .values(name_hash=_BUCKET, count=literal_column("1"), at=_NOW)
    .on_conflict_do_update(
        index_elements=[SignInFailure.name_hash],
        set_={"count": _LEFT + literal_column("1"), "at": func.greatest(SignInFailure.at, _NOW)},
        where=_LEFT + literal_column("1") <= bindparam("burst", type_=Float),
    )
    .returning(SignInFailure.proved_at)
)
_GIVE_BACK = (
    update(SignInFailure)
    .where(SignInFailure.name_hash == _BUCKET)
    .values(count=func.greatest(SignInFailure.count - literal_column("1"), literal_column("0")))
)
_CLEAN = {"count": literal_column("0"), "at": _NOW, "proved_at": _NOW}
_PROVED = (
    insert(SignInFailure)
    .values(name_hash=_BUCKET, **_CLEAN)
    .on_conflict_do_update(index_elements=[SignInFailure.name_hash], set_=_CLEAN)
)
_FORGET = delete(SignInFailure).where(SignInFailure.name_hash == _BUCKET)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A name, typed at an address. Neither is kept: only what they hash to."""

    here: bytes
    anywhere: bytes

    @classmethod
    def of(cls, name: str, *, address: str) -> "Attempt":
        """`name` as auth.people.names has it; addresses of one IPv6 network (/64) are one, for one device has many."""
        return cls(_hash("here", name, network(address)), _hash("anywhere", name))


async def try_password(connection: AsyncConnection, attempt: Attempt, *, now: datetime) -> None:
    """This will count the attempt as failed until it is `forgiven`. Raises LockedOut.

    The caller commits before the password is checked, so that of many attempts at once none is uncounted. At most
    three statements.
    """
    proved_at = await _take(connection, attempt.here, HERE, now=now)
    if proved_at is None or proved_at <= now - KNOWN_FOR:
        await _take(connection, attempt.anywhere, ANYWHERE, now=now)


async def try_code(connection: AsyncConnection, account_id: UUID, *, now: datetime) -> None:
    """This will count a code as wrong until it is `right_code`. Raises LockedOut. The caller commits first."""
    await _take(connection, _hash("code", str(account_id)), CODE, now=now)


async def forgiven(connection: AsyncConnection, attempt: Attempt) -> None:
    """This will undo the counting of an attempt that was right, or was not looked at."""
    await connection.execute(_GIVE_BACK, {"bucket": attempt.here})
    await connection.execute(_GIVE_BACK, {"bucket": attempt.anywhere})


async def proved(connection: AsyncConnection, account_id: UUID, attempt: Attempt, *, now: datetime) -> None:
    """This will forget what failed before at this address, and remember that the name was proved here."""
    await connection.execute(_PROVED, {"bucket": attempt.here, "now": now})
    await right_code(connection, account_id)


async def right_code(connection: AsyncConnection, account_id: UUID) -> None:
    """This will forget the codes of the account that were wrong."""
    await connection.execute(_FORGET, {"bucket": _hash("code", str(account_id))})


async def forget(connection: AsyncConnection, *, now: datetime) -> int:
    """This will delete the buckets that have run dry, and say how many."""
    dry = and_(
        SignInFailure.at < now - FORGOTTEN,
        or_(SignInFailure.proved_at.is_(None), SignInFailure.proved_at < now - KNOWN_FOR),
    )
    return (await connection.execute(delete(SignInFailure).where(dry))).rowcount


async def _take(connection: AsyncConnection, name_hash: bytes, bucket: Bucket, *, now: datetime) -> datetime | None:
    """This will add one failure, unless the bucket is full, and say when the name was last proved there."""
    given = {"bucket": name_hash, "now": now, "burst": bucket.burst, "refill": bucket.refill.total_seconds()}
    if (row := (await connection.execute(_TAKE, given)).one_or_none()) is not None:
        proved_at: datetime | None = row.proved_at
        return proved_at
    full = await connection.scalar(_COUNT, given)
    raise LockedOut((float(full or bucket.burst) + 1 - bucket.burst) * bucket.refill)


def _hash(*parts: str) -> bytes:
    return hash_of("\0".join(parts))
