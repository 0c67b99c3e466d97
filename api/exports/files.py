"""Writes services into files: CSV (RFC 4180), a workbook, GeoJSON (RFC 7946). A page at a time, beside the loop.

Sheets are written in two goes: which columns are used is known once the last service is read. What a spreadsheet would
run as a formula is quoted, as in other files of ours.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from api.errors import Refused
from api.releases.files import inert
from models.rules.languages import choose
from partners.sheets.export import hours_of, lies_in, rows_of
from partners.sheets.headings import columns_in, heading_of
from partners.sheets.hxl import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.exports.asked import Asked
    from partners.documents import PlaceDocument, ServiceDocument, Texts
    from partners.sheets.export import Room

MOST_ROWS = 100_000
"Of a workbook: with more of them it is opened by nothing, and takes minutes to write."
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,15})?")
"As we write them; what is longer is an id."
IN_MEMORY = 4 * 1024 * 1024
"Bytes of a file that are held before it goes to disk."


class TooManyRows(Refused):
    """A workbook holds at most 100,000 rows. Take the CSV, or ask for a category or an area."""


class Sheet:
    """Rows kept until all are there, then written under their headings."""

    def __init__(self, asked: Asked, *, most: int | None = None) -> None:
        self.asked = asked
        self.used: set[str] = set()
        self.rows = 0
        self._most = most
        self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the sheet

    def add(self, page: list[tuple[ServiceDocument, Any]]) -> None:
        """This will take a page of services. Raises TooManyRows."""
        for service, room in page:
            for row in rows_of(service, room, language=self.asked.language, pcode=self.asked.pcode):
                self.used |= row.keys()
                self.rows += 1
                self._kept.write(orjson.dumps(row) + b"\n")
        if self._most is not None and self.rows > self._most:
            raise TooManyRows

    def close(self) -> None:
        self._kept.close()

    def lines(self) -> Iterator[list[str]]:
        """This will be the rows of the file: headings, tags, and what was added."""
        columns = columns_in(frozenset(self.used), self.asked.language)
        yield [heading_of(column, language, self.asked.language) for column, language in columns]
        yield [tag_of(column, language) for column, language in columns]
        names = [f"{column}_{language}" if language else column for column, language in columns]
        self._kept.seek(0)
        for line in self._kept:
            row = orjson.loads(line)
            yield [_inert(row.get(name, "")) for name in names]


def _inert(cell: str) -> str:
    """A number below zero is none of what runs, and programs read it."""
    return cell if _NUMBER.fullmatch(cell) else str(inert(cell))


def write_csv(sheet: Sheet, file: BinaryIO) -> None:
    """This will write a sheet as CSV in UTF-8 with its mark, by which spreadsheets know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows(sheet.lines())
    text.detach()


def write_xlsx(sheet: Sheet, file: BinaryIO) -> None:
    """This will write a sheet as a workbook: numbers as such, all else as text; headings and tags stay in sight."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    page = book.create_sheet("konbit")
    page.freeze_panes = "A3"
    dressed = (Font(bold=True), Font(color="666666"))
    for number, line in enumerate(sheet.lines()):
        cells = []
        for value in line:
            measured = _NUMBER.fullmatch(value) is not None
            cell = WriteOnlyCell(page, value=float(value) if measured else value or None)
            if value and not measured:
                cell.data_type = "s"
            if number < len(dressed):
                cell.font = dressed[number]
            cells.append(cell)
        page.append(cells)
    book.save(file)


class Features:
    """A collection of features, written as they come: one for each place that a service is given at."""

    def __init__(self, asked: Asked, file: BinaryIO) -> None:
        self.asked = asked
        self._file = file
        self._before = b""
        file.write(b'{"type":"FeatureCollection","features":[')

    def add(self, page: list[tuple[ServiceDocument, Any]]) -> None:
        """This will write the features of a page of services."""
        for service, room in page:
            for place in service["places"]:
                if self.asked.pcode is None or lies_in(place["location"], self.asked.pcode):
                    self._file.write(self._before + orjson.dumps(feature(service, place, room, self.asked.language)))
                    self._before = b",\n"

    def end(self) -> None:
        self._file.write(b"]}\n")


def feature(
    service: ServiceDocument, place: PlaceDocument, room: Mapping[str | None, Room], language: str
) -> dict[str, Any]:
    """This will be a service at a place as a feature; without coordinates it is unlocated (RFC 7946, 3.2)."""
    location, organization = place["location"], service["organization"]
    known = room.get(place["id"]) or room.get(None)
    degrees = location["longitude"], location["latitude"]
    phones = [*place["phones"], *service["phones"]]
    return {
        "type": "Feature",
        "id": place["id"],
        "geometry": {"type": "Point", "coordinates": degrees} if None not in degrees else None,
        "properties": {
            "service": service["id"],
            "name": _chosen(service["names"], language, service["language"]),
            "description": _chosen(service["descriptions"], language, service["language"]),
            "category": service["category"],
            "status": service["status"],
            "alert": _chosen(service["alerts"], language, service["language"]),
            "organization": _chosen(organization["names"], language, organization["language"]),
            "place": _chosen(location["names"], language, location["language"]),
            "kind": location["kind"],
            "address": ", ".join([*location["addressLines"], *filter(None, [location["locality"]])]) or None,
            "pcode": location["pcode"],
            "phones": list(dict.fromkeys(phone["number"] for phone in phones)),
            "hours": hours_of(place, language) or None,
            "languages": service["languages"],
            "website": service["website"],
            "email": service["email"],
            "capacity": known.state if known else None,
            "capacityUpdated": known.updated_at.isoformat() if known else None,
            "verified": service["verifiedAt"],
        },
    }


def _chosen(texts: Texts | None, language: str, original: str) -> str | None:
    if not texts:
        return None
    return texts[choose((language, original), texts) or next(iter(texts))]
