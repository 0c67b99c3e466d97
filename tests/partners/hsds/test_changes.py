"""What changed is read as it changes, what is missing is told by the identifiers alone, and all again once a week."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from partners.hsds import reach
from tests.partners.conftest import NOW, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]
SOON, LATER, DAY = timedelta(minutes=15), timedelta(minutes=30), timedelta(days=1)


async def entered(directory: Directory, border: HsdsServer, serve: Serve, **settings: Any) -> None:
    """The feed as a server that dates its records, read once."""
    border.dated = True
    for number, each in enumerate(border.services):
        if each.get("last_modified", "") < "2030":
            each["last_modified"] = "2026-02-01T08:00:00Z" if number else "2026-03-01T08:00:00Z"
    await directory.enter("border", serve(border), **settings)
    await directory.pull("border")
    border.asked.clear()


def asked(border: HsdsServer) -> list[str]:
    return [path for path in border.asked if path.startswith("/services")]


def modify(border: HsdsServer, number: int, *, at: str = "2026-11-20T09:00:00Z", **changes: Any) -> None:
    border.services[number] |= {"last_modified": at, **changes}


async def test_only_what_changed_is_asked_for(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await entered(directory, border, serve)
    modify(border, 1, name="Écoute")

    report = await directory.pull("border", now=NOW + SOON, whole=False)

    assert report.counts.changed == 1
    (question,) = [path for path in asked(border) if path.startswith("/services?")]
    assert "modified_after=2026-03-01T07%3A59%3A00Z" in question, "sixty seconds before the newest it told"
    assert (await directory.service("Écoute"))["names"] == {"fr": "Écoute"}

    border.asked.clear()
    await directory.pull("border", now=NOW + LATER, whole=False)
    assert "modified_after=2026-11-20T08%3A59%3A00Z" in asked(border)[0], "and on from there"


async def test_a_date_ahead_of_time_is_not_believed(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    modify(border, 2, at="2999-01-01T00:00:00Z")
    await entered(directory, border, serve)

    await directory.pull("border", now=NOW + SOON, whole=False)

    assert "modified_after=2026-03-01" in asked(border)[0]


async def test_the_missing_are_told_by_identifiers(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await entered(directory, border, serve)
    gone = border.services.pop(3)

    await directory.pull("border", now=NOW + DAY, whole=False)
    assert (await directory.service(gone["name"]))["removed_at"] is None, "one sweep is not enough"
    assert [path.split("?")[1].split("&")[0] for path in asked(border)] == ["full=true", "minimal=true"]
    await directory.pull("border", now=NOW + 2 * DAY, whole=False)

    assert (await directory.service(gone["name"]))["removed_at"] is not None
    others = await directory.rows(
        "SELECT DISTINCT fetched_at FROM service WHERE removed_at IS NULL AND source = 'border'"
    )
    assert [row["fetched_at"] for row in others] == [NOW + 2 * DAY], "what is listed is still there, and fresh"


async def test_all_is_read_again_each_week(
    directory: Directory, border: HsdsServer, serve: Serve, monkeypatch: Any
) -> None:
    await entered(directory, border, serve)
    border.services[1]["name"] = "Écoute"

    await directory.pull("border", now=NOW + DAY, whole=False)
    assert await directory.rows("SELECT FROM service WHERE names ->> 'fr' = 'Écoute'") == [], "it did not say so"

    began = reach.now() + reach.ALL_AGAIN
    monkeypatch.setattr("partners.hsds.feed.now", lambda: began)
    await directory.pull("border", now=NOW + 2 * DAY, whole=False)

    assert len(await directory.rows("SELECT FROM service WHERE names ->> 'fr' = 'Écoute'")) == 1


async def test_new_settings_read_all_again(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await entered(directory, border, serve)
    await directory.correct("border", language="ht")

    report = await directory.pull("border", now=NOW + SOON, whole=False)

    assert report.counts.changed >= 5
    assert not [path for path in asked(border) if "modified_after" in path]


async def test_a_system_that_does_not_know_changes_is_read_whole(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await entered(directory, border, serve)
    refused = ("modified_after", "minimal")
    border.before = lambda request: answer({}, 400) if any(word in request.query_params for word in refused) else None
    border.services[1]["name"] = "Écoute"

    report = await directory.pull("border", now=NOW + DAY, whole=False)

    assert report.counts.changed == 1
    assert report.failures == []


async def test_a_place_that_changed_alone_is_told_by_its_service(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await entered(directory, border, serve)
    service = border.services[1]
    place = service["service_at_locations"][0]
    place["phones"] = [{"id": "x", "number": "5000-0777"}]
    border.places = [{**place, "service": {"id": service["id"], "name": service["name"]}}]

    report = await directory.pull("border", now=NOW + SOON, whole=False)

    assert f"/services/{service['id']}" in border.asked
    assert report.counts.changed == 1
    numbers = await directory.rows("SELECT number FROM phone WHERE service_at_location_id IS NOT NULL")
    assert "+50950000777" in {row["number"] for row in numbers}
    kept = await directory.one("SELECT kind FROM source_record WHERE kind = 'SERVICE_AT_LOCATION'")
    assert kept


def test_the_cursor_begins_nowhere_without_dates() -> None:
    from partners.settings import Settings

    began = datetime.fromisoformat("2026-11-21T00:00:00+00:00")
    reading = reach.reach(None, Settings(), began=began)
    reading.saw(None)

    assert (reading.query, reading.cursor()) == ({}, None)
