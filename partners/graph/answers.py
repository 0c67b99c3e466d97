"""What did a GraphQL server answer: which items came, which of them are broken, and what else is wrong?

In GraphQL anything may be null: a field that failed is null where it may be, else what holds it is (GraphQL, 6.4.4).
So an item that an error points into is not taken at its word: what is missing there is not known to be gone.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from partners.records import Unreadable

LONGEST = 300
"Characters of a message of theirs that are told on."

Path = tuple[str | int, ...]


class NotGraphQL(Unreadable):
    """The address does not answer as a GraphQL server does."""


class Refused(Unreadable):
    """The partner's server refused the saved query."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, and why it cannot be believed; None where it can."""

    value: Any
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with data."""

    data: dict[str, Any]
    errors: tuple[tuple[Path, str], ...] = ()
    "Where each happened, and what the server says of it."

    def items(self, path: str) -> tuple[list[Item], str | None]:
        """What stands at a path, through lists, and why that may not be all of it."""
        found: list[Item] = []
        doubt = f"it answered with errors: {self.errors[0][1]}" if self.errors else None
        for where, value in _reach(self.data, path.split(".")):
            if value is _NOTHING or value is None:
                doubt = doubt or f"it answered null at {_spelled(where)}"
                continue
            broken = next((message for at, message in self.errors if at[: len(where)] == where), None)
            found.append(Item(value, broken and f"The partner's server failed within it: {broken}"))
        return found, doubt


class _Nothing:
    """No such key."""


_NOTHING = _Nothing()


def read_answer(body: bytes, url: str) -> Answer:
    """This will be an answer that has data. Raises NotGraphQL, and Refused where it has errors alone."""
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise NotGraphQL(f"{url} does not answer with JSON, or not with all of it.") from failure
    if not isinstance(said, dict) or not {"data", "errors"} & set(said):
        raise NotGraphQL(f"{url} answers with JSON, but not as GraphQL does: it has neither data nor errors.")
    errors = tuple(_errors(said.get("errors")))
    data = said.get("data")
    if not isinstance(data, dict):
        told = errors[0][1] if errors else "it gives no reason"
        raise Refused(f"{url} answers without data: {told}")
    return Answer(data, errors)


def at(value: Any, path: str) -> list[Any]:
    """This will be what stands at a path, through lists; nulls and what is not there are left out."""
    return [found for _, found in _reach(value, path.split(".")) if found is not _NOTHING and found is not None]


def _reach(value: Any, keys: Sequence[str], where: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _reach(item, keys, (*where, index))
    elif not keys or value is None or value is _NOTHING:
        yield where, value
    else:
        key, *rest = keys
        yield from _reach(value.get(key, _NOTHING) if isinstance(value, dict) else _NOTHING, rest, (*where, key))


def _errors(said: Any) -> Iterator[tuple[Path, str]]:
    if said is not None and not isinstance(said, list):
        yield (), "errors that are no list"
    for each in said if isinstance(said, list) else ():
        told = each if isinstance(each, dict) else {}
        path, message = told.get("path"), " ".join(str(told.get("message") or "an error without a message").split())
        where = tuple(step for step in path if isinstance(step, str | int)) if isinstance(path, list) else ()
        yield where, f"{message[:LONGEST]} ({_spelled(where)})" if where else message[:LONGEST]


def _spelled(where: Path) -> str:
    return ".".join(map(str, where)) or "the top"
