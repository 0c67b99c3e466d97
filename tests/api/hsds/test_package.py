"""The directory as the tables of the standard: all are described, references lead to rows, no cell is a formula."""

import csv
import io
import json
import zipfile

import orjson
import pytest

from partners.hsds.shapes import SHAPES
from partners.hsds.tables import neutral
from tests.api.hsds.conftest import HIDDEN, PLANTED, STREET, Served


async def test_all_tables_of_the_directory(served: Served) -> None:
    answer = await served.ask("/datapackage.zip")

    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    described = json.loads(archive.read("datapackage.json"))
    tables = {each["path"]: each["schema"]["fields"] for each in described["resources"]}
    assert {*tables, "datapackage.json"} == set(archive.namelist())
    told = {path: list(csv.DictReader(io.StringIO(archive.read(path).decode()))) for path in tables}
    for path, found in told.items():
        assert [field["name"] for field in tables[path]] == list(found[0])
        assert len({row["id"] for row in found}) == len(found)
    listed = (await served.ask("/services?format=ndjson")).body.splitlines()
    assert {row["id"] for row in told["services.csv"]} == {orjson.loads(line)["id"] for line in listed}
    for column, path in (("service_id", "services.csv"), ("organization_id", "organizations.csv")):
        known = {row["id"] for row in told[path]}
        for name, found in told.items():
            assert {row[column] for row in found if row.get(column)} <= known, (name, column)
    terms = {row["id"] for row in told["taxonomy_terms.csv"]}
    assert {row["taxonomy_term_id"] for row in told["attributes.csv"]} - {""} <= terms
    (capacity,) = told["service_capacity.csv"]
    assert (capacity["available"], capacity["unit_id"]) == ("6", told["units.csv"][0]["id"])
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not [word for word in (*HIDDEN, PLANTED, STREET) if word in everything]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|x", "'-2+3+cmd|x"),
        ("\t=1", "'\t=1"),
        ("+50934000000", "+50934000000"),
        ("+1 (809) 555-0100", "+1 (809) 555-0100"),
        ("Repas = chaud", "Repas = chaud"),
    ],
)
def test_no_cell_is_a_formula(given: str, written: str) -> None:
    assert neutral(given) == written


def test_each_shape_has_its_own_table() -> None:
    paths = [shape.path for shape in SHAPES.values()]
    assert len(set(paths)) == len(paths)
