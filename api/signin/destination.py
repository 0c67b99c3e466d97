"""Where does a person go on to after a page? To one of our own, or to the address that a program registered."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

HOME = "/account"
LONGEST = 512
"Characters."

_OURS = re.compile(
    r"/(account(/[a-z-]+)?|continue|device|(clients|members)(/[0-9a-f-]{36})?|stewards(/[a-z]+)?"
    r"|invitation/[A-Za-z0-9_-]{43})(\?[!-~]*)?"
)
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


def ours(text: str | None) -> str:
    """This will be the page of ours that was named, and the account's where anything else was (RFC 9700, 4.11)."""
    if text is None or len(text) > LONGEST or not _OURS.fullmatch(text):
        return HOME
    return text


def page(path: str, **query: str | None) -> str:
    """This will write a path of ours with its query, without what is None."""
    given = {name: value for name, value in query.items() if value is not None}
    return path + ("?" + urlencode(given) if given else "")


def source_of(redirect_uri: str) -> str | None:
    """This will be the address as a source of a Content-Security-Policy (CSP Level 3, 2.3.1); None: it cannot be one.

    Chromium checks each redirect after a form against `form-action`, so the page that is answered by one names it.
    """
    parts = urlsplit(redirect_uri)
    if not _SCHEME.fullmatch(parts.scheme):
        return None
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}:"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}" + ("" if parts.port is None else f":{parts.port}")
