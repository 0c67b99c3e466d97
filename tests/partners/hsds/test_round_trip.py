"""What is said in HSDS and read again is the same record: generated records, and what others' feeds say beyond ours."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from models.partners import RecordKind
from models.rules.vocabulary import OrganizationKind, ServiceCategory
from partners import canonical
from partners.hsds import answers
from partners.hsds.mapping import project
from partners.hsds.told import moment
from partners.records import Remote
from partners.settings import Settings
from tests.partners.hsds import documents, generated
from tests.partners.hsds.standard import STANDARD, faults, needs_standard

AT = "2026-11-21T08:00:00.000000Z"
ELSEWHERE = Settings(language="pl", country="PL", organization_kind="DONOR")
"Whoever reads has settings of their own: none of them may matter."
UK = Path(STANDARD).parent / "partner-feeds" / "hsds-uk"


def said_of(service: canonical.Service) -> dict[str, Any]:
    assert service.organization is not None
    return answers.service(
        documents.service(service),
        at=AT,
        organization=answers.organization(documents.organization(service.organization)),
        room=documents.rooms(service),
    )


def read(kind: RecordKind, raw: Any) -> Any:
    """What comes over the wire, read."""
    wire = json.loads(orjson.dumps(raw))
    return project(Remote(kind, wire["id"], wire, "there", moment(wire.get("last_modified"))), ELSEWHERE).item


def drawn(count: int) -> Any:
    return settings(
        max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )


def test_a_service_is_the_same_after_it_was_said(prove: bool) -> None:
    def same(service: canonical.Service) -> None:
        assert read(RecordKind.SERVICE, said_of(service)) == service

    drawn(500 if prove else 30)(given(generated.services())(same))()


@given(generated.ORGANIZATIONS)
@settings(max_examples=40, deadline=None)
def test_an_organisation_is_the_same_after_it_was_said(organization: canonical.Organization) -> None:
    said = answers.organization(documents.organization(organization))

    assert read(RecordKind.ORGANIZATION, said) == organization


@given(generated.LOCATIONS)
@settings(max_examples=40, deadline=None)
def test_a_location_is_the_same_after_it_was_said(location: canonical.Location) -> None:
    assert read(RecordKind.LOCATION, answers.location(documents.location(location))) == location


@needs_standard
def test_all_forms_of_a_service_are_valid(prove: bool) -> None:
    drawn(500 if prove else 15)(given(generated.services())(is_valid_in_all_forms))()


def is_valid_in_all_forms(service: canonical.Service) -> None:
    document = documents.service(service)
    whole, listed = said_of(service), answers.service_in_list(document, at=AT)

    assert faults(whole, "service") == []
    assert faults(listed, "service") == []
    assert faults(answers.service_minimal(document, at=AT), "service", closed=True) == []
    assert faults(whole["organization"], "organization") == []
    assert not any(isinstance(value, list) for name, value in listed.items() if name != "x_local")
    for place in document["places"]:
        assert faults(answers.place(place, document["language"], service=whole), "service_at_location") == []
        assert faults(answers.place_in_list(place, document["language"], service=listed), "service_at_location") == []


RENAMED = {
    "gbp": "GBP",
    '"+44 1234 234567"': "+441234234567",
    "2024-09-25T14:23:06.5+01:00": "2024-09-25T13:23:06.500000Z",
}
RAW_ALONE = {
    *(100, 101, "taxonomy", "eng", "link_entity", "Beds available for people experiencing homelessness."),
    *("SI", "kgm", "https://not-a-real-url.org/standard-international-units/kgm", "2023-03-15T10:30:45.123Z"),
}
"""What stays behind: a place off the map, a taxonomy's second name, what is said of a capacity beside its numbers, and
when it was modified at its source, which is told where the list tells it."""


@needs_standard
@pytest.mark.parametrize(
    ("path", "shape"),
    [
        (STANDARD / "examples" / "service_full.json", "service"),
        (STANDARD / "examples" / "organization_full.json", "organization"),
        (UK / "service_full.json", "service"),
    ],
    ids=["standard-service", "standard-organization", "uk-service"],
)
def test_what_others_say_is_said_again(path: Path, shape: str) -> None:
    """Read, said, read and said again: nothing gets lost on the way but identifiers and what is no value."""
    raw = json.loads(path.read_text())
    for apart in ("locations", "services"):
        raw.get("organization", raw).pop(apart, None)  # records of their own
    first = read(RecordKind(shape.upper()), raw)
    if shape == "service":
        first = replace(first, organization_id=first.organization.remote_id)

    again = said_of(first) if shape == "service" else answers.organization(documents.organization(first))

    assert faults(again, shape) == []
    assert read(RecordKind(shape.upper()), again) == first
    assert _values(raw) - _values(again) == set()


def _values(value: Any) -> set[Any]:
    """Each text and number that is said, but for identifiers."""
    if isinstance(value, dict):
        told = [each for name, each in value.items() if name != "id" and not name.endswith("_id")]
        return {found for each in told for found in _values(each)}
    if isinstance(value, list):
        return {found for each in value for found in _values(each)}
    said = value.strip() if isinstance(value, str) else value
    return set() if said in RAW_ALONE else {RENAMED.get(said, said)}


def test_when_it_was_modified_is_two_moments() -> None:
    modified = datetime(2026, 3, 1, tzinfo=UTC)
    name = {"fr": "Repas"}
    organization = canonical.Organization("0c7f3a6e-50c8-4f5e-8f6b-6a1f1d1e9a01", name, OrganizationKind.NGO)
    service = canonical.Service(
        "0c7f3a6e-50c8-4f5e-8f6b-6a1f1d1e9a02", name, ServiceCategory.CASH, organization, modified_at=modified
    )

    assert said_of(service)["last_modified"] == AT
    assert read(RecordKind.SERVICE, said_of(service)).modified_at == modified
