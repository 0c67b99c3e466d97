"""Recording attendance: every event answered for itself, facts kept and flagged, replays and rivals told apart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.attendance import record_attendance
from api.database import DatabaseURLs
from models.rules.roles import Role
from models.rules.vocabulary import AttendanceSource, AttendanceStatus
from tests.actions.delivery import LOCKED, SOON, STARTS, Delivery, deliveries
from tests.actions.network import codes

PRESENT, LATE, LEFT, ABSENT, EXCUSED = AttendanceStatus
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def both(database: DatabaseURLs) -> AsyncIterator[tuple[Delivery, Delivery]]:
    """Two organisers' trainings."""
    async with deliveries(database, count=2) as (one, other):
        yield one, other


@pytest.fixture
def training(both: tuple[Delivery, Delivery]) -> Delivery:
    return both[0]


def outcomes(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["outcome"] for answer in answers]


async def test_each_event_is_answered_in_its_place_and_a_bad_one_stops_no_other(training: Delivery) -> None:
    batch = [
        training.told(3),
        training.told(event_id="no uuid"),
        training.told(enrolment_token="no-such-token"),
        training.told(reason="zero \0 byte"),
        training.told(session_id=uuid4()),
        training.told(device_sequence=-1),
        training.told(enrolment_token=""),
        training.told(corrects_version=1),
        training.told(0, status=LATE),
    ]

    answers = await training.record(*batch)

    wanted = ["RECORDED", "REJECTED", "UNMATCHED", *["REJECTED"] * 5, "RECORDED"]
    assert outcomes(answers) == wanted
    assert [answer["event_id"] for answer in answers] == [told.event_id for told in batch]
    assert all(answer["message"] for answer in answers if answer["outcome"] != "RECORDED")
    assert await training.read(3) == ("PRESENT", timedelta(0), [])
    assert await training.read(0) == ("LATE", timedelta(0), [])
    assert len(await training.rows("SELECT FROM attendance_event")) == 3


async def test_an_event_is_kept_for_ever_under_its_id(training: Delivery) -> None:
    told, unknown = training.told(), training.told(enrolment_token="no-such-token")
    [first, _] = await training.record(told, unknown)

    replay = await training.record(told, unknown, now=SOON + timedelta(days=300))
    [twice, again] = await training.record(training.told(1, event_id=told.event_id), told)

    assert outcomes(replay) == ["DUPLICATE", "DUPLICATE"]
    assert replay[0]["attendance_id"] == first["attendance_id"] is not None
    assert (twice["outcome"], again["outcome"]) == ("CONFLICT", "DUPLICATE")
    assert (await training.read(0))[2] == (await training.read(1))[2] == ["EVENT_ID"]


async def test_another_content_under_the_same_id_is_kept_and_reads_alike_whichever_came_first(
    both: tuple[Delivery, Delivery],
) -> None:
    one, other = both
    event_id = str(uuid4())

    for training, order in ((one, (PRESENT, ABSENT)), (other, (ABSENT, PRESENT))):
        answers = [await training.record(training.told(event_id=event_id, status=status)) for status in order]
        assert [outcomes(answer) for answer in answers] == [["RECORDED"], ["CONFLICT"]]
        assert outcomes(await training.record(training.told(event_id=event_id, status=order[1]))) == ["CONFLICT"]

    assert await one.read() == await other.read() == ("PRESENT", timedelta(0), ["EVENT_ID"])


async def test_facts_are_kept_and_flagged(both: tuple[Delivery, Delivery]) -> None:
    training, _ = both
    elsewhere = await training.enrol()
    await training.owner.execute("UPDATE enrolment SET withdrawn_at = $2 WHERE id = $1", training.enrolments[2], STARTS)
    await training.owner.execute(
        "UPDATE enrolment_credential SET revoked_at = $1 WHERE token = $2", STARTS, training.tokens[3]
    )
    late = SOON + timedelta(days=1)

    told = [
        training.told(0),
        training.told(1, after=timedelta(hours=6)),
        training.told(2),
        training.told(3),
        training.told(elsewhere, status=ABSENT, after=timedelta(hours=6)),
    ]
    answers = await training.record(*told, now=late)

    assert outcomes(answers) == ["RECORDED"] * 5
    assert [answer["flags"] for answer in answers] == [[], ["OUT_OF_WINDOW"], ["NOT_ENROLLED"], ["REVOKED"], []]


