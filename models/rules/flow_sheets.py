"""What does a sheet of counts say? A row for each part of a count, read into counts, with what is wrong row by row.

Rows that speak of one crossing point, day and series are one count. A row with people is a part of it; a total stands
on any of its rows, once or everywhere the same. Row numbers are those that a spreadsheet shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from models.rules.flow_words import AGE_GROUPS, HEADINGS, RETURN_TYPES, SERIES, SEXES, Column, plain
from models.rules.flows import FlowCount, FlowPart
from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, FlowSeries, ProblemCode, ReturnType, Sex

T = TypeVar("T")
Cells = Mapping[Column, Any]
"By column, those with something in them."
ROWS_BEFORE_HEADINGS = 10
"So many rows are looked through for the headings; above them stand titles."
NEEDED = (Column.CROSSING_POINT, Column.DAY, Column.SERIES)
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
FIELDS = {
    "crossingPointId": Column.CROSSING_POINT,
    "day": Column.DAY,
    "total": Column.TOTAL,
    "parts": Column.PEOPLE,
    "corrects": Column.CORRECTS,
    "reason": Column.REASON,
}
"Where a problem of a count stands in the sheet, by the first step of its path."


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong, and where a person finds it."""

    row: int
    column: Column | None
    """None where the row as a whole is at fault."""
    code: ProblemCode
    message: str


@dataclass(slots=True)
class Sheet:
    """The counts of a sheet, and what could not be read of it."""

    counts: list[FlowCount] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    "Of each count, the sheet's rows that speak of it."
    parts: list[list[int]] = field(default_factory=list)
    "Of each count, the row of each part."
    problems: list[SheetProblem] = field(default_factory=list)
    positions: dict[tuple[UUID, date, FlowSeries], int] = field(default_factory=dict)
    "Of each count, by what it is a count of."

    def problem(self, position: int, refusal: Refusal) -> SheetProblem:
        """This will be a refusal of one of the counts as a problem of the row that it came from."""
        path = refusal.field or ()
        part = int(path[1]) if path[:1] == ("parts",) and len(path) > 1 else None
        row = self.rows[position][0] if part is None else self.parts[position][part]
        return SheetProblem(row, FIELDS[path[0]] if path else None, refusal.code, refusal.message)


class _Unclear(Exception):
    """A cell cannot be read; the message says what to do about it."""


def read_sheet(rows: Sequence[Sequence[Any]], crossings: Mapping[str, UUID | None]) -> Sheet:
    """This will read a sheet's cells: texts, numbers and days as a workbook holds them.

    crossings: the crossing points by their names and slugs, as `plain` writes them; None for a name that two have.
    """
    sheet = Sheet()
    head = next((at for at, cells in enumerate(rows[:ROWS_BEFORE_HEADINGS]) if _is_head(cells)), None)
    if head is None:
        said = ", ".join(column.value for column in NEEDED)
        sheet.problems.append(_invalid(1, None, f"There are no headings. The sheet needs {said}; take the template."))
        return sheet
    columns = [HEADINGS.get(plain(str(cell))) for cell in rows[head]]
    for number, cells in enumerate(rows[head + 1 :], head + 2):
        row = {
            column: cell
            for column, cell in zip(columns, cells, strict=False)
            if column is not None and _said(cell) is not None
        }
        if row and not all(str(cell).startswith("#") for cell in row.values()):
            _read_row(sheet, number, row, crossings)
    return sheet


def _is_head(cells: Sequence[Any]) -> bool:
    found = {HEADINGS.get(plain(str(cell))) for cell in cells}
    return found.issuperset(NEEDED)


