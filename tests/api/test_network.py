"""`konbit organizations` and `konbit areas` fill an empty network, and refuse what would not stand in it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.database import DatabaseURLs
from api.network import (
    SlugTaken,
    UnknownArea,
    WrongAreas,
    WrongName,
    WrongSlug,
    add_organization,
    load_areas,
    organizations,
    read_areas,
)
from api.network_cli import UnknownKind
from api.network_cli import organizations as command
from models.rules.vocabulary import OrganizationKind

REGISTRY = OrganizationKind.CIVIL_REGISTRY
TABLE = """ADM1_PCODE,ADM1_FR,ADM1_HT,ADM2_PCODE,ADM2_FR
HT06,Centre,Sant,HT0632,Belladère
HT06,Centre,Sant,HT0633,Savanette
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "pcodes.csv"
    file.write_text("\N{BYTE ORDER MARK}" + TABLE, encoding="utf-8")
    return file


def test_an_organisation_is_entered_once_with_its_area(database: DatabaseURLs, table: Path) -> None:
    names = {"fr": "Registre", "ht": "Rejis"}
    with pytest.raises(UnknownArea):
        add_organization(database.worker, "registre-exemple", kind=REGISTRY, names=names, pcode="HT0632")
    assert load_areas(database.worker, table) == 4
    add_organization(database.worker, "registre-exemple", kind=REGISTRY, names=names, pcode="HT0632")
    with pytest.raises(SlugTaken):
        add_organization(database.worker, "registre-exemple", kind=REGISTRY, names=names, pcode=None)
    assert organizations(database.worker) == ["registre-exemple: Registre, civil_registry"]


def test_areas_are_loaded_again_without_harm(database: DatabaseURLs, table: Path) -> None:
    assert load_areas(database.worker, table) == load_areas(database.worker, table) == 4


def test_a_table_tells_each_area_once_after_what_it_lies_in(table: Path) -> None:
    assert [(area.pcode, area.parent, area.level, area.names) for area in read_areas(table)] == [
        ("HT", None, 0, {"fr": "Haïti", "ht": "Ayiti"}),
        ("HT06", "HT", 1, {"fr": "Centre", "ht": "Sant"}),
        ("HT0632", "HT06", 2, {"fr": "Belladère"}),
        ("HT0633", "HT06", 2, {"fr": "Savanette"}),
    ]


@pytest.mark.parametrize(
    "wrong",
    ["", "a,b\n1,2\n", TABLE + "HT06,Centre,Sant,HT0733,Elsewhere\n", TABLE + "XX,Nowhere,,,\n", TABLE + "HT01,,,,\n"],
    ids=["empty", "no table of areas", "not in its parent", "no P-code", "no name"],
)
def test_a_table_that_is_wrong_is_refused_whole(table: Path, wrong: str) -> None:
    table.write_text(wrong)
    with pytest.raises(WrongAreas):
        read_areas(table)


@pytest.mark.parametrize(
    ("slug", "names", "refusal"),
    [
        ("Registre", {"fr": "Registre"}, WrongSlug),
        ("registre", {}, WrongName),
        ("registre", {"français": "Registre"}, WrongName),
        ("registre", {"fr": " "}, WrongName),
    ],
)
def test_what_would_not_stand_is_refused(
    database: DatabaseURLs, slug: str, names: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_organization(database.worker, slug, kind=REGISTRY, names=names, pcode=None)
    assert organizations(database.worker) == []


def test_a_kind_that_is_not_known_is_refused_before_anything_starts() -> None:
    result = CliRunner().invoke(command, ["add", "registre", "--kind", "registre", "--name", "fr=Registre"])
    assert type(result.exception) is UnknownKind
