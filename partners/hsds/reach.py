"""How far did the last reading of a list get, and how is it read this time: whole, or what changed since?

`modified_after` is asked with an overlap, since a record is often stamped before it can be seen. Moments are the
partner's own, as its records tell them, so that its clock may differ from ours; what it dates ahead of us is not
believed. The set of identifiers (`minimal`) tells what is missing; the records themselves are all read again weekly,
for what a system changed without saying so, and whenever they are to be understood anew.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from partners.hsds.told import moment
from partners.records import READING
from partners.settings import Settings

OVERLAP = timedelta(seconds=60)
ALL_AGAIN = timedelta(days=7)


@dataclass(slots=True)
class Reach:
    """One list's reading, from where it begins to where the next one may."""

    began: datetime
    since: datetime | None
    "Begin with what changed since; None: everything is read."
    read_at: datetime
    "When everything was read last, this reading among it."
    understood: str
    newest: datetime | None = None

    def saw(self, modified_at: datetime | None) -> None:
        """This will note when a record was changed there."""
        if modified_at and modified_at <= self.began and (self.newest is None or modified_at > self.newest):
            self.newest = modified_at

    @property
    def query(self) -> dict[str, str]:
        """What is asked of the list."""
        if self.since is None:
            return {}
        return {"modified_after": (self.since - OVERLAP).isoformat().replace("+00:00", "Z")}

    def cursor(self) -> dict[str, Any] | None:
        """This will be where the next reading may begin; None where the system does not date its records."""
        newest = max(filter(None, (self.since, self.newest)), default=None)
        if newest is None:
            return None
        return {"since": newest.isoformat(), "read_at": self.read_at.isoformat(), "understood": self.understood}


def reach(cursor: Mapping[str, Any] | None, settings: Settings, *, began: datetime) -> Reach:
    """This will say how a list is read, by what was noted at its last reading."""
    understood = _understood(settings)
    cursor = cursor if isinstance(cursor, Mapping) else {}
    since, read_at = moment(cursor.get("since")), moment(cursor.get("read_at"))
    if since is None or read_at is None or began - read_at >= ALL_AGAIN or cursor.get("understood") != understood:
        return Reach(began, None, began, understood)
    return Reach(began, since, read_at, understood)


def now() -> datetime:
    """This will be the moment at which a reading begins."""
    return datetime.now(UTC)


def _understood(settings: Settings) -> str:
    """The same as long as the same records are read in the same way."""
    told = json.dumps([READING, dataclasses.asdict(settings)], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