def _read_row(sheet: Sheet, number: int, row: Cells, crossings: Mapping[str, UUID | None]) -> None:
    problems: list[SheetProblem] = []

    def read(column: Column, how: Any, otherwise: T) -> T:
        if column not in row:
            return otherwise
        try:
            found: T = how(row[column])
        except _Unclear as unclear:
            problems.append(_invalid(number, column, str(unclear)))
            return otherwise
        return found

    problems += [_invalid(number, column, "This cell is empty.") for column in NEEDED if column not in row]
    place = read(Column.CROSSING_POINT, lambda cell: _crossing(cell, crossings), UUID(int=0))
    day = read(Column.DAY, _day, date.min)
    series = read(Column.SERIES, lambda cell: _word(cell, SERIES), FlowSeries.OBSERVED)
    way = read(Column.RETURN_TYPE, lambda cell: _word(cell, RETURN_TYPES), ReturnType.UNKNOWN)
    sex = read(Column.SEX, lambda cell: _word(cell, SEXES), Sex.UNKNOWN)
    age = read(Column.AGE_GROUP, lambda cell: _word(cell, AGE_GROUPS), AgeGroup.UNKNOWN)
    people: int | None = read(Column.PEOPLE, _number, None)
    count = FlowCount(
        place,
        day,
        series,
        total=read(Column.TOTAL, _number, None),
        parts=() if people is None else (FlowPart(way, sex, age, people),),
        corrects=read(Column.CORRECTS, _number, None),
        reason=read(Column.REASON, _said, None),
    )
    described = {Column.RETURN_TYPE, Column.SEX, Column.AGE_GROUP} & row.keys()
    if Column.PEOPLE not in row and (described or Column.TOTAL not in row):
        problems.append(_invalid(number, Column.PEOPLE, "How many people? 0 where nobody passed."))
    sheet.problems += problems
    if not problems:
        _join(sheet, number, count)


def _join(sheet: Sheet, number: int, count: FlowCount) -> None:
    """This will make the row a part of the count that it speaks of."""
    at = sheet.positions.setdefault(count.key, len(sheet.counts))
    if at == len(sheet.counts):
        sheet.counts.append(count)
        sheet.rows.append([number])
        sheet.parts.append([number] * len(count.parts))
        return
    known = sheet.counts[at]
    for column, name in ((Column.TOTAL, "total"), (Column.CORRECTS, "corrects"), (Column.REASON, "reason")):
        before, now = getattr(known, name), getattr(count, name)
        if None not in (before, now) and before != now:
            message = f"Row {sheet.rows[at][0]} says {before} of the same count: it is one of the two."
            sheet.problems.append(_invalid(number, column, message))
        known = replace(known, **{name: before if now is None else now})
    sheet.counts[at] = replace(known, parts=known.parts + count.parts)
    sheet.rows[at].append(number)
    sheet.parts[at] += [number] * len(count.parts)


def _said(cell: Any) -> str | None:
    text = "" if cell is None else str(cell).strip()
    return text or None


def _crossing(cell: Any, crossings: Mapping[str, UUID | None]) -> UUID:
    name = plain(str(cell))
    if name not in crossings:
        raise _Unclear(f"No crossing point is called “{str(cell).strip()[:80]}”. The template lists those there are.")
    found = crossings[name]
    if found is None:
        raise _Unclear("Two crossing points are called so: give the short name that the template lists.")
    return found


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in DATES:
        try:
            return datetime.strptime(str(cell).strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise _Unclear("A day is written 2026-11-21 or 21/11/2026.")


def _word(cell: Any, words: Mapping[str, T]) -> T:
    if isinstance(cell, date):
        raise _Unclear("The spreadsheet took this for a date: format the column as text and write it again.")
    found = words.get(plain(str(cell)))
    if found is None:
        there_are = ", ".join(dict.fromkeys(map(str, words.values())))
        raise _Unclear(f"“{str(cell).strip()[:80]}” is not known here; there are {there_are}.")
    return found


def _number(cell: Any) -> int:
    text = str(cell).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    try:
        number = float(text)
        if isinstance(cell, bool) or not number.is_integer() or abs(number) > 2**31:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise _Unclear("This is a whole number.") from None
    return int(number)


def _invalid(row: int, column: Column | None, message: str) -> SheetProblem:
    return SheetProblem(row, column, ProblemCode.INVALID_INPUT, message)
