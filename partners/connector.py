"""What is it to be a connector? To read one kind of system, and to say what each of its records means here.

One for each PartnerKind stands in partners/connectors.py. None of them writes: partners/keeping does.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.partners import RecordKind
from partners.canonical import Projection
from partners.outgoing import Asker
from partners.records import Feed, Remote
from partners.settings import Settings

Cursor = Mapping[str, Any]
"What the connector noted when it last read its system: JSON of its own making, by kind of record."


@dataclass(frozen=True, slots=True)
class Source:
    """A system as it is to be read this time."""

    address: str
    settings: Settings
    cursor: Cursor = field(default_factory=dict)
    whole: bool = True
    "Everything there is, so that what is missing can be told; else what changed since the cursor is enough."
    pushed: bytes | None = None
    "What the partner sent of itself; nothing is asked of its system then."


@dataclass(frozen=True, slots=True)
class Look:
    """What a system turned out to be, before anything of it is kept."""

    what: str
    "The standard and its version, as a person would say it: HSDS 3.1."
    details: Mapping[str, str] = field(default_factory=dict)
    "What else it says of itself: profile, software, number of records by kind."
    notes: tuple[str, ...] = ()
    "What is odd about it, and what follows from that."


@dataclass(frozen=True, slots=True)
class Connector:
    """How one kind of system is read."""

    read: Callable[[Source, Asker], Feed]
    "Hands over records, and after each kind how far it got. Raises Unreadable."
    project: Callable[[Remote, Settings], Projection]
    "What a record means here; pure. Raises CannotStand, saying what it lacks."
    look: Callable[[Source, Asker], Awaitable[Look]]
    "Asks the system what it is, in as few requests as that takes. Raises Unreadable."
    kinds: tuple[RecordKind, ...] = (RecordKind.ORGANIZATION, RecordKind.SERVICE, RecordKind.SERVICE_AT_LOCATION)
    "What its system holds, in the order in which it is read."
