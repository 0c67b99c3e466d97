"""Which cookies do the pages keep, and by what rules? None is read by a script, none goes to another site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth.tokens import Profile

LANGUAGE_KEPT = timedelta(days=365)
LONGEST = 512
"Characters of a cookie of ours."


class Kept(StrEnum):
    """What a cookie is for; the value ends its name."""

    SESSION = ""
    "Who is signed in: 256 random bits, of which the database keeps the hash."
    FORM = "-form"
    "What the hidden field of every form is bound to."
    STEP = "-step"
    "The handle of a sign-in that is half done."
    PROVIDER = "-provider"
    "What only the browser knows that was sent to an organisation's own provider."
    LANGUAGE = "-language"


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of pages at one address."""

    secure: bool
    "False on http://localhost alone."

    @classmethod
    def of(cls, profile: Profile) -> Cookies:
        return cls(secure=profile.pages.startswith("https:"))

    def name(self, kept: Kept) -> str:
        """`__Host-` keeps other hosts of the same domain from setting it (RFC 6265bis, 4.1.3.2)."""
        return ("__Host-" if self.secure else "") + "konbit" + kept.value

    def read(self, request: Request, kept: Kept) -> str | None:
        """This will be the cookie as the browser sent it; None where there is none, or it is too long to be ours."""
        value = request.cookies.get(self.name(kept))
        return value if value and len(value) <= LONGEST else None

    def write(self, response: Response, kept: Kept, value: str | None) -> None:
        """This will set a cookie, or with None end it."""
        response.set_cookie(
            self.name(kept),
            value or "",
            max_age=_age(kept, value),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def _age(kept: Kept, value: str | None) -> int | None:
    if value is None:
        return 0
    return int(LANGUAGE_KEPT.total_seconds()) if kept is Kept.LANGUAGE else None
