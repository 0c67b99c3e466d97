"""Which cells does a file hold, whatever wrote it? CSV in any common encoding and with any separator, or a workbook.

Every cell is text, as a person reads it: 7 and not 7.0, 2026-11-21 and not a number of days. What we write before a
cell so that no spreadsheet runs it (api/releases/files.py) is taken off again.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from partners.records import Unreadable, storable
from partners.sheets.workbook import (
    OF_A_PARTNER,
    Bounds,
    Cell,
    NoSuchSheet,
    NotAWorkbook,
    WorkbookTooLarge,
    cells,
)

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"What a cell begins with that a spreadsheet runs as a formula (CWE-1236)."
LARGEST_CELL = 131_072
"Signs."
Line = tuple[int, list[str]]
"A row's number, as a spreadsheet shows it, and its cells."


class NoSheet(Unreadable):
    """There is no sheet to be read there."""


def is_workbook(body: bytes) -> bool:
    """Whether a file is packed as XLSX and ODS are, or is an old XLS."""
    return body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def of_workbook(body: bytes, sheet: str | int, *, bounds: Bounds = OF_A_PARTNER) -> Iterator[Line]:
    """This will be the rows of one sheet of a workbook, merged cells filled. Raises NoSheet."""
    if not body.startswith(b"PK"):
        raise NoSheet("It is a workbook of an old kind (XLS). Save it as XLSX or CSV.")
    try:
        rows = cells(body, bounds=bounds, sheet=sheet, merged=True)
    except (NotAWorkbook, WorkbookTooLarge, NoSuchSheet) as failure:
        raise NoSheet(str(failure) or str(failure.__doc__)) from failure
    return _numbered([_said(cell) for cell in row] for row in rows)


def of_csv(text: str) -> Iterator[Line]:
    """This will be the rows of a CSV (RFC 4180) with commas, semicolons, tabs or bars. Raises NoSheet."""
    first = next((line for line in io.StringIO(text) if line.strip(";,\t |\"'\r\n")), "")
    separator = max(",;\t|", key=first.count)
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    try:
        for number, line in _numbered(reader):
            yield number, line
    except csv.Error as failure:
        raise NoSheet(f"Row {number + 1} cannot be read: {failure}. Is a quotation mark left open?") from failure


def decoded(body: bytes) -> tuple[str, str | None]:
    """This will be the text of a sheet, whatever wrote it, and what is odd about it: UTF-8, UTF-16 or Windows-1252."""
    wide = _utf_16(body)
    if wide is not None:
        return body.decode(wide, "replace"), None
    text = body.decode("utf-8-sig", "replace")
    damaged = text.count("\ufffd")
    if not damaged:
        return text, None
    if sum(not sign.isascii() for sign in text) - damaged > damaged:
        return text, f"{damaged} letters of the sheet are damaged; save it again as UTF-8."
    try:
        return body.decode("cp1252"), "The sheet is not UTF-8; it was read as Windows-1252."
    except UnicodeDecodeError:
        return body.decode("latin-1"), "The sheet is not UTF-8; it was read as Latin-1."


def _utf_16(body: bytes) -> str | None:
    """By its mark; without one, by the zeros that every second byte of western text is."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    begin = body[:400]
    if begin[1::2].count(0) > len(begin) // 4:
        return "utf-16-le"
    return "utf-16-be" if begin[::2].count(0) > len(begin) // 4 else None


def _numbered(rows: Iterable[list[str]]) -> Iterator[Line]:
    """Rows with something in them, each text held once however many cells show it."""
    held: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        line = [held.setdefault(cell, cell) for cell in map(_clean, row)]
        if any(line):
            yield number, line


def _clean(cell: str) -> str:
    said = (cell if cell.isascii() and "\0" not in cell else str(storable(cell)).replace("\u00a0", " ")).strip()
    return said[1:] if said[:1] == "'" and said[1:].startswith(RUNS) else said


def _said(cell: Cell) -> str:
    match cell:
        case bool():
            return "1" if cell else "0"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat("minutes")
        case timedelta():
            return str(cell)
        case _:
            return str(cell)
