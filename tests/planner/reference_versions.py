"""The reference's past: what the directory said of a record, and the feed of its changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_values import _ID, Fields, Resolve, column, moment, read_moment, seen
from tests.planner.seen import Info, Row, Seen

KINDS = {"Organization": "ORGANIZATION", "Location": "LOCATION", "Service": "SERVICE"}
TYPES_OF = {kind: name for name, kind in KINDS.items()}
IN_ORDER = Sorted("DIRECTORY", lambda row: (row["position"],), (int,))
NEWEST_FIRST = Sorted(
    "VERSIONS",
    lambda row: (row["at"], 2**63 - 1 if row["position"] is None else row["position"]),
    (datetime, int),
    descending=True,
)


def _id(name: str) -> Resolve:
    return lambda row, info: None if row[name] is None else f"{TYPES_OF[row['kind']]}_{row[name]}"


def _told(view: Seen, record_id: Any) -> list[Row]:
    told = view.all("directory_version", lambda row: row["record_id"] == record_id)
    return sorted(told, key=lambda row: row["version"])


def _before(row: Row, info: Info) -> Any:
    earlier = [each for each in _told(seen(info), row["record_id"]) if each["version"] < row["version"]]
    return earlier[-1]["document"] if earlier else None


def versions(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    """All that was said of a record."""
    return page(_told(seen(info), row["id"]), NEWEST_FIRST, info, arguments)


def directory_record(_root: Any, info: Info, id: str, **arguments: str | None) -> Row | None:
    named, as_of = _ID.fullmatch(id), arguments.get("asOf")
    if named is None:
        return None
    until = None if as_of is None else read_moment(as_of)
    told = [row for row in _told(seen(info), UUID(named[2])) if until is None or row["at"] <= until]
    return told[-1] if told and told[-1]["kind"] == KINDS.get(named[1]) else None


def directory_changes(_root: Any, info: Info, after: str | None = None, **arguments: Any) -> dict[str, Any]:
    view = seen(info)
    [feed] = view.all("directory_feed")
    begun = arguments.pop("fromTheBeginning", False) or after is not None
    placed = view.all("directory_version", lambda row: row["position"] is not None) if begun else []
    now_at = after or IN_ORDER.cursor({"position": feed["last_position"]})
    return page(placed, IN_ORDER, info, {**arguments, "after": after}, resting=lambda: now_at)


TYPES: dict[str, Fields] = {
    "DirectoryRecord": {
        "kind": column("kind"),
        "recordId": _id("record_id"),
        "operation": column("operation"),
        "at": moment("at"),
        "document": column("document"),
        "mergedIntoId": _id("merged_into_id"),
    },
    "DirectoryChange": {
        "cursor": lambda row, info: IN_ORDER.cursor(row),
        "operation": column("operation"),
        "kind": column("kind"),
        "recordId": _id("record_id"),
        "at": moment("at"),
        "before": _before,
        "after": column("document"),
        "mergedIntoId": _id("merged_into_id"),
    },
}
