"""Reads a workbook that someone filled in: the cells of its first sheet, as a spreadsheet shows them (XLSX, ODS)."""

import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

Cell = str | float | bool | date | datetime | time | timedelta
MOST_ROWS = 20_000
LARGEST_UNPACKED = 32 * 1024 * 1024
"Bytes of all that is packed into one: a file of a few kilobytes can hold gigabytes."
MOST_PARTS = 500


class NotAWorkbook(Exception):
    """This is no workbook that can be read. Save it as XLSX, without a password."""


class WorkbookTooLarge(Exception):
    """The workbook is too large: at most 20,000 rows, and 32 MiB once it is unpacked."""


def cells(body: bytes) -> list[list[Cell]]:
    """This will be the rows of the first sheet, from its first; an empty cell is the empty text.

    Raises NotAWorkbook, WorkbookTooLarge. Takes up to a second, so it is not for the event loop.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _measure(body)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS:
            raise WorkbookTooLarge
        rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as failure:
        raise NotAWorkbook from failure
    return rows


def _measure(body: bytes) -> None:
    """Unpacks each part as far as it says it goes: what says less than it holds does not pass its checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise WorkbookTooLarge
            for part in parts:
                with packed.open(part) as unpacked:
                    while unpacked.read(1 << 16):
                        pass
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError) as failure:
        raise NotAWorkbook from failure
