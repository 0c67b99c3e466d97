"""What must be there before partners can be: the organisations of a network, and its areas by P-code."""

import asyncio
import csv
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import asyncpg
import orjson

from models.rules.identifiers import is_slug, read_pcode
from models.rules.languages import read_tag
from models.rules.vocabulary import OrganizationKind
from models.session import Connection

T = TypeVar("T")


class WrongSlug(Exception):
    """A slug is of small letters, digits and hyphens, such as etat-civil-belladere."""


class SlugTaken(Exception):
    """There is an organisation of that slug."""


class UnknownArea(Exception):
    """There is no area of that P-code. Areas come first: konbit areas FILE."""


class WrongName(Exception):
    """A name comes with its language: fr="Bureau de l'état civil"."""


class WrongAreas(Exception):
    """The file is not a table of areas: CSV with the columns adm1_pcode, adm1_fr, adm1_ht, adm2_pcode, adm2_fr, ..."""


@dataclass(slots=True)
class AreaRow:
    """An area as a table tells it."""

    pcode: str
    parent: str | None
    level: int
    names: dict[str, str] = field(default_factory=dict)
    "By language; the first is the original."


def add_organization(
    url: str, slug: str, *, kind: OrganizationKind, names: Mapping[str, str], pcode: str | None
) -> None:
    """This will enter an organisation, as role worker; the first name is the original.

    Raises WrongSlug, WrongName, SlugTaken, UnknownArea.
    """
    if not is_slug(slug):
        raise WrongSlug(slug)
    if not names or not all(read_tag(language) and name.strip() for language, name in names.items()):
        raise WrongName

    async def enter(connection: Connection) -> None:
        try:
            await connection.execute(
                "INSERT INTO organization (slug, names, language, kind, pcode) VALUES ($1, $2, $3, $4, $5)",
                *(slug, orjson.dumps(dict(names)).decode(), next(iter(names)), kind, pcode),
            )
        except asyncpg.UniqueViolationError:
            raise SlugTaken(slug) from None
        except asyncpg.ForeignKeyViolationError:
            raise UnknownArea(pcode) from None

    _done(url, enter)


def organizations(url: str) -> list[str]:
    """This will be a line for each organisation, by slug."""

    async def look(connection: Connection) -> list[str]:
        rows = await connection.fetch("SELECT slug, kind, names ->> language AS name FROM organization ORDER BY slug")
        return [f"{row['slug']}: {row['name']}, {row['kind'].lower()}" for row in rows]

    return _done(url, look)


def load_areas(url: str, file: Path) -> int:
    """This will enter a table's areas, or correct them by their P-codes; how many there were. Raises WrongAreas."""
    found = read_areas(file)

    async def enter(connection: Connection) -> int:
        async with connection.transaction():
            for row in found:
                names = orjson.dumps(row.names).decode()
                await connection.execute(
                    "INSERT INTO area (pcode, names, language, level, parent_pcode) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (pcode) DO UPDATE SET names = excluded.names, language = excluded.language,"
                    " level = excluded.level, parent_pcode = excluded.parent_pcode",
                    *(row.pcode, names, next(iter(row.names)), row.level, row.parent),
                )
        return len(found)

    return _done(url, enter)


def read_areas(file: Path) -> list[AreaRow]:
    """This will read a table as COD-AB publishes it: a row for each lowest area, with all those that it lies in.

    Columns: adm1_pcode, adm2_pcode, ... and each level's names by language (adm1_fr, adm1_ht), in any case. The country
    comes first and parents before what lies in them. Raises WrongAreas, with the row.
    """
    found: dict[str, AreaRow] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, raw in enumerate(csv.DictReader(lines), start=2):
            row = {(name or "").lower(): (value or "").strip() for name, value in raw.items() if isinstance(value, str)}
            parent = found.setdefault("HT", AreaRow("HT", None, 0, {"fr": "Haïti", "ht": "Ayiti"})).pcode
            for level in (1, 2, 3):
                text = row.get(f"adm{level}_pcode", "")
                if not text:
                    break
                code = read_pcode(text)
                names = {
                    match[1]: value for name, value in row.items() if value and (match := _named(level).fullmatch(name))
                }
                if code is None or not code.startswith(parent) or not names:
                    raise WrongAreas(f"{file}, row {number}: {text}")
                found.setdefault(code, AreaRow(code, parent, level, names))
                parent = code
    if len(found) < 2:
        raise WrongAreas(str(file))
    return list(found.values())


def _named(level: int) -> re.Pattern[str]:
    return re.compile(rf"adm{level}_([a-z]{{2,3}})")


def _done(url: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    async def run() -> T:
        connection = await asyncpg.connect(url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())
