"""Reads a workbook that someone filled in: the cells of its first sheet, as a spreadsheet shows them (XLSX, ODS).

It is read in a process of its own, run by this file: two cells in opposite corners, or one long text in a thousand
cells, ask for more memory than there is, and whoever asks then ends.
"""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | float | bool | date | datetime | time | timedelta
MOST_ROWS = 20_000
LARGEST_UNPACKED = 32 * 1024 * 1024
"Bytes of all that is packed into one: a file of a few kilobytes can hold gigabytes."
MOST_PARTS = 500
MOST_MEMORY = 512 * 1024 * 1024
"Bytes, for reading one."
LONGEST = 10
"Seconds, for reading one."
TOO_LARGE = 3
"What the process that reads ends with; by a signal where memory or time was up, and by 1 at what is no workbook."
_DAYS: dict[str, Any] = {kind.__name__: kind for kind in (date, datetime, time)}


class NotAWorkbook(Exception):
    """This is no workbook that can be read. Save it as XLSX, without a password."""


class WorkbookTooLarge(Exception):
    """The workbook is too large: at most 20,000 rows, and 32 MiB once it is unpacked."""


def cells(body: bytes) -> list[list[Cell]]:
    """This will be the rows of the first sheet, from its first; an empty cell is the empty text.

    Raises NotAWorkbook, WorkbookTooLarge. Takes up to a second, so it is not for the event loop.
    """
    _measure(body)
    reader = [sys.executable, "-I", __file__]
    try:
        read = subprocess.run(reader, input=body, capture_output=True, env={}, timeout=2 * LONGEST, check=False)
    except subprocess.TimeoutExpired as failure:
        raise WorkbookTooLarge from failure
    if read.returncode == TOO_LARGE or read.returncode < 0:
        raise WorkbookTooLarge
    if read.returncode != 0:
        raise NotAWorkbook
    rows: list[list[Cell]] = json.loads(read.stdout, object_hook=_meant)
    return rows


def _read(body: bytes) -> bytes:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    if sheet.total_height > MOST_ROWS:
        raise WorkbookTooLarge
    told = json.dumps(sheet.to_python(skip_empty_area=False), default=_told).encode()
    if len(told) > LARGEST_UNPACKED:
        raise WorkbookTooLarge
    return told


def _told(cell: date | time | timedelta) -> dict[str, Any]:
    name = type(cell).__name__
    return {name: cell.total_seconds() if isinstance(cell, timedelta) else cell.isoformat()}


def _meant(said: dict[str, Any]) -> Cell:
    ((name, value),) = said.items()
    cell: Cell = timedelta(seconds=value) if name == timedelta.__name__ else _DAYS[name].fromisoformat(value)
    return cell


def _bounded() -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, LONGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(kind, (most, most))


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


if __name__ == "__main__":
    _bounded()
    try:
        sys.stdout.buffer.write(_read(sys.stdin.buffer.read()))
    except (WorkbookTooLarge, MemoryError):
        sys.exit(TOO_LARGE)
