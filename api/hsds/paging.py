"""Pages by number, as the standard wants them, without counting through all before each: how deep does not matter.

Lists are in the order of identifiers. Where a page ended is remembered for a while, for whoever asked and for that
question alone, so that the next one begins after it: a reader who follows the pages pays the same for each. A page that
is jumped to is counted to. How many there are in all is counted once a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from api.hsds.asked import Asked
    from api.hsds.reading import Choice
    from auth.actor import Actor
    from models.session import Connection

KEPT = 20_000
"Page ends, and as many totals, of one process."
BELIEVED, COUNTED = 600.0, 60.0
"Seconds for which the end of a page, and a total, are remembered."
V = TypeVar("V")


class Memory:
    """What was learned lately, the oldest forgotten first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        until, value = self._known.get(key, (0.0, None))
        return value if until > monotonic() else None

    def put(self, key: Hashable, value: Any) -> None:
        self._known[key] = (monotonic() + self._seconds, value)
        self._known.move_to_end(key)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, and where it stands."""

    rows: list[asyncpg.Record]
    number: int
    per_page: int
    total: int
    last: bool

    def around(self, contents: list[Any]) -> dict[str, Any]:
        """This will be the page as the standard says it (openapi.json, Page)."""
        return {
            "total_items": self.total,
            "total_pages": ceil(self.total / self.per_page),
            "page_number": self.number,
            "size": len(contents),
            "first_page": self.number == 1,
            "last_page": self.last,
            "empty": not contents,
            "contents": contents,
        }


class Pages:
    """Where pages ended, and how many rows lists have."""

    def __init__(self) -> None:
        self._ends, self._totals = Memory(BELIEVED), Memory(COUNTED)

    async def read(self, connection: Connection, choice: Choice, asked: Asked, actor: Actor, what: str) -> Page:
        """This will read one page; two statements, or one where the total is known."""
        question = what, asked.given, tuple(sorted(actor.claims().items()))
        after = self._ends.get((*question, asked.page))
        offset = (asked.page - 1) * asked.size
        statement, arguments = choice.page(after=after, offset=offset, limit=asked.size + 1)
        found = await connection.fetch(statement, *arguments)
        rows, last = found[: asked.size], len(found) <= asked.size
        if not last:
            end: UUID = rows[-1]["id"]
            self._ends.put((*question, asked.page + 1), end)
        known = self._totals.get(question)
        if last and rows and after is None:
            known = offset + len(rows)
        total = await self._count(connection, choice) if known is None else known
        if known is None:
            self._totals.put(question, total)
        return Page(rows, asked.page, asked.size, total, last)

    async def _count(self, connection: Connection, choice: Choice) -> int:
        statement, arguments = choice.count()
        return int(await connection.fetchval(statement, *arguments))
