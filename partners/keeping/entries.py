"""One record of a batch: how it was left, what it says now, and what becomes of it."""

import json
from dataclasses import dataclass, field
from typing import Any

from models.partners import RecordStatus
from partners.canonical import CannotStand, Projection
from partners.keeping.desk import Desk
from partners.keeping.holdings import Held, Key
from partners.keeping.reconcile import keep
from partners.records import Remote


@dataclass(slots=True)
class Entry:
    """A record as it came."""

    remote: Remote
    digest: bytes
    held: Held | None
    "How the last sync left it."
    linked: bool
    "Whether a record of ours stands for it."
    projection: Projection | None = None
    "What it means; None where it says nothing new, or cannot stand."
    changed: bool = False
    "Whether it changed anything of ours."
    refusal: str | None = None
    "Why it cannot stand."
    odd: list[str] = field(default_factory=list)
    "What of it did not come along."

    @property
    def key(self) -> Key:
        return self.remote.kind, self.remote.remote_id

    @property
    def now_held(self) -> Held:
        """How this sync leaves it."""
        status = RecordStatus.QUARANTINED if self.refusal else RecordStatus.CURRENT
        return Held(self.digest, status, self.refusal or "\n".join(self.odd) or None, 0)

    def refuse(self, reason: str) -> None:
        """This will keep it out, with its reason."""
        self.refusal, self.projection, self.changed, self.odd = reason, None, False, []

    def keep(self, desk: Desk) -> None:
        """This will bring what stands up to date with it; what has no footing is refused."""
        if self.projection is not None:
            try:
                self.changed, problems = keep(desk, self.projection.item)
                self.odd = [*self.projection.problems, *problems]
            except CannotStand as reason:
                self.refuse(str(reason))

    def row(self) -> tuple[Any, ...]:
        """In the order of statements.KEEP_RECORD."""
        remote, held = self.remote, self.now_held
        said = (remote.kind, remote.remote_id, json.dumps(remote.raw), self.digest, remote.modified_at)
        return *said, held.status, held.problem, remote.where
