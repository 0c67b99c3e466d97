"""An HSDS 3 API comes in whole, twice without a change, whatever its paging says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from models.partners import SyncOutcome
from tests.partners.conftest import NOW, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]


async def test_a_feed_becomes_the_directory(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE, report
    assert report.counts.told() == {"new": 9, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    health = await directory.service("Consultation médicale")
    clinic = await directory.one("SELECT * FROM organization WHERE id = $1", health["organization_id"])
    assert clinic["slug"] == "border-clinique-bon-repos"
    assert clinic["names"] == {"fr": "Clinique Bon Repos"}
    assert (health["category"], health["visibility"], health["languages"]) == ("HEALTH", "NETWORK", ["fr", "ht"])
    assert (health["minimum_age"], health["maximum_age"]) == (0, 120)
    assert health["eligibility_notes"] == {"fr": "Toute personne."}
    assert health["source"] == "border"
    assert health["modified_at"] == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (health["fetched_at"], health["fresh_until"]) == (NOW, NOW + timedelta(days=14))
    assert health["verified_at"] is None
    places = await directory.rows(
        "SELECT l.names ->> 'fr' AS name, l.latitude, l.longitude, l.pcode, l.locality, l.country, l.time_zone, "
        "l.kind, l.address_lines, array(SELECT p.number FROM phone p WHERE p.service_at_location_id = s.id) AS phones, "
        "(SELECT array_agg((h.weekdays, h.opens, h.closes)::text) FROM schedule h "
        "WHERE h.service_at_location_id = s.id) AS hours "
        "FROM service_at_location s JOIN location l ON l.id = s.location_id WHERE s.service_id = $1 ORDER BY 1",
        health["id"],
    )
    assert places == [
        {
            "name": "Centre de Belladère",
            "latitude": 18.8556,
            "longitude": -71.7823,
            "pcode": "HT0632",
            "locality": "Belladère",
            "country": "HT",
            "time_zone": "America/Port-au-Prince",
            "kind": "FACILITY",
            "address_lines": ["1 rue de l'Exemple"],
            "phones": ["+50950000202"],
            "hours": ['("{MO,TU,WE,TH,FR}",08:00:00,16:00:00)'],
        },
        {
            "name": "Centre de Ouanaminthe",
            "latitude": 19.5494,
            "longitude": -71.7246,
            "pcode": "HT0421",
            "locality": "Ouanaminthe",
            "country": "HT",
            "time_zone": "America/Port-au-Prince",
            "kind": "FACILITY",
            "address_lines": ["2 rue de l'Exemple"],
            "phones": [],
            "hours": ["({SA},08:00:00,12:00:00)"],
        },
    ]
    (saturday,) = await directory.rows(
        "SELECT o.opens_at, o.closes_at FROM opening o JOIN service_at_location s ON s.id = o.service_at_location_id "
        "WHERE s.service_id = $1 AND o.opens_at::date = '2026-11-28'",
        health["id"],
    )
    assert saturday == {
        "opens_at": datetime(2026, 11, 28, 13, tzinfo=UTC),
        "closes_at": datetime(2026, 11, 28, 17, tzinfo=UTC),
    }
    phone = await directory.one("SELECT number, description, extension FROM phone WHERE service_id = $1", health["id"])
    assert phone == {"number": "+50950000201", "description": "Accueil", "extension": "4"}
    term = await directory.one(
        "SELECT t.scheme, t.code, t.labels FROM service_term s JOIN term t ON t.id = s.term_id WHERE service_id = $1",
        health["id"],
    )
    assert term == {"scheme": "border:Besoins", "code": "SANTE", "labels": {"fr": "Soins de santé"}}


async def test_parents_are_set_where_both_are_shown(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.organizations.reverse()
    await directory.enter("border", serve(border))

    await directory.pull("border")

    parents = await directory.rows(
        "SELECT c.names ->> 'fr' AS child, p.names ->> 'fr' AS parent FROM organization c "
        "JOIN organization p ON p.id = c.parent_id ORDER BY 1"
    )
    assert [tuple(row.values()) for row in parents] == [
        ("Bureau Dwa Moun", "Réseau Frontière Solidaire"),
        ("Clinique Bon Repos", "Réseau Frontière Solidaire"),
    ]


async def test_parents_never_form_a_circle(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.organizations[0]["parent_organization_id"] = border.organizations[1]["id"]
    await directory.enter("border", serve(border))

    await directory.pull("border")

    ring = await directory.rows(
        "SELECT FROM organization a JOIN organization b ON b.id = a.parent_id WHERE b.parent_id = a.id"
    )
    assert ring == []


async def test_the_second_sync_changes_nothing(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    before = await directory.versions(besides=("partner",))

    report = await directory.pull("border", now=NOW + timedelta(minutes=30))

    assert report.counts.told() == {"new": 0, "changed": 0, "unchanged": 9, "gone": 0, "quarantined": 0}
    assert await directory.versions(besides=("partner",)) == before


async def test_a_later_sync_moves_the_time_of_fetching_and_nothing_else(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    content = "SELECT to_jsonb(s) - 'fetched_at' - 'fresh_until' AS told FROM service s ORDER BY id"
    before = await directory.rows(content)
    tomorrow = NOW + timedelta(days=1)

    await directory.pull("border", now=tomorrow)

    assert await directory.rows(content) == before
    for table in ("service", "service_at_location"):
        times = await directory.rows(f"SELECT DISTINCT fetched_at, fresh_until FROM {table}")
        assert times == [{"fetched_at": tomorrow, "fresh_until": tomorrow + timedelta(days=14)}]


async def test_what_changed_at_the_source_changes_here(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    before = await directory.service("Soutien psychosocial")
    border.services[1]["name"] = "Écoute"
    border.services[1]["service_at_locations"] = []
    border.services[0]["service_at_locations"][0]["phones"] = [{"id": "x", "number": "5000-0999"}]
    border.services[0]["schedules"] = []

    report = await directory.pull("border", now=NOW + timedelta(hours=2))

    assert report.counts.told() == {"new": 0, "changed": 2, "unchanged": 7, "gone": 0, "quarantined": 0}
    after = await directory.service("Écoute")
    assert after["id"] == before["id"]
    assert await directory.rows("SELECT id FROM service_at_location WHERE service_id = $1", after["id"]) == []
    phones = await directory.rows("SELECT number FROM phone WHERE service_at_location_id IS NOT NULL")
    assert [row["number"] for row in phones] == ["+50950000999"]
    hours = await directory.rows("SELECT weekdays, rule, opens FROM schedule ORDER BY rule NULLS FIRST")
    assert hours == [
        {"weekdays": ["SA"], "rule": None, "opens": time(8)},
        {"weekdays": [], "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "opens": time(9)},
    ]
    days = await directory.rows(
        "SELECT DISTINCT extract(isodow FROM o.opens_at)::integer AS day FROM opening o "
        "JOIN service_at_location a ON a.id = o.service_at_location_id JOIN service s ON s.id = a.service_id "
        "WHERE s.names ->> 'fr' = 'Consultation médicale'"
    )
    assert days == [{"day": 6}]


async def test_the_search_index_is_kept_with_each_batch(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    index = "SELECT to_jsonb(p) - 'id' AS entry FROM service_place p ORDER BY p.service_id, p.service_at_location_id"
    await directory.enter("border", serve(border))
    await directory.pull("border")
    border.organizations[1]["name"] = "Clinique Nouvelle"
    border.services[2]["service_at_locations"][0]["location"]["name"] = "Ouanaminthe, nouveau bâtiment"
    border.services[3]["attributes"][0]["taxonomy_term"]["name"] = "Hébergement"
    border.services[4]["status"] = "inactive"
    border.services[5]["status"] = "active"
    await directory.pull("border")

    kept = await directory.rows(index)
    await directory.rows("SELECT refresh_search()")

    assert await directory.rows(index) == kept
    told = " ".join(row["entry"]["document"] for row in kept)
    assert all(word in told for word in ("'nouvell'", "'nouveau'", "'hebergement'", "'transport'"))
    assert "'information'" not in told


async def test_a_place_that_comes_back_is_made_again(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))
    places = border.services[1]["service_at_locations"]
    await directory.pull("border")
    border.services[1]["service_at_locations"] = []
    await directory.pull("border")

    border.services[1]["service_at_locations"] = places
    await directory.pull("border")

    found = await directory.rows(
        "SELECT l.names FROM service_at_location p JOIN location l ON l.id = p.location_id "
        "JOIN service s ON s.id = p.service_id WHERE s.names ->> 'fr' = 'Soutien psychosocial'"
    )
    assert found == [{"names": {"fr": "Centre de Belladère"}}]


async def test_what_cannot_be_mapped_is_named_and_kept(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    address = serve(border)
    await directory.enter("border", address)

    report = await directory.pull("border")

    problems = {finding.where.removeprefix(address): finding.problem for finding in report.findings}
    legal = border.services[3]["id"]
    assert problems == {
        f"/services/{legal}": (
            "Latitude 95 and longitude -71.7 are not on earth. “Permanence de Capotille” comes without coordinates. "
            "Ask the partner to correct them.\n"
            "P-code HT9999 of “Permanence de Capotille” is not known: the place comes without it. Correct it."
        ),
    }
    assert not any(finding.quarantined for finding in report.findings)
    place = await directory.one("SELECT * FROM location WHERE names ->> 'fr' = 'Permanence de Capotille'")
    assert (place["latitude"], place["longitude"], place["pcode"], place["locality"]) == (None, None, None, "Capotille")
    records = await directory.rows("SELECT remote_id, raw FROM source_record WHERE kind = 'SERVICE'")
    assert {row["remote_id"]: row["raw"] for row in records} == {each["id"]: each for each in border.services}


async def test_a_service_no_longer_given_is_a_tombstone(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    assert (await directory.service("Ancien transport"))["removed_at"] == NOW

    border.services[5]["status"] = "active"
    await directory.pull("border")

    assert (await directory.service("Ancien transport"))["removed_at"] is None


async def test_a_service_closed_for_a_time_is_never_open(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.services[0]["status"] = "temporarily closed"
    await directory.enter("border", serve(border))

    await directory.pull("border")

    closed = await directory.service("Consultation médicale")
    assert (closed["status"], closed["removed_at"]) == ("TEMPORARILY_CLOSED", None)
    of_it = "FROM schedule h JOIN service_at_location a ON a.id = h.service_at_location_id WHERE a.service_id = $1"
    assert await directory.rows(f"SELECT {of_it}", closed["id"]) == []
    kept = await directory.one("SELECT content FROM unmapped WHERE record_id = $1", closed["id"])
    assert [each["byday"] for each in kept["content"]["schedules"]] == ["MO,TU,WE,TH,FR"], "it is said again"


async def test_each_service_is_asked_for_where_the_list_tells_less(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.lists_whole = False
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.counts.new == 9
    assert {f"/services/{each['id']}" for each in border.services} <= set(border.asked)
    assert len(await directory.rows("SELECT FROM service_at_location")) == 6


async def test_one_full_record_that_fails_stops_no_other(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.lists_whole = False
    broken = f"/services/{border.services[1]['id']}"
    border.before = lambda request: answer({}, 500) if request.url.path == broken else None
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE
    assert (report.counts.new, report.counts.quarantined) == (8, 1)
    (out,) = [finding for finding in report.findings if finding.quarantined]
    assert out.where.endswith(broken)
    assert "answered 500" in out.problem
    kept = await directory.one("SELECT status, raw FROM source_record WHERE remote_id = $1", border.services[1]["id"])
    assert (kept["status"], kept["raw"]["name"]) == ("QUARANTINED", "Soutien psychosocial")


async def test_places_told_apart_from_their_services_come_in(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    alone = border.services[1]["service_at_locations"].pop()
    border.places = [
        {**alone, "service": {"id": border.services[1]["id"], "name": "x"}},
        {**border.services[0]["service_at_locations"][0], "service": {"id": border.services[0]["id"]}},
        {"id": "lost", "service": {"id": "nowhere"}, "location": alone["location"]},
    ]
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert (report.counts.new, report.counts.quarantined) == (10, 1)
    assert "Its service nowhere is not in the directory" in report.findings[-1].problem
    assert len(await directory.rows("SELECT FROM service_at_location")) == 6
    before = await directory.versions(besides=("partner",))
    await directory.pull("border")
    assert await directory.versions(besides=("partner",)) == before


async def test_pages_are_followed_whatever_the_totals_say(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.per_page = 2
    border.envelope = lambda page: page | {"total_pages": 1, "total_items": 1, "page_number": 1, "size": 99}
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE
    assert report.counts.new == 9
    services = [path for path in border.asked if path.startswith("/services?")]
    assert [path.split("page=")[1].split("&")[0] for path in services] == ["1", "2", "3"]


async def test_a_list_without_end_stops_at_the_first_empty_page(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.per_page = 4
    border.envelope = lambda page: {"total_pages": 1000, "contents": page["contents"]}
    await directory.enter("border", serve(border))

    assert (await directory.pull("border")).counts.new == 9
    assert len([path for path in border.asked if path.startswith("/services?")]) == 3


async def test_a_list_that_repeats_itself_is_read_once_and_doubted(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.per_page = 3

    def again(request: Request) -> Response | None:
        if request.url.path != "/services":
            return None
        page = {"total_items": 60, "last_page": False, "contents": border.services[:3]}
        return answer(page)

    await directory.enter("border", serve(border))
    await directory.pull("border")
    border.before = again

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE
    assert report.counts.told() == {"new": 0, "changed": 0, "unchanged": 6, "gone": 0, "quarantined": 0}
    assert "repeats itself after 3 records though it speaks of 60; nothing is taken as missing" in report.notes[0]
    assert await directory.rows("SELECT FROM source_record WHERE missed > 0") == []


async def test_records_that_are_none_are_kept_out_and_kept(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.services += [
        {"name": "Sans identité", "status": "active", "service_at_locations": []},
        {"id": "nameless", "status": "active", "service_at_locations": []},
        17,
        {"id": "odd", "name": "Bizarre\0", "status": "active", "minimum_age": 40, "maximum_age": 3, "phones": "none",
         "organization": [], "service_at_locations": [None, {"id": "p"}, {"id": "q", "location": {"name": "?"}}],
         "attributes": {"a": 1}, "schedules": [{"freq": "WEEKLY", "byday": "XX"}], "description": "\ud800"},
    ]  # fmt: skip
    border.before = lambda request: (
        Response(
            json.dumps({"last_page": True, "contents": border.services, "nan": float("nan")}),
            media_type="application/json",
        )
        if request.url.path == "/services"
        else None
    )
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE, report
    assert (report.counts.new, report.counts.quarantined) == (10, 3)
    out = sorted(finding.problem for finding in report.findings if finding.quarantined)
    assert out == [
        "It has no id. Ask the partner to give it one.",
        "It has no id. Ask the partner to give it one.",
        "It has no name. Ask the partner to name it.",
    ]
    odd = await directory.service("Bizarre\ufffd")
    assert (odd["minimum_age"], odd["maximum_age"], odd["descriptions"]) == (None, None, {"fr": "\ufffd"})
    raw = [row["raw"] for row in await directory.rows("SELECT raw FROM source_record WHERE status = 'QUARANTINED'")]
    assert {"value": 17} in raw
    assert {"name": "Sans identité", "status": "active", "service_at_locations": []} in raw


async def test_a_record_that_turns_bad_leaves_what_stood(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    before = await directory.service("Soutien psychosocial")
    name = border.services[1].pop("name")

    report = await directory.pull("border", now=NOW + timedelta(days=1))

    assert report.counts.told() == {"new": 0, "changed": 0, "unchanged": 8, "gone": 0, "quarantined": 1}
    assert await directory.service("Soutien psychosocial") == before, "it stays as it was, and grows stale"
    border.services[1]["name"] = name
    assert (await directory.pull("border", now=NOW + timedelta(days=2))).counts.changed == 1


async def test_the_version_must_be_three(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.version = "HSDS-UK-3.0"
    await directory.enter("border", serve(border))
    assert (await directory.pull("border")).outcome is SyncOutcome.COMPLETE
    partner = await directory.one("SELECT cursor, last_success_at, last_failure FROM partner")
    assert partner.pop("cursor")["system"] == {"version": "HSDS-UK-3.0", "profile": "https://example.org/profile"}
    assert partner == {"last_success_at": NOW, "last_failure": None}

    border.version = "2.0"
    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.FAILED
    assert "speaks of version “2.0”; HSDS 3 is read here" in report.failures[0]


async def test_organisations_may_be_told_by_their_services_alone(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.before = lambda request: (
        answer({}, 404) if request.url.path in ("/organizations", "/service_at_locations") else None
    )
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE
    assert report.counts.new == 6
    names = {row["name"] for row in await directory.rows("SELECT names ->> 'fr' AS name FROM organization")}
    assert names == {"border", "Réseau Frontière Solidaire", "Clinique Bon Repos", "Bureau Dwa Moun"}
    assert len(report.notes) == 2


async def test_an_address_that_is_no_api_is_said_to_be_none(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border) + "/elsewhere")

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.FAILED
    assert "The address must be the one below which /services is found" in report.failures[0]
