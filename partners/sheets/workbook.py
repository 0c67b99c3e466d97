"""Reads a workbook that someone filled in: the cells of one of its sheets, as a spreadsheet shows them (XLSX, ODS).

It is read in a process of its own, run by this file: two cells in opposite corners, or one long text in a thousand
cells, ask for more memory than there is, and whoever asks then ends.
"""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | float | bool | date | datetime | time | timedelta
MOST_PARTS = 500
MOST_COLUMNS = 16_384
TOO_LARGE, NO_SHEET = 3, 4
"What the process that reads ends with; by a signal where memory or time was up, and by 1 at what is no workbook."
_DAYS: dict[str, Any] = {kind.__name__: kind for kind in (date, datetime, time)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a workbook may be, and how long reading it may take."""

    rows: int = 20_000
    unpacked: int = 32 * 1024 * 1024
    "Bytes of all that is packed into it, and of its cells as they are handed over: kilobytes can hold gigabytes."
    memory: int = 512 * 1024 * 1024
    "Bytes."
    seconds: int = 10

    def told(self) -> str:
        return (
            f"The workbook is too large: at most {self.rows:,} rows, and {self.unpacked >> 20} MiB once it is unpacked."
        )


OF_A_PERSON = Bounds()
"A template that somebody filled in."
OF_A_PARTNER = Bounds(rows=200_000, unpacked=256 * 1024 * 1024, memory=1536 * 1024 * 1024, seconds=60)
"A whole directory."


class NotAWorkbook(Exception):
    """This is no workbook that can be read. Save it as XLSX, without a password."""


class WorkbookTooLarge(Exception):
    """The workbook is too large."""


class NoSuchSheet(Exception):
    """The workbook has no such sheet."""


def cells(body: bytes, *, bounds: Bounds = OF_A_PERSON, sheet: str | int = 0, merged: bool = False) -> list[list[Cell]]:
    """This will be the rows of a sheet, from its first; an empty cell is the empty text.

    sheet: its name, or its place from 0. merged: each cell that is merged with others holds what they show together.
    Raises NotAWorkbook, WorkbookTooLarge, NoSuchSheet. Takes up to `bounds.seconds`, so it is not for the event loop.
    """
    _measure(body, bounds)
    asked = json.dumps({"bounds": asdict(bounds), "sheet": sheet, "merged": merged})
    reader = [sys.executable, "-I", __file__, asked]
    try:
        read = subprocess.run(reader, input=body, capture_output=True, env={}, timeout=2 * bounds.seconds, check=False)
    except subprocess.TimeoutExpired as failure:
        raise WorkbookTooLarge(bounds.told()) from failure
    if read.returncode == NO_SHEET:
        raise NoSuchSheet(f"The workbook has no sheet “{sheet}”; it has {read.stdout.decode()}.")
    if read.returncode == TOO_LARGE or read.returncode < 0:
        raise WorkbookTooLarge(bounds.told())
    if read.returncode != 0:
        raise NotAWorkbook
    return [json.loads(line, object_hook=_meant) for line in read.stdout.splitlines()]


def _hand_over(body: bytes, bounds: Bounds, *, sheet: str | int, merged: bool) -> None:
    """Writes a line of JSON for each row, so that no more than one is held beside what the library holds."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    names = book.sheet_names
    if sheet not in names and (not isinstance(sheet, int) or sheet >= len(names)):
        sys.stdout.write(", ".join(names))
        sys.exit(NO_SHEET)
    found = book.get_sheet_by_index(sheet) if isinstance(sheet, int) else book.get_sheet_by_name(sheet)
    if found.end is None:
        return
    if found.end[0] >= bounds.rows or found.end[1] >= MOST_COLUMNS:
        raise WorkbookTooLarge
    size = 0
    for row in _filled(found) if merged else _from_first_column(found):
        line = json.dumps(row, default=_told).encode() + b"\n"
        size += len(line)
        if size > bounds.unpacked:
            raise WorkbookTooLarge
        sys.stdout.buffer.write(line)


def _from_first_column(sheet: Any) -> Iterator[list[Any]]:
    """The library leaves out the columns before the first with something in it."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*before, *row] for row in sheet.iter_rows())


def _filled(sheet: Any) -> Iterator[list[Any]]:
    """A merged range shows the cell of its upper left corner, whatever the others hold."""
    begin: dict[int, list[Any]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        begin.setdefault(top, []).append((left, right, bottom))
    shown: dict[int, tuple[Any, int]] = {}
    for number, row in enumerate(_from_first_column(sheet)):
        shown = {at: (value, last) for at, (value, last) in shown.items() if last >= number}
        for left, right, bottom in begin.get(number, ()):
            if left < len(row):
                shown |= dict.fromkeys(range(left, min(right + 1, len(row))), (row[left], bottom))
        for at, (value, _) in shown.items():
            row[at] = value
        yield row


def _told(cell: date | time | timedelta) -> dict[str, Any]:
    name = type(cell).__name__
    return {name: cell.total_seconds() if isinstance(cell, timedelta) else cell.isoformat()}


def _meant(said: dict[str, Any]) -> Cell:
    ((name, value),) = said.items()
    cell: Cell = timedelta(seconds=value) if name == timedelta.__name__ else _DAYS[name].fromisoformat(value)
    return cell


def _bounded(bounds: Bounds) -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, bounds.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(kind, (most, most))


def _measure(body: bytes, bounds: Bounds) -> None:
    """Unpacks each part as far as it says it goes: what says less than it holds does not pass its checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > bounds.unpacked:
                raise WorkbookTooLarge(bounds.told())
            for part in parts:
                with packed.open(part) as unpacked:
                    while unpacked.read(1 << 16):
                        pass
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError) as failure:
        raise NotAWorkbook from failure


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    allowed = Bounds(**asked["bounds"])
    _bounded(allowed)
    try:
        _hand_over(sys.stdin.buffer.read(), allowed, sheet=asked["sheet"], merged=asked["merged"])
    except (WorkbookTooLarge, MemoryError):
        sys.exit(TOO_LARGE)
