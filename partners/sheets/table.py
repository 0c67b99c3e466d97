"""Where in a sheet does the table begin, and which heading stands for which column of ours?

HXL tags say it, where a row of them stands among the first 25; else the words of the headings do, or what the partner
saved of them in its settings, which always wins. Above stand titles, which are passed over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from models.rules.languages import LANGUAGES
from partners.reading.spelling import plain
from partners.records import Unreadable
from partners.settings import Settings, WrongSetting
from partners.sheets import hxl
from partners.sheets.text import Line
from partners.sheets.words import COLUMNS, TRANSLATED, heading

ROWS_BEFORE_HEADINGS = 10
"So many rows with something in them are looked through for headings of words."
NAMES = ("service", *(f"service_{language}" for language in LANGUAGES))
"The columns that name a service; the first with something in it does, where a row has no id."
Columns = dict[str, str]
"Our column (`service`, `service_ht`, `pcode`, ...) to the heading that stands for it."


class MissingColumn(Unreadable):
    """The sheet has no column that is needed."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet."""

    headings: list[str]
    columns: Columns
    rows: Iterator[Line]
    "What stands below the headings; read as it is asked for."
    tagged: bool
    "Whether HXL tags say what its columns are."

    def named(self, cells: list[str]) -> dict[str, str]:
        """This will be the cells of a row by their headings, those with something in them."""
        beyond = (f"column {at}" for at in range(len(self.headings) + 1, len(cells) + 1))
        return {name: cell for name, cell in zip([*self.headings, *beyond], cells, strict=False) if cell}


def table_of(lines: Iterable[Line], settings: Settings) -> Table:
    """This will find the table. Raises MissingColumn where the sheet has no services, and WrongSetting."""
    _check_names(settings)
    reading = iter(lines)
    first = list(islice(reading, hxl.FIRST_ROWS))
    tags = next((at for at, (_, cells) in enumerate(first) if hxl.is_row_of_tags(cells)), None)
    if tags is not None and _tagged(first[tags][1]) & set(NAMES):
        above = first[tags - 1][1] if tags else []
        return _table(above, first[tags + 1 :], reading, settings, tags=first[tags][1])
    few = first[:ROWS_BEFORE_HEADINGS]
    head = next((at for at, (_, cells) in enumerate(few) if _names_services(cells, settings)), None)
    if head is None:
        raise MissingColumn(
            f"The sheet has no column of services; it has {_said(first)}. "
            'Say which one it is: --column service="Its heading", or tag it #service+name.'
        )
    while head + 1 < len(first) and _repeats(first[head][1], first[head + 1][1], settings):
        head += 1
    below = first[head + 1 :]
    return _table(first[head][1], below[1:] if below and hxl.is_row_of_tags(below[0][1]) else below, reading, settings)


def columns_of(headings: list[str], settings: Settings, tags: list[str] | None = None) -> Columns:
    """This will say which heading stands for which column. Raises MissingColumn, WrongSetting."""
    columns: Columns = {}
    for column, wanted in settings.columns.items():
        found = next((each for each in headings if plain(each) == plain(wanted)), None)
        if found is None:
            raise MissingColumn(f"The sheet has no heading “{wanted}”, which the partner's settings name for {column}.")
        columns[column] = found
    saved = set(columns.values())
    for at, name in enumerate(headings):
        tag = tags[at] if tags is not None and at < len(tags) else ""
        meant = hxl.column_of(tag) if tag else (heading(name) if tags is None else None)
        if meant and name not in saved:
            column, language = meant
            columns.setdefault(translated(column, language if column in TRANSLATED else None), name)
    missing = [column for column in settings.key if column not in columns]
    if missing:
        raise MissingColumn(
            f"The sheet has no column for {', '.join(missing)}, which the partner's settings name as key."
        )
    return columns


def _check_names(settings: Settings) -> None:
    """Before a table is looked for: a column misspelt would else be told as a sheet without services."""
    for column in settings.columns:
        if column not in COLUMNS and column not in {translated(each, tag) for each in TRANSLATED for tag in LANGUAGES}:
            raise WrongSetting(f"“{column}” is no column of ours. There are: {', '.join(COLUMNS)}.")


def translated(column: str, language: str | None) -> str:
    """This will be the column that holds a text in one language."""
    return column if language is None else f"{column}_{language}"


def _table(
    above: list[str], below: list[Line], rest: Iterator[Line], settings: Settings, *, tags: list[str] | None = None
) -> Table:
    headings: list[str] = []
    for position in range(max(len(above), len(tags or ()))):
        name = above[position] if position < len(above) else ""
        name = name or (tags[position] if tags and position < len(tags) else "") or f"column {position + 1}"
        headings.append(name if name not in headings else f"{name} ({position + 1})")

    def rows() -> Iterator[Line]:
        yield from below
        yield from rest

    return Table(headings, columns_of(headings, settings, tags), rows(), tags is not None)


def _tagged(cells: list[str]) -> set[str]:
    found = filter(None, map(hxl.column_of, filter(None, cells)))
    return {translated(column, language if column in TRANSLATED else None) for column, language in found}


def _names_services(cells: list[str], settings: Settings) -> bool:
    wanted = settings.columns.get("service")
    if wanted is not None:
        return plain(wanted) in map(plain, cells)
    return any(meant and meant[0] == "service" for meant in map(heading, cells))


def _repeats(above: list[str], cells: list[str], settings: Settings) -> bool:
    """The headings have two rows, with that of services merged over both."""
    same = [cell for one, cell in zip(above, cells, strict=False) if one == cell and cell]
    return _names_services(same, settings)


def _said(lines: list[Line]) -> str:
    return ", ".join(filter(None, lines[0][1]))[:300] if lines else "nothing"
