"""Reads a partner's sheet: CSV or a workbook of services, a row for each place a service is given at.

Rows that speak of one service are one record, wherever in the sheet they stand. Row numbers are those a spreadsheet
shows. A sheet that did not change since it was read twice (what is missing is gone by the second time) is not read
again, unless everything is asked for: its server says so (RFC 9110, section 13), or its hash does.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.outgoing import LARGEST, Asker
from partners.reading.spelling import plain
from partners.records import Feed, Remote, Swept
from partners.settings import Settings
from partners.sheets.table import NAMES, Columns, MissingColumn, Table, table_of
from partners.sheets.text import NoSheet, decoded, is_workbook, of_csv, of_workbook

NAMESPACE = UUID("b0a1f6c2-5d1e-5e8a-9a55-3d0c6e6f7b10")
"Of the ids that rows without one are given (RFC 9562, version 5)."
READINGS = 2
"So often a sheet is read before it is believed to say the same: its second reading takes as gone what it lacks."
VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
"What a server says of a sheet, and how it is asked whether that still holds."
MOST_ROWS_NAMED = 20
"Where a service has more of them."
MOST_SHEETS = 10
"Of a workbook are looked through for a table."

Row = dict[str, str]
"Cells by heading, or by our column; those with something in them."


async def look(source: Source, ask: Asker) -> Look:
    """This will say how a sheet is written and how many services it names. Raises Unreadable where it is none."""
    body, _ = await _body(source, ask, {})
    what, table, note = await asyncio.to_thread(table_in, body or b"", source.settings)
    services = await asyncio.to_thread(lambda: len(_grouped(table, source.settings)[0]))
    told = {"services": str(services), "columns": ", ".join(table.columns)}
    return Look(f"sheet ({what}{', HXL' if table.tagged else ''})", told, (note,) if note else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over the services of a sheet at a path or web address. Raises Unreadable where it is none."""
    last = dict(source.cursor.get(RecordKind.SERVICE) or {})
    settled = not source.whole and source.pushed is None and last.get("readings", 0) >= READINGS
    body, validators = await _body(source, ask, last if settled else {})
    if body is None:
        yield Swept(RecordKind.SERVICE, complete=False)
        return
    digest = _digest(body, source.settings)
    same = last.get("hash") == digest
    if settled and same:
        yield Swept(RecordKind.SERVICE, complete=False, cursor={**last, **validators})
        return
    _, table, note = await asyncio.to_thread(table_in, body, source.settings)
    del body
    services, nameless = await asyncio.to_thread(_grouped, table, source.settings)
    for record in _records(table, services, nameless):
        yield record
    cursor = {"hash": digest, "readings": last.get("readings", 0) + 1 if same else 1, **validators}
    whole = source.pushed is None or source.whole
    yield Swept(RecordKind.SERVICE, complete=whole, note=note, cursor=None if source.pushed is not None else cursor)


def records(text: str, settings: Settings) -> list[Remote]:
    """This will be the services of a CSV, in its order. Raises MissingColumn or WrongSetting."""
    table = table_of(of_csv(text), settings)
    return list(_records(table, *_grouped(table, settings)))


def table_in(body: bytes, settings: Settings) -> tuple[str, Table, str | None]:
    """This will find the table in a file: how it is written, the table, and what is odd. Raises Unreadable."""
    if not is_workbook(body):
        text, note = decoded(body)
        return "CSV", table_of(of_csv(text), settings), note
    if settings.sheet is not None:
        return "workbook", table_of(of_workbook(body, settings.sheet), settings), None
    refused: Exception | None = None
    for place in range(MOST_SHEETS):
        try:
            return "workbook", table_of(of_workbook(body, place), settings), None
        except (NoSheet, MissingColumn) as failure:
            refused = refused or failure
            if isinstance(failure, NoSheet):
                break
    raise refused or NoSheet("The workbook is empty.")


def by_column(row: Row, columns: Columns) -> Row:
    """This will be the cells of a row by our columns; a cell under no heading of ours stays in the raw row alone."""
    return {column: row[name] for column, name in columns.items() if name in row}


def identified(*parts: str) -> str:
    return str(uuid5(NAMESPACE, json.dumps(parts)))


async def _body(source: Source, ask: Asker, last: dict[str, Any]) -> tuple[bytes | None, dict[str, str]]:
    """The sheet, None where its server says that it is the last one still, and by what that is to be asked next."""
    if source.pushed is not None:
        return source.pushed, {}
    if not source.address.startswith(("http://", "https://")):
        return await asyncio.to_thread(_file, Path(source.address)), {}
    asked = {name: last[name] for name in VALIDATORS if name in last}
    reply = await ask.ask("GET", source.address, headers={VALIDATORS[name]: value for name, value in asked.items()})
    if reply.status == 304:
        return None, {}
    return reply.body, {name: value for name in VALIDATORS if (value := reply.headers.get(name))}


def _digest(body: bytes, settings: Settings) -> str:
    """Of what was read and how."""
    how = json.dumps(asdict(settings), sort_keys=True, default=str)
    return hashlib.sha256(how.encode() + body).hexdigest()


Grouped = dict[str, list[tuple[int, list[str]]]]
"By the id of a service, its rows: their numbers and cells."


def _grouped(table: Table, settings: Settings) -> tuple[Grouped, Grouped]:
    """The rows of each service, in the sheet's order, and those that name none."""
    services: Grouped = {}
    nameless: Grouped = {}
    at = {column: table.headings.index(name) for column, name in table.columns.items()}
    wanted = {"id", "organization", *NAMES, *settings.key}
    keys = {column: place for column, place in at.items() if column in wanted}
    for number, cells in table.rows:
        said = {column: cells[place] for column, place in keys.items() if place < len(cells) and cells[place]}
        if any(column in said for column in NAMES):
            services.setdefault(_service_id(said, settings), []).append((number, cells))
        else:
            remote_id = identified("row", json.dumps(table.named(cells), sort_keys=True))
            nameless[remote_id] = [(number, cells)]
    return services, nameless


def _records(table: Table, services: Grouped, nameless: Grouped) -> Iterator[Remote]:
    for remote_id, rows in services.items():
        yield _remote(remote_id, rows, table)
    for remote_id, rows in nameless.items():
        yield _remote(remote_id, rows, table, "It names no service. Name it, or remove it.")


def _remote(
    remote_id: str, rows: Iterable[tuple[int, list[str]]], table: Table, unreadable: str | None = None
) -> Remote:
    numbers = tuple(number for number, _ in rows)
    named = ", ".join(map(str, numbers[:MOST_ROWS_NAMED]))
    more = f" and {len(numbers) - MOST_ROWS_NAMED} more" if len(numbers) > MOST_ROWS_NAMED else ""
    where = f"row {named}" if len(numbers) == 1 else f"rows {named}{more}"
    raw = {"columns": table.columns, "rows": [table.named(cells) for _, cells in rows]}
    return Remote(RecordKind.SERVICE, remote_id, raw, where, unreadable=unreadable, rows=numbers)


def _service_id(cells: Row, settings: Settings) -> str:
    own = cells.get("id", "")
    if not settings.key and 0 < len(own) <= 200:
        return own
    if settings.key:
        return identified("service", *(plain(cells.get(column, "")) for column in settings.key))
    name = next(filter(None, (cells.get(column) for column in NAMES)))
    return identified("service", plain(cells.get("organization", "")), plain(name))


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NoSheet(f"{path} is larger than {LARGEST} bytes. Split it.")
        return path.read_bytes()
    except OSError as failure:
        raise NoSheet(f"{path} cannot be read: {failure.strerror}.") from failure
