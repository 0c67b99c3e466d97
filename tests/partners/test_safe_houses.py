"""A safe house that a partner's data shows is its own organisation's alone, and what a steward wrote stays."""

from collections.abc import Callable
from typing import Any

import pytest

from models.partners import PartnerKind
from tests.partners.conftest import Directory

SEEN = """
SELECT 'service' AS kind, visibility FROM service UNION ALL SELECT 'location', visibility FROM location
UNION ALL SELECT 'place', visibility FROM service_at_location UNION ALL SELECT 'phone', visibility FROM phone
UNION ALL SELECT 'schedule', visibility FROM schedule ORDER BY 1"""
HEADINGS = "id,service,catégorie,lieu,type de lieu,téléphone,horaires,organisation"


@pytest.fixture
def sheet(tmp_path: Any) -> Callable[..., str]:
    def write(*lines: str) -> str:
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join([HEADINGS, *lines]))
        return str(path)

    return write


@pytest.mark.parametrize(
    "row",
    [
        "1,Maison A,maison sûre,Rue cachée,,5000-0401,24h/24,Fondation A",
        "1,Abri A,hébergement,Rue cachée,maison sûre,5000-0401,24h/24,Fondation A",
    ],
)
async def test_it_is_its_own_organisation_s_alone(directory: Directory, sheet: Callable[..., str], row: str) -> None:
    await directory.enter("sheet", sheet(row), PartnerKind.CSV, visibility="PUBLIC")

    report = await directory.pull("sheet")

    assert {tuple(each.values()) for each in await directory.rows(SEEN)} == {
        (kind, "ORGANIZATION") for kind in ("service", "location", "place", "phone", "schedule")
    }
    owner = await directory.one(
        "SELECT o.slug, s.category FROM service s JOIN organization o ON o.id = s.organization_id"
    )
    assert owner == {"slug": "sheet", "category": "SAFE_HOUSE"}
    assert await directory.rows("SELECT slug FROM organization") == [{"slug": "sheet"}], "its name would tell of it"
    assert "It is a safe house: nobody but its own organisation sees it." in report.findings[0].problem


async def test_it_hides_the_place_it_shares(directory: Directory, sheet: Callable[..., str]) -> None:
    public = "1,Repas,repas,Cour,,,,"
    address = sheet(public)
    await directory.enter("sheet", address, PartnerKind.CSV)
    await directory.pull("sheet")
    assert (await directory.one("SELECT visibility FROM location"))["visibility"] == "NETWORK"

    sheet(public, "2,Maison A,maison sûre,Cour,,,,")
    await directory.pull("sheet")

    assert (await directory.one("SELECT visibility FROM location"))["visibility"] == "ORGANIZATION"
    sheet("1,Repas chauds,repas,Cour,,,,", "2,Maison A,maison sûre,Cour,,,,")
    await directory.pull("sheet")
    assert (await directory.one("SELECT visibility FROM location"))["visibility"] == "ORGANIZATION"


async def test_it_stays_one_whatever_the_source_says_later(directory: Directory, sheet: Callable[..., str]) -> None:
    address = sheet("1,Maison A,maison sûre,Cour,,,,")
    await directory.enter("sheet", address, PartnerKind.CSV)
    await directory.pull("sheet")

    sheet("1,Maison A,hébergement,Cour,,,,")
    await directory.pull("sheet")

    service = await directory.service("Maison A")
    assert (service["category"], service["visibility"]) == ("SAFE_HOUSE", "ORGANIZATION")


async def test_a_steward_s_alias_is_not_overwritten(directory: Directory, sheet: Callable[..., str]) -> None:
    address = sheet("1,Maison A,maison sûre,Cour,,,,")
    await directory.enter("sheet", address, PartnerKind.CSV)
    await directory.pull("sheet")
    await directory.rows("UPDATE service SET visibility = 'REDACTED', names = '{\"fr\": \"Accueil 7\"}'")

    sheet("1,Maison A du 12 rue X,maison sûre,Cour,,5000-0402,,")
    report = await directory.pull("sheet")

    assert (await directory.one("SELECT names FROM service"))["names"] == {"fr": "Accueil 7"}
    assert await directory.rows("SELECT FROM phone") == []
    assert report.findings[0].problem.startswith("A steward redacted it here")
    kept = await directory.one("SELECT raw -> 'rows' -> 0 ->> 'service' AS name FROM source_record")
    assert kept["name"] == "Maison A du 12 rue X"


async def test_a_partner_s_own_name_means_its_own_organisation(directory: Directory, sheet: Callable[..., str]) -> None:
    await directory.enter("sheet", sheet("1,Repas,repas,Cour,,,,Sheet"), PartnerKind.CSV)

    await directory.pull("sheet")

    owner = await directory.one("SELECT o.* FROM service s JOIN organization o ON o.id = s.organization_id")
    assert (owner["slug"], owner["names"]) == ("sheet", {"fr": "sheet"})


async def test_an_organisation_of_ours_is_never_changed_by_a_partner(
    directory: Directory, sheet: Callable[..., str]
) -> None:
    await directory.rows(
        "INSERT INTO organization (slug, names, kind) VALUES ('fanm', '{\"fr\": \"Fanm\"}', 'SHELTER')"
    )
    address = sheet("1,Repas,repas,Cour,,,,Autre nom")
    await directory.enter("sheet", address, PartnerKind.CSV)
    await directory.pull("sheet")
    theirs = (await directory.one("SELECT remote_id FROM source_link WHERE kind = 'ORGANIZATION'"))["remote_id"]

    await directory.correct("sheet", organizations={theirs: "fanm"})
    report = await directory.pull("sheet")

    assert report.counts.changed == 1
    owner = await directory.one("SELECT o.* FROM service s JOIN organization o ON o.id = s.organization_id")
    assert (owner["slug"], owner["names"], owner["kind"]) == ("fanm", {"fr": "Fanm"}, "SHELTER")
