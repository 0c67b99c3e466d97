"""One attendance event as a client tells it, and why one cannot be kept as it stands."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import orjson

from actions.texts import NAME, NOTE
from models.rules.identifiers import is_uuid
from models.rules.vocabulary import AttendanceSource, AttendanceStatus

LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event as the client told it."""

    event_id: str
    device_sequence: int
    session_id: UUID
    """What is no session's id is read as one that names nothing."""
    enrolment_token: str
    status: AttendanceStatus
    occurred_at: datetime
    reason: str | None = None
    source: AttendanceSource | None = None
    boot_id: str | None = None
    monotonic_ms: float | None = None
    corrects_version: int | None = None
    corrects_event_id: str | None = None

    def misfit(self) -> str | None:
        """Why it cannot be kept as it stands; None where it can."""
        corrects = (self.corrects_version is not None) + (self.corrects_event_id is not None)
        wrong = {
            "An eventId is a UUID.": not is_uuid(self.event_id),
            "correctsEventId is a UUID.": self.corrects_event_id is not None and not is_uuid(self.corrects_event_id),
            "A device counts its events from 0 on.": self.device_sequence < 0,
            "A token has 1 to 200 signs.": not 1 <= len(self.enrolment_token) <= LONGEST_TOKEN,
            f"A reason has at most {NOTE:,} signs.": len(self.reason or "") > NOTE,
            f"A bootId has at most {NAME} signs.": len(self.boot_id or "") > NAME,
            "monotonicMs is 0 or more.": self.monotonic_ms is not None and not 0 <= self.monotonic_ms < 2**53,
            "A correction names a version or an event, not both.": corrects > 1,
            "A correction says why.": corrects == 1 and not (self.reason or "").strip(),
        }
        return next((sentence for sentence, found in wrong.items() if found), None)

    def content(self) -> bytes:
        """The same for the same content: what tells a replay from another event under its id."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return hashlib.sha256(orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS)).digest()
