"""The parameters of one GraphQL request (GraphQL over HTTP, section 5), out of whatever carried them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from api.errors import Refused

if TYPE_CHECKING:
    from api.limits import Limits


class Misused(Refused):
    """The request is not one that GraphQL over HTTP knows."""

    status = 400


class NotJSON(Misused):
    """The body must be JSON in UTF-8."""


class NotAnObject(Misused):
    """The body must be one JSON object; batches are not answered."""


class NoQuery(Misused):
    """`query` must be a text."""


class BadParameter(Misused):
    """`variables` and `extensions` must be objects, and `operationName` a text."""


class TooDeepJSON(Misused):
    """The JSON is nested too deeply."""


class ListTooLong(Misused):
    """A list has too many elements."""


class NotStorable(Misused):
    """A text may not hold the character U+0000."""


class GivenTwice(Misused):
    """A parameter is given twice."""


class Parameters(NamedTuple):
    """What was asked, in JSON's own types."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def from_json(body: bytes, limits: Limits) -> Parameters:
    """This will read a POST body. Raises Misused."""
    return from_object(decoded(body, limits))


def from_query_string(raw: bytes, limits: Limits) -> Parameters:
    """This will read a GET request's parameters, of which `variables` and `extensions` are JSON. Raises Misused."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Misused("The query string must be form encoded UTF-8.") from None
    given: dict[str, Any] = dict(pairs)
    if len(given) < len(pairs):
        raise GivenTwice
    for name in ("variables", "extensions"):
        if text := given.get(name):
            given[name] = decoded(text.encode(), limits)
        else:
            given.pop(name, None)
    return from_object(given)


def from_object(given: Any) -> Parameters:
    """This will check the kinds of the four parameters; what else is there is ignored. Raises Misused."""
    if type(given) is not dict:
        raise NotAnObject
    query = given.get("query")
    if type(query) is not str:
        raise NoQuery
    variables, name, extensions = given.get("variables"), given.get("operationName"), given.get("extensions")
    if (
        (variables is not None and type(variables) is not dict)
        or (name is not None and type(name) is not str)
        or (extensions is not None and type(extensions) is not dict)
    ):
        raise BadParameter
    return Parameters(query, name, variables if variables is not None else {})


def decoded(text: bytes | str, limits: Limits) -> Any:
    """This will decode JSON and bound what is in it. Raises Misused; never fails otherwise, whatever the text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise NotJSON from None
    bounded(value, limits)
    return value


def bounded(value: Any, limits: Limits) -> None:
    """This will raise where JSON is too deep, a list too long, or a text holds what PostgreSQL cannot keep."""
    level = [value]
    for _ in range(limits.json_depth + 1):
        if not level:
            return
        inner: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                if "\0" in item:
                    raise NotStorable
            elif kind is dict:
                inner.extend(item.values())
            elif kind is list:
                if len(item) > limits.list_items:
                    raise ListTooLong
                inner.extend(item)
        level = inner
    raise TooDeepJSON
