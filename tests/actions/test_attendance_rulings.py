"""What people decide of attendance: matching, settling, approving after the lock, voiding, revoking; and who may."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from actions.attendance_rulings import (
    decide_attendance,
    match_attendance,
    revoke_device,
    void_attendance_event,
)
from actions.attendance_settling import settle_attendance
from actions.perform import Outcome
from api.database import DatabaseURLs
from models.rules.roles import Role
from models.rules.vocabulary import AttendanceStatus
from tests.actions.delivery import LOCKED, SOON, STARTS, Delivery, deliveries
from tests.actions.network import codes

PRESENT, LATE, LEFT, ABSENT, EXCUSED = AttendanceStatus
NOTHING = timedelta(0)


@pytest.fixture
async def both(database: DatabaseURLs) -> AsyncIterator[tuple[Delivery, Delivery]]:
    """Two organisers' trainings."""
    async with deliveries(database, count=2) as (one, other):
        yield one, other


@pytest.fixture
def training(both: tuple[Delivery, Delivery]) -> Delivery:
    return both[0]


async def settle(training: Delivery, person: int = 0, **given: Any) -> Outcome:
    found = await training.attendance(person)
    assert found is not None
    usual: dict[str, Any] = {"attendance_id": found["id"], "expected_version": found["version"], "status": EXCUSED}
    usual |= {"occurred_at": STARTS, "reason": "She showed a letter"}
    return await training.do(settle_attendance, **{**usual, **given})


async def test_an_unmatched_event_becomes_somebodys(training: Delivery) -> None:
    told = training.told(enrolment_token="written-badly")
    await training.record(told, training.told(status=ABSENT))
    event = await training.event(told.event_id)

    done = await training.do(match_attendance, event_id=event, enrolment_id=training.enrolments[0])
    again = await training.do(match_attendance, event_id=event, enrolment_id=training.enrolments[1])
    [replay] = await training.record(told)

    assert (done.key, codes(again)) == (event, ["TRANSITION_NOT_ALLOWED"])
    assert await training.read() == ("PRESENT", NOTHING, [])
    assert replay["outcome"] == "DUPLICATE"
    assert replay["attendance_id"] == (await training.attendance() or {})["id"]


async def test_after_the_lock_someone_else_than_the_recorder_matches(training: Delivery) -> None:
    told = training.told(enrolment_token="written-badly")
    await training.record(told)
    given: dict[str, Any] = {
        "event_id": await training.event(told.event_id),
        "enrolment_id": training.enrolments[0],
        "now": LOCKED,
    }

    own = await training.do(match_attendance, **given)
    second = await training.do(match_attendance, actor=training.actor(user_id=uuid4()), **given)

    assert (codes(own), codes(second)) == (["NOT_ALLOWED"], [])


async def test_a_conflict_is_settled_by_stating_what_holds(training: Delivery) -> None:
    scan = training.told()
    await training.record(scan, training.told(1, event_id=scan.event_id))
    before = await training.read()

    stale = await settle(training, expected_version=1)
    done = await settle(training)

    assert before == ("PRESENT", NOTHING, ["EVENT_ID"])
    assert (codes(stale), codes(done)) == (["STALE_VERSION"], [])
    assert await training.read() == ("EXCUSED", NOTHING, [])
    versions = await training.rows(
        "SELECT status FROM attendance_version WHERE attendance_id = $1 ORDER BY version", done.key
    )
    assert [row["status"] for row in versions] == ["PRESENT", "EXCUSED"]


async def test_what_comes_after_the_lock_counts_once_a_second_person_approves(training: Delivery) -> None:
    user, told = uuid4(), training.told()
    first = training.actor(user_id=user)
    await training.record(training.told(status=ABSENT), actor=first)
    await training.record(told, actor=first, now=LOCKED)
    event = await training.event(told.event_id)
    given: dict[str, Any] = {
        "event_id": event,
        "approve": True,
        "reason": "The paper list has her signature",
        "now": LOCKED,
    }

    own = await training.do(decide_attendance, actor=training.actor(user_id=user, client="another client"), **given)
    nobody = await training.read()
    supervisor = training.actor(roles=frozenset({Role.SUPERVISOR}), user_id=uuid4())
    second = await training.do(decide_attendance, actor=supervisor, **given)
    third = await training.do(decide_attendance, actor=supervisor, **{**given, "approve": False})

    assert (codes(own), nobody[0]) == (["NOT_ALLOWED"], "ABSENT")
    assert (codes(second), codes(third)) == ([], ["TRANSITION_NOT_ALLOWED"])
    assert await training.read() == ("PRESENT", NOTHING, [])


async def test_what_is_refused_after_the_lock_is_kept_and_changes_nothing(training: Delivery) -> None:
    told = training.told()
    await training.record(training.told(status=ABSENT))
    await training.record(told, now=LOCKED)

    given: dict[str, Any] = {
        "event_id": await training.event(told.event_id),
        "approve": False,
        "reason": "No list names her",
    }
    refused = await training.do(decide_attendance, **given)

    assert codes(refused) == []
    assert (await training.read())[0] == "ABSENT"
    assert len(await training.rows("SELECT FROM attendance_event")) == 2


