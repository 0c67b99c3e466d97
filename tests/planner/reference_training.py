"""The reference's trainings: what is given, who takes part, whether they came, and what it came to."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from models.rules.completion import WAS_THERE, CompletionRule, completion
from models.rules.vocabulary import AttendanceStatus
from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_people import part
from tests.planner.reference_values import (
    Fields,
    Resolve,
    column,
    day,
    itself,
    key_of,
    moment,
    own_id,
    revealed,
    seen,
    text,
)
from tests.planner.seen import Info, Row

BY_CODE = Sorted("CODE", lambda row: (row["code"], row["id"]), (str, UUID))
BY_NAME = Sorted("NAME", lambda row: (row["name"], row["id"]), (str, UUID))
LATEST_FIRST = Sorted("STARTS_ON", lambda row: (row["starts_on"], row["id"]), (date, UUID), descending=True)
BY_ENROLMENT = Sorted("ENROLLED_AT", lambda row: (row["enrolled_at"], row["id"]), (datetime, UUID))
BY_OCCURRENCE = Sorted("OCCURRED_AT", lambda row: (row["occurred_at"], row["id"]), (datetime, UUID))
BY_RECEIPT = Sorted("RECEIVED_AT", lambda row: (row["received_at"], row["id"]), (datetime, UUID))


def _pages(table: str, order: Sorted, keep: Callable[[Row, Row, Info], bool]) -> Resolve:
    """The rows of a table that belong to this one, a page at a time."""

    def resolve(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
        return page(seen(info).all(table, lambda each: keep(row, each, info)), order, info, arguments)

    return resolve


def _named(table: str, kind: str) -> Resolve:
    def resolve(_root: Any, info: Info, id: str | None = None, code: str | None = None) -> Row | None:
        return seen(info).one(table, code=code) if id is None and code is not None else _by_id(info, table, kind, id)

    return resolve


def _by_id(info: Info, table: str, kind: str, id_: str | None) -> Row | None:
    return None if id_ is None else seen(info).one(table, id=key_of(kind, id_))


def _courses(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("course"), BY_CODE, info, arguments)


def _trainings(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}
    themes, since, before = (asked.get(name) for name in ("themes", "from", "before"))

    def keep(row: Row) -> bool:
        course = seen(info).one("course", id=row["course_id"])
        assert course is not None
        return (
            (themes is None or bool(set(themes) & set(course["themes"])))
            and (since is None or row["starts_on"] >= date.fromisoformat(since))
            and (before is None or row["starts_on"] < date.fromisoformat(before))
        )

    return page(seen(info).all("training", keep), LATEST_FIRST, info, arguments)


def _sessions(row: Row, info: Info) -> list[Row]:
    found = seen(info).all("training_session", lambda each: each["training_id"] == row["id"])
    return sorted(found, key=lambda each: (each["starts_at"], each["id"]))


def _locks_at(row: Row, info: Info) -> str | None:
    ends = [each["ends_at"] for each in _sessions(row, info)]
    return (max(ends) + timedelta(days=14)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if ends else None


def _value(table: str, name: str) -> Resolve:
    find = part(table, "enrolment_id")
    return lambda row, info: (found := find(row, info)) and found[name]


def _rulings(row: Row, info: Info) -> list[str]:
    return sorted(each["kind"] for each in seen(info).all("attendance_ruling", lambda r: r["event_id"] == row["id"]))


def _unmatched(session: Row, event: Row, info: Info) -> bool:
    decided = {"MATCHED", "VOIDED"} & set(_rulings(event, info))
    return event["session_id"] == session["id"] and event["raw_token"] is not None and not decided


def _awaiting(session: Row, event: Row, info: Info) -> bool:
    decided = {"APPROVED", "REFUSED", "VOIDED"} & set(_rulings(event, info))
    return event["session_id"] == session["id"] and "AFTER_LOCK" in event["flags"] and not decided


def _missing(row: Row, info: Info) -> int:
    found = [e["device_sequence"] for e in seen(info).all("attendance_event", lambda e: e["device_id"] == row["id"])]
    return max(found) - min(found) + 1 - len(set(found)) if found else 0


def _device(_root: Any, info: Info, deviceId: str) -> Row | None:  # noqa: N803
    return seen(info).one("attendance_device", organization_id=seen(info).actor.organization_id, name=deviceId)


def _devices(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("attendance_device"), BY_NAME, info, arguments)


def _attended(row: Row, info: Info) -> list[Row]:
    return seen(info).all("attendance", lambda each: each["enrolment_id"] == row["id"])


def _judged(row: Row, info: Info) -> Any:
    """By the rule of completion, over what may be seen."""
    training = seen(info).one("training", id=row["training_id"])
    assert training is not None
    version = seen(info).one("course_version", id=training["course_version_id"])
    assert version is not None
    score = _points(row, info, "POST")
    return completion(
        CompletionRule(version["least_attended"], version["least_score"]),
        [each["id"] for each in _sessions(training, info)],
        {each["session_id"]: AttendanceStatus(each["status"]) for each in _attended(row, info) if not each["void"]},
        post_test=score,
    )


def _points(row: Row, info: Info, occasion: str) -> Fraction | None:
    found = seen(info).one("training_score", enrolment_id=row["id"], occasion=occasion)
    return None if found is None else Fraction(found["points"]) / Fraction(found["maximum"])


def _score(occasion: str) -> Resolve:
    def resolve(row: Row, info: Info) -> int | None:
        reached = _points(row, info, occasion)
        return None if reached is None else int(reached * 100)

    return resolve


def _certificate(row: Row, info: Info) -> Row | None:
    found = seen(info).all("certificate", lambda each: each["enrolment_id"] == row["id"])
    latest = sorted(found, key=lambda c: (c["revoked_at"] is not None, -c["issued_at"].timestamp(), c["id"]))
    return revealed(info, "certificate", latest[0] if latest else None)


def _credential(row: Row, info: Info) -> str | None:
    return row["credential"] and json.dumps(row["credential"], ensure_ascii=False)


ATTENDED: dict[str, Fields] = {
    "Attendance": {
        "id": own_id("Attendance"),
        "session": one("training_session", "session_id"),
        "enrolment": one("enrolment", "enrolment_id"),
        "status": column("status"),
        "occurredAt": moment("occurred_at"),
        "recordedAt": moment("recorded_at"),
        "version": column("version"),
        "conflicts": column("conflicts"),
        "void": column("void"),
        "events": _pages(
            "attendance_event",
            BY_RECEIPT,
            lambda p, e, _i: (e["session_id"], e["enrolment_id"]) == (p["session_id"], p["enrolment_id"]),
        ),
    },
    "AttendanceDevice": {
        "id": own_id("AttendanceDevice"),
        "deviceId": column("name"),
        "firstSeenAt": moment("first_seen_at"),
        "revokedAt": moment("revoked_at"),
        "missing": _missing,
    },
    "AttendanceEvent": {
        "id": own_id("AttendanceEvent"),
        "eventId": lambda row, info: str(row["event_id"]),
        "device": one("attendance_device", "device_id"),
        "deviceSequence": column("device_sequence"),
        "session": one("training_session", "session_id"),
        "enrolment": one("enrolment", "enrolment_id"),
        "token": column("raw_token"),
        "status": column("status"),
        "source": column("source"),
        "occurredAt": moment("occurred_at"),
        "believedAt": moment("believed_at"),
        "receivedAt": moment("received_at"),
        "reason": column("reason"),
        "flags": column("flags"),
        "outcome": column("outcome"),
        "rulings": _rulings,
    },
}
TYPES: dict[str, Fields] = {
    **ATTENDED,
    "Course": {
        "id": own_id("Course"),
        "code": column("code"),
        "title": text("titles"),
        "themes": column("themes"),
    },
    "Training": {
        "id": own_id("Training"),
        "code": column("code"),
        "course": one("course", "course_id"),
        "organizer": one("organization", "organization_id"),
        "location": one("location", "location_id"),
        "donor": one("organization", "donor_id"),
        "languages": column("languages"),
        "startsOn": day("starts_on"),
        "endsOn": day("ends_on"),
        "locksAt": _locks_at,
        "sessions": _sessions,
        "enrolments": _pages(
            "enrolment",
            BY_ENROLMENT,
            lambda p, e, _i: e["training_id"] == p["id"] and e["withdrawn_at"] is None,
        ),
    },
    "TrainingSession": {
        "id": own_id("TrainingSession"),
        "training": one("training", "training_id"),
        "startsAt": moment("starts_at"),
        "endsAt": moment("ends_at"),
        "timeZone": column("time_zone"),
        "attendances": _pages(
            "attendance", BY_OCCURRENCE, lambda p, a, _i: a["session_id"] == p["id"] and not a["void"]
        ),
        "conflicts": _pages(
            "attendance", BY_OCCURRENCE, lambda p, a, _i: a["session_id"] == p["id"] and bool(a["conflicts"])
        ),
        "unmatched": _pages("attendance_event", BY_RECEIPT, _unmatched),
        "awaitingApproval": _pages("attendance_event", BY_RECEIPT, _awaiting),
    },
    "Enrolment": {
        "id": own_id("Enrolment"),
        "training": one("training", "training_id"),
        "participant": part("participant", "enrolment_id"),
        "token": _value("enrolment_credential", "token"),
        "pin": _value("enrolment_credential", "pin"),
        "enrolledAt": moment("enrolled_at"),
        "withdrawnAt": moment("withdrawn_at"),
        "completion": itself,
        "certificate": _certificate,
        "attendances": _pages(
            "attendance", BY_OCCURRENCE, lambda p, a, _i: a["enrolment_id"] == p["id"] and not a["void"]
        ),
    },
    "Participant": {
        "name": column("name"),
        "sex": column("sex"),
        "ageGroup": column("age_group"),
        "position": column("position"),
        "organization": one("organization", "employer_id"),
        "organizationName": column("employer_name"),
        "kind": column("kind"),
        "area": one("area", "pcode", "pcode"),
    },
    "Completion": {
        "sessions": lambda row, info: _judged(row, info).sessions,
        "counted": lambda row, info: _judged(row, info).counted,
        "attended": lambda row, info: any(a["status"] in WAS_THERE and not a["void"] for a in _attended(row, info)),
        "scoreBefore": _score("PRE"),
        "scoreAfter": _score("POST"),
        "completed": lambda row, info: _judged(row, info).completed,
        "unsettled": lambda row, info: any(each["conflicts"] for each in _attended(row, info)),
    },
    "Certificate": {
        "id": own_id("Certificate"),
        "issuedAt": moment("issued_at"),
        "validUntil": moment("valid_until"),
        "revokedAt": moment("revoked_at"),
        "revocation": column("revocation"),
        "address": lambda row, info: row["credential"] and row["credential"]["id"],
        "credential": _credential,
    },
}
ROOTS: Fields = {
    "course": _named("course", "Course"),
    "courses": _courses,
    "training": _named("training", "Training"),
    "trainings": _trainings,
    "attendanceDevice": _device,
    "attendanceDevices": _devices,
}
