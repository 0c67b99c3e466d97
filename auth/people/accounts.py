"""People who sign in: how one comes to be, and how one is stopped everywhere at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import sessions
from models.accounts import Account, AccountStatus
from models.rules.languages import read_tag

LONGEST_NAME = 100
"Characters of a display name."


class UnfitDisplayName(ValueError):
    """A name needs 1 to 100 characters, on one line."""


class UnknownLanguage(ValueError):
    """A language is named by its tag, such as fr, ht, es or en."""


class NoSuchAccount(Exception):
    """There is no such account."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account, as its person and administrators know it."""

    account_id: UUID
    display_name: str
    language: str | None
    status: AccountStatus


async def create(
    connection: AsyncConnection,
    *,
    display_name: str,
    language: str | None,
    now: datetime,
    account_id: UUID | None = None,
) -> UUID:
    """This will create an account that nobody can sign in to yet. Raises UnfitDisplayName, UnknownLanguage."""
    values = {
        "id": uuid4() if account_id is None else account_id,
        "display_name": fit_name(display_name),
        "language": fit_language(language),
        "created_at": now,
    }
    created = await connection.scalar(insert(Account).values(values).returning(Account.id))
    return UUID(str(created))


async def find(connection: AsyncConnection, account_id: UUID) -> Person:
    """This will be the account as it is. Raises NoSuchAccount."""
    columns = select(Account.id, Account.display_name, Account.language, Account.status)
    if (row := (await connection.execute(columns.where(Account.id == account_id))).one_or_none()) is None:
        raise NoSuchAccount
    return Person(row.id, row.display_name, row.language, row.status)


async def change(connection: AsyncConnection, account_id: UUID, *, display_name: str, language: str | None) -> None:
    """This will change what a person is called and is spoken to in. Raises UnfitDisplayName, UnknownLanguage."""
    values = {"display_name": fit_name(display_name), "language": fit_language(language)}
    await connection.execute(update(Account).where(Account.id == account_id).values(values))


async def suspend(connection: AsyncConnection, account_id: UUID, *, now: datetime) -> None:
    """This will end all that the person is signed in to, and keep them out, until `resume`. Raises NoSuchAccount."""
    await _set(connection, account_id, AccountStatus.SUSPENDED)
    await sessions.end_all(connection, account_id, now=now, offline_too=True)


async def resume(connection: AsyncConnection, account_id: UUID) -> None:
    """This will let the person sign in again; what was ended stays so. Raises NoSuchAccount."""
    await _set(connection, account_id, AccountStatus.ACTIVE)


async def hold(connection: AsyncConnection, account_id: UUID) -> None:
    """This will make whatever else changes how this person signs in wait for the caller's transaction."""
    await connection.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def fit_name(text: str) -> str:
    """This will be the display name with its spaces in order. Raises UnfitDisplayName."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise UnfitDisplayName
    return name


def fit_language(text: str | None) -> str | None:
    """This will be the tag in its canonical spelling. Raises UnknownLanguage."""
    if text is None:
        return None
    if (tag := read_tag(text)) is None:
        raise UnknownLanguage
    return tag


async def _set(connection: AsyncConnection, account_id: UUID, status: AccountStatus) -> None:
    changed = await connection.execute(update(Account).where(Account.id == account_id).values(status=status))
    if changed.rowcount != 1:
        raise NoSuchAccount
