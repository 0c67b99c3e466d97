"""Where a client may have people sent: which addresses can be registered, and when one that is asked for is the same.

Addresses are compared as texts (RFC 9700, section 2.1): whoever normalises before comparing decides for an attacker.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit

LONGEST = 500
"Characters."

_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?&=+%,;!$'()\[\]-]+", re.ASCII)
"Those of RFC 3986 but for `#`, `@` and `*`: no fragment, no user name, no wildcard. A backslash is none."
_PRIVATE_USE = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/[^/].*", re.ASCII)
"A name in reverse, owned by whoever wrote the app (RFC 8252, section 7.1), and no authority."
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9][0-9]{0,4}))?([/?].*)?", re.ASCII)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII)


class UnfitRedirect(ValueError):
    """An address must be plain https, http on the machine itself or, to return to an app, its own scheme with a dot."""


def check_redirect(address: str) -> str:
    """This will hand on an address that people may be sent back to. Raises UnfitRedirect."""
    if len(address) > LONGEST or not _CHARACTERS.fullmatch(address) or _climbs(address):
        raise UnfitRedirect(address)
    if not (_is_https(address) or _loopback(address) or _PRIVATE_USE.fullmatch(address)):
        raise UnfitRedirect(address)
    return address


def check_endpoint(address: str) -> str:
    """This will hand on an address that this server may ask something of. Raises UnfitRedirect."""
    if _PRIVATE_USE.fullmatch(check_redirect(address)):
        raise UnfitRedirect(address)
    return address


def permits(registered: Iterable[str], asked: str) -> bool:
    """Whether the address asked for is one of those registered: the same text, or, on loopback, but for the port.

    A native app listens wherever the system lets it (RFC 8252, section 7.3).
    """
    known = list(registered)
    if asked in known:
        return True
    wanted = _loopback(asked)
    return wanted is not None and any(_loopback(one) == wanted for one in known)


def with_query(address: str, parameters: Mapping[str, str | None]) -> str:
    """This will add parameters to an address that has no fragment; None leaves one out."""
    told = urlencode([(name, value) for name, value in parameters.items() if value is not None], quote_via=quote)
    return f"{address}{'&' if '?' in address else '?'}{told}" if told else address


def is_https(address: str) -> bool:
    """Whether only whoever answers for the host can receive what is sent there."""
    return address.startswith("https://")


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port == 0 or not address.startswith("https://"):
        return False
    host = parts.netloc.rsplit(":", 1)[0] if port is not None else parts.netloc
    return _HOST.fullmatch(host) is not None


def _loopback(address: str) -> tuple[str, str] | None:
    """What counts of an address on the machine itself: host and path, as texts; None: it is none."""
    found = _LOOPBACK.fullmatch(address)
    if found is None or int(found[2] or 1) > 65535:
        return None
    return found[1], found[3] or ""


def _climbs(address: str) -> bool:
    """Whether a path could lead elsewhere than it reads: `..`, also written in percent, or an empty segment."""
    path = address.partition("?")[0].partition(":")[2].lstrip("/")
    decoded = unquote(unquote(path))
    segments = re.split(r"[/\\]", decoded)
    return "\\" in decoded or any(segment in (".", "..") for segment in segments) or "" in segments[1:-1]
