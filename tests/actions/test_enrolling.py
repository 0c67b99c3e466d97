"""Planning trainings and enrolling people: whole lists or nothing, each with a token and a PIN of their own."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.enrolling import Named, enrol_participants, withdraw_enrolment
from actions.perform import Outcome
from actions.planning import plan_training
from actions.walk_ins import enrol_walk_in
from models.rules.credentials import is_token, new_token
from models.rules.roles import Role
from models.rules.rosters import Entrant
from models.rules.trainings import PlannedSession
from models.rules.vocabulary import ParticipantKind, ProblemCode, Sex
from tests.actions.network import Network
from tests.actions.trained import TRAINERS, Trained, trained

HAITI = "America/Port-au-Prince"
codes = iter(f"E-{number:03}" for number in range(1000))


@pytest.fixture
async def made(network: Network) -> Trained:
    """A training with nobody in it."""
    return await trained(network, code=next(codes))


def someone(name: str, **said: Any) -> Named:
    named = {key: said.pop(key) for key in ("same_as", "token") if key in said}
    return Named(Entrant(name=name, **{"sex": Sex.FEMALE, "kind": ParticipantKind.NGO, **said}), **named)


async def enrol(made: Trained, *participants: Named, who: str = "brc") -> Outcome:
    trainer = made.network.actor(who, roles=TRAINERS)
    return await made.network.do(
        trainer, enrol_participants, training_id=made.training_id, participants=list(participants)
    )


async def rows(made: Trained) -> list[dict[str, Any]]:
    return await made.network.rows(
        """SELECT e.id, e.trainee_id, e.withdrawn_at, p.*, c.token, c.pin FROM enrolment e
           JOIN participant p ON p.enrolment_id = e.id JOIN enrolment_credential c ON c.enrolment_id = e.id
           WHERE e.training_id = $1 ORDER BY p.name""",
        made.training_id,
    )


def said(outcome: Outcome) -> list[tuple[ProblemCode, tuple[str, ...] | None]]:
    return [(problem.code, problem.field) for problem in outcome.problems]


def session(start: str, hours: float = 3.5, zone: str = HAITI) -> PlannedSession:
    begins = datetime.fromisoformat(start)
    return PlannedSession(starts_at=begins, ends_at=begins + timedelta(hours=hours), time_zone=zone)


async def plan(made: Trained, *sessions: PlannedSession, **given: Any) -> Outcome:
    usual = {"course_id": made.course_id, "code": next(codes), "sessions": list(sessions)}
    return await made.network.do(made.network.actor("brc", roles=TRAINERS), plan_training, **{**usual, **given})


async def test_a_planned_training_lasts_from_its_first_day_to_its_last_where_it_is_held(made: Trained) -> None:
    """Sessions in the evening in Haiti are on the next day in UTC."""
    outcome = await plan(
        made, session("2026-12-02T01:00:00+00:00"), session("2026-12-01T13:30:00+00:00"), languages=["ht"]
    )

    [kept] = await made.network.rows("SELECT * FROM training WHERE id = $1", outcome.key)
    held = await made.network.rows(
        "SELECT * FROM training_session WHERE training_id = $1 ORDER BY starts_at", outcome.key
    )
    assert (kept["starts_on"], kept["ends_on"], kept["languages"]) == (date(2026, 12, 1), date(2026, 12, 1), ["ht"])
    assert [each["starts_at"].hour for each in held] == [13, 1]
    assert {each["time_zone"] for each in held} == {HAITI}


@pytest.mark.parametrize(
    ("sessions", "field"),
    [
        ([], ("sessions",)),
        ([session("2026-12-01T13:00:00+00:00", -1)], ("sessions", "0", "endsAt")),
        ([session("2026-12-01T13:00:00+00:00", 12.1)], ("sessions", "0", "endsAt")),
        ([session("9999-12-31T13:00:00+00:00", 10)], ("sessions", "0", "startsAt")),
        ([session("2026-12-01T13:00:00+00:00", zone="Haiti/Belladere")], ("sessions", "0", "timeZone")),
        ([session("2026-12-01T13:00:00+00:00"), session("2026-12-01T16:00:00+00:00")], ("sessions", "1", "startsAt")),
        ([session("2026-12-01T13:00:00+00:00"), session("2028-12-01T13:00:00+00:00")], ("sessions",)),
    ],
)
async def test_sessions_that_cannot_be(made: Trained, sessions: list[PlannedSession], field: tuple[str, ...]) -> None:
    assert said(await plan(made, *sessions)) == [(ProblemCode.INVALID_INPUT, field)]


async def test_what_a_training_names_must_be_there(made: Trained) -> None:
    day = session("2026-12-01T13:00:00+00:00")
    for given, expected in (
        ({"course_id": uuid4()}, (ProblemCode.NOT_FOUND, ("courseId",))),
        ({"location_id": uuid4()}, (ProblemCode.NOT_FOUND, ("locationId",))),
        ({"donor_id": uuid4()}, (ProblemCode.NOT_FOUND, ("donorId",))),
        ({"code": "E-000 "}, (ProblemCode.INVALID_INPUT, ("code",))),
        ({"languages": ["??"]}, (ProblemCode.INVALID_INPUT, ("languages", "0"))),
        ({"sessions": [session("2020-12-01T13:00:00+00:00")]}, (ProblemCode.NOT_ELIGIBLE, ("courseId",))),
    ):
        assert said(await plan(made, day, **given)) == [expected]
    taken = await plan(made, day, code="TAKEN-1")
    assert taken.key is not None
    assert said(await plan(made, day, code="TAKEN-1")) == [(ProblemCode.INVALID_INPUT, ("code",))]


async def test_everyone_on_a_list_gets_a_token_and_a_pin_of_their_own(made: Trained) -> None:
    names = [f"Patisipan {number:02}" for number in range(60)]

    outcome = await enrol(made, *(someone(name) for name in names))

    found = await rows(made)
    assert [row["name"] for row in found] == names
    assert outcome.key in {row["id"] for row in found}
    assert all(is_token(row["token"]) for row in found)
    for what in ("token", "pin", "trainee_id"):
        assert len({row[what] for row in found}) == len(names)


async def test_one_wrong_entry_and_nobody_is_enrolled(made: Trained) -> None:
    wrong = [someone("Fine"), someone("x" * 201), someone(""), someone("Else", pcode="HT99")]
    assert said(await enrol(made, *wrong)) == [
        (ProblemCode.INVALID_INPUT, ("participants", "1", "name")),
        (ProblemCode.INVALID_INPUT, ("participants", "2", "name")),
        (ProblemCode.NOT_FOUND, ("participants", "3", "pcode")),
    ]
    assert await rows(made) == []


async def test_nobody_is_enrolled_twice_whatever_the_accents(made: Trained) -> None:
    assert (await enrol(made, someone("Élise Jean", employer="Mairie"))).problems == ()
    again = await enrol(made, someone("Paul"), someone("ELISE  JEAN", employer="mairie"), someone("Paul"))
    assert said(again) == [
        (ProblemCode.INVALID_INPUT, ("participants", "1", "name")),
        (ProblemCode.INVALID_INPUT, ("participants", "2", "name")),
    ]
    assert (await enrol(made, someone("Élise Jean", employer="Hôpital"))).problems == ()


async def test_whoever_withdrew_may_come_back(made: Trained) -> None:
    first = await enrol(made, someone("Back"))
    trainer = made.network.actor("brc", roles=TRAINERS)
    assert (await made.network.do(trainer, withdraw_enrolment, enrolment_id=first.key)).problems == ()
    twice = await made.network.do(trainer, withdraw_enrolment, enrolment_id=first.key)
    assert said(twice) == [(ProblemCode.NOT_FOUND, ("enrolmentId",))]
    assert (await enrol(made, someone("Back"))).problems == ()


async def test_a_partner_is_known_by_name_and_by_slug_and_anyone_else_is_written_down(made: Trained) -> None:
    await enrol(made, someone("A", employer="registry"), someone("B", employer="École nationale"), someone("C"))
    found = [(row["employer_id"], row["employer_name"]) for row in await rows(made)]
    assert found == [(made.network.organizations["registry"], None), (None, "École nationale"), (None, None)]


async def test_the_same_person_in_another_training_is_one_person(made: Trained, network: Network) -> None:
    first = await enrol(made, someone("Same"))
    other = await trained(network, code=next(codes))
    await enrol(other, someone("Same", same_as=first.key), someone("Another"))
    trainees = {row["name"]: row["trainee_id"] for row in await rows(other)}
    assert trainees["Same"] == (await rows(made))[0]["trainee_id"] != trainees["Another"]
    unknown = await enrol(other, someone("Third", same_as=uuid4()))
    assert said(unknown) == [(ProblemCode.NOT_FOUND, ("participants", "0", "sameAsId"))]


async def test_others_enrol_nobody_here(made: Trained) -> None:
    assert said(await enrol(made, someone("X"), who="registry")) == [(ProblemCode.NOT_ALLOWED, ("trainingId",))]
    analyst = made.network.actor("brc", roles=frozenset({Role.ANALYST}))
    tried = await made.network.do(
        analyst, enrol_participants, training_id=made.training_id, participants=[someone("X")]
    )
    assert said(tried) == [(ProblemCode.NOT_ALLOWED, None)]


async def test_lists_that_come_at_once_share_no_pin_and_enrol_nobody_twice(made: Trained) -> None:
    outcomes = await asyncio.gather(*(enrol(made, someone("Both"), someone(f"Own {n}")) for n in range(6)))
    kept = [outcome for outcome in outcomes if outcome.key is not None]
    assert len(kept) == 1
    assert {said(outcome)[0] for outcome in outcomes if outcome.key is None} == {
        (ProblemCode.INVALID_INPUT, ("participants", "0", "name"))
    }
    assert len(await rows(made)) == 2


async def walk_in(made: Trained, participant: Named) -> Outcome:
    trainer = made.network.actor("brc", roles=TRAINERS)
    return await made.network.do(trainer, enrol_walk_in, training_id=made.training_id, participant=participant)


async def unmatched(made: Trained, token: str, session_number: int = 0, *, client: str = "another-client") -> UUID:
    """What a device recorded of someone whom nobody here knew."""
    now, own = datetime.now(UTC), {"organization_id": made.organizer}
    device = await made.network.add("attendance_device", id=uuid4(), **own, name=f"device {uuid4()}", first_seen_at=now)
    began = await made.network.value(
        "SELECT starts_at FROM training_session WHERE id = $1", made.sessions[session_number]
    )
    return await made.network.add(
        "attendance_event",
        id=uuid4(),
        **own,
        event_id=uuid4(),
        device_id=device,
        device_sequence=1,
        session_id=made.sessions[session_number],
        raw_token=token,
        status="PRESENT",
        occurred_at=began,
        believed_at=began,
        received_at=began,
        content_hash=b"h",
        outcome="UNMATCHED",
        client_id=client,
    )


async def test_a_walk_in_gets_what_was_recorded_by_the_token_their_device_made(network: Network) -> None:
    made = await trained(network, code=next(codes), ended=datetime.now(UTC) - timedelta(days=1))
    token = new_token(Random(1))
    for number in (0, 1):
        await unmatched(made, token, number)
    await unmatched(made, new_token(Random(2)))

    outcome = await walk_in(made, someone("Walked in", token=token))

    assert outcome.problems == ()
    attended = await network.rows("SELECT session_id, status FROM attendance WHERE enrolment_id = $1", outcome.key)
    assert {(row["session_id"], row["status"]) for row in attended} == {
        (made.sessions[0], "PRESENT"),
        (made.sessions[1], "PRESENT"),
    }
    assert [row["token"] for row in await rows(made)] == [token]


async def test_after_the_lock_someone_else_matches_what_one_recorded_of_a_walk_in(network: Network) -> None:
    made = await trained(network, code=next(codes), ended=datetime.now(UTC) - timedelta(days=15))
    token = new_token(Random(4))
    await unmatched(made, token, 0)
    await unmatched(made, token, 1, client=network.actor("brc", roles=TRAINERS).client_id)

    outcome = await walk_in(made, someone("Late", token=token))

    assert outcome.problems == ()
    attended = await network.rows("SELECT session_id FROM attendance WHERE enrolment_id = $1", outcome.key)
    assert [row["session_id"] for row in attended] == [made.sessions[0]]


async def test_a_token_is_of_one_person_and_looks_like_one(made: Trained) -> None:
    token = new_token(Random(3))
    assert said(await walk_in(made, someone("Short", token="ABC"))) == [
        (ProblemCode.INVALID_INPUT, ("participant", "token"))
    ]
    assert (await walk_in(made, someone("First", token=token))).problems == ()
    assert said(await walk_in(made, someone("Second", token=token))) == [(ProblemCode.INVALID_INPUT, ("participants",))]
