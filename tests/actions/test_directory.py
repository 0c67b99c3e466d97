"""Reporting capacity: one's own services, numbers that agree with the state, and who sees them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.directory import report_capacity
from actions.perform import Outcome
from models.rules.vocabulary import CapacityState
from tests.actions.network import Network, codes

AVAILABLE, FULL = CapacityState.AVAILABLE, CapacityState.FULL


async def report(network: Network, who: str, name: str, **given: Any) -> Outcome:
    usual = {"service_id": network.services[name], "state": AVAILABLE}
    return await network.do(who, report_capacity, **{**usual, **given})


async def reported(network: Network, name: str) -> list[dict[str, Any]]:
    return await network.rows(
        "SELECT state, available, maximum, expires_at - updated_at AS lasts, c.visibility, n.visibility AS shows"
        " FROM capacity c JOIN capacity_count n ON capacity_id = c.id WHERE service_id = $1 ORDER BY c.id",
        network.services[name],
    )


async def test_a_report_takes_the_place_of_the_one_before(network: Network) -> None:
    await network.service("once", "registry")

    await report(network, "registry", "once", available=3, maximum=9)
    await report(network, "registry", "once", state=FULL)

    usual = {"lasts": timedelta(hours=24), "visibility": "NETWORK", "shows": "NETWORK"}
    assert await reported(network, "once") == [{"state": "FULL", "available": None, "maximum": None, **usual}]


async def test_a_place_has_a_capacity_of_its_own(network: Network) -> None:
    service_id = await network.service("placed", "registry")
    owned = {"organization_id": network.organizations["registry"]}
    location_id = await network.add("location", id=uuid4(), **owned, kind="OFFICE")
    await network.add(
        "service_at_location", id=uuid4(), **owned, service_id=service_id, location_id=location_id, source="x"
    )

    await report(network, "registry", "placed", available=3)
    await report(network, "registry", "placed", available=1, location_id=location_id)
    elsewhere = await report(network, "registry", "placed", available=1, location_id=uuid4())

    assert [row["available"] for row in await reported(network, "placed")] == [3, 1]
    assert (codes(elsewhere), elsewhere.problems[0].field) == (["NOT_FOUND"], ("locationId",))


async def test_a_safe_house_shows_its_state_and_never_its_numbers(network: Network) -> None:
    service_id = await network.service("safe", "registry", category="SAFE_HOUSE", visibility="REDACTED")

    await report(network, "registry", "safe", available=2, maximum=6)

    state = "SELECT state FROM capacity WHERE service_id = $1"
    numbers = "SELECT available FROM capacity JOIN capacity_count ON capacity_id = id WHERE service_id = $1"
    assert [await network.sees(who, state, service_id) for who in ("registry", "brc")] == ["AVAILABLE", "AVAILABLE"]
    assert [await network.sees(who, numbers, service_id) for who in ("registry", "brc")] == [2, None]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"available": -1}, "INVALID_INPUT", "available"),
        ({"maximum": -1}, "INVALID_INPUT", "maximum"),
        ({"available": 5, "maximum": 4}, "INVALID_INPUT", "available"),
        ({"available": 0}, "INVALID_INPUT", "state"),
        ({"state": FULL, "available": 1}, "INVALID_INPUT", "available"),
        ({"service_id": UUID(int=0)}, "NOT_FOUND", "serviceId"),
    ],
)
async def test_what_cannot_be_reported_changes_nothing(
    network: Network, given: dict[str, Any], code: str, field: str
) -> None:
    before = await network.everything()

    outcome = await report(network, "registry", "papers", **given)

    assert (codes(outcome), outcome.problems[0].field) == ([code], (field,))
    assert await network.everything() == before


async def test_nobody_reports_for_another_organisation(network: Network) -> None:
    await network.service("secret", "registry", visibility="ORGANIZATION")

    assert codes(await report(network, "brc", "papers")) == ["NOT_ALLOWED"]
    assert codes(await report(network, "brc", "secret")) == ["NOT_FOUND"]


async def test_reports_at_once_leave_one(network: Network) -> None:
    await network.service("busy", "registry")

    outcomes = await asyncio.gather(*(report(network, "registry", "busy", available=n) for n in range(1, 9)))

    assert [codes(outcome) for outcome in outcomes] == [[]] * 8
    assert len(await reported(network, "busy")) == 1


async def test_a_report_counts_what_was_held_before_it(network: Network) -> None:
    await network.service("held", "registry")
    await report(network, "registry", "held", available=3, maximum=9)
    referral_id = await network.sent(service_id=network.services["held"])
    await report(network, "registry", "held", available=5, maximum=9)

    await network.step("registry", "DECLINE", referral_id)

    assert [row["available"] for row in await reported(network, "held")] == [5]
