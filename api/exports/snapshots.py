"""Writes the directory for devices that are offline: as SQLite or as JSON, whole, or what changed since a position.

Both hold records (kind, id, version, document as partners/documents.py has it) and what is gone; a signature says of
which position they are and whose. How to check and how to apply one: docs/exports.md.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.exports.reading import Record

    Sign = Callable[[dict[str, Any]], str]
    "Makes a signature of a manifest."

SCHEMA = """
CREATE TABLE record (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE removed (kind TEXT NOT NULL, id TEXT NOT NULL, merged_into TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE signature (jws TEXT NOT NULL);
CREATE VIEW service AS SELECT id, document ->> '$.category' AS category, document ->> '$.status' AS status,
  document -> '$.names' AS names, document ->> '$.organization.slug' AS organization, document FROM record
  WHERE kind = 'SERVICE';
CREATE VIEW place AS SELECT p.value ->> '$.id' AS id, r.id AS service, p.value ->> '$.location.latitude' AS latitude,
  p.value ->> '$.location.longitude' AS longitude, p.value ->> '$.location.pcode' AS pcode,
  p.value -> '$.location.names' AS names, p.value -> '$.phones' AS phones, p.value -> '$.schedules' AS schedules
  FROM record r, json_each(r.document, '$.places') AS p WHERE r.kind = 'SERVICE';
"""


class Snapshot(Protocol):
    """A file that takes records until it is signed."""

    def add(self, page: list[Record]) -> None: ...

    def end(self, manifest: dict[str, Any], sign: Sign) -> None: ...


class AsSqlite:
    """A database of SQLite at a path that does not yet exist."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")

    def add(self, page: list[Record]) -> None:
        """This will write a page of records."""
        stands = [(each.kind, str(each.id), each.version, each.document) for each in page if each.document is not None]
        self._database.executemany("INSERT INTO record VALUES (?, ?, ?, ?)", stands)
        gone = [(each.kind, str(each.id), _text(each)) for each in page if each.document is None]
        self._database.executemany("INSERT INTO removed VALUES (?, ?, ?)", gone)

    def end(self, manifest: dict[str, Any], sign: Sign) -> None:
        """This will sign what was written, and close the file."""
        signature = sign({**manifest, "sha256": content_digest(self._database)})
        self._database.execute("INSERT INTO signature VALUES (?)", (signature,))
        self._database.execute("COMMIT")
        self._database.close()

    def close(self) -> None:
        self._database.close()


def content_digest(database: sqlite3.Connection) -> str:
    """This will be the SHA-256 of all that a snapshot says: its schema, its records and what is gone, in order."""
    digest = hashlib.sha256()
    for statement in (
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
        "SELECT kind, id, version, document FROM record ORDER BY kind, id",
        "SELECT kind, id, merged_into FROM removed ORDER BY kind, id",
    ):
        for row in database.execute(statement):
            digest.update("\t".join(str(value) for value in row).encode() + b"\n")
    return digest.hexdigest()


class AsJson:
    """One object of JSON: the records, then what is gone, then the signature over every byte before it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._before = b""
        self._gone: list[dict[str, str | None]] = []
        self._write(b'{"records":[')

    def add(self, page: list[Record]) -> None:
        """This will write a page of records; what is gone is kept for the end."""
        for each in page:
            if each.document is None:
                self._gone.append({"kind": each.kind, "id": str(each.id), "mergedInto": _text(each)})
                continue
            head = orjson.dumps({"kind": each.kind, "id": str(each.id), "version": each.version})
            self._write(self._before + head[:-1] + b',"document":' + each.document.encode() + b"}")
            self._before = b",\n"

    def end(self, manifest: dict[str, Any], sign: Sign) -> None:
        """This will sign what was written."""
        self._write(b'],"removed":' + orjson.dumps(self._gone) + b',"manifest":' + orjson.dumps(manifest))
        signature = sign({**manifest, "sha256": self._digest.hexdigest()})
        self._file.write(b',"signature":' + orjson.dumps(signature) + b"}\n")

    def _write(self, part: bytes) -> None:
        self._digest.update(part)
        self._file.write(part)


def _text(record: Record) -> str | None:
    return str(record.merged_into) if record.merged_into else None
