"""A sheet comes in row by row, whatever wrote it; errors are named by the rows a spreadsheet shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from models.partners import PartnerKind, SyncOutcome
from partners.settings import Settings
from partners.sheets import feed as csv_file
from tests.partners.conftest import NOW, Directory

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "services.csv"
Sheet = Callable[..., str]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Writes a sheet and says where it is."""

    def write(*lines: str, encoding: str = "utf-8") -> str:
        path = tmp_path / "sheet.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return str(path)

    return write


async def pull(directory: Directory, address: str, **settings: Any) -> Any:
    partners = await directory.rows("SELECT FROM partner")
    if not partners:
        await directory.enter("sheet", address, PartnerKind.CSV, **settings)
    return await directory.pull("sheet")


async def test_the_example_comes_in_whole_and_once(directory: Directory) -> None:
    report = await pull(directory, str(EXAMPLE))

    assert report.outcome is SyncOutcome.COMPLETE, report
    assert report.counts.told() == {"new": 11, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    assert report.findings == []
    papers = await directory.service("Aide à l'acte de naissance")
    assert papers["names"] == {"fr": "Aide à l'acte de naissance", "ht": "Èd pou batistè"}
    assert (papers["category"], papers["languages"]) == ("CIVIL_DOCUMENTATION", ["es", "fr", "ht"])
    assert (papers["accepts_unaccompanied_children"], papers["source"], papers["fetched_at"]) == (True, "sheet", NOW)
    places = await directory.rows(
        "SELECT l.names ->> 'fr' AS name, l.pcode, p.number, s.weekdays FROM service_at_location a "
        "JOIN location l ON l.id = a.location_id JOIN phone p ON p.service_at_location_id = a.id "
        "JOIN schedule s ON s.service_at_location_id = a.id WHERE a.service_id = $1 ORDER BY 1",
        papers["id"],
    )
    assert places == [
        {
            "name": "Antenne Sòlèy Leve",
            "pcode": "HT0632",
            "number": "+50950000102",
            "weekdays": ["MO", "TU", "WE", "TH", "FR"],
        },
        {"name": "Bureau de Savanette", "pcode": "HT0633", "number": "+50950000103", "weekdays": ["WE"]},
    ]
    organizations = await directory.rows("SELECT slug, kind FROM organization WHERE slug <> 'sheet' ORDER BY 1")
    assert len(organizations) == 6
    assert organizations[0] == {"slug": "sheet-antenne-soley-leve-exemple", "kind": "NGO"}
    assert len(await directory.rows("SELECT FROM location")) == 7

    before = await directory.versions(besides=("partner",))
    again = await pull(directory, str(EXAMPLE))
    assert again.counts.unchanged == 11
    assert await directory.versions(besides=("partner",)) == before


async def test_a_sheet_at_a_web_address(directory: Directory, serve: Callable[[Any], str]) -> None:
    address = serve(Response(EXAMPLE.read_bytes(), media_type="text/csv"))

    assert (await pull(directory, f"{address}/export?format=csv")).counts.new == 11


@pytest.mark.parametrize(
    ("encoding", "separator", "note"),
    [
        ("utf-8", ",", []),
        ("utf-8-sig", ";", []),
        ("utf-16", "\t", []),
        ("cp1252", ";", ["The sheet is not UTF-8; it was read as Windows-1252."]),
        ("latin-1", ",", ["The sheet is not UTF-8; it was read as Windows-1252."]),
    ],
)
async def test_whatever_wrote_it(
    directory: Directory, sheet: Sheet, encoding: str, separator: str, note: list[str]
) -> None:
    lines = ["Nom du service|Catégorie|Lieu", "Hébergement à Belladère|hébergement|Fwayé"]

    report = await pull(directory, sheet(*(line.replace("|", separator) for line in lines), encoding=encoding))

    assert report.notes == note
    assert report.counts.new == 1
    service = await directory.service("Hébergement à Belladère")
    assert service["category"] == "SHELTER"


def test_a_byte_that_no_windows_knows_is_still_read() -> None:
    text, note = csv_file.decoded(b"service\nH\xe9bergement\x81")

    assert text == "service\nHébergement\x81"
    assert note == "The sheet is not UTF-8; it was read as Latin-1."


def test_one_damaged_letter_does_not_garble_the_rest() -> None:
    text, note = csv_file.decoded("service\nÉtat civil à Belladère\nÉcole".encode() + b"\xe9")

    assert text == "service\nÉtat civil à Belladère\nÉcole\ufffd"
    assert note == "1 letters of the sheet are damaged; save it again as UTF-8."


async def test_titles_tags_and_empty_rows_are_passed_over(directory: Directory, sheet: Sheet) -> None:
    address = sheet(
        "Cartographie des services;;",
        ";;",
        "Service;P-code;Lieu",
        "#service+name;#adm2+code;#loc+name",
        "Soins;HT0632;Clinique",
        ";;",
        "Cours;HT9999;École",
    )

    report = await pull(directory, address)

    assert report.counts.told() == {"new": 2, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    (finding,) = report.findings
    assert finding.line() == (
        "row 7 (service, came in): P-code HT9999 of “École” is not known: the place comes without it. Correct it."
    )
    pcodes = await directory.rows("SELECT names ->> 'fr' AS name, pcode FROM location ORDER BY 1")
    assert pcodes == [{"name": "Clinique", "pcode": "HT0632"}, {"name": "École", "pcode": None}]


async def test_a_p_code_is_found_once_its_area_is_known(directory: Directory, sheet: Sheet) -> None:
    address = sheet("service,lieu,pcode", "Cours,École,ht0412")
    await pull(directory, address)
    area = "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ('HT0412', '{\"fr\": \"L\"}', 2, 'HT04')"
    await directory.rows(area)

    report = await pull(directory, address)

    assert (report.counts.changed, report.findings) == (1, [])
    assert (await directory.one("SELECT pcode FROM location"))["pcode"] == "HT0412"


async def test_a_sheet_without_services_is_refused_with_what_it_has(directory: Directory, sheet: Sheet) -> None:
    report = await pull(directory, sheet("Activité,Où", "Soins,Belladère"))

    assert report.outcome is SyncOutcome.FAILED
    failure = "The sheet has no column of services; it has Activité, Où. Say which one it is: "
    assert report.failures == [failure + '--column service="Its heading", or tag it #service+name.']


async def test_columns_may_be_named(directory: Directory, sheet: Sheet) -> None:
    address = sheet("Activité,Où,service", "Soins,Belladère,interne")

    await pull(directory, address, columns={"service": "activite", "place": "Où"})

    assert (await directory.service("Soins"))["names"] == {"fr": "Soins"}
    assert (await directory.one("SELECT names FROM location"))["names"] == {"fr": "Belladère"}
    raw = await directory.one("SELECT raw FROM source_record")
    assert raw["raw"]["rows"] == [{"Activité": "Soins", "Où": "Belladère", "service": "interne"}]


@pytest.mark.parametrize(
    ("settings", "failure"),
    [
        (
            {"columns": {"place": "Site"}},
            "The sheet has no heading “Site”, which the partner's settings name for place.",
        ),
        ({"key": ["place_id"]}, "The sheet has no column for place_id, which the partner's settings name as key."),
    ],
)
async def test_a_column_that_was_named_must_be_there(
    directory: Directory, sheet: Sheet, settings: dict[str, Any], failure: str
) -> None:
    report = await pull(directory, sheet("service,lieu", "Soins,Belladère"), **settings)

    assert (report.outcome, report.failures) == (SyncOutcome.FAILED, [failure])


async def test_rows_that_repeat_or_contradict_are_named(directory: Directory, sheet: Sheet) -> None:
    report = await pull(
        directory,
        sheet(
            "organisation,service,catégorie,lieu,pcode,téléphone",
            "Fwaye,Repas,aide alimentaire,Cantine,HT0632,5000-0301",
            "Fwaye,Repas,aide alimentaire,Cantine,HT0632,5000-0301",
            "Fwaye,Repas,aide alimentaire,Cantine,HT0632,5000-0302",
            "fwayé,REPAS,santé,Marché,HT0632,5000-0303",
        ),
    )

    assert report.counts.told() == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    (finding,) = report.findings
    assert finding.where == "rows 2, 3, 4, 5"
    assert finding.problem.split("\n") == [
        "row 5: category is not what row 2 says of the same service, which is followed.",
        "row 3: it repeats row 2. Remove one of them.",
        "row 4: it tells of the same place as row 2, which is followed. Correct one of them.",
    ]
    numbers = await directory.rows("SELECT number FROM phone ORDER BY 1")
    assert [row["number"] for row in numbers] == ["+50950000301", "+50950000303"]
    kept = await directory.one("SELECT raw FROM source_record")
    assert len(kept["raw"]["rows"]) == 4


async def test_each_cell_that_is_wrong_is_named_and_the_row_comes_in(directory: Directory, sheet: Sheet) -> None:
    report = await pull(
        directory,
        sheet(
            "service,catégorie,lieu,latitude,longitude,langues,âge min,âge max,sexe,horaires,type de lieu,notes",
            "Soins,cerfs-volants,Ici,100,101,klingonais,18,3,X,sur rendez-vous,navire,ce que nul ne lit",
        ),
    )

    assert report.counts.told() == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    assert report.findings[0].problem.split("\n") == [
        "row 2: Ages from “18” to “3” cannot be: they stay out. Correct them.",
        "row 2: category “cerfs-volants” is not known: it is OTHER. Name it in the partner's settings.",
        "row 2: language “klingonais” is not known: it stays out. Write its BCP 47 tag.",
        "row 2: sexes “X” are not known: nobody is left out. Write F, M or both.",
        "row 2: Latitude 100 and longitude 101 are not on earth. The place comes without coordinates. Correct them.",
        "row 2: kind of place “navire” is not known: it is OTHER.",
        (
            "row 2: hours are kept as they came and not shown: “sur rendez-vous” is not read as days and hours, "
            "such as “lun-ven 08:00-16:00”."
        ),
    ]
    raw = await directory.one("SELECT raw -> 'rows' -> 0 ->> 'notes' AS notes FROM source_record")
    assert raw["notes"] == "ce que nul ne lit"


async def test_a_row_without_a_service_is_kept_out_and_kept(directory: Directory, sheet: Sheet) -> None:
    report = await pull(directory, sheet("service,lieu", "Soins,Ici", ",Là-bas"))

    assert (report.counts.new, report.counts.quarantined) == (1, 1)
    (finding,) = report.findings
    assert finding.line() == "row 3 (service, kept out): It names no service. Name it, or remove it."
    kept = await directory.one("SELECT raw -> 'rows' AS rows FROM source_record WHERE status = 'QUARANTINED'")
    assert kept["rows"] == [{"lieu": "Là-bas"}]


async def test_ids_are_taken_from_the_sheet_or_made_of_its_key(directory: Directory, sheet: Sheet) -> None:
    address = sheet("id,service,lieu", "S-1,Soins,Ici", ",Cours,Ici")
    await pull(directory, address)
    first = {row["remote_id"] for row in await directory.rows("SELECT remote_id FROM source_record")}
    sheet("id,service,lieu", ",Cours,Ici", "S-1,Soins infirmiers,Ici")

    report = await pull(directory, address)

    assert report.counts.told() == {"new": 0, "changed": 1, "unchanged": 1, "gone": 0, "quarantined": 0}
    assert {row["remote_id"] for row in await directory.rows("SELECT remote_id FROM source_record")} == first
    assert "S-1" in first
    assert len(await directory.rows("SELECT FROM location")) == 1


async def test_a_sheet_that_lost_its_rows_is_held(directory: Directory, sheet: Sheet) -> None:
    address = sheet("service", *(f"Service {number}" for number in range(10)))
    await pull(directory, address)
    sheet("service", *(f"Service {number}" for number in range(7)))

    report = await pull(directory, address)

    assert report.outcome is SyncOutcome.HELD
    assert report.losses[0].startswith("3 of 10 records (service) are missing.")


async def test_no_file_is_said_so(directory: Directory, tmp_path: Path) -> None:
    report = await pull(directory, str(tmp_path / "nothing.csv"))

    assert report.failures == [f"{tmp_path}/nothing.csv cannot be read: No such file or directory."]


def test_more_cells_than_headings_are_kept() -> None:
    (record,) = csv_file.records("service,lieu\nSoins,Ici,et,encore", Settings())

    assert record.raw["rows"] == [{"service": "Soins", "lieu": "Ici", "column 3": "et", "column 4": "encore"}]


async def test_ten_thousand_rows(directory: Directory, sheet: Sheet) -> None:
    rows = [f"Organisation,Service {number // 10},santé,Lieu {number % 900},HT0632" for number in range(10_000)]
    rows[7_000] = "Organisation,,santé,Lieu 3,HT0632"
    address = sheet("organisation,service,catégorie,lieu,pcode", *rows)

    report = await pull(directory, address)

    assert report.outcome is SyncOutcome.COMPLETE
    assert report.counts.told() == {"new": 1_000, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 1}
    assert [finding.where for finding in report.findings] == ["row 7002"]
    assert await directory.one("SELECT count(*) AS places FROM location") == {"places": 900}
    assert await directory.one("SELECT count(*) AS rows FROM service_at_location") == {"rows": 9_999}
    before = await directory.versions(besides=("partner",))
    assert (await pull(directory, address)).counts.unchanged == 1_000
    assert await directory.versions(besides=("partner",)) == before
