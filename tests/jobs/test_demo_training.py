"""The demo's trainings as they are made: who was trained, what the trainer persona finds, and that it all agrees."""

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from jobs.demo.courses import COURSES, DELIVERIES, INSTITUTE, TRAINED
from jobs.demo.network import build
from jobs.demo.organisations import PERSONAS, partners
from jobs.demo.training import trainings
from models.attendance import Attendance, AttendanceEvent
from models.base import Base
from models.rules.attendance import LOCKS_AFTER, Fact, attended, version_of
from models.rules.vocabulary import Sex
from models.training import Enrolment, EnrolmentCredential, Participant, Training, TrainingSession
from tests.jobs.conftest import NOW

B = TypeVar("B", bound=Base)
DIRECTORY = build([*partners()], NOW)


@cache
def made() -> list[Base]:
    return trainings(DIRECTORY, NOW)


def all_of(model: type[B]) -> list[B]:
    return [row for row in made() if isinstance(row, model)]


def test_as_many_people_were_trained_as_is_said_each_counted_once() -> None:
    came = {row.enrolment_id for row in all_of(Attendance) if row.status in ("PRESENT", "LATE")}
    people = {row.trainee_id for row in all_of(Enrolment) if row.id in came}

    assert len(people) == TRAINED == sum(delivery.new for delivery in DELIVERIES)
    assert len(came) > len(people)


def test_they_are_spread_over_themes_sexes_and_departments() -> None:
    sexes = Counter(row.sex for row in all_of(Participant))

    assert len({theme for course in COURSES for theme in course.themes}) >= 8
    assert sexes[Sex.FEMALE] > sexes[Sex.MALE] > 100
    assert len({(row.pcode or "")[:4] for row in all_of(Participant)}) == 10


def test_the_trainer_finds_a_training_under_way_first() -> None:
    first = max(all_of(Training), key=lambda row: (row.starts_on, row.id))
    sessions = sorted(row.starts_at for row in all_of(TrainingSession) if row.training_id == first.id)
    enrolled = {row.id for row in all_of(Enrolment) if row.training_id == first.id}
    tokens = {row.token for row in all_of(EnrolmentCredential) if row.enrolment_id in enrolled}

    assert PERSONAS["trainer"] == INSTITUTE
    assert first.organization_id == DIRECTORY.organizations[INSTITUTE]
    assert sessions[0] < NOW < sessions[-1] + LOCKS_AFTER - timedelta(days=60)
    assert len(tokens) == len(enrolled) >= 3
    assert not enrolled & {row.enrolment_id for row in all_of(Attendance)}


def test_each_attendance_is_what_its_events_say() -> None:
    facts: dict[tuple[Any, Any], list[Fact]] = {}
    for event in all_of(AttendanceEvent):
        fact = Fact(
            id=event.event_id,
            status=event.status,
            occurred_at=event.occurred_at,
            believed_at=event.believed_at,
            received_at=event.received_at,
        )
        facts.setdefault((event.session_id, event.enrolment_id), []).append(fact)

    for row in all_of(Attendance):
        found = facts.pop((row.session_id, row.enrolment_id))
        read = attended(found)
        assert read is not None
        assert (read.status, read.occurred_at, read.recorded_at) == (row.status, row.occurred_at, row.recorded_at)
        assert row.version == version_of(found)
    assert facts == {}


def test_it_is_the_same_every_time_and_what_is_over_lies_before_now() -> None:
    def told(rows: list[Base]) -> list[dict[str, Any]]:
        return [{name: value for name, value in vars(row).items() if not name.startswith("_")} for row in rows]

    assert told(trainings(DIRECTORY, NOW)) == told(made())
    assert max(row.received_at for row in all_of(AttendanceEvent)) < NOW
