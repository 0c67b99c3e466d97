"""Whatever a server sends is read or kept out with a reason: nothing of it ends a reading."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.partners import RecordKind
from models.rules.vocabulary import DirectoryKind, LocationKind, ServiceCategory, ServiceStatus
from partners import canonical
from partners.canonical import CannotStand
from partners.fhir.mapping import project
from partners.fhir.resources import resource
from partners.records import Remote
from partners.settings import Settings
from tests.partners.fhir import records
from tests.partners.fhir.server import FACILITY, JURISDICTION, RECORDS
from tests.partners.fhir.test_round_trip import AT, BASE, read, told

Json = dict[str, Any]
TASTE, WHOLE = 25, 3_000
KINDS = {
    "Organization": RecordKind.ORGANIZATION,
    "Location": RecordKind.LOCATION,
    "HealthcareService": RecordKind.SERVICE,
}
junk: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1.5, "", " ", "x", [], [None], [[]], ["x"], {}, {"url": 3}, {"coding": "x"}, [{}]]
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inside for found in nodes(each, (*path, key)))]


@st.composite
def spoiled(draw: st.DrawFn) -> Json:
    """A resource of which up to three parts are something else."""
    whole = [each for each in RECORDS if each["resourceType"] in KINDS]
    found = copy.deepcopy(draw(st.sampled_from(whole) | st.builds(_rich, records.services())))
    for path in draw(st.lists(st.sampled_from(nodes(found)[1:]), min_size=1, max_size=3)):
        if path[0] in ("resourceType", "id"):
            continue
        at = found
        try:
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = copy.deepcopy(draw(junk))
        except (KeyError, IndexError, TypeError):
            continue
    return found


def _rich(service: canonical.Service) -> Json:
    found = told(DirectoryKind.SERVICE, service, rooms=records.rooms_of(service))
    return {**found, "contained": [told(DirectoryKind.LOCATION, place.location) for place in service.places]}


def stands_or_is_kept_out(found: Json) -> None:
    remote = Remote(
        KINDS[found["resourceType"]], found["id"], found, f"{BASE}/{found['resourceType']}/{found['id']}", AT
    )
    try:
        item = project(remote, Settings()).item
    except CannotStand:
        return
    if isinstance(item, canonical.Service | canonical.Organization):
        assert item.names


def proved(count: int) -> Any:
    return settings(
        max_examples=count,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )


def test_a_record_of_which_parts_are_something_else_ends_nothing(prove: bool) -> None:
    proved(WHOLE if prove else TASTE)(given(spoiled())(stands_or_is_kept_out))()


def service(**parts: Any) -> Json:
    return {"resourceType": "HealthcareService", "id": "one", "name": "Un service", **parts}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"name": " "}, "It has no name"),
        ({"modifierExtension": [{"url": "https://example.org/not", "valueBoolean": True}]}, "changes what it means"),
        (
            {
                "meta": {
                    "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]
                }
            },
            "marks it as restricted",
        ),
    ],
)
def test_it_is_kept_out(parts: Json, reason: str) -> None:
    with pytest.raises(CannotStand, match=reason):
        read(RecordKind.SERVICE, service(**parts))


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"availableTime": [{"daysOfWeek": ["monday"]}]}, "its days of the week are not FHIR's"),
        ({"availableTime": [{"daysOfWeek": ["mon"], "availableStartTime": "08:00"}]}, "when it opens and closes"),
        (
            {"availableTime": [{"allDay": True, "modifierExtension": [{"url": "https://example.org/odd"}]}]},
            "https://example.org/odd changes what it means",
        ),
        ({"notAvailable": [{"description": "Travaux", "during": {"start": "2026-12-01"}}]}, "no first and last day"),
        ({"communication": [{"text": "Klingon"}]}, "Language Klingon is not known"),
        ({"location": [{"reference": "https://elsewhere.example.org/Location/1"}]}, "is not shown"),
    ],
)
def test_it_comes_in_without_what_cannot_be_told(parts: Json, problem: str) -> None:
    item, problems = read(RecordKind.SERVICE, service(**parts))

    assert isinstance(item, canonical.Service)
    assert problem in problems[0]
    (part,) = parts
    assert part == "location" or item.unmapped["fhir"][part] == parts[part], "it is told again as it came"


def test_notes_on_whom_it_is_for_are_joined_language_by_language() -> None:
    language = {"url": "http://hl7.org/fhir/StructureDefinition/language", "valueCode": "ht"}
    notes: list[Json] = [
        {"comment": "Sur rendez-vous"},
        {"comment": "Fanm sèlman", "_comment": {"extension": [language]}},
        {"comment": "Avec une pièce d'identité"},
    ]

    item, problems = read(RecordKind.SERVICE, service(eligibility=notes))

    assert isinstance(item, canonical.Service)
    assert item.eligibility_notes == {"fr": "Sur rendez-vous\nAvec une pièce d'identité", "ht": "Fanm sèlman"}
    assert problems == []


def test_a_service_that_is_not_given_any_more_says_so() -> None:
    item, _ = read(RecordKind.SERVICE, service(active=False))

    assert isinstance(item, canonical.Service)
    assert (item.status, item.offered) == (ServiceStatus.INACTIVE, False)


def test_r5_is_read_as_far_as_it_is_alike() -> None:
    item, problems = read(
        RecordKind.SERVICE,
        service(
            contact=[{"telecom": [{"system": "phone", "value": "50000103"}]}],
            availability=[
                {
                    "availableTime": [
                        {"daysOfWeek": ["tue"], "availableStartTime": "08:00:00", "availableEndTime": "12:00:00"}
                    ]
                }
            ],
            location=[{"reference": "Location/site"}],
        ),
        {"resourceType": "Location", "id": "site", "name": "Ici", "form": {"coding": [{"code": "vi"}]}},
    )

    assert problems == []
    assert isinstance(item, canonical.Service)
    assert [each.number for each in item.phones] == ["+50950000103"]
    (place,) = item.places
    assert [each.weekdays for each in place.hours] == [("TU",)]
    assert place.location.kind is LocationKind.VIRTUAL


def test_places_are_told_from_areas_and_safe_houses_from_places() -> None:
    def kind(**parts: Any) -> LocationKind:
        item, _ = read(RecordKind.LOCATION, {"resourceType": "Location", "id": "l", "name": "L", **parts})
        assert isinstance(item, canonical.Location)
        return item.kind

    assert kind(type=[FACILITY]) is LocationKind.FACILITY
    assert kind(type=[{"text": "Maison sûre"}, FACILITY]) is LocationKind.SAFE_HOUSE
    assert kind(physicalType={"coding": [{"code": "ve"}]}) is LocationKind.OTHER
    item, _ = read(RecordKind.SERVICE, service(category=[{"coding": [{"display": "Women's refuge"}]}]))
    assert isinstance(item, canonical.Service)
    assert item.category is ServiceCategory.SAFE_HOUSE


def test_an_area_tells_where_a_place_lies() -> None:
    site = {"resourceType": "Location", "id": "site", "name": "Ici", "partOf": {"reference": "Location/section"}}
    section = {
        "resourceType": "Location",
        "id": "section",
        "type": [JURISDICTION],
        "partOf": {"reference": f"{BASE}/Location/commune"},
    }
    commune = {
        "resourceType": "Location",
        "id": "commune",
        "physicalType": {"coding": [{"code": "jdn"}]},
        "identifier": [{"type": {"text": "P-code"}, "value": "HT0632"}],
    }

    item, _ = read(RecordKind.LOCATION, site, section, commune)

    assert isinstance(item, canonical.Location)
    assert (item.pcode, item.unmapped) == ("HT0632", {})


def test_hours_that_differ_by_place_bind_even_plain_readers() -> None:
    found = told(DirectoryKind.SERVICE, _at_two())
    times = [each.get("modifierExtension") for each in found["availableTime"]]

    assert [each[0]["valueReference"]["reference"] for each in times] == ["Location/a", "Location/b"]
    assert resource(DirectoryKind.SERVICE, records.document(_at_two()), version=1, at=AT)["telecom"][0]["extension"]


def _at_two() -> canonical.Service:
    def place(name: str, opens: int) -> canonical.Place:
        hours = canonical.Hours(("MO",), _clock(opens), _clock(16))
        phones = (canonical.Phone(f"+5095000010{opens}"),)
        return canonical.Place(
            f"at-{name}", canonical.Location(name, LocationKind.OFFICE, owner_id="o"), phones, (hours,)
        )

    return canonical.Service(
        "s", {"fr": "Un"}, ServiceCategory.HEALTH, organization_id="o", places=(place("a", 8), place("b", 9)),
        modified_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def _clock(hour: int) -> Any:
    return datetime(2026, 1, 1, hour, tzinfo=UTC).time()
