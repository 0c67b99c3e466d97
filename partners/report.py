"""What one sync of a partner did, and what is to be done about it: for a person, and for the run's row."""

from dataclasses import asdict, dataclass, field
from typing import Any

from models.partners import RecordKind, SyncOutcome

MOST_FINDINGS_KEPT = 1_000
"In the run's row; each record keeps its own in any case."


@dataclass(slots=True)
class Counts:
    """Records, by what became of them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    quarantined: int = 0

    def told(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one record."""

    kind: RecordKind
    remote_id: str
    where: str
    problem: str
    "What is wrong and what to do, a sentence each."
    quarantined: bool
    "True: it did not come in. False: it did, save for what the problem names."

    def line(self) -> str:
        became = "kept out" if self.quarantined else "came in"
        return f"{self.where} ({self.kind.lower().replace('_', ' ')}, {became}): {self.problem}"


@dataclass(slots=True)
class Report:
    """One sync of one partner."""

    partner: str
    outcome: SyncOutcome = SyncOutcome.RUNNING
    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    "What is odd about the system as a whole."
    failures: list[str] = field(default_factory=list)
    "What kept the sync from doing all of its work."
    losses: list[str] = field(default_factory=list)
    "What is missing in such numbers that a person must say it is true."

    @property
    def succeeded(self) -> bool:
        return self.outcome is SyncOutcome.COMPLETE

    def finish(self, *, read_anything: bool) -> None:
        """This will settle how the sync ended."""
        if self.failures:
            self.outcome = SyncOutcome.PARTIAL if read_anything else SyncOutcome.FAILED
        else:
            self.outcome = SyncOutcome.HELD if self.losses else SyncOutcome.COMPLETE

    def line(self) -> str:
        """One line for a person."""
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.told().items())
        return f"{self.partner}: {self.outcome.lower()}: {counted}"

    def errors(self) -> dict[str, Any]:
        """What the run's row keeps."""
        findings = [asdict(finding) for finding in self.findings[:MOST_FINDINGS_KEPT]]
        told = {"failures": self.failures, "losses": self.losses, "notes": self.notes, "findings": findings}
        return {name: value for name, value in told.items() if value} | {"total": len(self.findings)}
