"""How much a client of an organisation may still ask for: a bucket of nodes that fills up again as time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import RateLimited

if TYPE_CHECKING:
    from collections.abc import Hashable

    from api.limits import Limits


class Buckets:
    """One bucket per key, in this process. `seconds` is any clock that only goes forward."""

    def __init__(self, limits: Limits) -> None:
        self.size = float(limits.bucket_nodes)
        self.per_second = float(limits.bucket_per_second)
        self._levels: dict[Hashable, tuple[float, float]] = {}  # what was left, and when

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: Hashable, nodes: int, *, seconds: float) -> None:
        """This will take nodes out of the key's bucket. Raises RateLimited where there are too few."""
        left, then = self._levels.get(key) or (self.size, seconds)
        left = min(self.size, left + (seconds - then) * self.per_second)
        if nodes > left:
            raise RateLimited(seconds=(nodes - left) / self.per_second)
        self._levels[key] = (left - nodes, seconds)
        if len(self._levels) > 10_000:
            self._forget_full(seconds)

    def _forget_full(self, seconds: float) -> None:
        full = [
            key for key, (left, then) in self._levels.items() if left + (seconds - then) * self.per_second >= self.size
        ]
        for key in full:
            del self._levels[key]
