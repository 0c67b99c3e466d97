"""Steps of signing in that wait for their next one: each has a handle, lives minutes, and is taken up once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import opaque
from models.accounts import Ceremony

LIFETIME = timedelta(minutes=5)
"From a step to its next one, unless the step says otherwise."


class CeremonyKind(StrEnum):
    """What the next step is. A handle of one kind is worth nothing to another."""

    REGISTER_PASSKEY = "register-passkey"
    USE_PASSKEY = "use-passkey"
    CODE = "code"
    "The password was right; a code is next."
    NEW_TOTP = "new-totp"
    FIRST_CODE = "first-code"
    "An invited person chose a name and a password; the first code is next."
    PROVIDER = "provider"
    "The person was sent to an organisation's own provider."


class CeremonyOver(Exception):
    """This step took too long, or was already taken; begin again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was known when the step began."""

    account_id: UUID | None
    "Whose step it is; None: that is not known yet, or the account is not there yet."
    said: dict[str, Any]


_NOW = bindparam("now", type_=Ceremony.expires_at.type)
_SWEPT = delete(Ceremony).where(
    Ceremony.hash.in_(
        select(Ceremony.hash)
        .where(Ceremony.expires_at < _NOW)
        .limit(literal_column("4"))
        .with_for_update(skip_locked=True)
    )
)
# Anyone may begin one, by opening a page: each that begins takes some along that are over, so they never pile up.
_BEGIN = insert(Ceremony).add_cte(_SWEPT.cte("swept"))
_TAKE_UP = (
    update(Ceremony)
    .where(
        Ceremony.hash == bindparam("handle", type_=Ceremony.hash.type),
        Ceremony.kind == bindparam("which", type_=Ceremony.kind.type),
        Ceremony.used_at.is_(None),
        Ceremony.expires_at > _NOW,
    )
    .values(used_at=_NOW)
    .returning(Ceremony.account_id, Ceremony.said)
)


async def begin(
    connection: AsyncConnection,
    kind: CeremonyKind,
    *,
    said: dict[str, Any],
    now: datetime,
    account_id: UUID | None = None,
    lifetime: timedelta = LIFETIME,
) -> str:
    """This will keep what the next step must agree with, and answer the handle for it. One statement."""
    handle, hashed = opaque.make()
    values = {"hash": hashed, "kind": kind.value, "account_id": account_id, "said": said, "expires_at": now + lifetime}
    await connection.execute(_BEGIN, values | {"now": now})
    return handle


async def take_up(connection: AsyncConnection, kind: CeremonyKind, handle: str, *, now: datetime) -> Waiting:
    """This will take up the step that waits under the handle: of any number at once, one does. Raises CeremonyOver.

    It is gone with the caller's transaction alone: a refusal that must not be tried again has to be committed.
    """
    given = {"handle": opaque.hash_of(handle), "which": kind.value, "now": now}
    if (row := (await connection.execute(_TAKE_UP, given)).one_or_none()) is None:
        raise CeremonyOver
    return Waiting(row.account_id, row.said)
