"""How is a table written to a file? As CSV (RFC 4180, UTF-8 with its mark, so that spreadsheets read it) or as XLSX.

A text that a spreadsheet would run as a formula is quoted: what a label begins with is not ours to trust (CWE-1236).
"""

import csv
import io
from typing import TYPE_CHECKING

from api.releases.table import Cell, Table
from partners.sheets.text import RUNS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_TITLE = 31
"Of a sheet, in signs: what spreadsheets allow."
_WIDEST = 48
"Of a column, in signs."


def as_csv(table: Table) -> bytes:
    """This will write one table."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([inert(cell) for cell in line] for line in table.lines())
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """This will write one sheet: headings and hashtags stay in sight, counts are numbers."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = table.code[:LONGEST_TITLE]
    for number, line in enumerate(table.lines(), start=1):
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(number, place, inert(value))
            if isinstance(value, str):
                cell.data_type = "s"
    _dressed(sheet, table)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _dressed(sheet: "Worksheet", table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A3"
    for place in range(1, len(table.columns) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(2, place).font = Font(color="666666")
        longest = max(len(str(line[place - 1] or "")) for line in table.lines())
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 2, _WIDEST)


def inert(cell: Cell) -> Cell:
    """This will be the cell, with an apostrophe before what would run."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS) else cell
