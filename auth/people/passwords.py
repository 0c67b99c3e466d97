"""How passwords are hashed and checked: argon2id, on one thread beside the loop, in a queue that ends.

One hash takes one core about 30 ms. One at a time leaves the rest of the machine to everyone else, and a full queue is
a wait of a second; whoever comes then is asked to try again.
"""

import base64
import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.accounts import Password
from models.rules.passwords import LONGEST, normal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1
"argon2id as OWASP's Password Storage Cheat Sheet has it; one lane, so that a hash is one core's work."
LONGEST_QUEUE = 30
"Hashes at hand and waiting, in this process."


class TooBusy(Exception):
    """Too many people are signing in at this moment; try again in a few seconds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password was the right one."""

    right: bool
    outdated: bool = False
    "Right, and hashed as it was done before: hash it again while it is at hand."


class Passwords:
    """The thread that hashes, one per process."""

    def __init__(self) -> None:
        self.verified = 0
        "How many passwords were checked: being wrong must cost what being right does."
        # Of ordinary priority: one that gave way would do so while it holds the interpreter, and all would wait for it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._queue = threading.BoundedSemaphore(LONGEST_QUEUE)

    async def hash(self, password: str) -> str:
        """This will hash a password that models.rules.passwords has let pass. Raises TooBusy."""
        return await self._beside(lambda: self._argon2.hash(_bytes(password)))

    async def verify(self, stored: str | None, password: str) -> Verdict:
        """This will say whether the password is the stored one. None, nobody's, costs the same. Raises TooBusy."""
        return await self._beside(lambda: self._verdict(stored or _NOBODYS, password))

    def close(self) -> None:
        """This will end the thread after the hash at hand."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _beside(self, work: Callable[[], T]) -> T:
        if not self._queue.acquire(blocking=False):
            raise TooBusy
        # The place is given back when the work is over, not when its asker has gone: a hash under way goes on.
        future = self._thread.submit(work)
        future.add_done_callback(lambda _: self._queue.release())
        return await wrap_future(future)

    def _verdict(self, stored: str, password: str) -> Verdict:
        from argon2.exceptions import InvalidHashError, VerificationError

        self.verified += 1
        try:
            self._argon2.verify(stored, _bytes(password))
        except (VerificationError, InvalidHashError):
            return Verdict(False)
        return Verdict(True, outdated=self._argon2.check_needs_rehash(stored))

    @cached_property
    def _argon2(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)


async def stored(connection: AsyncConnection, account_id: UUID) -> str | None:
    """This will be the hash that is kept for the account; None: it has no password."""
    return await connection.scalar(select(Password.hash).where(Password.account_id == account_id))


async def keep(connection: AsyncConnection, account_id: UUID, hashed: str, *, now: datetime) -> None:
    """This will put the hash in place of the one before, if any."""
    kept = insert(Password).values(account_id=account_id, hash=hashed, changed_at=now)
    await connection.execute(
        kept.on_conflict_do_update(index_elements=[Password.account_id], set_={"hash": hashed, "changed_at": now})
    )


def _bytes(password: str) -> bytes:
    """What is too long to be anyone's password is cut before it is read; it cannot match either way."""
    return normal(password[: 4 * LONGEST]).encode("utf-8", "surrogatepass")


def _nobodys() -> str:
    """A hash in the right form that no password has but by chance of 2^-256."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={LANES}${salt}${digest}"


_NOBODYS = _nobodys()
