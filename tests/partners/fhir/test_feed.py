"""A FHIR server comes in whole, then what changed alone, whatever its pages do meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.partners import PartnerKind, RecordKind
from partners.connector import Source
from partners.fhir.connector import CONNECTOR
from partners.fhir.system import NotFHIR
from partners.outgoing import asker
from partners.records import Deleted, Remote, Swept
from partners.settings import Settings
from partners.sync import sync
from tests.partners.conftest import NOW, QUICK, Directory
from tests.partners.fhir.server import FhirServer, refused, small_network

Serve = Callable[[Any], str]
Part = Remote | Deleted | Swept


@pytest.fixture
def registry(serve: Serve) -> FhirServer:
    server = small_network()
    server.now += timedelta(minutes=5)
    server.base = serve(server)
    return server


async def read(server: FhirServer, *, cursor: dict[str, Any] | None = None) -> list[Part]:
    async with asker(["127.0.0.0/8"], QUICK) as ask:
        source = Source(server.base, Settings(), cursor or {}, whole=cursor is None)
        return [part async for part in CONNECTOR.read(source, ask)]


def ids(parts: list[Part], kind: RecordKind = RecordKind.SERVICE) -> list[str]:
    return [part.remote_id for part in parts if isinstance(part, Remote) and part.kind is kind]


def swept(parts: list[Part], kind: RecordKind = RecordKind.SERVICE) -> Swept:
    return [part for part in parts if isinstance(part, Swept) and part.kind is kind][-1]


def cursors(parts: list[Part]) -> dict[str, Any]:
    return {part.kind: part.cursor for part in parts if isinstance(part, Swept) and part.cursor}


async def test_a_whole_reading_brings_every_type_with_what_it_points_to(registry: FhirServer) -> None:
    parts = await read(registry)

    assert ids(parts, RecordKind.ORGANIZATION) == ["clinic", "mspp"]
    assert sorted(ids(parts)) == ["birth", "care", "legal"]
    assert all(part.complete and part.note is None for part in parts if isinstance(part, Swept))
    carried = [part.remote_id for part in parts if isinstance(part, Remote) and part.carried]
    assert sorted(carried) == ["api", "belladere", "wards", "works-with"], (
        "areas, kinds of places, and what is no place"
    )
    (care,) = [part for part in parts if isinstance(part, Remote) and part.remote_id == "care"]
    assert [entry["resource"]["id"] for entry in care.raw["entry"]] == ["care", "site", "annex", "belladere"]
    assert care.modified_at == next(each.at for each in registry.versions if each.id == "care")
    assert swept(parts).cursor == {"since": "2026-11-20T08:05:11.000000Z"}, "the server's own time"


async def test_what_changed_is_read_alone_with_deletes(registry: FhirServer) -> None:
    before = cursors(await read(registry))
    registry.now += timedelta(minutes=5)
    registry.put({"resourceType": "HealthcareService", "id": "birth", "name": "Maternité (1)"})
    registry.put({"resourceType": "HealthcareService", "id": "birth", "name": "Maternité (2)"})
    registry.put({"resourceType": "HealthcareService", "id": "brief", "name": "Un jour"})
    registry.delete("HealthcareService", "brief")
    registry.delete("HealthcareService", "legal")
    registry.asked.clear()

    parts = await read(registry, cursor=before)

    told = {part.remote_id: part.raw["name"] for part in parts if isinstance(part, Remote)}
    assert told == {"birth": "Maternité (2)"}, "its last version, and nothing else"
    assert {part.remote_id for part in parts if isinstance(part, Deleted)} == {"brief", "legal"}
    assert not swept(parts).complete, "what is not named is not missing"
    asked = "/HealthcareService/_history?_since=2026-11-20T08%3A04%3A11.000000Z&_count=200"
    assert asked in registry.asked, "a minute before"


async def test_without_a_history_what_changed_is_searched(registry: FhirServer) -> None:
    registry.interactions = ("read", "search-type")
    before = cursors(await read(registry))
    registry.now += timedelta(minutes=5)
    registry.put({"resourceType": "HealthcareService", "id": "birth", "name": "Maternité (1)"})
    registry.asked.clear()

    parts = await read(registry, cursor=before)

    assert ids(parts) == ["birth"]
    assert any(path.startswith("/HealthcareService?_lastUpdated=ge2026-11-20T08") for path in registry.asked)


async def test_a_history_that_reaches_back_no_further_is_not_needed(registry: FhirServer) -> None:
    before = cursors(await read(registry))
    registry.before = lambda request: refused("too old", 410) if "_history" in request.url.path else None
    registry.now += timedelta(minutes=5)
    registry.put({"resourceType": "HealthcareService", "id": "birth", "name": "Maternité (1)"})

    assert ids(await read(registry, cursor=before)) == ["birth"]


async def test_without_a_search_the_history_tells_all(registry: FhirServer) -> None:
    registry.interactions = ("read", "history-type")
    registry.delete("HealthcareService", "legal")
    registry.put({"resourceType": "HealthcareService", "id": "birth", "name": "Maternité (1)"})

    parts = await read(registry)

    assert sorted(ids(parts)) == ["birth", "care"]


async def test_pages_that_shift_while_others_write_lose_nothing(registry: FhirServer) -> None:
    registry.shifting = True
    for number in range(6):
        registry.put({"resourceType": "HealthcareService", "id": f"s{number}", "name": f"Service {number}"})
    written = iter(["care", "s0", "s1"])

    def write() -> None:
        if "/HealthcareService" in registry.asked[-1] or "_getpages=HealthcareService" in registry.asked[-1]:
            for record in written:
                registry.now += timedelta(seconds=1)
                registry.put({"resourceType": "HealthcareService", "id": record, "name": "Changé"})
                break

    registry.between = write
    parts = await read(registry)

    found = ids(parts)
    assert len(found) == len(set(found))
    assert set(found) == {"birth", "care", "legal", *(f"s{number}" for number in range(6))}
    assert swept(parts).complete


async def test_a_next_that_never_ends_is_left(registry: FhirServer) -> None:
    numbers = iter(range(1_000_000))
    looping = {"resourceType": "Bundle", "type": "searchset"}

    def loop(request: Any) -> Any:
        from tests.partners.servers import answer

        if "HealthcareService" not in str(request.url):
            return None
        entry = [{"resource": each.resource} for each in registry.standing("HealthcareService")]
        link = [{"relation": "next", "url": f"{registry.base}/HealthcareService?page={next(numbers)}"}]
        return answer({**looping, "entry": entry, "link": link})

    registry.before = loop
    parts = await read(registry)

    assert sorted(ids(parts)) == ["birth", "care", "legal"]
    assert not swept(parts).complete
    assert "repeats itself after 3 entries" in str(swept(parts).note)
    assert swept(parts).cursor is None
    assert sum("HealthcareService" in path for path in registry.asked) == 2


async def test_a_next_on_another_server_is_not_followed(registry: FhirServer) -> None:
    registry.onward = lambda link: link.replace("127.0.0.1", "localhost")

    parts = await read(registry)

    assert "which is another server" in str(swept(parts).failure)
    assert not swept(parts).complete


async def test_a_total_that_lies_makes_the_list_doubtful(registry: FhirServer) -> None:
    registry.total = lambda found: found + 3

    parts = await read(registry)

    assert sorted(ids(parts)) == ["birth", "care", "legal"]
    assert "speaks of 6 records, and shows 3" in str(swept(parts).note)
    assert not swept(parts).complete


async def test_a_search_that_expired_ends_its_type_alone(registry: FhirServer) -> None:
    def forget(request: Any) -> Any:
        if str(request.query_params.get("_getpages", "")).startswith("s-HealthcareService"):
            registry.searches.clear()

    registry.before = forget
    parts = await read(registry)

    assert "answered 410" in str(swept(parts).failure)
    assert swept(parts, RecordKind.ORGANIZATION).complete


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"resourceType": "OperationOutcome", "issue": [{"diagnostics": "closed"}]}, "it will not: closed"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"}, "speaks FHIR “3.0.2”; R4 is read here"),
        ({"hello": 1}, "is no CapabilityStatement"),
    ],
)
async def test_what_is_no_fhir_server_is_told(registry: FhirServer, said: Any, words: str) -> None:
    from tests.partners.servers import answer

    registry.before = lambda _: answer(said)
    with pytest.raises(NotFHIR, match=words):
        await read(registry)


async def test_it_says_what_it_is(registry: FhirServer) -> None:
    registry.fhir = "4.3.0"
    async with asker(["127.0.0.0/8"], QUICK) as ask:
        found = await CONNECTOR.look(Source(registry.base, Settings()), ask)

    assert found.what == "FHIR R4B (IHE mCSD)"
    assert found.details["HealthcareService"] == "3"
    assert found.details["software"] == "HAPI-like 1"
    assert found.notes == ("It speaks FHIR R4B: what R4 does not know is kept as it came.",)


async def test_it_becomes_the_directory(directory: Directory, registry: FhirServer) -> None:
    await directory.enter("registry", registry.base, PartnerKind.FHIR)
    # Capacity is told by a time of its own: it is fresh here.
    report = await directory.pull("registry", now=datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert report.failures == []
    care = await directory.service("Consultation médicale")
    clinic = await directory.one("SELECT * FROM organization WHERE id = $1", care["organization_id"])
    assert (clinic["names"], clinic["website"]) == ({"fr": "Clinique Bon Repos"}, "https://clinique.example.org")
    assert (care["category"], care["languages"], care["descriptions"]) == (
        "HEALTH",
        ["ht", "fr"],
        {"fr": "Sans rendez-vous."},
    )
    assert (care["eligibility_notes"], care["fees"]) == ({"fr": "Toute personne."}, {"fr": "Free"})
    site = await directory.one("SELECT * FROM location WHERE names ->> 'fr' = 'Centre de Belladère'")
    assert (site["names"], site["pcode"], site["kind"]) == (
        {"fr": "Centre de Belladère", "ht": "Sant Beladè"},
        "HT0632",
        "FACILITY",
    )
    assert site["organization_id"] == clinic["id"]
    hours = await directory.rows(
        "SELECT l.names ->> 'fr' AS name, h.weekdays, h.opens::text FROM schedule h JOIN service_at_location a "
        "ON a.id = h.service_at_location_id JOIN location l ON l.id = a.location_id JOIN service s "
        "ON s.id = a.service_id ORDER BY 1, 2"
    )
    assert hours == [
        {"name": "Annexe", "weekdays": ["MO", "FR"], "opens": "08:00:00"},
        {"name": "Centre de Belladère", "weekdays": ["MO", "FR"], "opens": "08:00:00"},
        {"name": "Centre de Belladère", "weekdays": ["SA"], "opens": "09:00:00"},
    ], "a service that does not say is given when its place is open"
    assert len(await directory.rows("SELECT FROM schedule_exception")) == 4
    capacity = await directory.one("SELECT state, service_id FROM capacity")
    assert capacity == {"state": "FULL", "service_id": care["id"]}
    rest = await directory.one("SELECT content FROM unmapped WHERE record_id = $1", care["id"])
    assert {"specialty", "characteristic", "serviceProvisionCode", "category"} <= set(rest["content"])
    (finding,) = [each for each in report.findings if each.remote_id == "legal"]
    assert "Location Location/unknown is not shown" in finding.problem
    names = await directory.rows("SELECT names ->> 'fr' AS name FROM location ORDER BY 1")
    assert [row["name"] for row in names] == ["Annexe", "Centre de Belladère"], "areas are no places"

    before = await directory.versions(besides=("partner",))
    again = await directory.pull("registry", now=datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert (again.counts.new, again.counts.changed) == (0, 0)
    assert await directory.versions(besides=("partner",)) == before


async def test_a_delete_is_gone_at_once_and_a_safe_house_is_hidden(directory: Directory, registry: FhirServer) -> None:
    registry.put(
        {
            "resourceType": "HealthcareService",
            "id": "house",
            "name": "Maison Planquette",
            "category": [{"text": "Safe house"}],
            "location": [{"reference": "Location/annex"}],
        }
    )
    await directory.enter("registry", registry.base, PartnerKind.FHIR, visibility="PUBLIC")
    await directory.pull("registry")
    house = await directory.service("Maison Planquette")
    assert (house["visibility"], house["category"]) == ("ORGANIZATION", "SAFE_HOUSE")

    assert (await directory.one("SELECT visibility FROM location WHERE names ->> 'fr' = 'Annexe'"))["visibility"] == (
        "ORGANIZATION"
    )
    registry.now += timedelta(minutes=5)
    registry.delete("HealthcareService", "birth")
    report = await sync(directory.worker, "registry", now=NOW + timedelta(minutes=30), whole=False, patience=QUICK)

    assert (report.failures, report.counts.gone) == ([], 1)
    assert (await directory.service("Maternité"))["removed_at"] is not None
