"""Releases as a job makes them: counted right, hidden where they must be, nobody's before a person approves them."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.indicators.build import NotComputed, PeriodOpen, ReasonMissing, build
from jobs.indicators.counting import STATEMENTS, ZONE, Fact, count
from jobs.indicators.definitions import COMPUTED, PERIODS
from jobs.indicators.facts import fitted
from jobs.indicators.keep import NoSuchPublisher, due, publisher_id
from models.rules.indicators import Period, closed_months, closed_quarters
from models.rules.vocabulary import IndicatorDimension as By
from models.rules.vocabulary import ReleaseEvery
from models.session import beginning
from tests.jobs.published_network import NOW, Figures, published_network

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31), ReleaseEvery.MONTH)
AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31), ReleaseEvery.MONTH)
HIDDEN = ("release_count", "release_rounding", "indicator_version")
"What was counted, and what would tell it."


@pytest.fixture(scope="module")
async def figures(module_database: DatabaseURLs) -> AsyncIterator[Figures]:
    async with published_network(module_database) as ready:
        yield ready


async def test_referrals_sent_are_counted_as_a_loop_over_them_would(figures: Figures) -> None:
    """By the month and the department of who sent it; of whom statistics may tell, by sex and age."""
    zone = ZoneInfo(ZONE)
    told = {
        row["person_id"]
        for row in await figures.owner.fetch(
            "SELECT person_id FROM consent WHERE purpose = 'STATISTICS' AND id NOT IN"
            " (SELECT consent_id FROM consent_withdrawal)"
        )
    }
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in await figures.owner.fetch(
        "SELECT r.*, s.sex, o.pcode FROM referral r LEFT JOIN referral_subject s ON s.referral_id = r.id"
        " JOIN organization o ON o.id = r.sender_id"
    ):
        sent = row["sent_at"] and row["sent_at"].astimezone(zone)
        if sent is None or (sent.year, sent.month) != (2026, 10) or row["person_id"] is None:
            continue
        if row["status"] != "ENTERED_IN_ERROR":
            sex = row["sex"] if row["person_id"] in told and row["sex"] in ("FEMALE", "MALE") else "UNKNOWN"
            expected[row["sender_id"], ("2026-10", sex, row["pcode"][:4])] += 1
    by = (By.MONTH, By.SEX, By.DEPARTMENT)
    found = await count(figures.worker, "REFERRALS_SENT", by, OCTOBER, as_of=NOW)
    assert {(fact.organization_id, fact.key): fact.value for fact in found} == expected
    assert sum(expected.values()) > 300


async def test_a_person_is_counted_once_for_good(figures: Figures) -> None:
    months = closed_months(NOW.date(), count=14)
    facts = [
        fact
        for month in months
        for fact in await count(figures.worker, "PEOPLE_ASSISTED", (By.MONTH,), month, as_of=NOW)
    ]
    people = await figures.owner.fetchval(
        "SELECT count(DISTINCT r.person_id) FROM referral r JOIN referral_outcome u ON u.referral_id = r.id"
        " JOIN consent c ON c.person_id = r.person_id AND c.purpose = 'STATISTICS'"
        " WHERE u.result IN ('SERVED', 'PARTIALLY_SERVED') AND r.status <> 'ENTERED_IN_ERROR'"
        " AND NOT EXISTS (SELECT FROM consent_withdrawal w WHERE w.consent_id = c.id)"
        " AND r.person_id NOT IN (SELECT r.person_id FROM referral r JOIN referral_outcome u ON u.referral_id = r.id"
        "   WHERE u.result IN ('SERVED', 'PARTIALLY_SERVED') AND r.completed_at >= $1 AND r.person_id IS NOT NULL"
        "   AND NOT EXISTS (SELECT FROM referral e JOIN referral_outcome f ON f.referral_id = e.id"
        "     WHERE e.person_id = r.person_id AND f.result <> 'NOT_SERVED' AND e.completed_at < $1))",
        datetime(2026, 11, 1, tzinfo=ZoneInfo(ZONE)),
    )
    assert sum(fact.value for fact in facts) == people > 100


async def test_a_course_with_a_test_is_completed_by_who_reached_its_mark(figures: Figures) -> None:
    async def completions() -> int:
        months = closed_months(NOW.date(), count=14)
        counted = [await count(figures.worker, "TRAINING_COMPLETIONS", (), month, as_of=NOW) for month in months]
        return sum(fact.value for facts in counted for fact in facts)

    async def score(points: int) -> None:
        await figures.owner.execute(
            "INSERT INTO training_score (enrolment_id, organization_id, occasion, points, maximum, recorded_at)"
            " SELECT id, organization_id, 'POST', $1::int, 40, $2 FROM enrolment"
            " ON CONFLICT ON CONSTRAINT pk_training_score DO UPDATE SET points = excluded.points",
            points,
            NOW,
        )

    untested = await completions()
    await figures.owner.execute("UPDATE course_version SET least_score = 60")
    try:
        unsat = await completions()
        await score(23)
        failed = await completions()
        await score(24)
        passed = await completions()
    finally:
        await figures.owner.execute("UPDATE course_version SET least_score = NULL")
        await figures.owner.execute("DELETE FROM training_score")

    assert (unsat, failed) == (0, 0)
    assert passed == untested > 0


async def test_what_the_released_figures_say_is_near_what_was_counted(figures: Figures) -> None:
    """Rounded to 5 on T2; what is small is not there at all."""
    shown = await figures.owner.fetch(
        "SELECT r.code, c.breakdown, c.members, c.value, c.rounded FROM release_cell c"
        " JOIN indicator_release r ON r.id = c.release_id WHERE r.code LIKE 'REFERRALS%'"
    )
    assert len(shown) > 200
    assert all(row["value"] % 5 == 0 for row in shown)
    for release in await figures.owner.fetch("SELECT * FROM indicator_release WHERE code = 'REFERRALS_SENT'"):
        true = await figures.owner.fetchval("SELECT sum(value) FROM release_count WHERE release_id = $1", release["id"])
        total = await figures.owner.fetchval(
            "SELECT value FROM release_cell WHERE release_id = $1 AND breakdown = ''", release["id"]
        )
        assert abs(true - total) <= 5


async def test_no_small_count_of_a_person_is_shown(figures: Figures) -> None:
    """Each cell by one dimension, against the true counts: what is 1 to 7 is hidden (T2)."""
    small = await figures.owner.fetch(
        "SELECT r.id, k.key[array_position(r.cube, 'DEPARTMENT')] AS department, sum(k.value) AS value"
        " FROM indicator_release r JOIN release_count k ON k.release_id = r.id WHERE r.code LIKE 'REFERRALS%'"
        " GROUP BY 1, 2 HAVING sum(k.value) BETWEEN 1 AND 7"
    )
    assert small, "the network has such departments"
    for row in small:
        found = await figures.owner.fetch(
            "SELECT value FROM release_cell WHERE release_id = $1 AND breakdown = 'DEPARTMENT' AND members = $2",
            *(row["id"], [row["department"]]),
        )
        assert found == []


async def test_app_reads_nothing_of_what_is_hidden_whatever_it_asks(figures: Figures) -> None:
    """Raw SQL as role app, as the ministry and as the publisher: the tables of counts are not granted at all."""
    app = await asyncpg.connect(figures.urls.app)
    try:
        for persona in ("ministry", "steward"):
            for table in HIDDEN:
                await app.execute(beginning(figures.persona(persona).claims(), writes=True))
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await app.fetch(f"SELECT * FROM {table}")
                await app.execute("ROLLBACK")
            await app.execute(beginning(figures.persona(persona).claims(), writes=False))
            columns = await app.fetch(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND table_name IN ('indicator', 'indicator_release', 'release_member', 'restatement')"
                " AND data_type IN ('integer', 'bigint', 'numeric')"
            )
            assert {tuple(row) for row in columns} == {("indicator", "target")}, "a count stands in cells alone"
            await app.execute("ROLLBACK")
    finally:
        await app.close()


async def test_a_release_waits_for_a_person_and_then_never_changes(figures: Figures) -> None:
    publisher = figures.organizations["steward"]
    release_id = await build(figures.worker, "REFERRALS_SENT", AUGUST, publisher_id=publisher, now=NOW)
    again = await build(figures.worker, "REFERRALS_SENT", AUGUST, publisher_id=publisher, now=NOW)
    assert release_id is not None
    assert again is not None
    left = await figures.owner.fetch("SELECT id, state FROM indicator_release WHERE period_start = $1", AUGUST.start)
    assert [tuple(row) for row in left] == [(again, "AUDITED")], "what waits is made anew, not beside"
    of_ministry = await _series(figures, "ministry", again)
    assert of_ministry["total"] == {"reason": "NOT_APPROVED"}
    assert {cell["figure"].get("reason") for cell in of_ministry["cells"]} == {"NOT_APPROVED"}
    assert len(of_ministry["cells"]) == 33, "the whole grid, though nothing in it is shown"
    of_publisher = await _series(figures, "steward", again)
    assert of_publisher["total"]["value"] > 0
    assert await figures.owner.fetchval("SELECT every FROM indicator_release WHERE id = $1", again) == "MONTH"
    await figures.worker.execute("DELETE FROM indicator_release WHERE id = $1", again)


async def _series(figures: Figures, persona: str, release_id: UUID) -> Any:
    text = """{ indicator(code: "REFERRALS_SENT") { releases(every: MONTH) { id
      total { ... on Count { value } ... on Suppressed { reason } }
      cells(by: [SEX, DEPARTMENT]) { figure { ... on Count { value } ... on Suppressed { reason } } } } } }"""
    answered = await figures.graph.ask(figures.persona(persona), text)
    listed = answered["data"]["indicator"]["releases"]
    return next(each for each in listed if each["id"] == f"IndicatorRelease_{release_id}")


async def test_what_was_approved_is_restated_for_a_reason_and_only_if_it_changed(figures: Figures) -> None:
    publisher = figures.organizations["steward"]
    given = {"publisher_id": publisher, "now": NOW}
    assert await build(figures.worker, "REFERRALS_SENT", OCTOBER, **given) is None, "the records say the same"
    late = await figures.owner.fetchval(
        "UPDATE referral SET sent_at = $1 WHERE id = (SELECT id FROM referral WHERE sent_at < '2026-06-01'"
        " AND person_id IS NOT NULL AND status <> 'ENTERED_IN_ERROR' ORDER BY id LIMIT 1) RETURNING id",
        datetime(2026, 10, 9, tzinfo=UTC),
    )
    assert late
    with pytest.raises(ReasonMissing):
        await build(figures.worker, "REFERRALS_SENT", OCTOBER, **given)
    restated = await build(figures.worker, "REFERRALS_SENT", OCTOBER, **given, reason="A record came late")
    row = await figures.owner.fetchrow(
        "SELECT version, reason, restates FROM indicator_release WHERE id = $1", restated
    )
    assert row is not None
    assert (row["version"], row["reason"]) == (2, "A record came late")
    await figures.worker.execute(
        "UPDATE indicator_release SET state = 'APPROVED', approved_at = $2 WHERE id = $1", restated, NOW
    )
    states = await figures.owner.fetch(
        "SELECT state FROM indicator_release WHERE code = 'REFERRALS_SENT' AND period_start = $1 ORDER BY version",
        OCTOBER.start,
    )
    assert [each["state"] for each in states] == ["SUPERSEDED", "APPROVED"]
    log = await figures.owner.fetchrow("SELECT * FROM restatement WHERE release_id = $1", restated)
    assert log is not None
    assert (log["restated_id"], log["reason"]) == (row["restates"], "A record came late")


async def test_only_what_konbit_computes_and_only_closed_periods(figures: Figures) -> None:
    given = {"publisher_id": figures.organizations["steward"], "now": NOW}
    with pytest.raises(NotComputed):
        await build(figures.worker, "BRACELETS_DISTRIBUTED", OCTOBER, **given)
    november = Period(date(2026, 11, 1), date(2026, 11, 30), ReleaseEvery.MONTH)
    with pytest.raises(PeriodOpen):
        await build(figures.worker, "REFERRALS_SENT", november, **given)
    late = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)  # still 30 November in Port-au-Prince
    with pytest.raises(PeriodOpen):
        await build(figures.worker, "REFERRALS_SENT", november, **given | {"now": late})
    with pytest.raises(NoSuchPublisher):
        await publisher_id(figures.worker, "nobody")


def test_what_a_dimension_has_no_value_for_is_unknown() -> None:
    """A partner abroad has a department that is none of the country's; a month is never unknown."""
    here, there = UUID(int=1), UUID(int=2)
    facts = [
        Fact(here, ("HT06", "2026-10"), 3),
        Fact(there, ("DO05", "2026-10"), 4),
        Fact(there, ("UNKNOWN", "2026-10"), 1),
    ]
    assert fitted(facts, [{"HT06", "UNKNOWN"}, {"2026-10"}]) == [
        Fact(here, ("HT06", "2026-10"), 3),
        Fact(there, ("UNKNOWN", "2026-10"), 5),
    ]


