"""The reference's audit: who did and saw what."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, column, key_of, moment, own_id, read_moment, seen
from tests.planner.seen import Info, Row

NEWEST_FIRST = Sorted("AT", lambda row: (row["at"], row["id"]), (datetime, UUID), descending=True)


def audit_entries(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}

    def keep(row: Row) -> bool:
        checks: dict[str, Callable[[Any], bool]] = {
            "clientId": lambda client: row["client_id"] == client,
            "act": lambda act: row["act"] == act,
            "subjectId": lambda id_: _subject(id_) in row["subjects"],
            "since": lambda at: row["at"] >= read_moment(at),
            "before": lambda at: row["at"] < read_moment(at),
        }
        return all(check(asked[name]) for name, check in checks.items() if asked.get(name) is not None)

    return page(seen(info).all("audit_entry", keep), NEWEST_FIRST, info, arguments)


def _subject(id_: str) -> UUID | None:
    return next((key for name in ("Person", "Consent", "Referral", "BorderFlow") if (key := key_of(name, id_))), None)


TYPES: dict[str, Fields] = {
    "AuditEntry": {
        "id": own_id("AuditEntry"),
        "at": moment("at"),
        "clientId": column("client_id"),
        "user": one("account", "user_id"),
        "act": column("act"),
        "classes": column("classes"),
        "subjects": lambda row, info: [str(subject) for subject in row["subjects"]],
        "requestId": column("request_id"),
    },
}
