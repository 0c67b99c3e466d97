"""Certificates: for everyone who completed and nobody else, once each, held up by a conflict, taken back for good."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from actions.certificates import issue_certificates, revoke_certificate
from actions.perform import Outcome
from actions.scores import Reached, record_scores
from models.rules.badges import kept_claims
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode, RevocationReason, ScoreOccasion
from tests.actions.network import Network
from tests.actions.trained import TRAINERS, Trained, trained

Five = ["PRESENT"] * 5
codes = iter(f"T-{number}" for number in range(1000))


@pytest.fixture
async def course(network: Network) -> Trained:
    """Eighty percent of five sessions."""
    return await trained(network, code=next(codes))


async def issue(made: Trained, **given: Any) -> Outcome:
    trainer = made.network.actor("brc", roles=TRAINERS)
    return await made.network.do(trainer, issue_certificates, training_id=made.training_id, **given)


async def revoke(made: Trained, certificate_id: object, who: str = "brc") -> Outcome:
    trainer = made.network.actor(who, roles=TRAINERS)
    reason = RevocationReason.ISSUED_IN_ERROR
    return await made.network.do(trainer, revoke_certificate, certificate_id=certificate_id, reason=reason)


def said(outcome: Outcome) -> list[tuple[ProblemCode, tuple[str, ...] | None]]:
    return [(problem.code, problem.field) for problem in outcome.problems]


async def test_whoever_completed_gets_one_and_nobody_else(course: Trained) -> None:
    await course.enrolled("Whole", *Five)
    await course.enrolled("Just enough", "PRESENT", "LATE", "ABSENT", "PRESENT", "PRESENT")
    await course.enrolled("Too little", "PRESENT", "LEFT_EARLY", "ABSENT", "PRESENT", "PRESENT")
    await course.enrolled("Never came")
    await course.enrolled("Withdrawn", *Five, withdrawn=True)

    outcome = await issue(course)

    assert outcome.key == course.training_id
    issued = await course.certificates(*course.enrolments)
    names = {kept_claims(row["claims"]).name: kept_claims(row["claims"]) for row in issued}
    counted = {name: (claims.counted, claims.sessions, claims.required) for name, claims in names.items()}
    assert counted == {"Whole": (5, 5, 4), "Just enough": (4, 5, 4)}
    assert all(row["credential"] is None and row["revoked_at"] is None for row in issued)


async def test_a_conflict_that_is_not_settled_blocks_one_and_not_the_others(course: Trained) -> None:
    await course.enrolled("Settled", *Five)
    await course.enrolled("Disputed", *Five, conflict=True)

    assert (await issue(course)).problems == ()
    assert await course.certificates("Disputed") == []
    named = await issue(course, enrolment_ids=[course.enrolments["Settled"], course.enrolments["Disputed"]])
    assert said(named) == [(ProblemCode.NOT_ELIGIBLE, ("enrolmentIds", "1"))]

    disputed = course.attendances["Disputed", 0]
    await course.network.owner.execute("UPDATE attendance SET conflicts = '{}' WHERE id = $1", disputed)
    assert (await issue(course)).problems == ()
    assert len(await course.certificates("Disputed")) == 1


async def test_asked_again_nobody_gets_a_second_one(course: Trained) -> None:
    await course.enrolled("Once", *Five)
    for _ in range(3):
        assert (await issue(course)).problems == ()
    assert len(await course.certificates("Once")) == 1


async def test_the_database_itself_holds_one_good_certificate_to_an_enrolment(course: Trained) -> None:
    await course.enrolled("Once", *Five)
    await issue(course)
    row = dict((await course.certificates("Once"))[0])
    again = {name: row[name] for name in ("organization_id", "enrolment_id", "issued_at")}
    with pytest.raises(asyncpg.UniqueViolationError, match="ix_certificate_good"):
        await course.network.add("certificate", id=uuid4(), **again, claims="{}")


async def test_a_revoked_one_stays_and_another_may_be_issued(course: Trained) -> None:
    await course.enrolled("Twice", *Five)
    await issue(course)
    [first] = await course.certificates("Twice")

    assert (await revoke(course, first["id"])).key == first["id"]
    assert said(await revoke(course, first["id"])) == [(ProblemCode.TRANSITION_NOT_ALLOWED, ("certificateId",))]
    await issue(course)

    revoked, fresh = await course.certificates("Twice")
    assert (revoked["id"], revoked["revocation"]) == (first["id"], "ISSUED_IN_ERROR")
    assert revoked["revoked_at"] is not None
    assert fresh["revoked_at"] is None


async def test_another_organisation_neither_issues_nor_revokes_nor_knows(course: Trained) -> None:
    await course.enrolled("Ours", *Five)
    await issue(course)
    [ours] = await course.certificates("Ours")
    stranger = course.network.actor("registry", roles=TRAINERS)

    tried = await course.network.do(stranger, issue_certificates, training_id=course.training_id)

    assert said(tried) == [(ProblemCode.NOT_ALLOWED, ("trainingId",))]
    assert said(await revoke(course, ours["id"], "registry")) == [(ProblemCode.NOT_FOUND, ("certificateId",))]
    assert said(await revoke(course, uuid4(), "registry")) == [(ProblemCode.NOT_FOUND, ("certificateId",))]
    assert (await course.certificates("Ours"))[0]["revoked_at"] is None


async def test_only_trainers_issue(course: Trained) -> None:
    await course.enrolled("Ours", *Five)
    supervisor = course.network.actor("brc", roles=frozenset({Role.SUPERVISOR}))
    tried = await course.network.do(supervisor, issue_certificates, training_id=course.training_id)
    assert said(tried) == [(ProblemCode.NOT_ALLOWED, None)]


async def test_not_before_its_last_session_is_over(network: Network) -> None:
    course = await trained(network, code=next(codes), ended=datetime.now(UTC) + timedelta(hours=1))
    await course.enrolled("Early", *Five)
    assert said(await issue(course)) == [(ProblemCode.NOT_ELIGIBLE, ("trainingId",))]


async def test_nobody_completed_and_whoever_is_unknown(course: Trained) -> None:
    await course.enrolled("Too little", "PRESENT")
    assert said(await issue(course)) == [(ProblemCode.NOT_ELIGIBLE, ("trainingId",))]
    unknown = await issue(course, enrolment_ids=[course.enrolments["Too little"], uuid4()])
    assert said(unknown) == [
        (ProblemCode.NOT_ELIGIBLE, ("enrolmentIds", "0")),
        (ProblemCode.NOT_FOUND, ("enrolmentIds", "1")),
    ]


async def test_a_test_at_the_end_counts_once_it_is_entered(network: Network) -> None:
    course = await trained(network, code=next(codes), mark=60)
    await course.enrolled("Passed", *Five)
    await course.enrolled("Failed", *Five)
    await course.enrolled("Never sat it", *Five)
    trainer = network.actor("brc", roles=TRAINERS)
    reached = {"Passed": Decimal(12), "Failed": Decimal("11.99")}

    entered = await network.do(
        trainer,
        record_scores,
        training_id=course.training_id,
        occasion=ScoreOccasion.POST,
        maximum=Decimal(20),
        scores=[Reached(course.enrolments[name], points) for name, points in reached.items()],
    )

    assert entered.problems == ()
    assert (await issue(course)).problems == ()
    [passed] = await course.certificates("Passed", "Failed", "Never sat it")
    claims = kept_claims(passed["claims"])
    assert (claims.name, claims.score, claims.pass_mark) == ("Passed", 60, 60)


@pytest.mark.parametrize(
    ("points", "maximum", "field"),
    [
        ("21", "20", ("scores", "0", "points")),
        ("-1", "20", ("scores", "0", "points")),
        ("1.005", "20", ("scores", "0", "points")),
        ("1", "0", ("maximum",)),
        ("1", "1001", ("maximum",)),
    ],
)
async def test_scores_that_cannot_be(course: Trained, points: str, maximum: str, field: tuple[str, ...]) -> None:
    enrolment = await course.enrolled("Someone")
    entered = await course.network.do(
        course.network.actor("brc", roles=TRAINERS),
        record_scores,
        training_id=course.training_id,
        occasion=ScoreOccasion.PRE,
        maximum=Decimal(maximum),
        scores=[Reached(enrolment, Decimal(points))],
    )
    assert said(entered) == [(ProblemCode.INVALID_INPUT, field)]


async def test_it_lasts_until_a_refresher_falls_due(network: Network) -> None:
    lasting = await trained(network, code=next(codes), months=None)
    yearly = await trained(network, code=next(codes), months=12)
    for course in (lasting, yearly):
        await course.enrolled("Someone", *Five)
        await issue(course)

    [for_ever], [for_a_year] = await lasting.certificates("Someone"), await yearly.certificates("Someone")

    assert for_ever["valid_until"] is None
    assert (for_a_year["valid_until"] - for_a_year["issued_at"]).days in (365, 366)


async def test_the_title_is_in_the_language_asked_for_as_far_as_there_is_one(course: Trained) -> None:
    people = {"ht": "Kreyòl", "ht-HT": "Region", "es": "No such title"}
    for name in people.values():
        await course.enrolled(name, *Five)
    for language, name in people.items():
        await issue(course, enrolment_ids=[course.enrolments[name]], language=language)

    told = {
        kept_claims(row["claims"]).name: kept_claims(row["claims"])
        for row in await course.certificates(*people.values())
    }

    assert {name: claims.language for name, claims in told.items()} == {
        "Kreyòl": "ht",
        "Region": "ht",
        "No such title": "fr",
    }
    assert said(await issue(course, language="no language")) == [(ProblemCode.INVALID_INPUT, ("language",))]
