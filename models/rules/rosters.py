"""Who is to take part: one entry as it is checked, and a sheet of them as people fill it in, read row by row.

Row numbers are those a spreadsheet shows. Columns are found by their headings, in any of four languages and any order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from models.rules.roster_words import AGE_GROUP, HEADING, KIND, NEEDED, SEX, Column, Fault, Words, plain
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex

T = TypeVar("T", bound=StrEnum)
Cells = Mapping[Column, str]
LONGEST = 200
"""Signs of a name, a position or an employer."""
MOST = 500
"""People in one sheet."""
HEADINGS_WITHIN = 10
"""So many rows are looked through for the headings; above them stand titles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Someone to be enrolled, as on the day."""

    name: str
    sex: Sex
    age_group: AgeGroup = AgeGroup.UNKNOWN
    position: str | None = None
    employer: str | None = None
    """By name or, where it is a partner, by its slug."""
    kind: ParticipantKind
    pcode: str | None = None

    @property
    def likeness(self) -> tuple[str, Sex, str]:
        """What two entries of the same person have in common, as far as anyone can tell from a list."""
        return plain(self.name), self.sex, plain(self.employer or "")


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong, and where."""

    row: int
    column: Column | None
    """None where the row or the sheet as a whole is at fault."""
    fault: Fault
    parts: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """This will be the fault in words."""
        return self.fault.said(language, **self.parts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says: who, in which rows, and what is wrong with it."""

    entrants: tuple[Entrant, ...]
    rows: tuple[int, ...]
    """Of each entrant."""
    faults: tuple[SheetFault, ...]


def read_sheet(cells: Sequence[Sequence[Any]], *, areas: Collection[str], language: str = "fr") -> Sheet:
    """This will read a sheet. `areas`: the P-codes there are. `language`: of the words that faults name."""
    heads = ({HEADING.meant(str(cell)) for cell in row} for row in cells[:HEADINGS_WITHIN])
    head = next((number for number, found in enumerate(heads) if found.issuperset(NEEDED)), None)
    if head is None:
        needed = ", ".join(HEADING.of(column, language) for column in NEEDED)
        return Sheet((), (), (SheetFault(1, None, Fault.NO_HEADINGS, {"needed": needed}),))
    columns = [HEADING.meant(str(cell)) for cell in cells[head]]
    entrants: dict[int, Entrant] = {}
    faults: list[SheetFault] = []
    for number, row in enumerate(cells[head + 1 :], head + 2):
        said = {
            column: text
            for column, cell in zip(columns, row, strict=False)
            if column is not None and (text := _text(cell))
        }
        if said:
            reading = _Row(number, said, areas, language)
            entrant = reading.entrant()
            faults += reading.faults
            if entrant is not None:
                entrants[number] = entrant
    return Sheet(tuple(entrants.values()), tuple(entrants), tuple(faults + _whole(entrants, faults)))


def _whole(entrants: Mapping[int, Entrant], faults: Sequence[SheetFault]) -> list[SheetFault]:
    """What is wrong with the sheet rather than with a cell."""
    if not entrants and not faults:
        return [SheetFault(1, None, Fault.NOBODY)]
    if len(entrants) > MOST:
        return [SheetFault(1, None, Fault.TOO_MANY, {"most": MOST})]
    first: dict[tuple[str, Sex, str], int] = {}
    found = []
    for number, entrant in entrants.items():
        before = first.setdefault(entrant.likeness, number)
        if before != number:
            found.append(SheetFault(number, Column.NAME, Fault.TWICE, {"row": before}))
    return found


class _Row:
    """One row being read: each cell that cannot be is a fault of its own."""

    def __init__(self, number: int, said: Cells, areas: Collection[str], language: str) -> None:
        self.number, self.said, self.areas, self.language = number, said, areas, language
        self.faults: list[SheetFault] = []

    def entrant(self) -> Entrant | None:
        name = self._written(Column.NAME, needed=True)
        sex, kind = self._word(Column.SEX, SEX), self._word(Column.KIND, KIND)
        age = self._word(Column.AGE_GROUP, AGE_GROUP) if Column.AGE_GROUP in self.said else AgeGroup.UNKNOWN
        position, employer = self._written(Column.POSITION), self._written(Column.EMPLOYER)
        pcode = self.said.get(Column.AREA, "").upper() or None
        if pcode is not None and pcode not in self.areas:
            self._fault(Column.AREA, Fault.UNKNOWN_AREA, said=pcode[:40])
        if self.faults or name is None or sex is None or kind is None or age is None:
            return None
        return Entrant(name=name, sex=sex, age_group=age, position=position, employer=employer, kind=kind, pcode=pcode)

    def _written(self, column: Column, *, needed: bool = False) -> str | None:
        text = self.said.get(column)
        if text is None and needed:
            self._fault(column, Fault.EMPTY)
        if text is not None and len(text) > LONGEST:
            self._fault(column, Fault.TOO_LONG, most=LONGEST)
        return text

    def _word(self, column: Column, words: Words[T]) -> T | None:
        text = self.said.get(column)
        if text is None:
            self._fault(column, Fault.EMPTY)
            return None
        found = words.meant(text)
        if found is None:
            self._fault(column, Fault.UNKNOWN_WORD, said=text[:40], words=", ".join(words.listed(self.language)))
        return found

    def _fault(self, column: Column, fault: Fault, **parts: object) -> None:
        self.faults.append(SheetFault(self.number, column, fault, parts))


def _text(cell: object) -> str:
    """A cell as it was meant: a number that a spreadsheet made of a text loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())
