"""Feeds that others wrote come in: an HSDS-UK API as another project mocks it, and the standard's own examples."""

import json
from pathlib import Path

import pytest

from models.partners import SyncOutcome
from tests.partners.conftest import NOW, Directory
from tests.partners.servers import files, serving

DATA = Path(__file__).parents[3] / "shared" / "data"
UK, STANDARD = DATA / "partner-feeds" / "hsds-uk", DATA / "hsds-3.1" / "examples"
NAMES = {
    "services": "service_list.json",
    "services__one": "service_full.json",
    "organizations": "organization_list.json",
    "service_at_locations": "service_at_location_list.json",
    "service_at_locations__one": "service_at_location_full.json",
}
SERVICE = "ac148810-d857-441c-9679-408f346de14b"
OFF_THE_MAP = (
    "Latitude 100 and longitude 101 are not on earth. “MyCity Civic Center” comes without coordinates. "
    "Ask the partner to correct them."
)
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not here: only this project was cloned")


async def test_an_hsds_uk_feed_comes_in_whole_and_once(directory: Directory) -> None:
    with serving(files(UK, root="api_details.json", **NAMES)) as address:
        await directory.enter("uk", address, language="en", country="GB")

        report = await directory.pull("uk")

        assert report.outcome is SyncOutcome.COMPLETE, report
        assert report.counts.told() == {"new": 11, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
        (finding,) = report.findings
        assert (finding.remote_id, finding.quarantined) == (SERVICE, False)
        assert finding.problem.split("\n") == [
            "Hours 48102e86-bb50-41c4-8f1e-e269368c41d1 are kept as they came and not shown: it also has bymonthday.",
            OFF_THE_MAP,
            "Language 2989d3ed-c547-48f8-8f9d-432d81c7892e is not known: it stays out.",
        ]
        before = await directory.versions(besides=("partner",))
        again = await directory.pull("uk")
        assert again.counts.told() == {"new": 0, "changed": 0, "unchanged": 11, "gone": 0, "quarantined": 0}
        assert await directory.versions(besides=("partner",)) == before

    service = await directory.service("Community Counselling")
    assert (service["minimum_age"], service["maximum_age"], service["category"]) == (12, 100, "OTHER")
    organization = await directory.one("SELECT * FROM organization WHERE id = $1", service["organization_id"])
    assert organization["names"] == {"en": "Global Outreach Initiative"}, "its own record says more than its service"
    child = await directory.one("SELECT parent_id FROM organization WHERE slug = 'uk-green-earth-conservancy'")
    assert child["parent_id"] == organization["id"]
    place = await directory.one("SELECT * FROM location")
    assert (place["names"], place["latitude"], place["longitude"]) == ({"en": "MyCity Civic Center"}, None, None)
    assert (place["address_lines"], place["locality"], place["postal_code"], place["country"], place["time_zone"]) == (
        ["1-30 Main Street"],
        "MyCity",
        "ABC 1234",
        "US",
        None,
    )
    raw = await directory.one("SELECT raw FROM source_record WHERE kind = 'SERVICE'")
    assert raw["raw"] == json.loads((UK / "service_full.json").read_text())


async def test_the_standard_s_examples_come_in_whole_and_once(directory: Directory) -> None:
    with serving(files(STANDARD, root="base.json", **NAMES)) as address:
        await directory.enter("standard", address, language="en", country="GB")

        report = await directory.pull("standard", now=NOW)

        assert report.outcome is SyncOutcome.COMPLETE, report
        assert report.counts.told() == {"new": 2, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
        assert [finding.problem.split("\n")[-1] for finding in report.findings] == [OFF_THE_MAP]
        assert all("repeats itself after 1 records though it speaks of 10" in note for note in report.notes)
        before = await directory.versions(besides=("partner",))
        await directory.pull("standard")
        assert await directory.versions(besides=("partner",)) == before

    service = await directory.service("Community Counselling")
    assert service["languages"] == ["ur"]
    phones = await directory.rows(
        "SELECT num_nonnulls(answers_for_id) AS of_organization, num_nonnulls(service_id) AS of_service, number, "
        "extension, languages FROM phone ORDER BY 1, 2"
    )
    told = {"number": "+441234234567", "extension": "100", "languages": ["ur"]}
    assert phones == [
        {"of_organization": of_organization, "of_service": of_service, **told}
        for of_organization, of_service in ((0, 0), (0, 1))
    ]
    raw = await directory.one("SELECT raw FROM source_record WHERE kind = 'SERVICE'")
    assert raw["raw"] == json.loads((STANDARD / "service_full.json").read_text())