async def test_a_clock_that_is_off_is_flagged_and_its_times_are_put_right(training: Delivery) -> None:
    fast = timedelta(hours=2)
    told = training.told(0, after=fast + 10 * MINUTE)
    [answer] = await training.record(told, sent_at=SOON + fast)
    by_boot = training.told(1, after=-timedelta(days=9), boot_id="b", monotonic_ms=1_000.0)
    [other] = await training.record(by_boot, boot_id="b", monotonic_ms=1_000.0 + 5 * 3_600_000.0)
    [future] = await training.record(training.told(2, after=timedelta(days=1)))

    assert [answer["flags"], other["flags"]] == [["CLOCK_SKEW"], ["CLOCK_SKEW"]]
    assert await training.read(0) == ("PRESENT", 10 * MINUTE, [])
    assert await training.read(1) == ("PRESENT", timedelta(0), [])
    assert future["flags"] == ["OUT_OF_WINDOW", "CLOCK_SKEW"]


async def test_paper_is_taken_at_its_word(training: Delivery) -> None:
    told = training.told(source=AttendanceSource.PAPER)

    [answer] = await training.record(told, sent_at=SOON + timedelta(days=30))

    assert (answer["flags"], await training.read()) == ([], ("PRESENT", timedelta(0), []))


async def test_what_a_revoked_device_sends_is_kept_and_not_believed(training: Delivery) -> None:
    await training.record(training.told(0), training.told(1, status=ABSENT), device="lost")
    await training.owner.execute("UPDATE attendance_device SET revoked_at = $1", SOON)

    answers = await training.record(training.told(1), training.told(2), device="lost")

    assert [answer["flags"] for answer in answers] == [["REVOKED"], ["REVOKED"]]
    assert [(await training.read(person))[0] for person in (0, 1, 2)] == ["PRESENT", "ABSENT", "PRESENT"]


async def test_the_earliest_credible_presence_beats_an_assumed_absence_and_a_second_scan_counts_once(
    training: Delivery,
) -> None:
    await training.record(training.told(status=ABSENT, after=200 * MINUTE))
    await training.record(training.told(after=30 * MINUTE, status=LATE), device="other")
    await training.record(training.told(after=2 * MINUTE))
    [third] = await training.record(training.told(after=90 * MINUTE))

    assert third["outcome"] == "RECORDED"
    assert await training.read() == ("PRESENT", 2 * MINUTE, [])
    assert (await training.attendance() or {})["version"] == 4
    assert len(await training.rows("SELECT FROM attendance")) == 1


async def test_a_pin_is_as_good_as_the_token_within_its_training(both: tuple[Delivery, Delivery]) -> None:
    training, other = both

    [own] = await training.record(training.told(enrolment_token=training.pins[2], source=AttendanceSource.PIN))
    [foreign] = await training.record(training.told(enrolment_token=other.tokens[0]))

    assert (own["outcome"], foreign["outcome"]) == ("RECORDED", "UNMATCHED")
    assert (await training.read(2))[0] == "PRESENT"


async def test_a_correction_names_what_it_corrects_and_why(training: Delivery) -> None:
    scan = training.told()
    await training.record(scan)

    answers = await training.record(
        training.told(status=ABSENT, corrects_version=1, reason="Someone else held her card"),
        training.told(status=ABSENT, corrects_version=9, reason="No such version"),
        training.told(status=ABSENT, corrects_version=2),
        training.told(status=ABSENT, corrects_version=1, corrects_event_id=scan.event_id, reason="Both"),
    )

    assert outcomes(answers) == ["RECORDED", "REJECTED", "REJECTED", "REJECTED"]
    assert await training.read() == ("ABSENT", timedelta(0), [])


