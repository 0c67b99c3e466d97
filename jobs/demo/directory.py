"""What is known of the demo's directory while it is made? Its rows, and what openings and referrals ask of it later."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from jobs.demo.offers import Hours
from models.base import Base
from models.directory import Visibility
from models.rules.eligibility import Criteria
from models.rules.vocabulary import OrganizationKind, ServiceCategory

FOUNDED = datetime(2026, 1, 5, 13, tzinfo=UTC)
"When every record of the directory was made: its id tells the time, and must not change with the clock."


@dataclass(frozen=True, slots=True)
class Target:
    """A service as a referral sees it: whose it is, where, for whom, and the room that may be held."""

    service_id: UUID
    place_id: UUID
    category: ServiceCategory
    criteria: Criteria
    organization_id: UUID
    kind: OrganizationKind
    pcode: str
    capacity_id: UUID | None
    taken: int
    "How many of its places open referrals may hold."


@dataclass(frozen=True, slots=True)
class Hosted:
    """A service at a place, and the hours it keeps there."""

    id: UUID
    organization_id: UUID
    visibility: Visibility
    hours: Hours


@dataclass(slots=True)
class Directory:
    """Rows in an order in which each finds what it refers to, and what referrals need to know of them."""

    rows: list[Base] = field(default_factory=list)
    organizations: dict[str, UUID] = field(default_factory=dict)
    "By slug."
    sites: dict[str, UUID] = field(default_factory=dict)
    "Places by slug."
    services: list[UUID] = field(default_factory=list)
    hours: list[Hosted] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    "The services that referrals may go to."


def texts(fr: str, ht: str | None) -> dict[str, str]:
    """This will be a name by language: French, and Kreyòl where there is one."""
    return {"fr": fr, "ht": ht} if ht else {"fr": fr}
