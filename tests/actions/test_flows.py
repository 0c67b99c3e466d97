"""Counts at the border: kept once, corrected by newer versions, by whoever counts, and read by nobody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from actions.flows import record_border_flow
from actions.perform import Outcome
from auth.policies.flows import FLOW_ROLES
from models.rules.flows import FlowCount, FlowPart
from models.rules.roles import Role
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex
from tests.actions.network import Network, codes

OBSERVED, REGISTERED = FlowSeries.OBSERVED, FlowSeries.REGISTERED
ENUMERATOR = frozenset({Role.ENUMERATOR})
WOMEN = FlowPart(ReturnType.FORCED_CONFIRMED, Sex.FEMALE, AgeGroup.AGE_25_59, 12)
BOYS = FlowPart(ReturnType.UNKNOWN, Sex.MALE, AgeGroup.AGE_5_11, 3)
LONG_AGO = date(2026, 3, 2)


async def crossing(network: Network, *, kind: str = "CROSSING_POINT", **values: Any) -> UUID:
    own = {"organization_id": network.organizations["ibesr"], "kind": kind}
    return await network.add("location", id=uuid4(), **own, **values)


async def record(
    network: Network, *counts: FlowCount, who: str = "brc", roles: frozenset[Role] = ENUMERATOR
) -> Outcome:
    return await network.do(network.actor(who, roles=roles), record_border_flow, rows=list(counts))


async def kept(network: Network, place: UUID) -> list[dict[str, Any]]:
    return await network.rows(
        "SELECT series, version, reason, (SELECT coalesce(sum(people), 0) FROM border_flow_part WHERE flow_id = f.id)"
        " AS total FROM border_flow f WHERE location_id = $1 ORDER BY series, version",
        place,
    )


async def test_a_total_beyond_its_parts_is_unknown(network: Network) -> None:
    place = await crossing(network)

    outcome = await record(network, FlowCount(place, LONG_AGO, OBSERVED, total=20, parts=(WOMEN, BOYS)))

    assert outcome.problems == ()
    parts = await network.rows(
        "SELECT return_type, sex, age_group, stated, people FROM border_flow_part JOIN border_flow f ON f.id = flow_id"
        " WHERE location_id = $1 ORDER BY people DESC",
        place,
    )
    assert [tuple(part.values()) for part in parts] == [
        ("FORCED_CONFIRMED", "FEMALE", "AGE_25_59", True, 12),
        ("UNKNOWN", "UNKNOWN", "UNKNOWN", False, 5),
        ("UNKNOWN", "MALE", "AGE_5_11", True, 3),
    ]


@pytest.mark.parametrize(
    ("said", "total", "parts"),
    [
        ({"total": 7}, 7, [(False, 7)]),
        ({"total": 0}, 0, []),
        ({"parts": (WOMEN,)}, 12, [(True, 12)]),
        ({"total": 12, "parts": (WOMEN,)}, 12, [(True, 12)]),
        ({"total": 2, "parts": (replace(WOMEN, count=0),)}, 2, [(False, 2), (True, 0)]),
    ],
)
async def test_what_is_not_said_is_not_made_up(
    network: Network, said: dict[str, Any], total: int, parts: list[tuple[bool, int]]
) -> None:
    place = await crossing(network)

    await record(network, FlowCount(place, LONG_AGO, OBSERVED, **said))

    assert [row["total"] for row in await kept(network, place)] == [total]
    rows = await network.rows(
        "SELECT stated, people FROM border_flow_part JOIN border_flow f ON f.id = flow_id WHERE location_id = $1"
        " ORDER BY 1",
        place,
    )
    assert [tuple(row.values()) for row in rows] == parts


async def test_observed_and_registered_stand_apart(network: Network) -> None:
    place = await crossing(network)

    await record(
        network, FlowCount(place, LONG_AGO, OBSERVED, total=90), FlowCount(place, LONG_AGO, REGISTERED, total=40)
    )

    assert [(row["series"], row["total"]) for row in await kept(network, place)] == [
        ("OBSERVED", 90),
        ("REGISTERED", 40),
    ]


async def test_a_correction_is_a_newer_version_and_the_older_stays(network: Network) -> None:
    place = await crossing(network)
    first = FlowCount(place, LONG_AGO, OBSERVED, total=90)

    await record(network, first)
    await record(network, replace(first, total=80, corrects=1, reason="  The evening sheet was counted twice. "))
    await record(network, replace(first, total=81, corrects=2, reason="One more."))

    assert [(row["version"], row["reason"], row["total"]) for row in await kept(network, place)] == [
        (1, None, 90),
        (2, "The evening sheet was counted twice.", 80),
        (3, "One more.", 81),
    ]


async def test_the_audit_names_each_version_that_was_entered(network: Network) -> None:
    place = await crossing(network)
    first = FlowCount(place, LONG_AGO, OBSERVED, total=90)

    await record(network, first)
    await record(network, replace(first, total=80, corrects=1, reason="Twice."))

    entries = await network.rows(
        "SELECT a.organization_id, version FROM border_flow f"
        " JOIN audit_entry a ON f.id = ANY (a.subjects) AND f.sheet_id = ANY (a.subjects)"
        " WHERE location_id = $1 AND act = 'record_border_flow' ORDER BY version",
        place,
    )
    assert entries == [{"organization_id": network.organizations["brc"], "version": each} for each in (1, 2)]


@pytest.mark.parametrize(
    ("corrects", "told"),
    [(None, "corrects version 2"), (1, "Version 2 stands"), (3, "Version 2 stands")],
)
async def test_whoever_did_not_see_the_last_version_is_refused(
    network: Network, corrects: int | None, told: str
) -> None:
    place = await crossing(network)
    first = FlowCount(place, LONG_AGO, OBSERVED, total=90)
    await record(network, first)
    await record(network, replace(first, total=80, corrects=1, reason="Twice."))

    again = replace(first, total=70, corrects=corrects, reason=None if corrects is None else "Late.")
    outcome = await record(network, again)

    assert (codes(outcome), outcome.problems[0].field) == (["STALE_VERSION"], ("rows", "0", "corrects"))
    assert told in outcome.problems[0].message


async def test_what_was_never_counted_cannot_be_corrected(network: Network) -> None:
    count = FlowCount(await crossing(network), LONG_AGO, OBSERVED, total=1, corrects=1, reason="Late.")

    outcome = await record(network, count)

    assert (codes(outcome), outcome.problems[0].field) == (["STALE_VERSION"], ("rows", "0", "corrects"))


async def test_of_many_corrections_at_once_one_is_kept(network: Network) -> None:
    place = await crossing(network)
    first = FlowCount(place, LONG_AGO, OBSERVED, total=90)
    await record(network, first)

    wishes = [replace(first, total=total, corrects=1, reason="Counted again.") for total in range(8)]
    outcomes = await asyncio.gather(*(record(network, wish) for wish in wishes))

    assert sorted(codes(outcome) for outcome in outcomes) == [[]] + [["STALE_VERSION"]] * 7
    assert [row["version"] for row in await kept(network, place)] == [1, 2]


async def test_one_bad_row_keeps_all_from_being_kept_and_is_named(network: Network) -> None:
    place, office = await crossing(network), await crossing(network, kind="OFFICE")
    before = await network.everything()

    outcome = await record(
        network,
        FlowCount(place, LONG_AGO, OBSERVED, total=1),
        FlowCount(office, LONG_AGO, OBSERVED, total=1),
        FlowCount(place, LONG_AGO, REGISTERED, total=1, parts=(WOMEN,)),
        FlowCount(place, LONG_AGO, OBSERVED, total=2),
    )

    assert [(problem.code, problem.field) for problem in outcome.problems] == [
        ("NOT_FOUND", ("rows", "1", "crossingPointId")),
        ("INVALID_INPUT", ("rows", "2", "total")),
        ("INVALID_INPUT", ("rows", "3")),
    ]
    assert await network.everything() == before


@pytest.mark.parametrize(
    ("count", "field"),
    [
        ({}, ("total",)),
        ({"total": -1}, ("total",)),
        ({"total": 1_000_001}, ("total",)),
        ({"parts": (WOMEN, replace(BOYS, count=-1))}, ("parts", "1", "count")),
        ({"parts": (WOMEN, replace(WOMEN, count=1))}, ("parts", "1")),
        ({"total": 1, "reason": "Why not."}, ("reason",)),
        ({"total": 1, "corrects": 1}, ("reason",)),
        ({"total": 1, "corrects": 1, "reason": "x" * 501}, ("reason",)),
        ({"total": 1, "day": date(1999, 12, 31)}, ("day",)),
    ],
)
async def test_what_cannot_be_is_refused(network: Network, count: dict[str, Any], field: tuple[str, ...]) -> None:
    place = await crossing(network)

    outcome = await record(
        network, FlowCount(**{"crossing_point_id": place, "day": LONG_AGO, "series": OBSERVED} | count)
    )

    assert ("INVALID_INPUT", ("rows", "0", *field)) in [(problem.code, problem.field) for problem in outcome.problems]
    assert await kept(network, place) == []


@pytest.mark.parametrize("zone", ["America/Port-au-Prince", "Pacific/Kiritimati", None, "No/Where"])
async def test_a_day_is_counted_once_it_is_over_at_the_crossing_point(network: Network, zone: str | None) -> None:
    clock = ZoneInfo(zone if zone in ("America/Port-au-Prince", "Pacific/Kiritimati") else "America/Port-au-Prince")
    today = datetime.now(UTC).astimezone(clock).date()
    place = await crossing(network, time_zone=zone)

    for day in (today, today + timedelta(days=1)):
        outcome = await record(network, FlowCount(place, day, OBSERVED, total=1))
        assert (codes(outcome), outcome.problems[0].field) == (["INVALID_INPUT"], ("rows", "0", "day"))
    outcome = await record(network, FlowCount(place, today - timedelta(days=1), OBSERVED, total=1))
    assert outcome.problems == ()


@pytest.mark.parametrize("counts", [0, 101])
async def test_1_to_100_counts_are_taken_at_once(network: Network, counts: int) -> None:
    place = await crossing(network)
    days = [LONG_AGO + timedelta(days=number) for number in range(counts)]

    outcome = await record(network, *(FlowCount(place, day, OBSERVED, total=1) for day in days))

    assert (codes(outcome), outcome.problems[0].field) == (["INVALID_INPUT"], ("rows",))


async def test_100_counts_of_many_parts_are_kept(network: Network) -> None:
    place = await crossing(network)
    parts = tuple(FlowPart(way, sex, age, 1) for way in ReturnType for sex in Sex for age in list(AgeGroup)[:4])
    days = [LONG_AGO + timedelta(days=number) for number in range(100)]

    outcome = await record(network, *(FlowCount(place, day, REGISTERED, parts=parts) for day in days))

    assert outcome.problems == ()
    assert [row["total"] for row in await kept(network, place)] == [96] * 100


@pytest.mark.parametrize("role", Role)
async def test_who_counts_enters_counts(network: Network, role: Role) -> None:
    place = await crossing(network)

    outcome = await record(network, FlowCount(place, LONG_AGO, OBSERVED, total=1), roles=frozenset({role}))

    counts = role in (Role.ENUMERATOR, Role.REGISTRATION_OFFICER)
    assert codes(outcome) == ([] if counts else ["NOT_ALLOWED"])
    assert len(await kept(network, place)) == counts


@pytest.mark.parametrize("role", Role)
async def test_raw_counts_are_read_by_those_who_counted_and_by_no_other_organisation(
    network: Network, role: Role
) -> None:
    place = await crossing(network)
    await record(network, FlowCount(place, LONG_AGO, OBSERVED, total=5))

    counted = (
        "SELECT sum(people)::int FROM border_flow f JOIN border_flow_part ON flow_id = f.id WHERE location_id = $1"
    )
    roles = frozenset({role})
    assert await network.sees(network.actor("brc", roles=roles), counted, place) == (5 if role in FLOW_ROLES else None)
    assert await network.sees(network.actor("ibesr", roles=frozenset(Role)), counted, place) is None


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE border_flow_part SET people = 1",
        "DELETE FROM border_flow_part",
        "UPDATE border_flow SET reason = 'x'",
        "DELETE FROM border_flow",
    ],
)
async def test_nothing_that_was_counted_can_be_changed(network: Network, attempt: str) -> None:
    actor = network.actor("brc", roles=frozenset(Role))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with network.database.session(actor.claims()) as session:
            await session.connection.execute(attempt)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"version": 3, "corrects": 2, "reason": "x"}, "fk_border_flow_corrects"),
        ({"version": 2}, "ck_border_flow_history"),
        ({"version": 2, "corrects": 1}, "ck_border_flow_reason"),
        ({"version": 0}, "ck_border_flow_history"),
        ({"day": date(2090, 1, 1)}, "ck_border_flow_day_past"),
        ({}, "uq_border_flow_version"),
    ],
)
async def test_the_database_keeps_the_history_whole(network: Network, changed: dict[str, Any], constraint: str) -> None:
    place = await crossing(network)
    await record(network, FlowCount(place, LONG_AGO, OBSERVED, total=5))
    row = {
        "organization_id": network.organizations["brc"],
        "location_id": place,
        "day": LONG_AGO,
        "series": "OBSERVED",
        "sheet_id": uuid4(),
        "recorded_at": datetime.now(UTC),
    }

    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await network.add("border_flow", **row | changed)

    assert refused.value.constraint_name == constraint


async def test_only_a_crossing_point_can_be_written_to(network: Network) -> None:
    office = await crossing(network, kind="OFFICE")
    actor = network.actor("brc", roles=ENUMERATOR)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with network.database.session(actor.claims()) as session:
            await session.connection.execute(
                "INSERT INTO border_flow (organization_id, location_id, day, series, sheet_id, recorded_at)"
                " VALUES ($1, $2, '2026-03-02', 'OBSERVED', $1, now())",
                *(network.organizations["brc"], office),
            )
