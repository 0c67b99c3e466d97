"""What a connector hands over: each record as it came, and word of how far the reading of each kind got."""

import hashlib
import json
import math
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.partners import RecordKind

READING = 1
"Raise it when records are to be mapped again although they did not change."


@dataclass(frozen=True, slots=True)
class Remote:
    """One record as a partner sent it."""

    kind: RecordKind
    remote_id: str
    raw: dict[str, Any]
    where: str
    "Where its owner finds it: an address, or rows of a sheet."
    modified_at: datetime | None = None
    unreadable: str | None = None
    "Why it cannot be mapped at all; None where it can be tried."
    carried: bool = False
    "Another record already brings what it says; it is kept, and not mapped again."
    rows: tuple[int, ...] = ()
    "Of a sheet: the number of each of its rows."


@dataclass(frozen=True, slots=True)
class Swept:
    """Word that a kind was read to its end, or as far as it went."""

    kind: RecordKind
    complete: bool
    "Whether what was not seen may be taken as missing."
    note: str | None = None
    "What is odd about the list, and what follows from it."
    failure: str | None = None
    "What kept it from being read to its end."
    system: dict[str, str] | None = None
    "What the system says of itself: its version and profile."
    cursor: dict[str, Any] | None = None
    "Where the next reading of this kind may begin; kept with what was read. None: as before."
    listed: frozenset[str] = frozenset()
    "Records that are still there and did not change: the system names them, and they were not read again."


@dataclass(frozen=True, slots=True)
class Deleted:
    """Word that a partner took a record away, from a system that says so (FHIR history)."""

    kind: RecordKind
    remote_id: str


Feed = AsyncGenerator[Remote | Deleted | Swept, None]


class Unreadable(Exception):
    """The partner's system cannot be read."""


def storable(value: Any, depth: int = 0) -> Any:
    """This will be the same JSON value in what PostgreSQL can keep, and the value itself where it already is.

    U+0000 and lone surrogates become U+FFFD; numbers that are none, and what is nested 100 levels deep, become text.
    """
    if depth > 100:
        return storable(json.dumps(value))
    match value:
        case str():
            clean = value.replace("\0", "\ufffd")
            return clean if clean.isascii() else clean.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {str(storable(key, depth + 1)): storable(item, depth + 1) for key, item in value.items()}
        case list():
            return [storable(item, depth + 1) for item in value]
        case _:
            return value


def digest(remote: Remote, settings: dict[str, Any]) -> bytes:
    """This will be the same for the same payload read in the same way, whatever the order of its keys."""
    told = json.dumps(
        [READING, settings, remote.carried, remote.raw], sort_keys=True, ensure_ascii=True, separators=(",", ":")
    )
    return hashlib.sha256(told.encode()).digest()