def test_periods_are_due_once_they_have_settled_months_before_quarters() -> None:
    third = datetime(2026, 10, 3, 12, tzinfo=UTC)
    assert [str(each) for each in due(third, months=1, quarters=1)] == [
        "2026-08-01 to 2026-08-31", "2026-04-01 to 2026-06-30",
    ]  # fmt: skip
    assert [str(each) for each in due(third + timedelta(days=5), months=1, quarters=1)] == [
        "2026-09-01 to 2026-09-30", "2026-07-01 to 2026-09-30",
    ]  # fmt: skip


def test_months_and_quarters_close_at_the_turn_of_the_year() -> None:
    january = date(2027, 1, 1)
    assert [str(each) for each in closed_months(january, count=2)] == [
        "2026-11-01 to 2026-11-30", "2026-12-01 to 2026-12-31",
    ]  # fmt: skip
    assert [str(each) for each in closed_quarters(january, count=2)] == [
        "2026-07-01 to 2026-09-30", "2026-10-01 to 2026-12-31",
    ]  # fmt: skip
    assert STATEMENTS.keys() >= {"REFERRALS_SENT", "PEOPLE_TRAINED"}


def test_of_an_indicator_and_its_part_one_alone_is_broken_down() -> None:
    part_of = {
        "TRAINING_COMPLETIONS": "TRAINING_ATTENDANCES",
        "PEOPLE_TRAINED": "TRAINING_ATTENDANCES",
        "PEOPLE_ASSISTED": "REFERRALS_COMPLETED",
        "PEOPLE_PROTECTED": "PEOPLE_ASSISTED",
    }
    cut = {each.code: set(each.dimensions) - set(PERIODS) for each in COMPUTED}

    assert {(part, whole) for part, whole in part_of.items() if cut[part] & cut[whole]} == set()
