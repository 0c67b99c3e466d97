"""The reference's verification requests, suggestions and drafts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, Resolve, column, moment, own_id, seen
from tests.planner.seen import Info, Row


def _listed(table: str, by: str, keep: Callable[[Row, dict[str, Any]], bool]) -> Resolve:
    newest = Sorted(by.upper(), lambda row: (row[by], row["id"]), (datetime, UUID), descending=True)

    def resolve(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
        asked = arguments.pop("filter", None) or {}
        return page(seen(info).all(table, lambda row: keep(row, asked)), newest, info, arguments)

    return resolve


def _in_states(row: Row, asked: dict[str, Any]) -> bool:
    return asked.get("states") is None or row["state"] in asked["states"]


ROOTS: Fields = {
    "verificationRequests": _listed(
        "verification_request", "asked_at", lambda row, asked: asked.get("open") in (None, row["ended_at"] is None)
    ),
    "suggestions": _listed(
        "suggestion",
        "suggested_at",
        _in_states,
    ),
    "drafts": _listed("draft", "drafted_at", _in_states),
}
TYPES: dict[str, Fields] = {
    "VerificationRequest": {
        "id": own_id("VerificationRequest"),
        "service": one("service", "service_id"),
        "email": column("email"),
        "askedAt": moment("asked_at"),
        "askedBy": one("organization", "asked_by"),
        "sentAt": moment("sent_at"),
        "remindedAt": moment("reminded_at"),
        "failure": column("failure"),
        "answeredAt": moment("answered_at"),
        "answer": column("answer"),
        "note": column("note"),
        "endedAt": moment("ended_at"),
    },
    "Suggestion": {
        "id": own_id("Suggestion"),
        "service": one("service", "service_id"),
        "origin": column("origin"),
        "suggestedBy": one("organization", "suggested_by"),
        "suggestedAt": moment("suggested_at"),
        "closed": column("closed"),
        "note": column("note"),
        "state": column("state"),
        "decidedAt": moment("decided_at"),
        "decisionNote": column("decision_note"),
    },
    "Draft": {
        "id": own_id("Draft"),
        "service": column("content"),
        "state": column("state"),
        "draftedAt": moment("drafted_at"),
        "draftedBy": one("account", "drafted_by"),
        "approvedAt": moment("approved_at"),
        "approvedBy": one("account", "approved_by"),
        "publishedAt": moment("published_at"),
        "directoryImport": one("partner_import", "import_id"),
    },
}
