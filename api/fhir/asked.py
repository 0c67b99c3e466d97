"""What does a search ask for? Its parameters, sorted into conditions, pages and what comes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from api.fhir.answers import OddParameter
from api.fhir.filters import FILTERS, Conditions, filter_of
from models.rules.identifiers import is_uuid
from models.rules.vocabulary import DirectoryKind

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE, LARGEST_PAGE = 50, 200
MOST_PARAMETERS = 40
MOST_NAMES = 4
"Parameters that look through all names."
INCLUDES = {
    DirectoryKind.ORGANIZATION: ("Organization:partof", "Organization:endpoint"),
    DirectoryKind.LOCATION: ("Location:organization",),
    DirectoryKind.SERVICE: ("HealthcareService:organization", "HealthcareService:location"),
}
REVERSED = {
    DirectoryKind.ORGANIZATION: (
        "Location:organization",
        "HealthcareService:organization",
        "OrganizationAffiliation:participating-organization",
        "OrganizationAffiliation:primary-organization",
    ),
    DirectoryKind.LOCATION: ("HealthcareService:location",),
    DirectoryKind.SERVICE: (),
}
"mCSD's own, and those without which a service's place or giver takes a second question. We hold no affiliations."
QUIET = frozenset({"_format", "_pretty"})
_KNOWN = frozenset({"_count", "_total", "_summary", "_include", "_revinclude", "_sort", "_page"})


@dataclass(slots=True)
class Asked:
    """One search of one type."""

    conditions: Conditions
    count: int = PAGE
    after: UUID | None = None
    "Where the page before ended."
    counted_only: bool = False
    exact_total: bool = False
    told_total: bool = True
    includes: list[str] = field(default_factory=list)
    reversed: list[str] = field(default_factory=list)
    applied: list[tuple[str, str]] = field(default_factory=list)
    "What was followed, as it was asked: of the links of the answer."


def asked_of(kind: DirectoryKind, base: str, parameters: Iterable[tuple[str, str]], *, strict: bool) -> Asked:
    """This will read a search's parameters. Raises OddParameter.

    strict: a parameter that is not known is refused (Prefer: handling=strict), else left out of the answer's link to
    itself (FHIR R4, 3.1.1.1).
    """
    asked = Asked(Conditions(kind, base))
    listed = [(name, value) for name, value in parameters if value]
    if len(listed) > MOST_PARAMETERS:
        raise OddParameter(f"A search takes at most {MOST_PARAMETERS} parameters.")
    if sum(name.partition(":")[0] == "name" for name, _ in listed) > MOST_NAMES:
        raise OddParameter(f"A search takes at most {MOST_NAMES} names; alternatives are divided by commas.")
    for name, value in listed:
        if followed(asked, kind, name, value):
            if name != "_page":
                asked.applied.append((name, value))
        elif name not in QUIET and (strict or name.partition(":")[0] in _KNOWN | set(FILTERS[kind])):
            known = ", ".join(sorted({*FILTERS[kind], "name:contains", "name:exact", *_KNOWN - {"_page"}}))
            raise OddParameter(f"{name[:60]} is not supported. There are: {known}.")
    return asked


def followed(asked: Asked, kind: DirectoryKind, name: str, value: str) -> bool:
    """Whether the parameter was understood; then the search asks for it."""
    match name:
        case "_count":
            asked.count = count_of(value)
            asked.counted_only |= value == "0"
        case "_page":
            asked.after = _page(value)
        case "_total":
            if value not in ("none", "estimate", "accurate"):
                raise OddParameter("_total is none, estimate or accurate.")
            asked.told_total, asked.exact_total = value != "none", value == "accurate"
        case "_summary":
            if value not in ("count", "false"):
                raise OddParameter("_summary is count or false: records are told whole.")
            asked.counted_only |= value == "count"
        case "_sort":
            if value != "_id":
                raise OddParameter("_sort is _id: records come in the order of their ids.")
        case "_include" | "_revinclude":
            known, into = (INCLUDES, asked.includes) if name == "_include" else (REVERSED, asked.reversed)
            if value not in known[kind]:
                return False
            into.append(value)
        case _:
            condition = filter_of(kind, name)
            if condition is None:
                return False
            condition(asked.conditions, name, value)
    return True


def count_of(value: str) -> int:
    """This will be how many entries a page may have. Raises OddParameter."""
    if not value.isascii() or not value.isdigit():
        raise OddParameter("_count is a number.")
    return max(1, min(LARGEST_PAGE, int(value[:9])))


def _page(value: str) -> UUID:
    if not is_uuid(value):
        raise OddParameter("_page comes from a next link, and is followed as it is.")
    return UUID(value)
