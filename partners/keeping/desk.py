"""What whoever writes a partner's records has at hand: what stands, what was told before, what is odd about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from models.directory import Visibility
from partners import canonical
from partners.keeping.holdings import Holdings, Key, Partner
from partners.keeping.rows import Values
from partners.keeping.standing import Standing, Written
from partners.keeping.tables import content
from partners.keeping.touched import Touched


@dataclass(slots=True)
class Desk:
    """For one partner in one sync; what stands, what was touched and what is staged are of the batch at hand."""

    partner: Partner
    holdings: Holdings
    now: datetime
    standing: Standing = field(default_factory=Standing)
    touched: Touched = field(default_factory=Touched)
    parents: dict[UUID, str] = field(default_factory=dict)
    "Organisations, and the partner's id of each one's parent, to be set when all are there."
    told: dict[Key, int] = field(default_factory=dict)
    "Organisations and locations of this sync, and what was said of each, as a number that tells one from another."
    whole: set[Key] = field(default_factory=set)
    "Those that a record of their own told of."
    changed: bool = False
    "Whether the record at hand changed anything."
    problems: list[str] = field(default_factory=list)
    "What of the record at hand did not come along."
    _telling: list[Key] = field(default_factory=list)

    @property
    def visibility(self) -> Visibility:
        """Who may see what the partner brings, unless it must be hidden."""
        return Visibility(self.partner.settings.visibility)

    def begin(self) -> None:
        """This will be ready for the next record."""
        self.changed, self.problems = False, []

    def tell(self, key: Key, told: canonical.Organization | canonical.Location, *, whole: bool) -> None:
        """This will remember what was said of an organisation or a location."""
        self._telling.append(key)
        self.told[key] = hash(repr(told))
        if whole:
            self.whole.add(key)

    def told_otherwise(self, key: Key, told: canonical.Location) -> bool:
        """Whether another record of this sync said something else of it, in passing as this one does."""
        return key not in self.whole and self.told[key] != hash(repr(told))

    def has_own_record(self, key: Key) -> bool:
        """Whether a record of its own tells of it, so that what others say in passing is not followed."""
        return key in self.whole or key in self.holdings.records

    def write(
        self, table: str, values: Values, *, at: UUID | None, touches: set[UUID], beside: Values | None = None
    ) -> tuple[UUID, Written]:
        """This will write a record's row; `touches` learns of it where it is new or differs."""
        local, written = self.standing.write(table, at, values, beside=beside)
        self.note(written is not Written.SAME, touches, local)
        return local, written

    def write_parts(self, table: str, column: str, owner: UUID, rows: Iterable[dict[str, Any]]) -> bool:
        """This will make the parts of a record be just these; answers whether any changed."""
        changed = self.standing.write_parts(table, column, owner, rows)
        self.changed |= changed
        return changed

    def show_parts(self, table: str, column: str, owner: UUID, visibility: Visibility) -> None:
        """This will leave the parts of a record as they stand to who may see it from now on."""
        kept = self.standing.parts[table, column][owner]
        if any(row["visibility"] != visibility for row in kept):
            said = ({name: row[name] for name in content(table)} for row in kept)
            self.write_parts(table, column, owner, [row | {"visibility": visibility} for row in said])

    def note(self, changed: bool, touched: set[UUID], local: UUID) -> None:
        if changed:
            self.changed = True
            touched.add(local)

    def fetched(self) -> dict[str, datetime]:
        """Columns that say when a row was last read."""
        return {"fetched_at": self.now, "fresh_until": self.now + self.partner.settings.fresh_for}

    def begin_batch(self, standing: Standing) -> None:
        """This will be ready for a batch that speaks of what stands so."""
        self.standing, self.touched = standing, Touched()
        self._telling.clear()

    def settle(self) -> None:
        """This will take the batch for true, now that it is committed."""
        self.holdings.slugs |= self.standing.slugs
        self.holdings.settle_staged()
        self.begin_batch(Standing())

    def forget(self) -> None:
        """This will drop what the batch said, since it could not be written."""
        for key in self._telling:
            self.told.pop(key, None)
            self.whole.discard(key)
        self.holdings.forget_staged()
        self.begin_batch(Standing())
