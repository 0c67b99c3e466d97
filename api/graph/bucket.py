"""How much a client of an organisation may still ask for: buckets of nodes that fill up again as time passes.

A person draws from their client's bucket and from one of their own, a fifth as large: nobody alone can empty what all
who use the same program share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import RateLimited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from api.limits import Limits
    from auth.actor import Actor

PERSON = 5
"A person's bucket is this part of a client's."


@dataclass(frozen=True, slots=True)
class Whose:
    """Who draws from a bucket."""

    client_id: str
    organization_id: UUID
    user_id: UUID | None = None
    "None: the client's own."

    @property
    def part(self) -> int:
        return 1 if self.user_id is None else PERSON


def drawn_by(actor: Actor) -> Iterator[Whose]:
    """This will list whose buckets an actor draws from."""
    yield Whose(actor.client_id, actor.organization_id)
    if actor.user_id is not None:
        yield Whose(actor.client_id, actor.organization_id, actor.user_id)


class Buckets:
    """Kept in this process. `seconds` is any clock that only goes forward."""

    def __init__(self, limits: Limits) -> None:
        self.size = float(limits.bucket_nodes)
        self.per_second = float(limits.bucket_per_second)
        self._levels: dict[Whose, tuple[float, float]] = {}  # what was left, and when

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, actor: Actor, nodes: float, *, seconds: float) -> None:
        """This will take nodes out of each bucket of the actor's. Raises RateLimited, and then takes none."""
        left = {whose: self._left(whose, seconds) for whose in drawn_by(actor)}
        wait = max((nodes - rest) * whose.part / self.per_second for whose, rest in left.items())
        if wait > 0:
            raise RateLimited(seconds=wait)
        self._levels |= {whose: (rest - nodes, seconds) for whose, rest in left.items()}
        if len(self._levels) > 10_000:
            self._forget_full(seconds)

    def _left(self, whose: Whose, seconds: float) -> float:
        size = self.size / whose.part
        left, then = self._levels.get(whose) or (size, seconds)
        return min(size, left + (seconds - then) * self.per_second / whose.part)

    def _forget_full(self, seconds: float) -> None:
        for whose in [each for each in self._levels if self._left(each, seconds) >= self.size / each.part]:
            del self._levels[whose]
