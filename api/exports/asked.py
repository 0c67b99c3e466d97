"""What of the directory is asked for, and in which words? The parameters of an export's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import Refused
from api.papers.words import language as language_of
from models.rules.identifiers import read_pcode
from models.rules.languages import read_tag
from models.rules.vocabulary import ServiceCategory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

LARGEST_POSITION = 2**62


class OddParameter(Refused):
    """A parameter is not as it should be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which services, and how they are written."""

    language: str
    "One of the network's: of headings, days and chosen texts."
    category: str | None = None
    pcode: str | None = None
    "Given in this area."
    spoken: str | None = None
    "In this language."
    since: int | None = None
    "Of a snapshot: only what changed after this position."

    @property
    def narrowed(self) -> bool:
        return any((self.category, self.pcode, self.spoken))

    def told(self) -> dict[str, str]:
        """What narrows it, as it was asked."""
        said = {"category": self.category, "pcode": self.pcode, "spoken": self.spoken}
        return {name: value for name, value in said.items() if value}


def asked_of(request: Request, *, since: bool = False) -> Asked:
    """This will read the parameters: `language`, `category`, `pcode`, `spoken`, and of snapshots `since`.

    Raises OddParameter for one that cannot be followed, or is not known.
    """
    said = request.query_params
    known = {"language", "category", "pcode", "spoken", *(["since"] if since else [])}
    if odd := sorted(set(said) - known):
        raise OddParameter(f"There is no parameter “{odd[0][:40]}”. There are: {', '.join(sorted(known))}.")
    chosen = language_of(said.get("language"), request.headers.get("accept-language")).value
    return Asked(
        chosen, _category(said.get("category")), _pcode(said.get("pcode")), _spoken(said.get("spoken")), _since(said)
    )


def _category(text: str | None) -> str | None:
    if text is not None and text not in set(ServiceCategory):
        raise OddParameter(f"A category is one of {', '.join(ServiceCategory)}.")
    return text


def _pcode(text: str | None) -> str | None:
    if text is None:
        return None
    code = read_pcode(text)
    if code is None:
        raise OddParameter("A pcode is that of an area, such as HT06 or HT0632.")
    return code


def _spoken(text: str | None) -> str | None:
    if text is None:
        return None
    tag = read_tag(text)
    if tag is None:
        raise OddParameter("A language that is spoken is a BCP 47 tag, such as ht.")
    return tag


def _since(said: Mapping[str, str]) -> int | None:
    text = said.get("since")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < LARGEST_POSITION):
        raise OddParameter("since is the position of a snapshot that you have: a whole number.")
    return int(text)
