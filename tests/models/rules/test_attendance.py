"""What an attendance reads: by observation, by correction, in dispute, after the lock; and the same in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.attendance import SKEW, Attended, Fact, attended, version_of
from models.rules.clocks import Clock, Window, believed, flags
from models.rules.vocabulary import AttendanceConflict as Conflict
from models.rules.vocabulary import AttendanceFlag as Flag
from models.rules.vocabulary import AttendanceRuling as Ruling
from models.rules.vocabulary import AttendanceStatus as Status

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
RECEIVED = NINE + timedelta(days=1)


def fact(status: Status = Status.PRESENT, minutes: int = 0, **more: Any) -> Fact:
    at = NINE + timedelta(minutes=minutes)
    usual = {"id": uuid4(), "status": status, "occurred_at": at, "believed_at": at, "received_at": RECEIVED}
    return Fact(**{**usual, **more})


def correction(of: Fact | tuple[Fact, ...], status: Status, minutes: int = 0, **more: Any) -> Fact:
    """Of one event; of the attendance as it read, where several are given."""
    seen = (of,) if isinstance(of, Fact) else of
    read = None if isinstance(of, Fact) else attended(seen)
    base = None if read is None else (read.status, read.occurred_at)
    return fact(status, minutes, **{"corrects": frozenset(each.id for each in seen), "base": base, **more})


def read(*facts: Fact) -> tuple[Status, int, tuple[Conflict, ...]]:
    found = attended(facts)
    assert found is not None
    return found.status, int((found.occurred_at - NINE).total_seconds() / 60), found.conflicts


@pytest.mark.parametrize(
    ("observed", "status", "minutes"),
    [
        ([(Status.ABSENT, 200), (Status.LATE, 40)], Status.LATE, 40),
        ([(Status.PRESENT, 5), (Status.PRESENT, 3), (Status.LATE, 60)], Status.PRESENT, 3),
        ([(Status.LATE, 20), (Status.PRESENT, 90)], Status.LATE, 20),
        ([(Status.PRESENT, 0), (Status.LEFT_EARLY, 120)], Status.LEFT_EARLY, 0),
        ([(Status.PRESENT, 0), (Status.LEFT_EARLY, 60), (Status.PRESENT, 90)], Status.PRESENT, 0),
        ([(Status.ABSENT, 0), (Status.EXCUSED, 30)], Status.EXCUSED, 30),
    ],
)
def test_the_earliest_presence_beats_an_absence(
    observed: list[tuple[Status, int]], status: Status, minutes: int
) -> None:
    assert read(*(fact(*each) for each in observed)) == (status, minutes, ())


@pytest.mark.parametrize("flag", [Flag.OUT_OF_WINDOW, Flag.REVOKED])
def test_a_presence_that_is_not_believed_yields_to_an_absence_and_stands_alone(flag: Flag) -> None:
    doubtful = fact(minutes=1, flags=frozenset({flag}))

    assert read(doubtful, fact(Status.ABSENT, 9)) == (Status.ABSENT, 9, ())
    assert read(doubtful, fact(minutes=5)) == (Status.PRESENT, 5, ())
    assert read(doubtful) == (Status.PRESENT, 1, ())


@pytest.mark.parametrize("flag", [Flag.CLOCK_SKEW, Flag.NOT_ENROLLED])
def test_a_presence_with_a_known_fault_is_a_presence(flag: Flag) -> None:
    assert read(fact(minutes=1, flags=frozenset({flag})), fact(Status.ABSENT))[0] is Status.PRESENT


def test_corrections_of_different_fields_merge() -> None:
    scan = fact()

    assert read(scan, correction((scan,), Status.LATE), correction((scan,), Status.PRESENT, 7)) == (Status.LATE, 7, ())


def test_corrections_of_the_same_field_leave_what_both_had_seen_until_one_settles_them() -> None:
    scan = fact()
    one, other = correction((scan,), Status.ABSENT), correction((scan,), Status.EXCUSED)
    settled = correction((scan, one, other), Status.EXCUSED)

    assert read(scan, one, other) == (Status.PRESENT, 0, (Conflict.STATUS,))
    assert read(scan, one, other, settled) == (Status.EXCUSED, 0, ())


def test_a_conflict_is_settled_by_stating_what_is_read_until_then() -> None:
    scan = fact()
    late, absent = correction((scan,), Status.LATE), correction((scan,), Status.ABSENT)
    settled = correction((scan, late, absent), Status.PRESENT)
    other = correction((scan, late, absent), Status.EXCUSED)

    assert read(scan, late, absent, settled) == (Status.PRESENT, 0, ())
    assert read(scan, late, absent, settled, other) == (Status.PRESENT, 0, (Conflict.STATUS,))
    again = correction((scan, late, absent, settled, other), Status.PRESENT)
    assert read(scan, late, absent, settled, other, again) == (Status.PRESENT, 0, ())


def test_corrections_that_agree_are_no_conflict_and_later_ones_stand_over_earlier_ones() -> None:
    scan = fact()
    first = correction((scan,), Status.ABSENT)
    second = correction((scan, first), Status.EXCUSED)

    assert read(scan, first, correction((scan,), Status.ABSENT)) == (Status.ABSENT, 0, ())
    assert read(scan, second, first) == (Status.EXCUSED, 0, ())


def test_a_presence_that_a_stated_absence_had_not_seen_is_for_a_person() -> None:
    scan = fact()
    wrong_card = correction((scan,), Status.ABSENT)

    assert read(scan, wrong_card, fact(minutes=3)) == (Status.ABSENT, 0, (Conflict.STATUS,))
    assert read(scan, wrong_card, fact(Status.ABSENT)) == (Status.ABSENT, 0, ())


def test_a_correction_of_what_has_not_come_waits_and_lapses() -> None:
    scan = fact(Status.ABSENT)
    waiting = correction(scan, Status.EXCUSED)
    lapsed = replace(waiting, rulings=frozenset({Ruling.LAPSED}))

    assert attended([waiting]) is None
    assert read(scan, waiting) == (Status.EXCUSED, 0, ())
    assert read(lapsed) == (Status.EXCUSED, 0, (Conflict.STATUS,))


def test_another_content_under_an_id_is_for_a_person_until_someone_corrects_it() -> None:
    rivals = fact(rivals=1), fact(Status.ABSENT, 4, rivals=1)
    rivals = rivals[0], replace(rivals[1], id=rivals[0].id)

    assert read(*rivals) == (Status.PRESENT, 0, (Conflict.EVENT_ID,))
    assert read(*rivals, correction(rivals, Status.ABSENT)) == (Status.ABSENT, 0, ())


def test_what_is_void_refused_or_not_approved_does_not_count() -> None:
    late = fact(flags=frozenset({Flag.AFTER_LOCK}))
    approved = replace(late, rulings=frozenset({Ruling.APPROVED}))

    assert attended([late]) is None
    assert attended([replace(approved, rulings=frozenset({Ruling.APPROVED, Ruling.VOIDED}))]) is None
    assert attended([replace(late, rulings=frozenset({Ruling.REFUSED}))]) is None
    assert read(approved, fact(Status.ABSENT)) == (Status.PRESENT, 0, ())
    assert version_of([late, approved]) == 3


def test_corrections_in_a_circle_end() -> None:
    one, other = uuid4(), uuid4()
    first = fact(Status.ABSENT, id=one, corrects=frozenset({other}), base=(Status.PRESENT, NINE))
    second = fact(Status.EXCUSED, id=other, corrects=frozenset({one}), base=(Status.PRESENT, NINE))

    assert read(fact(), first, second) == (Status.PRESENT, 0, (Conflict.STATUS,))


@st.composite
def recorded(draw: st.DrawFn) -> list[Fact]:
    """Any events of one person at one session: some under one id, some correcting others, known or not."""
    ids = [UUID(int=number) for number in range(1, 7)]
    facts = []
    for _ in range(draw(st.integers(1, 8))):
        corrects = draw(st.frozensets(st.sampled_from(ids), max_size=3))
        base = draw(st.sampled_from([None, (Status.PRESENT, NINE), (Status.ABSENT, NINE + timedelta(minutes=1))]))
        facts.append(
            fact(
                draw(st.sampled_from(list(Status))),
                draw(st.integers(0, 3)),
                id=draw(st.sampled_from(ids)),
                flags=draw(st.frozensets(st.sampled_from(list(Flag)), max_size=2)),
                rulings=draw(st.frozensets(st.sampled_from(list(Ruling)), max_size=2)),
                corrects=corrects,
                base=base if corrects else None,
                rivals=draw(st.integers(0, 1)),
            )
        )
    return facts


@given(recorded(), st.randoms())
def test_any_order_reads_the_same(facts: list[Fact], chance: Any) -> None:
    shuffled = list(facts)
    chance.shuffle(shuffled)

    assert attended(shuffled) == attended(facts)
    assert version_of(shuffled) == version_of(facts)


@given(recorded())
def test_what_counts_reads_as_something_that_was_said(facts: list[Fact]) -> None:
    found = attended(facts)

    assert found is None or any(found.status is each.status for each in facts if each.counts)
    assert isinstance(found, Attended) or not any(each.counts and not each.corrects for each in facts)


WINDOW = Window(starts_at=NINE, ends_at=NINE + timedelta(hours=3), locks_at=NINE + timedelta(days=14))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("clock", "own", "estimate"),
    [
        (Clock(), {}, NINE),
        (Clock(sent_at=RECEIVED + SKEW), {}, NINE),
        (Clock(sent_at=RECEIVED + 2 * HOUR), {}, NINE - 2 * HOUR),
        (Clock(boot_id="a", monotonic_ms=90_000_000.0), {"boot_id": "a", "monotonic_ms": 0.0}, RECEIVED - 25 * HOUR),
        (Clock(boot_id="b", monotonic_ms=90_000_000.0), {"boot_id": "a", "monotonic_ms": 0.0}, NINE),
        (Clock(sent_at=RECEIVED, boot_id="b"), {"boot_id": "a", "monotonic_ms": 0.0}, NINE),
    ],
)
def test_a_clock_is_believed_as_far_as_it_can_be_compared(
    clock: Clock, own: dict[str, Any], estimate: datetime
) -> None:
    assert believed(NINE, RECEIVED, clock, **own) == estimate


@pytest.mark.parametrize("sent_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("occurred_at", [datetime.min.replace(tzinfo=UTC), NINE, datetime.max.replace(tzinfo=UTC)])
def test_a_clock_beyond_all_calendars_keeps_nothing_from_being_recorded(
    sent_at: datetime, occurred_at: datetime
) -> None:
    assert believed(occurred_at, RECEIVED, Clock(sent_at=sent_at)).tzinfo is UTC
    assert believed(NINE, RECEIVED, Clock(boot_id="a", monotonic_ms=1e300), boot_id="a", monotonic_ms=0) == NINE


def test_a_time_still_to_come_is_taken_as_now() -> None:
    assert believed(RECEIVED + HOUR, RECEIVED, Clock()) == RECEIVED


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, ()),
        ({"believed_at": NINE - HOUR}, (Flag.CLOCK_SKEW,)),
        ({"believed_at": NINE - HOUR - timedelta(seconds=1)}, (Flag.OUT_OF_WINDOW, Flag.CLOCK_SKEW)),
        ({"status": Status.ABSENT, "believed_at": NINE - 9 * HOUR}, (Flag.CLOCK_SKEW,)),
        ({"enrolled_here": False, "revoked": True}, (Flag.NOT_ENROLLED, Flag.REVOKED)),
        ({"received_at": WINDOW.locks_at}, (Flag.AFTER_LOCK,)),
    ],
)
def test_what_is_remarkable_is_flagged(more: dict[str, Any], found: tuple[Flag, ...]) -> None:
    usual = {"status": Status.PRESENT, "occurred_at": NINE, "believed_at": NINE, "received_at": RECEIVED}
    usual |= {"window": WINDOW, "enrolled_here": True, "revoked": False}

    assert flags(**{**usual, **more}) == found
