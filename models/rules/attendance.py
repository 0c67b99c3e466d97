"""What follows from all that was recorded of one person at one session: a function of the set, whatever its order.

An observation is what a device saw. A correction states, with a reason, what something recorded before should have
been: one event, or the attendance as it read at one version. It stands over whatever it had seen (training.md, 5).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.rules.vocabulary import AttendanceConflict as Conflict
from models.rules.vocabulary import AttendanceFlag as Flag
from models.rules.vocabulary import AttendanceRuling as Ruling
from models.rules.vocabulary import AttendanceSource as Source
from models.rules.vocabulary import AttendanceStatus as Status

MOST_EVENTS = 100
"""In one batch."""
LOCKS_AFTER = timedelta(days=14)
"""After a training's last session: what is received then counts once a second person has approved it."""
WAITS = timedelta(days=5)
"""How long a correction waits for the event it corrects."""
AROUND = timedelta(hours=1)
"""Before a session starts and after it ends, a presence is still of that session."""
SKEW = timedelta(minutes=5)
"""How far a device's clock may be from ours and still be taken at its word."""
PRESENCE = frozenset({Status.PRESENT, Status.LATE, Status.LEFT_EARLY})
NOT_BELIEVED = frozenset({Flag.OUT_OF_WINDOW, Flag.REVOKED})
"""A presence flagged so yields to a recorded absence. A clock that is known to be wrong does not make it so."""
STATED = frozenset({Source.PAPER, Source.DESK})
"""Where a person wrote the time down: no clock of a device took part in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One event that was kept, with what people ruled on it."""

    id: UUID
    """As the device made it; shared with others where the id came again with another content."""
    status: Status
    occurred_at: datetime
    """As the device, or whoever corrects, said."""
    believed_at: datetime
    """By our clock."""
    received_at: datetime
    flags: frozenset[Flag] = frozenset()
    rulings: frozenset[Ruling] = frozenset()
    corrects: frozenset[UUID] = frozenset()
    """The ids of the events it had seen; none for an observation."""
    base: tuple[Status, datetime] | None = None
    """The attendance as it read, where a version of it is corrected; None where one event is."""
    rivals: int = 0
    """How many others came under its id with another content."""

    @property
    def counts(self) -> bool:
        """Whether it is not void, and approved where it came after the lock."""
        if self.rulings & {Ruling.VOIDED, Ruling.REFUSED}:
            return False
        return Flag.AFTER_LOCK not in self.flags or Ruling.APPROVED in self.rulings

    @property
    def credible(self) -> bool:
        return not self.flags & NOT_BELIEVED

    @property
    def order(self) -> tuple[datetime, UUID, str]:
        """By time; of one moment, the same way wherever it is asked."""
        return self.believed_at, self.id, self.status


@dataclass(frozen=True, slots=True)
class Attended:
    """What an attendance reads."""

    status: Status
    occurred_at: datetime
    recorded_at: datetime
    """When the fact that decides the status was received."""
    conflicts: tuple[Conflict, ...] = ()
    """What a person has to settle, in the order of the enumeration."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One field: its value, the fact it is from, and whether corrections of it contradict one another."""

    value: object
    fact: Fact
    disputed: bool = False
    stated: bool = False
    """Whether a correction says so, and not what was observed."""


def version_of(facts: Collection[Fact]) -> int:
    """This will be a number that rises with each event and each ruling, and is the same for the same set."""
    return sum(1 + len(fact.rulings) + fact.rivals for fact in facts)


def attended(facts: Collection[Fact]) -> Attended | None:
    """This will be what the facts of one person at one session say together; None where none of them counts."""
    counted = [fact for fact in facts if fact.counts]
    corrections = sorted((fact for fact in counted if _stands(fact, facts)), key=lambda fact: fact.order)
    seen = {id(fact): _seen(fact, corrections) for fact in corrections}
    observations = [fact for fact in counted if not fact.corrects]
    observed = _observed(observations) or _first_said(corrections)
    if observed is None:
        return None
    bases = {id(fact): _base(fact, counted) for fact in corrections}
    status = _corrected(0, _speaking(0, corrections, bases, seen, observed[0]), seen, observed[0])
    at = _corrected(1, _speaking(1, corrections, bases, seen, observed[1]), seen, observed[1])
    known = set[UUID]().union(*seen.values())
    found = {
        Conflict.STATUS: status.disputed or _contradicted(status, observations, known) or _orphans(corrections, known),
        Conflict.OCCURRED_AT: at.disputed,
        Conflict.EVENT_ID: any(fact.rivals and fact.id not in known for fact in counted),
    }
    return Attended(
        status=Status(str(status.value)),
        occurred_at=at.value if isinstance(at.value, datetime) else at.fact.occurred_at,
        recorded_at=status.fact.received_at,
        conflicts=tuple(conflict for conflict in Conflict if found[conflict]),
    )


