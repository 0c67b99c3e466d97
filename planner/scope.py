"""The FROM of one SELECT while it is being written, and what its rows reveal."""

from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, select, true


@dataclass(slots=True)
class Scope:
    """The FROM of one SELECT while it is being written, and what its rows reveal."""

    base: FromClause
    laterals: list[FromClause] = field(default_factory=list)
    revealed: list[ColumnElement[Any]] = field(default_factory=list)
    parts: dict[tuple[Any, ...], FromClause] = field(default_factory=dict)
    aggregated: bool = False
    "Whether all its rows become one, even where nothing was asked that aggregates them."

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """A SELECT over the base and all that was joined to it, which takes everything else from around it."""
        joined = self.base
        for lateral in self.laterals:
            joined = joined.outerjoin(lateral, true())
        query = select(*columns).select_from(joined).correlate_except(self.base, *self.laterals)
        return query.having(literal_column("true")) if self.aggregated else query

    def ids(self) -> ColumnElement[Any]:
        """The keys of the confidential rows one row of this scope reveals, as a text with commas; null where none.

        The parts of a row mostly have one key, its own: what an earlier one said is not said again.
        """
        if len(self.revealed) == 1:
            return self.revealed[0]
        new = [reduce(func.nullif, self.revealed[:at], each) for at, each in enumerate(self.revealed)]
        return func.nullif(func.concat_ws(literal_column("','"), *new), literal_column("''"))
