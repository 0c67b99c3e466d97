"""Do a ministry's figures come home as they were released: exact where published, words where hidden, none missing?"""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.client_examples.conftest import Network
from tests.client_examples.programs import missing, run

FIGURE = "__typename ... on Count { value rounded } ... on Suppressed { reason }"
INDICATORS = f"""{{ indicators {{ code dimensions releases(last: 1) {{ origin source total {{ {FIGURE} }} }} }} }}"""
CELLS = f"""query ($code: String!, $by: [IndicatorDimension!]!) {{ indicator(code: $code) {{
  releases(last: 1) {{ cells(by: $by) {{ key {{ value }} figure {{ {FIGURE} }} }} }} }} }}"""
Line = dict[str, str]


def figures(network: Network, *arguments: str, expected: int = 0) -> list[Line]:
    ended = run("python", "figures", *arguments, told=network.told, expected=expected)
    return list(csv.DictReader(io.StringIO("\n".join(ended.lines))))


def said(figure: dict[str, Any]) -> str:
    """As the CSV says it in English."""
    return str(figure["value"]) if figure["__typename"] == "Count" else figure["reason"].lower().replace("_", " ")


@pytest.fixture(scope="module")
def lines(network: Network) -> list[Line]:
    return figures(network, "--language", "en")


def test_each_total_and_each_cell_is_a_line(network: Network, lines: list[Line]) -> None:
    expected: list[tuple[str, str, str, str]] = []
    for indicator in network.ask("ministry", INDICATORS)["indicators"]:
        code = indicator["code"]
        expected += [(code, "", "", said(release["total"])) for release in indicator["releases"]]
        for dimension in indicator["dimensions"]:
            found = network.ask("ministry", CELLS, code=code, by=[dimension])["indicator"]
            for release in found["releases"]:
                expected += [
                    (code, dimension, cell["key"][0]["value"], said(cell["figure"])) for cell in release["cells"]
                ]

    assert [(line["indicator"], line["dimension_1"], line["value_1"], line["figure"]) for line in lines] == expected
    assert {line["figure"] for line in lines} >= {"protected"}


def test_what_was_published_elsewhere_is_exact_and_names_its_source(lines: list[Line]) -> None:
    external = [line for line in lines if line["origin"] == "EXTERNAL"]

    assert {"229885", "1927", "439", "203", "295"} <= {line["figure"] for line in external}
    assert all(line["source"] and line["rounded"] == "no" for line in external if line["figure"].isdigit())


def test_hidden_figures_are_words_of_the_language(network: Network, lines: list[Line]) -> None:
    code = next(line["indicator"] for line in lines if line["figure"] == "protected")

    kreyol = figures(network, "--indicator", code, "--language", "ht")

    assert [line["figure"] for line in kreyol] == [
        "pwoteje" if line["figure"] == "protected" else line["figure"] for line in lines if line["indicator"] == code
    ]


def test_up_to_three_dimensions_are_crossed(network: Network, lines: list[Line]) -> None:
    code, dimensions = next(
        (each["code"], each["dimensions"])
        for each in network.ask("ministry", INDICATORS)["indicators"]
        if {"SEX", "AGE_GROUP"} <= set(each["dimensions"]) and each["releases"][0]["origin"] == "COMPUTED"
    )
    assert {"SEX", "AGE_GROUP"} <= set(dimensions)

    crossed = figures(network, "--indicator", code, "--by", "SEX", "--by", "AGE_GROUP", "--language", "en")[1:]

    found = network.ask("ministry", CELLS, code=code, by=["SEX", "AGE_GROUP"])["indicator"]["releases"]
    assert [(line["value_1"], line["value_2"], line["figure"]) for line in crossed] == [
        (*(part["value"] for part in cell["key"]), said(cell["figure"])) for cell in found[0]["cells"]
    ]


def test_a_file_is_written_whole(network: Network, lines: list[Line], tmp_path: Path) -> None:
    ended = run("python", "figures", "--out", str(tmp_path / "f.csv"), "--language", "en", told=network.told)

    assert ended.errors.startswith(f"{len(lines)} figures in ")
    assert [path.name for path in tmp_path.iterdir()] == ["f.csv"]
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == lines


def test_an_indicator_that_is_not_there_is_one_line(network: Network) -> None:
    ended = run("python", "figures", "--indicator", "NOBODY", told=network.told, expected=1)

    assert ended.errors == "NotDone: NOT_FOUND: There is no indicator NOBODY.\n"


def test_who_may_not_read_figures_gets_none(network: Network) -> None:
    ended = run("python", "figures", told=network.as_partner("ministry", scope="directory:read"), expected=1)

    assert ended.errors.startswith("Refused: FORBIDDEN: ")


@pytest.mark.skipif(missing("curl") is not None, reason="curl and jq are not here")
def test_the_totals_by_curl_are_the_same(network: Network, lines: list[Line]) -> None:
    ended = run("curl", "figures", "en", told=network.told)

    totals = [(line["indicator"], line["figure"]) for line in lines if not line["dimension_1"]]
    assert [(line["indicator"], line["figure"]) for line in csv.DictReader(ended.lines)] == totals
