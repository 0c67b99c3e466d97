"""A queue of attendance events in one SQLite file: appended to, never changed, whole after any kill. Standard library.

An event is in it once `mark` has returned. What Konbit answered is written beside it, for a whole batch or not at all.
"""

import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

TABLES = """
CREATE TABLE IF NOT EXISTS device (id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS enrolled (token_hash TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL, token TEXT NOT NULL,
  status TEXT NOT NULL, occurred_at TEXT NOT NULL, reason TEXT);
CREATE TABLE IF NOT EXISTS answer (
  sequence INTEGER PRIMARY KEY REFERENCES event, outcome TEXT NOT NULL, flags TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS event_stays BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT, 'an event is a fact'); END;
CREATE TRIGGER IF NOT EXISTS event_is BEFORE UPDATE ON event BEGIN SELECT RAISE (ABORT, 'an event is a fact'); END;
"""
WAITING = """
SELECT sequence, event_id, session_id, token, status, occurred_at, reason FROM event
WHERE sequence NOT IN (SELECT sequence FROM answer) ORDER BY sequence LIMIT ?"""
APPEND = """
INSERT INTO event SELECT coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ?, ? FROM event RETURNING sequence"""


@dataclass(frozen=True)
class Event:
    """What was seen: who was there, as the device's own clock has it."""

    sequence: int
    "1, 2, 3: the device leaves none out, so the server can tell what is still to come."
    event_id: str
    session_id: str
    token: str
    status: str
    occurred_at: str
    reason: str | None

    def sent(self) -> dict[str, Any]:
        """As `recordAttendance` takes it."""
        return {
            "eventId": self.event_id,
            "deviceSequence": self.sequence,
            "sessionId": self.session_id,
            "enrolmentToken": self.token,
            "status": self.status,
            "occurredAt": self.occurred_at,
            "reason": self.reason,
        }


class Queue:
    """The file. Several programs may use it at once; each statement waits for the other's."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # tokens are credentials: nobody else reads them
        self.file = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.file.execute("PRAGMA journal_mode = WAL")
        self.file.execute("PRAGMA synchronous = FULL")  # on the disk before it is said to be
        self.file.executescript(TABLES)
        with self._whole():
            known = self.file.execute("SELECT id FROM device").fetchone()
            self.device: str = known[0] if known else f"python-{secrets.token_hex(8)}"
            if not known:
                self.file.execute("INSERT INTO device VALUES (?)", [self.device])

    def close(self) -> None:
        self.file.close()

    def keep_roster(self, sessions: Iterable[Mapping[str, str]], tokens: Iterable[str]) -> None:
        """This will take a roster along: sessions, and of each token no more than tells a slip of the finger."""
        with self._whole():
            self.file.execute("DELETE FROM session")
            self.file.execute("DELETE FROM enrolled")
            self.file.executemany("INSERT INTO session VALUES (:id, :title, :startsAt, :endsAt)", sessions)
            self.file.executemany("INSERT OR IGNORE INTO enrolled VALUES (?)", ([hashed(token)] for token in tokens))

    def sessions(self) -> list[tuple[str, str, str, str]]:
        """Id, title, start and end of the sessions that were taken along, by start."""
        return self.file.execute("SELECT * FROM session ORDER BY starts_at").fetchall()

    def knows(self, token: str) -> bool:
        """Whether the token is on the roster. One that is not is queued all the same."""
        found = self.file.execute("SELECT 1 FROM enrolled WHERE token_hash = ?", [hashed(token)])
        return found.fetchone() is not None

    def mark(self, session_id: str, token: str, *, status: str, reason: str | None = None) -> int:
        """This will put an event into the queue for good, and tell its number."""
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        [[sequence]] = self.file.execute(APPEND, [new_event_id(), session_id, token, status, at, reason]).fetchall()
        return int(sequence)

    def waiting(self, most: int) -> list[Event]:
        """The events without an answer, the first ones first."""
        return [Event(*row) for row in self.file.execute(WAITING, [most])]

    def answered(self, events: Iterable[Event], results: Iterable[Mapping[str, Any]]) -> None:
        """This will keep what became of a batch. Twice does no harm: the first answer stays."""
        by_id = {result["eventId"]: result for result in results}
        told = [(each.sequence, by_id[each.event_id]) for each in events if each.event_id in by_id]
        rows = [(sequence, result["outcome"], " ".join(result["flags"])) for sequence, result in told]
        with self._whole():
            self.file.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?)", rows)

    def history(self) -> list[tuple[int, str, str, str | None, str | None]]:
        """Number, moment, status, outcome and flags of every event there ever was."""
        return self.file.execute(
            "SELECT sequence, occurred_at, status, outcome, flags FROM event LEFT JOIN answer USING (sequence)"
            " ORDER BY sequence"
        ).fetchall()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self.file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.file.execute("ROLLBACK")
            raise
        self.file.execute("COMMIT")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_event_id() -> str:
    """A UUIDv7 (RFC 9562, 5.7), made on the device: the event has its name before anyone is asked."""
    moment, chance = time.time_ns() // 1_000_000, secrets.randbits(74)
    return str(UUID(int=moment << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1))
