"""What the FHIR server answers: valid resources, read, searched and refused as FHIR R4 and IHE mCSD have it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import pytest

from auth.scopes import Scope
from tests.api.fhir.conftest import World
from tests.api.fhir.served import Asking
from tests.partners.fhir.schema import broken, needed

TYPES = ("Organization", "Location", "HealthcareService")
SITE, CLINIC = "Centre de Belladère", "Clinique Bon Repos"


def outcome(said: dict[str, Any]) -> tuple[str, str]:
    (issue,) = said["issue"]
    return issue["code"], issue["diagnostics"]


def query(*parameters: tuple[str, str]) -> str:
    return urlencode(parameters)


@needed
def test_every_answer_is_valid(world: World, stranger: Asking) -> None:
    paths = ["metadata", *TYPES, *(f"{each}/_history" for each in TYPES)]
    for bundle in (each for path in paths[1:] for each in stranger.pages(f"{path}?_count=2")):
        assert broken(bundle) == []
    told = [
        stranger.get("metadata"),
        stranger.get("Patient/1", status=404),
        stranger.get("Location?near=x", status=400),
    ]
    for resource in told:
        assert broken(resource) == []


def test_it_says_that_it_is_a_directory_of_mcsd(stranger: Asking) -> None:
    answer = stranger.ask("metadata", headers={"authorization": ""})

    assert answer.headers["content-type"] == "application/fhir+json"
    said = answer.json()
    assert said["fhirVersion"] == "4.0.1"
    assert "https://profiles.ihe.net/ITI/mCSD/CapabilityStatement/IHE.mCSD.Directory.Update" in said["instantiates"]
    of = {each["type"]: each for each in said["rest"][0]["resource"]}
    assert sorted(of) == sorted(TYPES)
    assert "near" in [each["name"] for each in of["Location"]["searchParam"]]
    for each in of.values():
        assert {"read", "vread", "search-type", "history-type"} <= {one["code"] for one in each["interaction"]}


def test_every_parameter_that_it_names_is_followed(stranger: Asking) -> None:
    values = {
        "_id": "x", "_lastUpdated": "ge2020", "active": "true", "status": "active", "near": "18.8|-71.7|5|km",
        "identifier": "a|b", "coverage-area:identifier": "HT06", "location": "Location/x", "organization": "x",
    }  # fmt: skip
    for resource in stranger.get("metadata")["rest"][0]["resource"]:
        for parameter in resource["searchParam"]:
            asked = query((parameter["name"], values.get(parameter["name"], "x")))
            stranger.get(f"{resource['type']}?{asked}", headers={"prefer": "handling=strict"})


def test_one_record_is_read_with_its_version(world: World, stranger: Asking) -> None:
    answer = stranger.ask(f"Location/{world.ids[SITE]}")

    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"].endswith("GMT")
    said = answer.json()
    assert said["meta"]["versionId"] == "1"
    assert said["position"] == {"longitude": -71.7823, "latitude": 18.8556}
    assert said["address"] == {
        "line": ["1 rue de l'Exemple"],
        "city": "Belladère",
        "district": "Belladère",
        "state": "Centre",
        "country": "HT",
    }
    assert said["managingOrganization"] == {"reference": f"Organization/{world.ids[CLINIC]}"}
    stranger.ask(f"Location/{world.ids[SITE]}", headers={"if-none-match": 'W/"1"'}, status=304)
    assert stranger.get(f"Location/{world.ids[SITE]}/_history/1") == said
    assert outcome(stranger.get(f"Location/{world.ids[SITE]}/_history/9", status=404))[0] == "not-found"


def test_a_service_tells_where_when_and_whether_there_is_room(world: World, stranger: Asking) -> None:
    said = stranger.get(f"HealthcareService/{world.ids['Consultation médicale']}")

    assert said["providedBy"] == {"reference": f"Organization/{world.ids[CLINIC]}", "display": CLINIC}
    assert [each["display"] for each in said["location"]] == [SITE, "Annexe"]
    (hours,) = said["availableTime"]
    assert hours == {
        "daysOfWeek": ["mon", "fri"],
        "availableStartTime": "08:00:00",
        "availableEndTime": "16:00:00",
    }
    (status,) = [each for each in said["extension"] if each["url"].endswith("HealthcareServiceCapacityStatus")]
    assert status["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "no-capacity"
    assert {each["coding"][0]["code"] for each in said["communication"]} == {"ht", "fr"}
    assert said["characteristic"] == [{"text": "Wheelchair access"}], "what the directory has no place for"


@pytest.mark.parametrize(
    ("type_", "parameters", "found"),
    [
        ("HealthcareService", [("name", "consult")], ["Consultation médicale"]),
        ("HealthcareService", [("name", "MATERNITE")], ["Maternité"]),
        ("HealthcareService", [("name", "médicale")], []),
        ("HealthcareService", [("name:contains", "medicale,jurid")], ["Aide juridique", "Consultation médicale"]),
        ("HealthcareService", [("name:exact", "maternité")], []),
        ("HealthcareService", [("name:exact", "Maternité")], ["Maternité"]),
        ("HealthcareService", [("name", "%")], []),
        ("HealthcareService", [("active", "true"), ("name", "a")], ["Accueil", "Aide juridique"]),
        ("HealthcareService", [("active", "false")], []),
        ("HealthcareService", [("service-type", "http://snomed.info/sct|11429006")], ["Consultation médicale"]),
        ("HealthcareService", [("service-type", "11429006")], ["Consultation médicale"]),
        ("HealthcareService", [("service-type", "http://loinc.org|11429006")], []),
        ("HealthcareService", [("service-category", "HEALTH,SHELTER")], ["Accueil", "Consultation médicale"]),
        ("HealthcareService", [("specialty", "http://snomed.info/sct|394814009")], ["Consultation médicale"]),
        ("HealthcareService", [("coverage-area:identifier", "HT0632")], ["Consultation médicale"]),
        ("HealthcareService", [("_lastUpdated", "lt2020-01-01")], []),
        ("Organization", [("identifier", "https://example.org/facilities|F-17")], [CLINIC]),
        ("Organization", [("identifier", "F-17")], [CLINIC]),
        ("Organization", [("identifier", "https://other.example.org|F-17")], []),
        ("Organization", [("type", "NGO")], ["Voisine"]),
        ("Location", [("identifier", "HT0632")], [SITE]),
        ("Location", [("type", "facility")], [SITE]),
        ("Location", [("status", "active"), ("name:contains", "exe")], ["Annexe"]),
        ("Location", [("near", "18.8556|-71.7823|1|km")], [SITE]),
        ("Location", [("near", "18.8556|-71.7823|0.000001|m")], [SITE]),
        ("Location", [("near", "18.9556|-71.7823|11|km")], []),
        ("Location", [("near", "18.9556|-71.7823|12|km")], [SITE]),
        ("Location", [("near", "18.9556|-71.7823|7|[mi_i]")], [SITE]),
    ],
)
def test_a_search_finds(stranger: Asking, type_: str, parameters: Iterable[tuple[str, str]], found: list[str]) -> None:
    path = f"{type_}?{query(*parameters)}"

    assert stranger.names(path) == found
    assert stranger.get(f"{path}&_summary=count")["total"] == len(found)
    assert stranger.get(path)["total"] == len(found)


def test_references_find_what_belongs_together(world: World, stranger: Asking) -> None:
    site, clinic, ministry = (world.ids[each] for each in (SITE, CLINIC, "Ministère de la Santé"))
    asked = [
        (f"HealthcareService?location=Location/{site}", ["Accueil", "Consultation médicale", "Maternité"]),
        (f"HealthcareService?location={world.served.address}/fhir/Location/{site}&name=mat", ["Maternité"]),
        (f"HealthcareService?organization={ministry}", ["Aide juridique"]),
        (f"Location?organization=Organization/{clinic}", [SITE]),
        (f"Organization?partof={ministry}", [CLINIC]),
        (f"Organization?_id={clinic},{ministry}", [CLINIC, "Ministère de la Santé"]),
    ]
    assert [(path, stranger.names(path)) for path, _ in asked] == asked


def test_what_belongs_to_a_match_comes_along(world: World, stranger: Asking) -> None:
    included = ("_include", "HealthcareService:location"), ("_include", "HealthcareService:organization")
    bundle = stranger.get(f"HealthcareService?{query(('name', 'mater'), *included)}")
    modes = [(each["search"]["mode"], each["resource"]["name"]) for each in bundle["entry"]]
    assert modes == [("match", "Maternité"), ("include", SITE), ("include", CLINIC)]
    assert bundle["total"] == 1

    back = query(("_id", str(world.ids[CLINIC])), ("_revinclude", "Location:organization"))
    bundle = stranger.get(f"Organization?{back}")
    assert [each["resource"]["name"] for each in bundle["entry"]] == [CLINIC, SITE]


def test_pages_lead_on_and_hold_each_record_once(stranger: Asking) -> None:
    bundles = list(stranger.pages("HealthcareService?_count=1&active=true"))

    names = [entry["resource"]["name"] for bundle in bundles for entry in bundle["entry"]]
    assert sorted(names) == ["Accueil", "Aide juridique", "Consultation médicale", "Maternité"]
    assert [len(bundle["entry"]) for bundle in bundles] == [1, 1, 1, 1]
    assert {bundle["total"] for bundle in bundles} == {4}


def test_a_search_may_be_sent_as_a_form(stranger: Asking) -> None:
    sent = stranger.get("HealthcareService/_search", method="POST", data={"name": "mater"})

    assert [each["resource"]["name"] for each in sent["entry"]] == ["Maternité"]
    assert outcome(stranger.get("HealthcareService/_search", method="POST", json={}, status=400))[0] == "invalid"


def test_a_parameter_that_is_not_known_is_left_out_or_refused(stranger: Asking) -> None:
    bundle = stranger.get("Location?colour=red&name=ann")
    assert [each["resource"]["name"] for each in bundle["entry"]] == ["Annexe"]
    assert bundle["link"][0]["url"].endswith("/fhir/Location?name=ann")

    strict = {"prefer": "handling=strict"}
    code, words = outcome(stranger.get("Location?colour=red", headers=strict, status=400))
    assert code == "invalid"
    assert words.startswith("colour is not supported. There are: ")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Patient", 404, "not-supported"),
        ("Patient/1", 404, "not-supported"),
        ("", 404, "not-supported"),
        ("Location/nothing", 404, "not-found"),
        ("Location/00000000-0000-4000-8000-000000000000", 404, "not-found"),
        ("Location?near=91|0", 400, "invalid"),
        ("Location?near=18|-71|5|parsec", 400, "invalid"),
        ("Location?name:missing=true", 400, "invalid"),
        ("Location?_lastUpdated=yesterday", 400, "invalid"),
        ("Location?_count=many", 400, "invalid"),
        ("Location?_page=1", 400, "invalid"),
        ("Location?_sort=name", 400, "invalid"),
        ("Location/_history?_since=yesterday", 400, "invalid"),
        ("Location/_history?_page=x", 400, "invalid"),
        ("Location/_history?_page=9999-12-31T23:59:59-14:00_01a201b9-94d6-7e82-b04b-66ad1cc0417c_1", 400, "invalid"),
        (
            "Location/_history?_page=2026-01-01T00:00:00Z_01a201b9-94d6-7e82-b04b-66ad1cc0417c_99999999999",
            400,
            "invalid",
        ),
        ("Location?name=%00", 400, "invalid"),
        ("Location?type=%00", 400, "invalid"),
        ("Location?identifier=a|%00", 400, "invalid"),
        ("Location?" + "&".join(["name=a"] * 5), 400, "invalid"),
        ("HealthcareService?" + "&".join(["service-type=" + ",".join("a" * 200)] * 4), 400, "invalid"),
        ("Location?_format=xml", 406, "not-supported"),
    ],
)
def test_what_cannot_be_answered_is_an_outcome(stranger: Asking, path: str, status: int, code: str) -> None:
    answer = stranger.ask(path, status=status)

    assert answer.headers["content-type"] == "application/fhir+json"
    assert outcome(answer.json())[0] == code


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "application/fhir+json; fhirVersion=5.0"])
def test_other_than_json_of_r4_is_not_acceptable(stranger: Asking, accept: str) -> None:
    for path in ("metadata", "Location"):
        assert outcome(stranger.get(path, headers={"accept": accept}, status=406))[0] == "not-supported"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written(stranger: Asking, method: str) -> None:
    assert outcome(stranger.get("Location", method=method, status=405))[0] == "not-supported"


def test_a_token_is_needed_and_its_scope(world: World, stranger: Asking) -> None:
    code, _ = outcome(stranger.get("Location", headers={"authorization": ""}, status=401))
    assert code == "login"
    other = world.served.program(world.ids["Voisine"], Scope.PEOPLE_READ)
    answer = other.ask("Location", status=403)
    assert outcome(answer.json())[0] == "forbidden"
    assert "insufficient_scope" in answer.headers["www-authenticate"]


def test_near_the_ends_of_the_map_is_asked_for_too(stranger: Asking) -> None:
    for point in ("90|180|1000|km", "0|179.9|500|km", "-90|0|1|m"):
        assert stranger.get(f"Location?near={point}")["total"] == 0


def test_names_are_looked_for_by_any_of_several_words(stranger: Asking) -> None:
    for asked in ("name=nobody,clinique bon", "name:contains=bon repos,100%", "name:exact=x,Clinique Bon Repos"):
        found = stranger.get(f"Organization?{asked}")["entry"]
        assert [each["resource"]["name"] for each in found] == [CLINIC], asked
