"""Codes that a person's app makes from a secret and the time (RFC 6238): SHA-1, six digits, 30 s, as apps expect."""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.sealing import Sealer
from models.accounts import Totp

SECRET_BYTES, DIGITS, PERIOD = 20, 6, 30
DRIFT = 1
"Steps that a telephone's clock may be early or late (RFC 6238, 5.2)."
_NOBODYS = bytes(SECRET_BYTES)

_WHOSE = bindparam("whose", type_=Totp.account_id.type)
_STEP = bindparam("step", type_=Totp.last_step.type)
_MINE = select(Totp.secret, Totp.sealed_by).where(Totp.account_id == _WHOSE, Totp.confirmed_at.is_not(None))
_USED = (
    update(Totp)
    .where(
        Totp.account_id == _WHOSE,
        # What was opened is still what counts.
        Totp.secret == bindparam("opened", type_=Totp.secret.type),
        Totp.last_step < _STEP,
    )
    .values(last_step=_STEP)
    .returning(Totp.account_id)
)


def make() -> bytes:
    """This will make a secret."""
    return secrets.token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """The secret as a person types it into an app: 32 letters and digits, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def as_address(secret: bytes, *, issuer: str, name: str) -> str:
    """The otpauth address that a QR code holds. `issuer` and `name` are what the app shows beside the code."""
    asked = urlencode(
        {
            "secret": base64.b32encode(secret).decode(),
            "issuer": issuer,
            "algorithm": "SHA1",
            "digits": DIGITS,
            "period": PERIOD,
        },
        quote_via=quote,
    )
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{asked}"


def code(secret: bytes, step: int) -> str:
    """The code of one step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(now: datetime) -> int:
    """The step of a moment."""
    return int(now.timestamp()) // PERIOD


def matching_step(secret: bytes, typed: str, *, now: datetime) -> int | None:
    """This will be the step whose code was typed, spaces aside; None: a wrong one. The last one where two match."""
    given = "".join(typed.split()).encode("utf-8", "surrogatepass")
    steps = range(step_of(now) - DRIFT, step_of(now) + DRIFT + 1)
    # Every step is compared, so the time taken says nothing of which one matched.
    matching = [step for step in steps if hmac.compare_digest(code(secret, step).encode(), given)]
    return matching[-1] if matching else None


def seal(secret: bytes, account_id: UUID, sealer: Sealer) -> tuple[bytes, str]:
    """This will seal a secret for its account. Raises KekUnavailable."""
    return sealer.seal(secret, bound=_bound(account_id))


def open_sealed(sealed: bytes, sealed_by: str | None, account_id: UUID, sealer: Sealer) -> bytes:
    """This will open what `seal` sealed. Raises CannotOpen, KekUnavailable."""
    return sealer.open(sealed, sealed_by=sealed_by, bound=_bound(account_id))


async def keep(
    connection: AsyncConnection, account_id: UUID, sealed: bytes, sealed_by: str, *, step: int, now: datetime
) -> None:
    """This will put a secret whose first code was of `step` in place of the one before. That code counts no more."""
    values = {"secret": sealed, "sealed_by": sealed_by, "last_step": step, "confirmed_at": now}
    kept = insert(Totp).values(account_id=account_id, **values)
    await connection.execute(kept.on_conflict_do_update(index_elements=[Totp.account_id], set_=values))


async def check(connection: AsyncConnection, account_id: UUID, typed: str, *, sealer: Sealer, now: datetime) -> bool:
    """This will use up the code: of any number of uses at once, one is right. Raises CannotOpen, KekUnavailable."""
    row = (await connection.execute(_MINE, {"whose": account_id})).one_or_none()
    secret = _NOBODYS if row is None else open_sealed(row.secret, row.sealed_by, account_id, sealer)
    step = matching_step(secret, typed, now=now)
    if row is None or step is None:
        return False
    given = {"whose": account_id, "opened": row.secret, "step": step}
    return (await connection.execute(_USED, given)).first() is not None


async def stands(connection: AsyncConnection, account_id: UUID) -> bool:
    """Whether the account has an app that makes codes."""
    mine = exists().where(Totp.account_id == account_id, Totp.confirmed_at.is_not(None))
    return bool(await connection.scalar(select(mine)))


def _bound(account_id: UUID) -> str:
    return f"totp:{account_id}"
