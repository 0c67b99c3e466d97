"""Connections, slowly: all rows sorted in Python, then cut. Cursors as planner/cursors.py says they are written."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from graphql import GraphQLError, NullValueNode, VariableNode

from tests.planner.seen import Info, Row

MOST, COUNTED, USUAL = 100, 10_000, 20
FOREVER = datetime.max.replace(tzinfo=UTC)
"What PostgreSQL calls infinity."


@dataclass(frozen=True)
class Sorted:
    """An order: its name in cursors, the keys of a row (the last one unique) and what they are."""

    name: str
    keys: Callable[[Row], tuple[Any, ...]]
    kinds: Sequence[type]
    descending: bool = False

    def cursor(self, row: Row) -> str:
        written = json.dumps([self.name, *(_written(key) for key in self.keys(row))], ensure_ascii=False)
        return base64.b64encode(written.encode()).decode()

    def read(self, cursor: str) -> tuple[Any, ...]:
        """The keys in a cursor. Raises GraphQLError where it is none of this order."""
        try:
            name, *keys = json.loads(base64.b64decode(cursor, validate=True))
            if name == self.name and len(keys) == len(self.kinds):
                return tuple(_read(kind, key) for kind, key in zip(self.kinds, keys, strict=True))
        except (ValueError, TypeError, AttributeError):
            pass
        raise refused("BAD_USER_INPUT")


def refused(code: str) -> GraphQLError:
    """What the reference says where an argument cannot be followed; only its code is compared."""
    return GraphQLError(code, extensions={"code": code})


def page(
    rows: Sequence[Row],
    order: Sorted,
    info: Info,
    arguments: dict[str, Any],
    *,
    node: Callable[[Row], Row] = lambda row: row,
    resting: Callable[[], str] | None = None,
) -> dict[str, Any]:
    """One connection. resting: the end cursor of an empty page, where the list goes on growing at its end."""
    first, last = arguments.get("first"), arguments.get("last")
    backward = last is not None
    if backward and is_written(info, "first"):
        raise refused("BAD_USER_INPUT")
    size = USUAL if first is None else first
    if last is not None:
        size = last
    if not 0 <= size <= MOST:
        raise refused("BAD_USER_INPUT")
    listed = sorted(rows, key=order.keys, reverse=order.descending)
    after, before = arguments.get("after"), arguments.get("before")
    between = [
        row
        for row in listed
        if (after is None or _follows(order, order.keys(row), order.read(after)))
        and (before is None or _follows(order, order.read(before), order.keys(row)))
    ]
    for cursor in (after, before):
        if cursor is not None:
            order.read(cursor)
    chosen = between[max(0, len(between) - size) :] if backward else between[:size]
    more = len(between) > size
    edges = [{**row, "cursor": order.cursor(row), "node": node(row)} for row in chosen]
    return {
        "nodes": [edge["node"] for edge in edges],
        "edges": edges,
        "totalCount": len(rows) if len(rows) <= COUNTED else None,
        "pageInfo": {
            "hasNextPage": before is not None if backward else more,
            "hasPreviousPage": more if backward else after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else resting and resting(),
        },
    }


def is_written(info: Info, name: str) -> bool:
    """Whether the client itself gave an argument, and not null."""
    for argument in info.field_nodes[0].arguments or ():
        if argument.name.value == name:
            value = argument.value
            if isinstance(value, VariableNode):
                return info.variable_values.coerced.get(value.name.value) is not None
            return not isinstance(value, NullValueNode)
    return False


def _follows(order: Sorted, later: tuple[Any, ...], earlier: tuple[Any, ...]) -> bool:
    return later < earlier if order.descending else later > earlier


def _written(key: Any) -> Any:
    """As PostgreSQL writes it into JSON: a moment without idle zeros, a whole number without a fraction."""
    if key is FOREVER:
        return "infinity"
    if isinstance(key, datetime):
        moment = f"{key:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".")
        return f"{moment}+00:00"
    if isinstance(key, UUID):
        return str(key)
    if isinstance(key, date):
        return key.isoformat()
    return int(key) if isinstance(key, float) and key.is_integer() else key


def _read(kind: type, key: Any) -> Any:
    if kind is datetime:
        return FOREVER if key == "infinity" else datetime.fromisoformat(key)
    if kind is date:
        return date.fromisoformat(key)
    if kind is UUID:
        return UUID(key)
    if kind is float:
        return float(key)
    if not isinstance(key, kind):
        raise TypeError(key)
    return key
