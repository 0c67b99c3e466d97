"""A release as a table and as files: the whole grid, words in place of what is hidden, nothing that runs."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from api.releases.files import as_csv, as_xlsx
from api.releases.table import Column, Table, table
from api.releases.words import HEADINGS, SAID
from models.rules.languages import LANGUAGES
from models.rules.vocabulary import IndicatorDimension as By

HASHTAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")
"""HXL 1.1, tagging conventions."""
COUNT = {"__typename": "Count", "value": 40, "rounded": True}
ZERO = {"__typename": "Count", "value": 0, "rounded": False}
PROTECTED = {"__typename": "Suppressed", "reason": "PROTECTED"}
INDICATOR = {"code": "PEOPLE_ASSISTED", "name": "People assisted", "unit": "people", "target": 100}
RELEASE = {
    "version": 2,
    "source": None,
    "verified": True,
    "periodStart": "2026-10-01",
    "periodEnd": "2026-10-31",
    "asOf": "2026-11-03T12:00:00.000000Z",
    "total": COUNT,
}


def cell(figure: dict[str, Any], **of: str) -> dict[str, Any]:
    return {
        "key": [{"dimension": name, "value": value, "label": value.title()} for name, value in of.items()],
        "figure": figure,
    }


GRIDS = {
    (By.SEX,): [cell(PROTECTED, SEX="FEMALE"), cell(ZERO, SEX="UNKNOWN")],
    (By.SEX, By.DEPARTMENT): [cell(COUNT, SEX="FEMALE", DEPARTMENT="HT06")],
}


def made(language: str = "en") -> Table:
    return table(INDICATOR, RELEASE, GRIDS, language=language)


def rows_by_hashtag(made: Table) -> list[dict[str, Any]]:
    tags = [column.hashtag for column in made.columns]
    assert len(set(tags)) == len(tags)
    return [dict(zip(tags, row, strict=True)) for row in made.rows]


def test_every_figure_has_a_row_and_what_it_says_nothing_of_is_empty() -> None:
    total, woman, unknown, both = rows_by_hashtag(made())
    assert (total["#indicator+value"], total["#status+figure"], total["#group+gender+code"]) == (
        40,
        "rounded",
        None,
    )
    assert (woman["#group+gender+code"], woman["#group+gender+name"], woman["#adm1+code"]) == ("FEMALE", "Female", None)
    assert (unknown["#group+gender+code"], unknown["#indicator+value"]) == ("UNKNOWN", 0)
    assert (both["#group+gender+code"], both["#adm1+code"], both["#indicator+value"]) == ("FEMALE", "HT06", 40)
    for row in (total, woman, unknown, both):
        assert (row["#indicator+code"], row["#date+start"], row["#date+end"]) == (
            "PEOPLE_ASSISTED", "2026-10-01", "2026-10-31",
        )  # fmt: skip
        assert (row["#meta+source"], row["#meta+version"], row["#targeted"]) == ("Computed by Konbit", 2, 100)


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "protégé"), ("ht", "pwoteje"), ("es", "protegido"), ("en", "protected")]
)
def test_a_hidden_figure_is_a_word_in_the_language_asked_for(language: str, word: str) -> None:
    hidden = rows_by_hashtag(made(language))[1]
    assert (hidden["#indicator+value"], hidden["#status+figure"]) == (word, word)


def test_csv_begins_with_headings_and_hashtags_and_says_what_it_is_written_in() -> None:
    written = as_csv(made("fr"))
    assert written.startswith(b"\xef\xbb\xbf")
    headings, tags, *rows = csv.reader(io.StringIO(written.decode("utf-8-sig")))
    assert (headings[0], tags[0]) == ("Indicateur", "#indicator+code")
    assert all(HASHTAG.fullmatch(tag) for tag in tags)
    assert [row[tags.index("#indicator+value")] for row in rows] == ["40", "protégé", "0", "40"]


def test_xlsx_holds_counts_as_numbers_and_hidden_ones_as_the_word() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx(made("ht")))).worksheets[0]
    tags = [value.value for value in sheet[2]]
    figures = [row[tags.index("#indicator+value")].value for row in sheet.iter_rows(min_row=3)]
    assert (sheet.title, figures) == ("PEOPLE_ASSISTED", [40, "pwoteje", 0, 40])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_text_runs_as_a_formula(text: str) -> None:
    sly = Table("SLY", (Column("A", "#a"),), ((text,), ("1 = 1",), (-1,)))
    rows = list(csv.reader(io.StringIO(as_csv(sly).decode("utf-8-sig"), newline="")))[2:]
    assert rows == [[f"'{text}"], ["1 = 1"], ["-1"]]
    sheet = load_workbook(io.BytesIO(as_xlsx(sly))).worksheets[0]
    assert [sheet.cell(row, 1).data_type for row in (3, 4, 5)] == ["s", "s", "n"]
    assert str(sheet.cell(3, 1).value).startswith("'")


def test_the_words_are_there_in_each_language() -> None:
    for catalogue in (HEADINGS, SAID):
        assert set(catalogue) == set(LANGUAGES)
        for words in catalogue.values():
            assert words.keys() == catalogue["en"].keys()
            assert all(words.values())
