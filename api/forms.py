"""How is a form read that a stranger sends? Bounded in bytes, seconds and fields, each field once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import anyio

if TYPE_CHECKING:
    from starlette.requests import Request

LONGEST_BODY = 16 * 1024
"Bytes."

SLOWEST_BODY = 10.0
"Seconds."

MOST_PARAMETERS = 32


class BadForm(Exception):
    """The request is not a form that this endpoint reads."""

    status = 400


class NotAForm(BadForm):
    """The body must be application/x-www-form-urlencoded, in UTF-8."""


class TooLong(BadForm):
    """The body is longer than 16 KiB."""

    status = 413


class TooSlow(BadForm):
    """The body did not arrive within 10 seconds."""

    status = 408


class ParameterTwice(BadForm):
    """A parameter was given more than once."""


class NotPrintable(BadForm):
    """A parameter holds control characters."""


async def read_form(request: Request, *, lines: bool = False, most: int = MOST_PARAMETERS) -> dict[str, str]:
    """This will read the body as a form, without what has no value (RFC 6749, 3.2). Raises BadForm.

    `lines`: values may hold several lines, as a text field of a page sends them.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise NotAForm
    return _form(await _body(request), lines=lines, most=most)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        with anyio.fail_after(SLOWEST_BODY):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise TooLong
    except TimeoutError as error:
        raise TooSlow from error
    return bytes(body)


def _form(body: bytes, *, lines: bool, most: int) -> dict[str, str]:
    """A parameter without a value counts as left out, one given twice is an error."""
    try:
        form = each_once(body.decode("ascii"), most=most)
    except ValueError as error:
        raise NotAForm from error
    if not all(name.isprintable() and _is_text(value, lines=lines) for name, value in form.items()):
        raise NotPrintable
    return {name: value for name, value in form.items() if value}


def each_once(text: str, *, most: int = MOST_PARAMETERS) -> dict[str, str]:
    """This will read parameters as a form or a query writes them. Raises ParameterTwice, ValueError."""
    pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)
    if len(form := dict(pairs)) != len(pairs):
        raise ParameterTwice
    return form


def _is_text(value: str, *, lines: bool) -> bool:
    if lines:
        value = value.translate({ord(sign): " " for sign in "\r\n\t"})
    return value.isprintable()
