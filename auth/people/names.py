"""What people type to say who they are. A name is made here, so choosing one never tells whether another exists."""

import re
import secrets
import unicodedata
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.accounts import SignInName

SHORTEST, LONGEST = 3, 254
"Characters of a name, as the table has it."
PROPOSED = 64
"Characters that are read of what a person proposes."


class NameTaken(ValueError):
    """That sign-in name is another account's."""


class UnfitName(ValueError):
    """A sign-in name has 3 to 254 letters, digits and the signs . _ - + @, and no spaces."""


def normal(text: str) -> str:
    """This will be the name as it is kept and compared: NFKC, case folded, without spaces around it."""
    folded = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).casefold()
    small = unicodedata.normalize("NFKC", folded).lower()
    return "".join(sign for sign in small if sign.isprintable()).strip()[:LONGEST]


async def give(connection: AsyncConnection, account_id: UUID, proposed: str) -> str:
    """This will make the account a name of what its person proposes and four digits, and answer it.

    The digits are always there: whether "marie" is anyone's, nobody can tell from being called marie.4821. They also
    keep strangers, who may know an e-mail address, from being wrong in someone's name.
    """
    stem = re.sub(r"[^\w@+-]+", ".", normal(proposed)[:PROPOSED]).strip("._-+@") or "konbit"
    while True:
        name = f"{stem}.{secrets.randbelow(9_000) + 1_000}"
        if await _keep(connection, account_id, name):
            return name


async def add(connection: AsyncConnection, account_id: UUID, name: str) -> None:
    """This will add exactly that name: for commands and the demo, whose operator may know who exists.

    Raises UnfitName, NameTaken.
    """
    kept = normal(name)
    if not re.fullmatch(rf"[\w.@+-]{{{SHORTEST},{LONGEST}}}", kept):
        raise UnfitName
    if not await _keep(connection, account_id, kept):
        raise NameTaken


async def of(connection: AsyncConnection, account_id: UUID) -> list[str]:
    """This will be the account's names, in order."""
    mine = select(SignInName.name).where(SignInName.account_id == account_id).order_by(SignInName.name)
    return list(await connection.scalars(mine))


async def _keep(connection: AsyncConnection, account_id: UUID, name: str) -> bool:
    kept = insert(SignInName).values(name=name, account_id=account_id).on_conflict_do_nothing()
    return (await connection.execute(kept.returning(SignInName.name))).first() is not None
