"""The whole directory as the tables of the standard in one ZIP: made in a file of our own, and sent as it is read.

Records are read stretch by stretch and written to a file for each table; memory holds which rows were told and no rows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import anyio.to_thread
import orjson

from partners.hsds.shapes import SHAPES
from partners.hsds.tables import columns, package, rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHUNK = 256 * 1024


async def zipped(*lists: tuple[str, AsyncIterator[list[dict[str, Any]]]]) -> AsyncIterator[bytes]:
    """This will be the ZIP of all whole records that the lists hand over, each with its shape."""
    with TemporaryDirectory(prefix="konbit-hsds-") as folder:
        tables = _Tables(Path(folder))
        try:
            for shape, stretches in lists:
                async for stretch in stretches:
                    await anyio.to_thread.run_sync(tables.add, shape, stretch)
            path = await anyio.to_thread.run_sync(tables.zip)
        finally:
            tables.close()
        async with await anyio.open_file(path, "rb") as file:
            while chunk := await file.read(CHUNK):
                yield chunk


class _Tables:
    """The tables that are being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[str]] = {}
        self._told: set[bytes] = set()
        self._found: Counter[str] = Counter()

    def add(self, shape: str, records: list[dict[str, Any]]) -> None:
        for record in records:
            for of, cells in rows(record, shape):
                key = blake2b(f"{of} {cells[0]}".encode(), digest_size=12).digest()
                if key not in self._told:
                    self._told.add(key)
                    self._found[of] += 1
                    written = io.StringIO()
                    csv.writer(written).writerow(cells)
                    self._file(of).write(written.getvalue())

    def _file(self, shape: str) -> IO[str]:
        if shape not in self._files:
            self._files[shape] = (self._folder / shape).open("w", encoding="utf-8", newline="")
            csv.writer(self._files[shape]).writerow(columns(shape))
        return self._files[shape]

    def zip(self) -> Path:
        self.close()
        path = self._folder / "datapackage.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("datapackage.json", orjson.dumps(package(self._found), option=orjson.OPT_INDENT_2))
            for shape in sorted(self._found):
                archive.write(self._folder / shape, f"{SHAPES[shape].path}.csv")
        return path

    def close(self) -> None:
        for file in self._files.values():
            file.close()
