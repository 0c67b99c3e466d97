"""Whose word counts where sources disagree: a steward's, then the owner's, then the newest verified, then the trusted.

Pure. By field: a source that says nothing of a field leaves it to the next. What a steward says of a text in one
language stands beside what others say of it in another (design: directory, "Model").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

TEXTS = ("names", "descriptions", "eligibility_notes", "alerts", "fees", "application")
GROUPS = (
    ("names", "language"),
    ("minimum_age", "maximum_age"),
    ("valid_from", "valid_to"),
    *((name,) for name in TEXTS if name != "names"),
    ("category",),
    ("languages",),
    ("sexes",),
    ("accepts_unaccompanied_children",),
    ("status",),
    ("website",),
    ("email",),
)
"""Columns of a service that are decided together: a range is never made of two sources' ends."""
FIELDS = tuple(name for group in GROUPS for name in group)
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of a service, by column, as JSON."""

    source: str
    said: Mapping[str, Any]
    overrides: bool = False
    "A steward said it, or an editor of the owner's; null says that there is nothing."
    of_owner: bool = False
    "The source is the system of the organisation that gives the service, or it was entered here by hand."
    verified_at: datetime | None = None
    trust: int = 0
    "0 to 100."


class Alternative(NamedTuple):
    """A value that lost."""

    field: str
    value: Any
    source: str
    verified_at: datetime | None


def ranked(claims: Iterable[Claim]) -> list[Claim]:
    """This will be the claims, whose word counts first; always in the same order, however they are given."""

    def rank(claim: Claim) -> tuple[bool, bool, datetime, int]:
        return claim.overrides, claim.of_owner, claim.verified_at or BEFORE_ALL, claim.trust

    return sorted(sorted(claims, key=lambda claim: claim.source), key=rank, reverse=True)


def resolve(claims: Iterable[Claim]) -> dict[str, Any]:
    """This will be what a service's row says, by column; columns of which no source knows are missing."""
    in_order = ranked(claims)
    sources = [claim for claim in in_order if not claim.overrides]
    found: dict[str, Any] = {}
    for group in GROUPS:
        for claim in sources:
            if any(_says(claim.said.get(name)) for name in group):
                found |= {name: claim.said.get(name) for name in group}
                break
        else:
            found |= {name: claim.said[name] for claim in sources[::-1] for name in group if name in claim.said}
    for claim in in_order[: len(in_order) - len(sources)][::-1]:
        for name in FIELDS:
            if name in claim.said:
                found[name] = _laid_over(found.get(name), claim.said[name]) if name in TEXTS else claim.said[name]
    if "names" in found and found.get("language") not in found["names"]:
        found["language"] = next(iter(found["names"]))
    return found


def alternatives(claims: Iterable[Claim], shown: Mapping[str, Any]) -> list[Alternative]:
    """This will be what sources say otherwise than it is shown, whose word counts first."""
    return [
        Alternative(name, claim.said[name], claim.source, claim.verified_at)
        for name in FIELDS
        if name != "language"
        for claim in ranked(claims)
        if _says(claim.said.get(name)) and claim.said[name] != shown.get(name)
    ]


def _says(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _laid_over(text: Any, said: Any) -> Any:
    return {**text, **said} if isinstance(text, dict) and isinstance(said, dict) else said
