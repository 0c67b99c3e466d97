"""What a sheet of counts says, without a database: words, numbers, days, and rows that join or clash."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from models.rules.flow_sheets import Sheet, read_sheet
from models.rules.flow_words import Column
from models.rules.flows import FlowCount, FlowPart
from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, FlowSeries, ProblemCode, ReturnType, Sex

PLACE = UUID(int=7)
KNOWN = {"belladere": PLACE, "passage-belladere": PLACE, "malpasse": None}
HEADINGS = [str(column) for column in Column]
SOUND = ["Belladère", "2026-04-10", "OBSERVED", None, None, None, 3]


def read(*rows: list[Any]) -> Sheet:
    return read_sheet([HEADINGS, *rows], KNOWN)


def changed(**cells: Any) -> list[Any]:
    usual = dict(zip(HEADINGS, SOUND, strict=False)) | cells
    return [usual.get(heading) for heading in HEADINGS]


def test_what_is_empty_is_unknown() -> None:
    assert read(SOUND).counts == [
        FlowCount(
            PLACE,
            date(2026, 4, 10),
            FlowSeries.OBSERVED,
            parts=(FlowPart(ReturnType.UNKNOWN, Sex.UNKNOWN, AgeGroup.UNKNOWN, 3),),
        )
    ]


@pytest.mark.parametrize("series", list(FlowSeries))
@pytest.mark.parametrize("way", list(ReturnType))
def test_every_code_is_understood_as_it_is_written(series: FlowSeries, way: ReturnType) -> None:
    for sex in Sex:
        for age in AgeGroup:
            cells = {
                "serie": str(series),
                "type_de_retour": str(way).lower(),
                "sexe": str(sex),
                "groupe_d_age": str(age),
            }
            [count] = read(changed(**cells)).counts
            assert (count.series, count.parts[0].cell) == (series, (way, sex, age))


@pytest.mark.parametrize(
    "day",
    ["2026-04-10", "10/04/2026", "10-04-2026", "10.04.2026", date(2026, 4, 10), datetime(2026, 4, 10, 13)],  # noqa: DTZ001
)
def test_days_as_people_and_spreadsheets_write_them(day: Any) -> None:
    assert read(changed(jour=day)).counts[0].day == date(2026, 4, 10)


@pytest.mark.parametrize("number", [3, 3.0, "3", " 3 ", "3.0"])
def test_whole_numbers_in_any_dress(number: Any) -> None:
    assert read(changed(personnes=number)).counts[0].parts[0].count == 3


@pytest.mark.parametrize("number", [3.5, "3,5", "trois", True, "1e400", "nan", "inf", 2**40])
def test_anything_else_is_no_number(number: Any) -> None:
    sheet = read(changed(personnes=number))

    assert (sheet.counts, [(each.row, each.column) for each in sheet.problems]) == ([], [(2, Column.PEOPLE)])


def test_rows_of_one_count_join_and_keep_their_numbers() -> None:
    sheet = read(SOUND, changed(serie="REGISTERED"), changed(sexe="F", total=9, motif="Relu.", corrige_version=1))

    first, second = sheet.counts
    assert (first.total, first.corrects, first.reason, len(first.parts)) == (9, 1, "Relu.", 2)
    assert (sheet.rows, sheet.parts) == ([[2, 4], [3]], [[2, 4], [3]])
    assert second.series is FlowSeries.REGISTERED


def test_a_refusal_of_a_part_is_told_of_the_row_it_came_from() -> None:
    sheet = read(SOUND, changed(sexe="F"))

    def told(*path: str) -> tuple[int, Column | None]:
        problem = sheet.problem(0, Refusal(ProblemCode.INVALID_INPUT, "No.", path or None))
        return problem.row, problem.column

    assert told("parts", "1", "count") == (3, Column.PEOPLE)
    assert told("total") == (2, Column.TOTAL)
    assert told() == (2, None)


def test_a_name_that_two_crossing_points_have_is_not_guessed() -> None:
    assert [each.column for each in read(changed(point_de_passage="Malpasse")).problems] == [Column.CROSSING_POINT]