async def test_corrections_of_different_fields_merge_and_of_the_same_field_are_a_conflict(training: Delivery) -> None:
    await training.record(training.told(0), training.told(1))
    later = training.told(0, after=9 * MINUTE, corrects_version=1, reason="The clock on the wall")
    late = training.told(0, status=LATE, corrects_version=1, reason="Came after the opening")
    excused = training.told(1, status=EXCUSED, corrects_version=1, reason="Had called")
    absent = training.told(1, status=ABSENT, corrects_version=1, reason="Was not there")

    await training.record(later, late, excused, absent)

    assert await training.read(0) == ("LATE", 9 * MINUTE, [])
    assert await training.read(1) == ("PRESENT", timedelta(0), ["STATUS"])


async def test_a_correction_waits_for_what_it_corrects(training: Delivery) -> None:
    scan = training.told(status=ABSENT)
    correction = training.told(status=EXCUSED, corrects_event_id=scan.event_id, reason="Called before")

    [waits] = await training.record(correction)
    before = await training.attendance()
    await training.record(scan)

    assert (waits["outcome"], waits["flags"], waits["attendance_id"]) == ("RECORDED", ["WAITING"], None)
    assert before is None
    assert await training.read() == ("EXCUSED", timedelta(0), [])


async def test_after_the_lock_an_event_is_kept_and_counts_only_once_approved(training: Delivery) -> None:
    [first] = await training.record(training.told(0, status=ABSENT))
    answers = await training.record(training.told(0), training.told(1), now=LOCKED)

    assert [answer["flags"] for answer in answers] == [["AFTER_LOCK"]] * 2
    assert [answer["attendance_id"] for answer in answers] == [first["attendance_id"], None]
    assert (await training.read(0))[0] == "ABSENT"
    assert await training.attendance(1) is None


async def test_a_batch_of_nobody_or_of_too_many_is_refused_whole(training: Delivery) -> None:
    async def problems(**given: Any) -> list[str]:
        usual = {"device_id": "tablet", "events": [training.told()]}
        return codes(await training.do(record_attendance, **{**usual, **given}))

    assert await problems(events=[training.told() for _ in range(101)]) == ["INVALID_INPUT"]
    assert await problems(device_id="") == ["INVALID_INPUT"]
    supervisor = training.actor(roles=frozenset({Role.SUPERVISOR}))
    assert await problems(actor=supervisor) == ["NOT_ALLOWED"]
    assert await problems(events=[]) == []
    assert await training.rows("SELECT FROM attendance_event") == []


async def test_the_same_event_from_many_at_once_is_recorded_once(training: Delivery) -> None:
    told = training.told()

    answers = await asyncio.gather(*(training.record(told) for _ in range(8)))

    assert sorted(outcomes([answer for batch in answers for answer in batch])) == ["DUPLICATE"] * 7 + ["RECORDED"]
    assert len(await training.rows("SELECT FROM attendance_event")) == 1


async def test_nobody_records_for_another_organiser(both: tuple[Delivery, Delivery]) -> None:
    training, other = both

    [answer] = await other.record(other.told(session_id=training.sessions[0], enrolment_token=training.tokens[0]))

    assert answer["outcome"] == "REJECTED"
    assert await training.rows("SELECT FROM attendance_event") == []


async def test_the_audit_names_the_enrolments_and_nothing_personal(training: Delivery) -> None:
    await training.record(training.told(1))

    [entry] = await training.rows("SELECT act, subjects FROM audit_entry")
    assert entry["act"] == "record_attendance"
    assert training.enrolments[1] in entry["subjects"]
    assert isinstance(entry["subjects"][0], UUID)
