"""Was a form sent by a page that we gave this browser? Its token is bound to cookies, its origin is ours."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from auth.base64url import base64url

if TYPE_CHECKING:
    from starlette.requests import Request

FIELD = "form_token"


class ForeignForm(Exception):
    """The form was not sent by the page that this browser was given last; open the page again."""


def form_token(*, form_cookie: str, session_cookie: str | None) -> str:
    """This will be what the forms of a browser carry: nobody who cannot read its cookies can write it.

    Bound to the session too, so that a form from before a sign-in, or of another person, counts no more.
    """
    digest = hmac.new(form_cookie.encode(), b"form:" + (session_cookie or "").encode(), sha256).digest()
    return base64url(digest)


def check_genuine(
    request: Request, token: str | None, *, form_cookie: str | None, session_cookie: str | None, origin: str
) -> None:
    """This will raise ForeignForm unless the form is ours.

    Browsers that tell where a request comes from must tell of us. Under our own Referrer-Policy `Origin` is "null"
    (Fetch, 3.2), so Sec-Fetch-Site is asked first, and the token decides where a browser says nothing.
    """
    site = request.headers.get("sec-fetch-site")
    said = request.headers.get("origin", "null")
    if site not in (None, "same-origin") or said not in ("null", origin):
        raise ForeignForm
    if form_cookie is None or token is None:
        raise ForeignForm
    expected = form_token(form_cookie=form_cookie, session_cookie=session_cookie)
    if not hmac.compare_digest(token.encode("utf-8", "surrogatepass"), expected.encode()):
        raise ForeignForm
