"""The reference's imports: what an organisation sent, and what came of it."""

from typing import Any

from tests.planner.reference_values import Fields, column, itself, key_of, moment, own_id, seen
from tests.planner.seen import Info, Row


def _import(_root: Any, info: Info, id: str) -> Row | None:
    return seen(info).one("partner_import", id=key_of("DirectoryImport", id))


def _listed(name: str) -> Any:
    return lambda row, info: row["report"].get(name, [])


def _of(*names: str) -> Fields:
    return {name: lambda row, info, name=name: row.get(name) for name in names}


ROOTS: Fields = {"directoryImport": _import}
TYPES: dict[str, Fields] = {
    "DirectoryImport": {
        "id": own_id("DirectoryImport"),
        "state": column("state"),
        "dryRun": column("dry_run"),
        "whole": column("whole"),
        "fileName": column("file_name"),
        "sentAt": moment("sent_at"),
        "finishedAt": moment("finished_at"),
        "outcome": lambda row, info: row["report"].get("outcome"),
        "counts": itself,
        **{name: _listed(name) for name in ("failures", "losses", "notes", "findings", "changes")},
    },
    "ImportCounts": {
        name: lambda row, info, name=name: row["report"].get("counts", {}).get(name, 0)
        for name in ("new", "changed", "unchanged", "gone", "quarantined")
    },
    "ImportFinding": {
        **_of("where", "problem"),
        "remoteId": lambda row, info: row.get("remote_id"),
        "keptOut": lambda row, info: row.get("quarantined"),
    },
    "ImportChange": {
        **_of("remoteId", "change", "name"),
        "fields": lambda row, info: row.get("fields", []),
    },
    "ImportedField": _of("field", "before", "after"),
}
