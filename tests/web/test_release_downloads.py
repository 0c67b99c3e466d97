"""A release as a file: downloaded from the dashboard and by a program, by whoever may read it and nobody else."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserType

from tests.web.conftest import Konbit, opened, page_of
from tests.web.ministry import Ministry, enter, show

RETURNEES = "RETURNEES_REGISTERED"
PROTECTED = {"en": "protected", "fr": "protégé", "ht": "pwoteje", "es": "protegido"}


@pytest.fixture(scope="module")
def ministry(konbit: Konbit) -> Ministry:
    return Ministry(konbit)


def read(body: bytes) -> list[dict[str, str]]:
    """The rows of a CSV, by hashtag."""
    _, tags, *lines = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [dict(zip(tags, line, strict=True)) for line in lines]


def hidden(ministry: Ministry) -> tuple[str, dict[str, Any]]:
    """A computed indicator whose latest release hides something, and that release."""
    for code, indicator in ministry.indicators().items():
        release: dict[str, Any] | None = indicator["latest"]
        for breakdown in filter(None, release["breakdowns"] if release else []):
            cells = ministry.cells(release["id"], *breakdown.split()) if release else []
            if release and any(cell["figure"]["__typename"] == "Suppressed" for cell in cells):
                return code, release
    raise AssertionError("no release hides anything")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_browser_downloads_the_published_figures(
    kind: str, browsers: BrowserType, tmp_path: Path, ministry: Ministry
) -> None:
    with opened(browsers, tmp_path / "profile", width=1280, accept_downloads=True) as context:
        page = page_of(context)
        enter(page, ministry)
        show(page, RETURNEES)
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile(f"^Download {kind.upper()}")).first.click()
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
    assert kept.name == f"{RETURNEES}-2017-09-28-v1.{kind}"
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(kept.read_bytes().decode("utf-8-sig"), newline="")))
    else:
        lines = [
            ["" if value is None else str(value) for value in row] for row in load_workbook(kept).worksheets[0].values
        ]
    assert lines[0][0] == "Indicator"
    figure, part = lines[1].index("#indicator+value"), lines[1].index("#cause+return+code")
    assert [(line[part], line[figure]) for line in lines[2:]] == [
        ("", "229885"),
        ("SELF_ORGANISED", "132995"),
        ("FORCED_SELF_REPORTED", "37942"),
        ("FORCED_CONFIRMED", "58271"),
        ("UNKNOWN", "677"),
    ]
    assert "IOM Haiti, Border Monitoring Situation Report, 28 September 2017" in lines[2]


@pytest.mark.parametrize("language", ["fr", "ht", "es", "en"])
def test_a_file_says_of_each_cell_what_the_graph_says(language: str, ministry: Ministry) -> None:
    code, release = hidden(ministry)
    status, headers, body = ministry.release_file(code, release["id"], "csv", **{"Accept-Language": f"{language}-HT"})
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "text/csv; charset=utf-8", "no-store")
    told = [release["total"]]
    for breakdown in filter(None, release["breakdowns"]):
        if {"MONTH", "QUARTER"} & set(breakdown.split()):
            continue  # of one month there is one
        told += [cell["figure"] for cell in ministry.cells(release["id"], *breakdown.split())]
    expected = [str(each["value"]) if each["__typename"] == "Count" else PROTECTED[language] for each in told]
    assert [row["#indicator+value"] for row in read(body)] == expected
    assert PROTECTED[language] in expected


def test_only_who_may_read_figures_gets_a_file(konbit: Konbit, ministry: Ministry) -> None:
    identity = ministry.indicators()[RETURNEES]["latest"]["id"]
    path = f"/indicators/{RETURNEES}/releases/{identity}.csv"
    status, headers, _ = ministry.file(path)
    assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="konbit", DPoP realm="konbit", algs="ES256"')
    assert ministry.file(path, Authorization="Bearer nonsense")[0] == 401
    status, headers, body = Ministry(konbit, "brc").release_file(RETURNEES, identity, "csv")
    assert (status, b"229885" in body) == (403, False)


@pytest.mark.parametrize(
    ("code", "identity", "kind"),
    [
        ("BRACELETS_DISTRIBUTED", None, "csv"),
        ("NOTHING", None, "csv"),
        ("%00", None, "csv"),
        (RETURNEES, "%00", "csv"),
        (RETURNEES, "IndicatorRelease_00000000-0000-4000-8000-000000000000", "csv"),
        (RETURNEES, "nonsense", "xlsx"),
        (RETURNEES, None, "pdf"),
    ],
)
def test_what_is_not_there_is_not_found(code: str, identity: str | None, kind: str, ministry: Ministry) -> None:
    identity = identity or ministry.indicators()[RETURNEES]["latest"]["id"]
    assert ministry.release_file(code, identity, kind)[0] == 404
