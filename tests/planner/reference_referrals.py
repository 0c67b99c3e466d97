"""The reference's referrals: what each side sees, their history, their lists and the feed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from auth.scopes import Scope
from models.rules.references import read_reference
from models.rules.referrals import Side, available_actions, is_overdue
from models.rules.vocabulary import ReferralPriority, ReferralStatus
from tests.planner.paged import FOREVER, Sorted, page, refused
from tests.planner.reference_directory import one
from tests.planner.reference_people import part
from tests.planner.reference_values import (
    Fields,
    Resolve,
    column,
    key_of,
    moment,
    own_id,
    read_moment,
    revealed,
    seen,
)
from tests.planner.seen import Info, Row, Seen

BY_EVENT = Sorted("AT", lambda row: (row["at"], row["id"]), (datetime, UUID))
IN_ORDER = Sorted("FEED", lambda row: (row["position"],), (int,))
URGENCY = list(ReferralPriority)


def _text_of(table: str, name: str) -> Resolve:
    """A text in a confidential table of its own."""

    def resolve(row: Row, info: Info) -> Any:
        key = "referral_id" if "referral_id" in row else "id"
        found = revealed(info, table, seen(info).one(table, referral_id=row[key]))
        return found and found[name]

    return resolve


def _note(key: str) -> Resolve:
    def resolve(row: Row, info: Info) -> str | None:
        found = revealed(info, "referral_note", seen(info).one("referral_note", event_id=row[key]))
        return found["note"] if found else None

    return resolve


def _side(view: Seen, row: Row) -> Side | None:
    sides = {row["sender_id"]: Side.SENDER, row["receiver_id"]: Side.RECEIVER}
    return sides.get(view.actor.organization_id)


def _own_file(row: Row, info: Info) -> Row | None:
    if row["person_id"] is None or _side(seen(info), row) is not Side.SENDER:
        return None
    return seen(info).one("person", id=row["person_id"])


def _actions(row: Row, info: Info) -> list[str]:
    side = _side(seen(info), row)
    if side is None or Scope.REFERRALS_WRITE not in seen(info).actor.scopes:
        return []
    return [str(action) for action in available_actions(ReferralStatus(row["status"]), side)]


def _overdue(view: Seen, row: Row) -> bool:
    return is_overdue(ReferralStatus(row["status"]), row["due_at"], view.now)


def _events(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("referral_event", lambda e: e["referral_id"] == row["id"]), BY_EVENT, info, arguments)


def _of_referral(table: str) -> Resolve:
    return lambda row, info: seen(info).one(table, referral_id=row["id"])


def referral(_root: Any, info: Info, id: str | None = None, reference: str | None = None) -> Row | None:
    if id is not None:
        return seen(info).one("referral", id=key_of("Referral", id))
    named = (
        [] if reference is None else seen(info).all("referral", lambda r: r["reference"] == read_reference(reference))
    )
    return max(named, key=lambda row: row["created_at"], default=None)


def referrals(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}
    by, way = (arguments.pop("orderBy", None) or {"field": "CREATED_AT", "direction": "DESC"}).values()
    orders: dict[str, tuple[Any, type]] = {
        "CREATED_AT": (lambda row: row["created_at"], datetime),
        "UPDATED_AT": (lambda row: row["updated_at"], datetime),
        "DUE_AT": (lambda row: row["due_at"] or FOREVER, datetime),
        "PRIORITY": (lambda row: URGENCY.index(row["priority"]), int),
    }
    key, kind = orders[by]
    order = Sorted(by, lambda row: (key(row), row["id"]), (kind, UUID), way == "DESC")
    return page(seen(info).all("referral", lambda row: _meets(seen(info), row, asked)), order, info, arguments)


def _meets(view: Seen, row: Row, asked: dict[str, Any]) -> bool:
    side = _side(view, row)
    counterpart = row["receiver_id"] if side is Side.SENDER else row["sender_id"]
    checks: dict[str, Callable[[Any], bool]] = {
        "direction": lambda way: (side is Side.SENDER) == (way == "OUTGOING"),
        "kinds": lambda kinds: row["kind"] in kinds,
        "statuses": lambda statuses: row["status"] in statuses,
        "priorities": lambda priorities: row["priority"] in priorities,
        "needs": lambda needs: row["need"] in needs,
        "overdue": lambda wanted: _overdue(view, row) is wanted,
        "counterpartId": lambda id_: counterpart == key_of("Organization", id_),
        "personId": lambda id_: (
            side is Side.SENDER and row["person_id"] is not None and row["person_id"] == key_of("Person", id_)
        ),
        "serviceId": lambda id_: row["service_id"] == key_of("Service", id_),
        "reference": lambda text: row["reference"] == read_reference(text),
        "createdFrom": lambda at: row["created_at"] >= read_moment(at),
        "createdBefore": lambda at: row["created_at"] < read_moment(at),
        "updatedSince": lambda at: row["updated_at"] >= read_moment(at),
        "dueBefore": lambda at: row["due_at"] is not None and row["due_at"] < read_moment(at),
    }
    return side is not None and all(check(asked[name]) for name, check in checks.items() if asked.get(name) is not None)


def referral_changes(_root: Any, info: Info, after: str | None = None, **arguments: Any) -> dict[str, Any]:
    view = seen(info)
    [feed] = view.all("feed") or [{"last_position": 0, "purged_position": 0}]
    if after is not None and IN_ORDER.read(after)[0] < feed["purged_position"]:
        raise refused("CURSOR_EXPIRED")
    placed = [] if after is None else view.all("change", lambda row: row["position"] is not None)
    now_at = after or IN_ORDER.cursor({"position": feed["last_position"]})
    return page(placed, IN_ORDER, info, {**arguments, "after": after}, resting=lambda: now_at)


TYPES: dict[str, Fields] = {
    "Referral": {
        "id": own_id("Referral"),
        "reference": column("reference"),
        "kind": column("kind"),
        "status": column("status"),
        "priority": column("priority"),
        "need": column("need"),
        "subject": _of_referral("referral_subject"),
        "person": _own_file,
        "sender": one("organization", "sender_id"),
        "receiver": one("organization", "receiver_id"),
        "service": one("service", "service_id"),
        "place": one("service_at_location", "place_id"),
        "summary": _text_of("referral_request", "summary"),
        "narrative": _text_of("referral_narrative", "narrative"),
        "createdAt": moment("created_at"),
        "updatedAt": moment("updated_at"),
        "sentAt": moment("sent_at"),
        "dueAt": moment("due_at"),
        "respondedAt": moment("responded_at"),
        "completedAt": moment("completed_at"),
        "isOverdue": lambda row, info: _overdue(seen(info), row),
        "decline": _of_referral("referral_decline"),
        "withdrawal": _of_referral("referral_withdrawal"),
        "outcome": _of_referral("referral_outcome"),
        "events": _events,
        "availableActions": _actions,
        "version": column("version"),
    },
    "ReferralSubject": {
        "sex": column("sex"),
        "ageGroup": column("age_group"),
        "handlingNeeds": column("handling_needs"),
        "vulnerabilities": _text_of("referral_vulnerabilities", "codes"),
        "identity": part("referral_identity", "referral_id"),
        "contact": part("referral_contact", "referral_id"),
    },
    "ReferralDecline": {
        "reason": column("reason"),
        "declinedBy": column("declined_by"),
        "note": _note("event_id"),
        "at": moment("at"),
    },
    "ReferralWithdrawal": {"reason": column("reason"), "note": _note("event_id"), "at": moment("at")},
    "ReferralOutcome": {"result": column("result"), "reason": column("reason"), "note": _note("event_id")},
    "ReferralEvent": {
        "id": own_id("ReferralEvent"),
        "at": moment("at"),
        "kind": column("kind"),
        "action": column("action"),
        "organization": one("organization", "organization_id"),
        "note": _note("id"),
        "statusAfter": column("status_after"),
    },
    "ReferralChange": {
        "cursor": lambda row, info: IN_ORDER.cursor(row),
        "kind": column("kind"),
        "referralId": own_id("Referral", "referral_id"),
        "event": one("referral_event", "event_id"),
        "referral": one("referral", "referral_id"),
    },
}
