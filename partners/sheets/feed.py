"""Reads a partner's sheet: a CSV of services, a row for each place a service is given at.

Rows that speak of one service are one record. Headings are found by the words people use, or by the partner's saved
mapping of columns; a row of HXL tags is passed over. Row numbers are those a spreadsheet shows.
"""

import asyncio
import csv
import io
import json
import re
from pathlib import Path
from uuid import UUID, uuid5

from models.partners import RecordKind
from models.rules.languages import LANGUAGES
from partners.connector import Look, Source
from partners.outgoing import LARGEST, Asker
from partners.reading.spelling import plain
from partners.records import Feed, Remote, Swept, Unreadable, storable
from partners.settings import Settings, WrongSetting
from partners.sheets.words import COLUMNS, TRANSLATED, heading

ROWS_BEFORE_HEADINGS = 10
"So many rows with something in them are looked through for the headings; above them stand titles."
HXL_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z][a-z0-9_]*)*", re.ASCII | re.IGNORECASE)
"A cell of a row of tags, which stands right below the headings (HXL 1.1, hashtags and attributes)."
NAMESPACE = UUID("b0a1f6c2-5d1e-5e8a-9a55-3d0c6e6f7b10")
"Of the ids that rows without one are given (RFC 9562, version 5)."

NAMES = ("service", *(f"service_{language}" for language in LANGUAGES))
"The columns that name a service; the first with something in it does, where a row has no id."

Row = dict[str, str]
"Cells by heading, those with something in them."


class MissingColumn(Unreadable):
    """The sheet has no column that is needed."""


class NoSheet(Unreadable):
    """There is no sheet to be read at that path."""


