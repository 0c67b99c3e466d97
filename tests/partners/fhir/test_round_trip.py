"""A record that is told as FHIR and read again is the same record; and what is told is valid FHIR R4."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from models.partners import RecordKind
from models.rules.vocabulary import DirectoryKind
from partners import canonical
from partners.fhir.mapping import project
from partners.fhir.resources import resource
from partners.records import Remote
from partners.settings import Settings
from tests.partners.fhir import records
from tests.partners.fhir.schema import broken, needed

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASE = "https://fhir.example.org/r4"
TASTE, WHOLE = 15, 500
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def told(kind: DirectoryKind, item: canonical.Item, **live: Any) -> dict[str, Any]:
    return resource(kind, records.document(item), version=3, at=AT, **live)


def read(kind: RecordKind, found: dict[str, Any], *near: dict[str, Any]) -> tuple[canonical.Item, list[str]]:
    raw = {"resourceType": "Bundle", "entry": [{"resource": each} for each in (found, *near)]} if near else found
    remote = Remote(kind, found["id"], raw, f"{BASE}/{found['resourceType']}/{found['id']}", AT)
    projection = project(remote, Settings())
    return projection.item, projection.problems


@needed
@settings(max_examples=TASTE, deadline=None, suppress_health_check=SLOW)
@given(records.organizations)
def test_an_organisation_is_the_same(item: canonical.Organization) -> None:
    found = told(DirectoryKind.ORGANIZATION, item)

    assert broken(found) == []
    assert read(RecordKind.ORGANIZATION, found) == (item, [])


@needed
@settings(max_examples=TASTE, deadline=None, suppress_health_check=SLOW)
@given(records.locations())
def test_a_location_is_the_same(item: canonical.Location) -> None:
    found = told(DirectoryKind.LOCATION, item)

    assert broken(found) == []
    assert read(RecordKind.LOCATION, found) == (item, [])


def keeps_a_service(item: canonical.Service) -> None:
    found = told(DirectoryKind.SERVICE, item, rooms=records.rooms_of(item))
    near = [told(DirectoryKind.LOCATION, place.location) for place in item.places]

    assert broken(found) == []
    assert read(RecordKind.SERVICE, found, *near) == (item, [])


@needed
def test_a_service_is_the_same(prove: bool) -> None:
    many = settings(max_examples=WHOLE if prove else TASTE // 2, deadline=None, suppress_health_check=SLOW)
    many(given(records.services())(keeps_a_service))()


@pytest.mark.parametrize("kind", [DirectoryKind.ORGANIZATION, DirectoryKind.LOCATION])
def test_what_the_directory_has_no_place_for_is_told_again(kind: DirectoryKind) -> None:
    name = "Organization" if kind is DirectoryKind.ORGANIZATION else "Location"
    strange: dict[str, Any] = {
        "resourceType": name,
        "id": "one",
        "name": "Un",
        "alias": ["Autre"],
        "endpoint": [{"reference": "Endpoint/9"}],
        "telecom": [{"system": "pager", "value": "none"}],
        "extension": [{"url": "https://example.org/x", "valueString": "y"}],
    }
    item, problems = read(RecordKind(kind), strange)

    assert problems == []
    assert isinstance(item, canonical.Organization | canonical.Location)
    again = resource(kind, records.document(item) | {"id": "one"}, version=1, at=AT)
    for part in ("alias", "telecom", "extension"):
        assert all(each in again[part] for each in strange[part])
    assert again["endpoint"] == [{"reference": f"{BASE}/Endpoint/9"}], "it lies on the source's server"
