"""What a client's Accept headers ask for; each distinct header is read once and remembered."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from api.errors import Refused


class Media(Enum):
    """What `/graphql` can answer with; the value is the Content-Type."""

    RESPONSE = b"application/graphql-response+json; charset=utf-8"
    JSON = b"application/json; charset=utf-8"
    EVENTS = b"text/event-stream; charset=utf-8"
    PAGE = b"text/html; charset=utf-8"


_OFFERED = {
    "application/graphql-response+json": Media.RESPONSE,
    "application/json": Media.JSON,
    "application/*": Media.JSON,
    "*/*": Media.JSON,
    "text/event-stream": Media.EVENTS,
    "text/html": Media.PAGE,
}
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,4}")


class NotAcceptable(Refused):
    """Accept application/graphql-response+json, application/json or text/event-stream."""

    status = 406


class UnsupportedMediaType(Refused):
    """Send application/json in UTF-8."""

    status = 415


@lru_cache(maxsize=256)
def media(accept: bytes | None) -> Media | None:
    """This will choose the answer's media type (RFC 9110, 12.5.1): the highest weight, then the more specific, then
    the order of the header; JSON where nothing is asked for, None where nothing fits."""
    if accept is None or not accept.strip():
        return Media.JSON
    found = [
        (-weight, "*" in name, position, _OFFERED[name])
        for position, (name, weight) in enumerate(_weighted(accept))
        if name in _OFFERED and weight > 0
    ]
    return min(found, key=lambda choice: choice[:3])[3] if found else None


@lru_cache(maxsize=256)
def sends_json(content_type: bytes | None) -> bool:
    """This will say whether a body is JSON in UTF-8, which is also what no charset means (RFC 8259, 8.1)."""
    name, _, parameters = (content_type or b"").decode("latin-1").lower().partition(";")
    if name.strip() != "application/json":
        return False
    charsets = [p.partition("=")[2].strip(' "') for p in parameters.split(";") if p.strip().startswith("charset=")]
    return all(charset in ("utf-8", "utf8") for charset in charsets)


@lru_cache(maxsize=1_024)
def languages(accept: bytes | None) -> tuple[str, ...]:
    """This will list the languages a client reads (BCP 47), best first; `fr-HT` reads `fr` too."""
    if not accept or len(accept) > 512:
        return ()
    chosen: dict[str, None] = {}
    for tag, weight in sorted(_weighted(accept), key=lambda choice: -choice[1])[:20]:
        if weight > 0 and _TAG.fullmatch(tag):
            chosen |= {tag: None, tag.partition("-")[0]: None}
    return tuple(chosen)


def _weighted(header: bytes) -> list[tuple[str, float]]:
    """This will split a header into its choices, in lower case, with their weights; what cannot be read weighs 0."""
    choices = []
    for choice in header.decode("latin-1").lower().split(","):
        name, *parameters = choice.split(";")
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = float(value) if re.fullmatch(r"\s*(0(\.\d{0,3})?|1(\.0{0,3})?)\s*", value) else 0.0
        choices.append((name.strip(), weight))
    return choices
