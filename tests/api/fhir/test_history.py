"""ITI-91: what changed since, version by version, with deletes that have no resource and merges that name the other."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import asyncpg

from tests.api.fhir.conftest import World, written
from tests.api.fhir.served import Asking


def change(world: World, statement: str, *arguments: Any) -> None:
    """One statement, and its versions."""

    async def execute() -> None:
        connection = await asyncpg.connect(world.urls.migration)
        await connection.execute(statement, *arguments)
        await connection.close()
        await written(world.urls)

    asyncio.run(execute())


def now() -> str:
    return quote(datetime.now(UTC).isoformat())


def test_each_version_is_told_newest_first(world: World, stranger: Asking) -> None:
    since, birth = now(), world.ids["Maternité"]
    for name in ("Maternité I", "Maternité II"):
        change(world, "UPDATE service SET names = $2 WHERE id = $1", birth, json.dumps({"fr": name}))

    bundle = stranger.get(f"HealthcareService/_history?_since={since}")

    told = [(e["request"], e["resource"]["name"], e["response"]["etag"]) for e in bundle["entry"]]
    put = {"method": "PUT", "url": f"HealthcareService/{birth}"}
    assert told == [(put, "Maternité II", 'W/"3"'), (put, "Maternité I", 'W/"2"')]
    assert bundle["type"] == "history"
    assert bundle["entry"][0]["response"]["lastModified"] == bundle["entry"][0]["resource"]["meta"]["lastUpdated"]
    assert (
        stranger.get(f"HealthcareService/_history?_since={quote(bundle['meta']['lastUpdated'])}").get("entry") is None
    )
    own = stranger.get(f"HealthcareService/{birth}/_history")["entry"]
    assert [each["request"]["method"] for each in own] == ["PUT", "PUT", "POST"]
    assert stranger.get(f"HealthcareService/{birth}/_history/1")["name"] == "Maternité"
    assert "capacity" not in json.dumps(stranger.get(f"HealthcareService/{birth}/_history/1"))
    change(world, "UPDATE service SET names = $2 WHERE id = $1", birth, json.dumps({"fr": "Maternité"}))


def test_pages_do_not_shift_while_others_write(world: World, stranger: Asking) -> None:
    birth, seen = world.ids["Maternité"], []
    link: str | None = "HealthcareService/_history?_count=1"
    before = [entry["response"]["etag"] + entry["fullUrl"] for entry in stranger.every("HealthcareService/_history")]
    number = 0
    while link:
        bundle = stranger.get(link)
        seen += [entry["response"]["etag"] + entry["fullUrl"] for entry in bundle["entry"]]
        link = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), None)
        if number < 2:
            number += 1
            change(world, "UPDATE service SET names = $2 WHERE id = $1", birth, json.dumps({"fr": f"M {number}"}))
    assert seen == before, "what is new comes before the first page"
    change(world, "UPDATE service SET names = $2 WHERE id = $1", birth, json.dumps({"fr": "Maternité"}))


def test_a_delete_has_no_resource(world: World, stranger: Asking) -> None:
    since, legal = now(), world.ids["Aide juridique"]
    change(world, "UPDATE service SET removed_at = now() WHERE id = $1", legal)

    (entry,) = stranger.get(f"HealthcareService/_history?_since={since}")["entry"]
    assert entry["request"] == {"method": "DELETE", "url": f"HealthcareService/{legal}"}
    assert "resource" not in entry
    assert (entry["response"]["status"], "outcome" in entry["response"]) == ("204", False)
    (issue,) = stranger.get(f"HealthcareService/{legal}", status=410)["issue"]
    assert issue["code"] == "deleted"
    assert "Aide juridique" not in stranger.names("HealthcareService")
    change(world, "UPDATE service SET removed_at = NULL WHERE id = $1", legal)
    assert stranger.get(f"HealthcareService/{legal}")["name"] == "Aide juridique"


def test_a_merged_record_names_what_replaced_it(world: World, stranger: Asking) -> None:
    since, kept, merged = now(), world.ids["Accueil"], world.ids["Maternité"]
    merge = "UPDATE service SET merged_into_id = $2, removed_at = now() WHERE id = $1"
    change(world, merge, merged, kept)

    entries = stranger.get(f"HealthcareService/_history?_since={since}")["entry"]
    (entry,) = [each for each in entries if each["request"]["url"].endswith(str(merged))]
    into = [{"url": "urn:konbit:fhir:merged-into", "valueReference": {"reference": f"HealthcareService/{kept}"}}]
    assert entry["request"]["method"] == "DELETE"
    assert entry["response"]["outcome"]["issue"][0]["extension"] == into
    (issue,) = stranger.get(f"HealthcareService/{merged}", status=410)["issue"]
    assert (issue["code"], issue["extension"]) == ("deleted", into)
    assert issue["diagnostics"] == f"It was merged: HealthcareService/{kept} tells of it now."
    change(world, "UPDATE service SET merged_into_id = NULL, removed_at = NULL WHERE id = $1", merged)
