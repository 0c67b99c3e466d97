"""Codes for the day that phone and passkey are gone: ten, shown once, each good once, beside the password."""

import base64
import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import accounts
from models.accounts import RecoveryCode

HOW_MANY = 10
CODE_BYTES = 10
"80 bits: sixteen letters and digits, which nobody guesses."
_MISREAD = str.maketrans("018", "OIB")
"Base32 has no 0, 1 and 8: who writes one down means the letter."


async def make(connection: AsyncConnection, account_id: UUID) -> list[str]:
    """This will make new codes, to be shown once; those of before are void. Three statements."""
    await accounts.hold(connection, account_id)
    await connection.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [_written(secrets.token_bytes(CODE_BYTES)) for _ in range(HOW_MANY)]
    rows = [{"hash": _hash(account_id, code), "account_id": account_id} for code in codes]
    await connection.execute(insert(RecoveryCode), rows)
    return codes


async def use(connection: AsyncConnection, account_id: UUID, typed: str, *, now: datetime) -> bool:
    """This will use up a code: of any number of uses at once, one is right. One statement."""
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.hash == _hash(account_id, typed),
            RecoveryCode.account_id == account_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.hash)
    )
    return (await connection.execute(used)).first() is not None


async def left(connection: AsyncConnection, account_id: UUID) -> int:
    """How many codes can still be used."""
    mine = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return await connection.scalar(mine) or 0


def _written(code: bytes) -> str:
    text = base64.b32encode(code).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _hash(account_id: UUID, code: str) -> bytes:
    """As written, however it is typed: in small letters, with or without hyphens and spaces."""
    plain = "".join(sign for sign in code[:100].upper().translate(_MISREAD) if sign.isalnum())
    return hashlib.sha256(account_id.bytes + plain.encode("utf-8", "surrogatepass")).digest()
