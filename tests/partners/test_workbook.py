"""A workbook is read as far as it is one: what would take all memory there is, is refused, and the reader stands."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from partners.sheets.workbook import NotAWorkbook, WorkbookTooLarge, cells

SHEET, TEXTS, LINKS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KINDS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def workbook(*rows: Sequence[Any], parts: Mapping[str, str] | None = None) -> bytes:
    """A workbook as a spreadsheet writes it, with these parts in place of its own."""
    book, written, packed = Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(written)
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as anew:
        held: dict[str, str | bytes] = {name: made.read(name) for name in made.namelist()}
        for name, part in {**held, **(parts or {})}.items():
            anew.writestr(name, part)
    return packed.getvalue()


def of_one_text(*names: str, long: int = 1) -> bytes:
    """A workbook whose cells of these names hold the same text."""
    rows = "".join(f'<row r="{name.lstrip("AXFD")}"><c r="{name}" t="s"><v>0</v></c></row>' for name in names)
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    texts = f"<sst {MAIN}><si><t>{'x' * long}</t></si></sst>"
    return workbook(parts={SHEET: sheet, TEXTS: texts, LINKS: LINKED})


def column(rows: int) -> list[str]:
    return [f"A{row}" for row in range(1, rows + 1)]


def test_cells_come_as_they_were_written() -> None:
    at = datetime.fromisoformat("2026-11-02T08:30")
    assert cells(workbook(["fanm", 7, None], [at, time(8, 30), True])) == [["fanm", 7, ""], [at, time(8, 30), True]]
    assert cells(of_one_text("A1", "A2")) == [["x"], ["x"]]


@pytest.mark.parametrize(
    "body",
    [
        of_one_text("A1", "XFD1048576"),
        of_one_text("A1", "XFD20000"),
        of_one_text(*column(19_000), long=1_000_000),
        of_one_text(*column(1_000), long=50_000),
    ],
    ids=["two corners", "a wide one", "a long text in every row", "more text than is taken"],
)
def test_a_small_file_that_grows_is_too_large(body: bytes) -> None:
    assert len(body) < 300_000
    with pytest.raises(WorkbookTooLarge):
        cells(body)


@pytest.mark.parametrize("body", [b"", b"PK", workbook(["x"], parts={"xl/workbook.xml": "<"})])
def test_what_is_none_is_told_so(body: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        cells(body)
