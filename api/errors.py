"""What a client is told when something goes wrong: the codes of the contract, and nothing that was not meant for it."""

from __future__ import annotations

from enum import StrEnum, unique
from math import ceil
from typing import TYPE_CHECKING, Any

import asyncpg
from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql.language import SourceLocation


@unique
class Code(StrEnum):
    """`extensions.code` of a top-level error. What cannot be done is data (`problems`), not one of these."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    RATE_LIMITED = "RATE_LIMITED"
    QUERY_TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"

    @property
    def status(self) -> int:
        """The HTTP status of a request that was refused with this code before it ran."""
        return _STATUS[self]


_STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.STEP_UP_REQUIRED: 401,  # RFC 9470, section 3
    Code.BAD_USER_INPUT: 400,
    Code.CURSOR_EXPIRED: 400,
    Code.RATE_LIMITED: 429,
    Code.QUERY_TOO_EXPENSIVE: 400,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
_CODES = frozenset(Code)


UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement on a connection that was lost since the last one
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionTimeoutError,
)
"What the database being away, ending, starting, full or too slow looks like."


def meaning(kind: type[BaseException]) -> str:
    """This will read an exception's message out of its docstring: the first line."""
    return (kind.__doc__ or "").split("\n", 1)[0]


class Refused(Exception):
    """Nothing ran.

    The docstring of each kind is the message a client reads, unless the raiser has a better one.
    `status` is set where HTTP itself was misused: then every media type answers with it.
    """

    code = Code.BAD_USER_INPUT
    status: int | None = None

    def __init__(self, message: str | None = None, *, errors: Sequence[dict[str, Any]] = (), **extensions: Any) -> None:
        super().__init__(message or meaning(type(self)))
        self.extensions = extensions
        self.errors = list(errors) or [error(self.code, str(self), **extensions)]

    def body(self) -> dict[str, Any]:
        """This will write the response of a request error: no `data`, for nothing was executed (GraphQL, 7.1.2)."""
        return {"errors": self.errors}


class Unauthenticated(Refused):
    """A valid access token is required."""

    code = Code.UNAUTHENTICATED
    status = 401


class Forbidden(Refused):
    """The token lacks a scope that this operation needs."""

    code = Code.FORBIDDEN

    def body(self) -> dict[str, Any]:
        """This will also say `data: null`, as the contract has it."""
        return {"data": None, "errors": self.errors}


class TooExpensive(Refused):
    """The operation asks for too much at once."""

    code = Code.QUERY_TOO_EXPENSIVE


class RateLimited(Refused):
    """Too much was asked for in too short a time. Wait, then ask again."""

    code = Code.RATE_LIMITED
    status = 429

    def __init__(self, *, seconds: float) -> None:
        wait = max(1, ceil(seconds))
        super().__init__(f"Too much was asked for in too short a time. Wait {wait} s, then ask again.", retryAfter=wait)


class Unavailable(Refused):
    """The service cannot be reached right now. Try again in a moment."""

    code = Code.UNAVAILABLE
    status = 503


class Internal(Refused):
    """Something went wrong on the server. Name the request id when you report it."""

    code = Code.INTERNAL
    status = 500


def error(
    code: Code, message: str, locations: Sequence[SourceLocation] | None = None, **extensions: Any
) -> dict[str, Any]:
    """This will write one entry of `errors`."""
    entry: dict[str, Any] = {"message": message}
    if locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in locations]
    entry["extensions"] = {"code": code.value, **extensions}
    return entry


def masked(failure: GraphQLError, *, request_id: str) -> tuple[dict[str, Any], BaseException | None]:
    """This will write a field's error for the client, with what must be logged beside it, or None.

    Whatever carries a code of the contract (`extensions["code"]`, or an attribute `code` of the exception behind it)
    was meant for the client. Anything else is a fault of ours: INTERNAL, with the request id and no word more.
    """
    cause = failure.original_error
    extensions = dict(failure.extensions or {})
    code = extensions.pop("code", None) or getattr(cause, "code", None)
    fault: BaseException | None = None
    if isinstance(code, str) and code in _CODES:
        words = failure.message if cause is None else str(cause) or meaning(type(cause))
        entry = error(Code(code), words, failure.locations, **extensions)
    elif cause is None or (isinstance(cause, GraphQLError) and cause.original_error is None):
        entry = error(Code.BAD_USER_INPUT, "An argument does not fit its type.", failure.locations)
    elif isinstance(cause, UNREACHABLE):
        entry, fault = error(Code.UNAVAILABLE, meaning(Unavailable), failure.locations), cause
    else:
        entry, fault = error(Code.INTERNAL, meaning(Internal), failure.locations, requestId=request_id), cause
    if failure.path:
        entry["path"] = failure.path
    return entry, fault
