"""Which page of a list is asked for: its size, its direction, and the keys it continues from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Text, Uuid, cast, tuple_
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, TIMESTAMP
from sqlalchemy.types import TypeEngine

from planner.cursors import read_cursor
from planner.errors import BadInput
from planner.fields import Order, Row
from planner.given import Context, Given, Variables

MOST = 100
KINDS: dict[type, TypeEngine[Any]] = {
    datetime: TIMESTAMP(timezone=True),
    date: Date(),
    UUID: Uuid(),
    str: Text(),
    float: DOUBLE_PRECISION(),
    int: BigInteger(),
}


@dataclass(frozen=True, slots=True)
class Paging:
    """A page as one field asks for it."""

    given: Given
    order: Order

    @property
    def backward(self) -> bool:
        """Whether the page is counted from the end."""
        return self.given.written("last")

    @property
    def descending(self) -> bool:
        """The direction rows are read in: from the end, the other way round."""
        return self.order.descending != self.backward

    def sorted(self, row: Row, *, descending: bool) -> list[ColumnElement[Any]]:
        """The keys of a row, as ORDER BY takes them."""
        return [key.desc() if descending else key.asc() for key in self.order.keys(row)]

    def size(self, *, beyond: int = 0) -> ColumnElement[int]:
        """How many rows the page holds, plus some beyond. Raises BadInput, when bound, outside 0 to 100."""
        name = "last" if self.backward else "first"
        both = self.backward and self.given.written("first")
        read = self.given.getter(name)

        def get(variables: Variables, _context: Context) -> int:
            if both:
                raise BadInput("Give first or last, not both.")
            value = read(variables)
            if not isinstance(value, int) or not 0 <= value <= MOST:
                raise BadInput(f"{name} is 0 to {MOST}.")
            return value + beyond

        return self.given.computed(get, Integer())

    def continuation(self, keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
        """The conditions that `after` and `before` make on the keys."""
        conditions = []
        for name, onward in (("after", True), ("before", False)):
            if self.given.has(name):
                reached = tuple_(*self.reached(name))
                later = onward != self.order.descending
                conditions.append(tuple_(*keys) > reached if later else tuple_(*keys) < reached)
        return conditions

    def reached(self, name: str) -> list[ColumnElement[Any]]:
        """The keys that the cursor given as `after` or `before` holds. Raises BadInput when bound."""
        return [self._key(name, position) for position in range(len(self.order.kinds))]

    def _key(self, name: str, position: int) -> ColumnElement[Any]:
        kinds, order, read = self.order.kinds, self.order.name, self.given.getter(name)

        def get(variables: Variables, _context: Context) -> str:
            return read_cursor(read(variables), order, kinds)[position]

        return cast(self.given.computed(get, Text()), KINDS[kinds[position]])
