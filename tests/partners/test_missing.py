"""A record is gone after two complete sweeps without it; and never many at once unless a person says so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.partners import SyncOutcome
from tests.partners.conftest import NOW, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]
STATUSES = "SELECT status, missed FROM source_record WHERE kind = 'SERVICE' AND remote_id = $1"


@pytest.fixture
async def entered(directory: Directory, border: HsdsServer, serve: Serve) -> HsdsServer:
    """The project's feed, pulled once."""
    await directory.enter("border", serve(border))
    await directory.pull("border")
    return border


async def test_gone_after_two_complete_sweeps(directory: Directory, entered: HsdsServer) -> None:
    lost = entered.services.pop(4)

    first = await directory.pull("border", now=NOW + timedelta(hours=1))

    assert (first.outcome, first.counts.gone) == (SyncOutcome.COMPLETE, 0)
    assert (await directory.service("Ligne d'information"))["removed_at"] is None

    second = await directory.pull("border", now=NOW + timedelta(hours=2))

    assert second.counts.gone == 1
    assert (await directory.service("Ligne d'information"))["removed_at"] == NOW + timedelta(hours=2)
    assert await directory.one(STATUSES, lost["id"]) == {"status": "GONE", "missed": 2}
    assert (await directory.pull("border", now=NOW + timedelta(hours=3))).counts.gone == 0

    entered.services.append(lost)
    back = await directory.pull("border", now=NOW + timedelta(hours=4))

    assert (back.counts.new, back.counts.changed) == (0, 1)
    assert (await directory.service("Ligne d'information"))["removed_at"] is None
    assert await directory.one(STATUSES, lost["id"]) == {"status": "CURRENT", "missed": 0}


async def test_seen_again_in_between_starts_anew(directory: Directory, entered: HsdsServer) -> None:
    lost = entered.services.pop(4)
    await directory.pull("border")
    entered.services.append(lost)
    await directory.pull("border")
    entered.services.remove(lost)

    report = await directory.pull("border")

    assert report.counts.gone == 0
    assert await directory.one(STATUSES, lost["id"]) == {"status": "CURRENT", "missed": 1}


async def test_a_sweep_that_broke_off_counts_nothing_as_missing(directory: Directory, entered: HsdsServer) -> None:
    entered.per_page = 2
    entered.before = lambda request: (
        answer({}, 503) if request.url.path == "/services" and request.query_params["page"] == "3" else None
    )

    for _ in range(3):
        report = await directory.pull("border")

    assert report.outcome is SyncOutcome.PARTIAL
    assert "answered 503. Is the partner's system up?" in report.failures[0]
    assert report.counts.unchanged == 7
    assert await directory.rows("SELECT FROM source_record WHERE missed > 0") == []


@pytest.mark.parametrize("left", [4, 1, 0])
async def test_losing_over_a_fifth_is_held_for_a_person(directory: Directory, entered: HsdsServer, left: int) -> None:
    del entered.services[left:]

    for _ in range(3):
        report = await directory.pull("border")

    assert report.outcome is SyncOutcome.HELD
    assert not report.succeeded
    (loss,) = report.losses
    assert loss == (
        f"{6 - left} of 6 records (service) are missing. Nothing was taken as gone. Ask the partner why; "
        "if it is true: konbit partners sync border --accept-losses"
    )
    assert await directory.rows("SELECT FROM source_record WHERE missed > 0") == []
    assert (await directory.service("Ligne d'information"))["removed_at"] is None
    partner = await directory.one("SELECT last_failure_at, last_failure FROM partner")
    assert partner["last_failure"] == report.losses[0]

    accepted = await directory.pull("border", accept_losses=True)

    assert (accepted.outcome, accepted.counts.gone) == (SyncOutcome.COMPLETE, 6 - left)
    assert (await directory.service("Ligne d'information"))["removed_at"] == NOW
    assert (await directory.pull("border")).outcome is SyncOutcome.COMPLETE


async def test_new_ones_do_not_hide_the_loss_of_old_ones(directory: Directory, entered: HsdsServer) -> None:
    entered.services = [{**each, "id": f"new-{each['id']}", "service_at_locations": []} for each in entered.services]

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.HELD
    assert report.counts.new == 6


async def test_a_place_told_apart_is_removed_with_its_record(directory: Directory, entered: HsdsServer) -> None:
    extra = {
        **entered.services[0]["service_at_locations"][0],
        "id": "apart",
        "service": {"id": entered.services[4]["id"]},
    }
    others = [
        {"id": place["id"], "service": {"id": service["id"]}, "location": place["location"]}
        for service in entered.services
        for place in service["service_at_locations"]
    ]
    entered.places = [*others, extra]
    await directory.pull("border")
    count = "SELECT count(*) AS number FROM service_at_location"
    assert await directory.one(count) == {"number": 7}
    entered.places = others
    await directory.pull("border")
    assert await directory.one(count) == {"number": 7}

    await directory.pull("border")

    assert await directory.one(count) == {"number": 6}