async def test_a_settlement_after_the_lock_waits_for_a_second_person_too(training: Delivery) -> None:
    await training.record(training.told())

    await settle(training, now=LOCKED)
    waiting = await training.read()
    [desk] = await training.rows("SELECT id FROM attendance_event WHERE source = 'DESK'")
    await training.do(
        decide_attendance,
        actor=training.actor(user_id=uuid4()),
        event_id=desk["id"],
        approve=True,
        reason="Seen the letter",
        now=LOCKED,
    )

    assert (waiting[0], (await training.read())[0]) == ("PRESENT", "EXCUSED")


async def test_a_void_event_is_kept_and_an_attendance_without_events_counts_nowhere(training: Delivery) -> None:
    told = training.told()
    await training.record(told)
    given: dict[str, Any] = {"event_id": await training.event(told.event_id), "reason": "A test of the scanner"}

    late = await training.do(void_attendance_event, now=LOCKED, **given)
    done = await training.do(void_attendance_event, **given)
    found = await training.attendance()
    await training.record(training.told(after=timedelta(minutes=9)))

    assert (codes(late), codes(done)) == (["TRANSITION_NOT_ALLOWED"], [])
    assert found is not None
    assert found["void"]
    assert (await training.read(), (await training.attendance() or {})["void"]) == (
        ("PRESENT", timedelta(minutes=9), []),
        False,
    )


async def test_a_device_is_revoked_once_and_for_all(training: Delivery) -> None:
    await training.record(training.told(), device="lost")
    [device] = await training.rows("SELECT id FROM attendance_device")

    for later in (SOON, SOON + timedelta(days=1)):
        assert codes(await training.do(revoke_device, device_id=device["id"], now=later)) == []
    [answer] = await training.record(training.told(1), device="lost")

    assert answer["flags"] == ["REVOKED"]
    assert await training.rows("SELECT revoked_at FROM attendance_device") == [{"revoked_at": SOON}]


async def test_a_reason_is_asked_for(training: Delivery) -> None:
    told = training.told()
    await training.record(told)

    void = await training.do(void_attendance_event, event_id=await training.event(told.event_id), reason="  ")

    assert (codes(void), codes(await settle(training, reason=""))) == (["INVALID_INPUT"], ["INVALID_INPUT"])


async def test_others_find_nothing_to_decide(both: tuple[Delivery, Delivery]) -> None:
    training, other = both
    told, lost = training.told(), training.told(enrolment_token="written-badly")
    await training.record(told, lost, device="theirs")
    event, stray = await training.event(told.event_id), await training.event(lost.event_id)
    [device] = await training.rows("SELECT id FROM attendance_device")
    found = await training.attendance()
    assert found is not None
    stated: dict[str, Any] = {
        "attendance_id": found["id"],
        "expected_version": 1,
        "status": ABSENT,
        "occurred_at": STARTS,
    }
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (match_attendance, {"event_id": stray, "enrolment_id": other.enrolments[0]}),
        (decide_attendance, {"event_id": event, "approve": True, "reason": "x"}),
        (void_attendance_event, {"event_id": event, "reason": "x"}),
        (settle_attendance, {**stated, "reason": "x"}),
        (revoke_device, {"device_id": device["id"]}),
    ]

    for verb, given in attempts:
        assert codes(await other.do(verb, **given)) == ["NOT_FOUND"], verb
        analyst = training.actor(roles=frozenset({Role.ANALYST}))
        assert codes(await training.do(verb, actor=analyst, **given)) == ["NOT_ALLOWED"], verb
    assert codes(await training.do(match_attendance, event_id=stray, enrolment_id=other.enrolments[0])) == ["NOT_FOUND"]
    assert await training.rows("SELECT FROM attendance_ruling") == []


async def test_nobody_writes_events_in_anothers_name_past_the_verbs(training: Delivery) -> None:
    told = training.told()
    await training.record(told, now=LOCKED)
    event, me = await training.event(told.event_id), training.actor()

    async def ruled(**given: Any) -> str:
        own = {"organization_id": training.organization_id, "event_id": event, "reason": "x", "at": SOON}
        values = {**own, "kind": "APPROVED", "client_id": me.client_id, **given}
        names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        query = f"INSERT INTO attendance_ruling ({names}) VALUES ({places})"
        try:
            async with training.database.session(me.claims()) as session:
                await session.connection.execute(query, *values.values())
        except asyncpg.InsufficientPrivilegeError as error:
            return type(error).__name__
        return "written"

    assert await ruled() == "InsufficientPrivilegeError"
    assert await ruled(client_id="someone else") == "InsufficientPrivilegeError"
    assert await ruled(kind="REFUSED") == "written"