async def look(source: Source, ask: Asker) -> Look:
    """This will say how a sheet is written and how many services it names. Raises Unreadable where it is none."""
    text, note = decoded(await _body(source, ask))
    services = str(len(records(text, source.settings)))
    return Look("sheet (CSV)", {"services": services}, (note,) if note else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over the services of a sheet at a path or web address. Raises Unreadable where it is none."""
    text, note = decoded(await _body(source, ask))
    for record in records(text, source.settings):
        yield record
    yield Swept(RecordKind.SERVICE, complete=True, note=note)


async def _body(source: Source, ask: Asker) -> bytes:
    if source.pushed is not None:
        return source.pushed
    if source.address.startswith(("http://", "https://")):
        return await ask.get(source.address)
    return await asyncio.to_thread(_file, Path(source.address))


def records(text: str, settings: Settings) -> list[Remote]:
    """This will be the services of a sheet, in its order. Raises MissingColumn or WrongSetting."""
    headings, rows = _table(text, settings)
    columns = columns_of(headings, settings)
    grouped: dict[str, list[tuple[int, Row]]] = {}
    nameless: dict[str, Remote] = {}
    for number, row in rows:
        cells = by_column(row, columns)
        if not any(column in cells for column in NAMES):
            remote_id = identified("row", json.dumps(row, sort_keys=True))
            nameless[remote_id] = _remote(
                remote_id, [(number, row)], columns, "It names no service. Name it, or remove it."
            )
            continue
        grouped.setdefault(_service_id(cells, settings), []).append((number, row))
    whole = [_remote(remote_id, rows, columns) for remote_id, rows in grouped.items()]
    return [*whole, *nameless.values()]


def columns_of(headings: list[str], settings: Settings) -> dict[str, str]:
    """This will say which heading stands for which column (`service`, `service_ht`, `pcode`, ...)."""
    columns: dict[str, str] = {}
    for column, wanted in settings.columns.items():
        known = column in COLUMNS or column in {_translated(each, tag) for each in TRANSLATED for tag in LANGUAGES}
        if not known:
            raise WrongSetting(f"“{column}” is no column of ours. There are: {', '.join(COLUMNS)}.")
        found = next((each for each in headings if plain(each) == plain(wanted)), None)
        if found is None:
            raise MissingColumn(f"The sheet has no heading “{wanted}”, which the partner's settings name for {column}.")
        columns[column] = found
    for each in headings:
        meant = heading(each)
        if meant and each not in columns.values():
            columns.setdefault(_translated(*meant), each)
    missing = [column for column in settings.key if column not in columns]
    if missing:
        raise MissingColumn(
            f"The sheet has no column for {', '.join(missing)}, which the partner's settings name as key."
        )
    return columns


def by_column(row: Row, columns: dict[str, str]) -> Row:
    """This will be the cells of a row by our columns; a cell under no heading of ours stays in the raw row alone."""
    return {column: row[name] for column, name in columns.items() if name in row}


def decoded(body: bytes) -> tuple[str, str | None]:
    """This will be the text of a sheet, whatever wrote it, and what is odd about it: UTF-8, UTF-16 or Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace"), None
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


def _table(text: str, settings: Settings) -> tuple[list[str], list[tuple[int, Row]]]:
    """Headings, and the rows below them that say something, with their numbers."""
    lines = [(number, cells) for number, cells in _lines(text) if any(cells)]
    head = next(
        (at for at, (_, cells) in enumerate(lines[:ROWS_BEFORE_HEADINGS]) if _names_services(cells, settings)), None
    )
    if head is None:
        seen = ", ".join(filter(None, lines[0][1])) if lines else "nothing"
        raise MissingColumn(
            f"The sheet has no column of services; it has {seen[:300]}. "
            'Say which one it is: --column service="Its heading".'
        )
    headings: list[str] = []
    for position, cell in enumerate(lines[head][1], 1):
        name = cell or f"column {position}"
        headings.append(name if name not in headings else f"{name} ({position})")
    rows: list[tuple[int, Row]] = []
    for number, cells in lines[head + 1 :]:
        if rows or not all(HXL_TAG.fullmatch(cell) for cell in cells if cell):
            names = [*headings, *(f"column {at}" for at in range(len(headings) + 1, len(cells) + 1))]
            rows.append((number, {name: cell for name, cell in zip(names, cells, strict=False) if cell}))
    return headings, rows


def _lines(text: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip(";,\t |\"'")), "")
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            lines.append((number, [str(storable(cell)).replace("\u00a0", " ").strip() for cell in cells]))
    except csv.Error as failure:
        raise NoSheet(f"Row {len(lines) + 1} cannot be read: {failure}. Is a quotation mark left open?") from failure
    return lines


def _names_services(cells: list[str], settings: Settings) -> bool:
    wanted = settings.columns.get("service")
    if wanted is not None:
        return plain(wanted) in map(plain, cells)
    return any(meant and meant[0] == "service" for meant in map(heading, cells))


def _service_id(cells: Row, settings: Settings) -> str:
    own = cells.get("id", "")
    if not settings.key and 0 < len(own) <= 200:
        return own
    if settings.key:
        return identified("service", *(plain(cells.get(column, "")) for column in settings.key))
    name = next(filter(None, (cells.get(column) for column in NAMES)))
    return identified("service", plain(cells.get("organization", "")), plain(name))


def identified(*parts: str) -> str:
    return str(uuid5(NAMESPACE, json.dumps(parts)))


def _translated(column: str, language: str | None) -> str:
    return column if language is None else f"{column}_{language}"


def _remote(
    remote_id: str, rows: list[tuple[int, Row]], columns: dict[str, str], unreadable: str | None = None
) -> Remote:
    numbers = tuple(number for number, _ in rows)
    where = f"row {numbers[0]}" if len(numbers) == 1 else f"rows {', '.join(map(str, numbers))}"
    raw = {"columns": columns, "rows": [row for _, row in rows]}
    return Remote(RecordKind.SERVICE, remote_id, raw, where, unreadable=unreadable, rows=numbers)


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NoSheet(f"{path} is larger than {LARGEST} bytes. Split it.")
        return path.read_bytes()
    except OSError as failure:
        raise NoSheet(f"{path} cannot be read: {failure.strerror}.") from failure
