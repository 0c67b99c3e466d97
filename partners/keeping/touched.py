"""What did a batch of records change that is written out elsewhere as well: in the search index, and in openings?"""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Touched:
    """What changed since the search index and the openings were last brought up to date."""

    services: set[UUID] = field(default_factory=set)
    organizations: set[UUID] = field(default_factory=set)
    locations: set[UUID] = field(default_factory=set)
    terms: set[UUID] = field(default_factory=set)
    hours: set[UUID] = field(default_factory=set)
    "Services at a place."

    def found_by(self) -> tuple[list[UUID], ...]:
        """What services are found by, in the order of statements.REFRESH_SEARCH."""
        return tuple(map(list, (self.services, self.organizations, self.locations, self.terms)))