def _stands(fact: Fact, facts: Collection[Fact]) -> bool:
    """Whether it is a correction of something that is known and counts, or has waited for it long enough."""
    if not fact.corrects:
        return False
    if fact.base is not None or Ruling.LAPSED in fact.rulings:
        return True
    return any(other.id in fact.corrects and other.counts for other in facts)


def _seen(fact: Fact, corrections: Collection[Fact]) -> frozenset[UUID]:
    """The ids of all that a correction rests on: what it names, and what those had seen."""
    found: set[UUID] = set()
    coming = set(fact.corrects)
    while coming:
        found |= coming
        coming = {each for other in corrections if other.id in coming for each in other.corrects} - found
    return frozenset(found)


def _observed(observations: Collection[Fact]) -> tuple[_Reading, _Reading] | None:
    """The earliest credible presence, else an absence (explained before unexplained), else a presence in doubt."""
    presences = sorted((fact for fact in observations if fact.status in PRESENCE), key=lambda fact: fact.order)
    credible = [fact for fact in presences if fact.credible]
    absences = sorted(
        (fact for fact in observations if fact.status not in PRESENCE),
        key=lambda fact: (fact.status is not Status.EXCUSED, fact.order),
    )
    if absences and not credible:
        return _Reading(absences[0].status, absences[0]), _Reading(absences[0].believed_at, absences[0])
    came = credible or presences
    if not came:
        return None
    arrivals = [fact for fact in came if fact.status is not Status.LEFT_EARLY]
    left = not arrivals or came[-1].status is Status.LEFT_EARLY
    deciding = came[-1] if left else arrivals[0]
    return _Reading(deciding.status, deciding), _Reading(came[0].believed_at, came[0])


def _first_said(corrections: Collection[Fact]) -> tuple[_Reading, _Reading] | None:
    """Where nothing observed is left, what the first correction says."""
    for fact in corrections:
        return _Reading(fact.status, fact, stated=True), _Reading(fact.occurred_at, fact, stated=True)
    return None


Base = tuple[Status, datetime] | None


def _base(fact: Fact, counted: Collection[Fact]) -> Base:
    """What a correction read; None where it never came."""
    if fact.base is not None:
        return fact.base
    named = sorted((other for other in counted if other.id in fact.corrects), key=lambda other: other.order)
    return (named[0].status, named[0].occurred_at) if named else None


def _changes(fact: Fact, bases: Mapping[int, Base], field: int) -> bool:
    base = bases[id(fact)]
    return base is None or base[field] != _said(fact)[field]


def _speaking(
    field: int,
    corrections: Iterable[Fact],
    bases: Mapping[int, Base],
    seen: Mapping[int, frozenset[UUID]],
    observed: _Reading,
) -> list[Fact]:
    """The corrections that speak of a field: they change it, or saw it disputed and state that it stands as it read."""
    found: list[Fact] = []
    for fact in sorted(corrections, key=lambda each: len(seen[id(each)])):  # so each comes after all that it had seen
        before = [other for other in found if _over(fact, other, seen)]
        if _changes(fact, bases, field) or _corrected(field, before, seen, observed).disputed:
            found.append(fact)
    return sorted(found, key=lambda fact: fact.order)


def _said(fact: Fact) -> tuple[Status, datetime]:
    return fact.status, fact.occurred_at


def _corrected(field: int, changing: list[Fact], seen: Mapping[int, frozenset[UUID]], observed: _Reading) -> _Reading:
    """A field by the corrections that change it: by the latest, or where those differ, by what all of them had seen.

    field: 0 the status, 1 when it occurred, as `_said` has them.
    """
    disputed = False
    while changing:
        heads = [fact for fact in changing if not any(_over(other, fact, seen) for other in changing)]
        said = {_said(fact)[field] for fact in heads}
        if len(said) == 1:
            return _Reading(said.pop(), heads[0], disputed, stated=True)
        disputed = True
        if not heads:  # they name one another in a circle
            break
        changing = [fact for fact in changing if fact not in heads and all(_over(head, fact, seen) for head in heads)]
    return _Reading(observed.value, observed.fact, disputed, observed.stated)


def _over(later: Fact, earlier: Fact, seen: Mapping[int, frozenset[UUID]]) -> bool:
    return later.id != earlier.id and earlier.id in seen[id(later)]


def _contradicted(status: _Reading, observations: Iterable[Fact], known: Collection[UUID]) -> bool:
    """Whether a stated absence meets a credible presence that nobody who corrected knew of."""
    if not status.stated or status.value in PRESENCE:
        return False
    return any(fact.status in PRESENCE and fact.credible and fact.id not in known for fact in observations)


def _orphans(corrections: Iterable[Fact], known: Collection[UUID]) -> bool:
    """Whether a correction, itself not corrected since, waited in vain for what it corrects."""
    return any(Ruling.LAPSED in fact.rulings and fact.id not in known for fact in corrections)
