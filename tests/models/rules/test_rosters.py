"""A sheet of participants: in four languages and any order of columns; what is wrong has its place and its words."""

import pytest

from models.rules.languages import LANGUAGES
from models.rules.roster_words import HEADING, Column, Fault
from models.rules.rosters import MOST, Entrant, read_sheet
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex

AREAS = {"HT06", "HT0613"}
HEAD = ["Nom et prénom", "Sexe", "Tranche d’âge", "Fonction", "Institution", "Type d’institution", "P-code"]
MARIE = ["Marie-Élise Jean", "Femme", "25-59", "Inspectrice", "Commissariat de Belladère", "Police", "HT0613"]


def read(
    *rows: list[object], head: list[str] | None = None, language: str = "fr"
) -> tuple[list[Entrant], list[object]]:
    found = read_sheet([head or HEAD, *rows], areas=AREAS, language=language)
    return list(found.entrants), [(each.row, each.column, each.fault) for each in found.faults]


def test_a_row_is_someone() -> None:
    assert read(MARIE) == (
        [
            Entrant(
                name="Marie-Élise Jean",
                sex=Sex.FEMALE,
                age_group=AgeGroup.AGE_25_59,
                position="Inspectrice",
                employer="Commissariat de Belladère",
                kind=ParticipantKind.POLICE,
                pcode="HT0613",
            )
        ],
        [],
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_headings_and_words_is_read(language: str) -> None:
    head = [HEADING.of(column, language) for column in Column]
    words = {"fr": ("Femme", "Santé"), "ht": ("fanm", "SANTE"), "es": ("mujer", "salud"), "en": ("F", "Health")}
    sex, kind = words[language]
    [entrant], faults = read(["Rose", sex, "18-24", "", "", kind, ""], head=head)
    assert (entrant.sex, entrant.kind, faults) == (Sex.FEMALE, ParticipantKind.HEALTH, [])


def test_columns_in_any_order_below_a_title_and_rows_left_empty() -> None:
    rows: list[list[object]] = [
        ["Formation de mars", ""],
        ["Type", "", "Nom", "Sexe"],
        [],
        ["ONG", "x", " Jean  Paul ", "M"],
    ]
    found = read_sheet(rows, areas=AREAS)
    assert [(each.name, each.sex, each.kind) for each in found.entrants] == [
        ("Jean Paul", Sex.MALE, ParticipantKind.NGO)
    ]
    assert (found.rows, found.faults) == ((4,), ())


def test_every_fault_of_every_row_is_told_with_its_place() -> None:
    entrants, faults = read(
        MARIE,
        ["", "Femme", "", "", "", "Police", ""],
        ["Paul", "homem", "25-60", "", "", "", "HT99"],
        ["P" * 201, "H", "", "", "", "ONG", ""],
    )
    assert [each.name for each in entrants] == ["Marie-Élise Jean"]
    assert faults == [
        (3, Column.NAME, Fault.EMPTY),
        (4, Column.SEX, Fault.UNKNOWN_WORD),
        (4, Column.KIND, Fault.EMPTY),
        (4, Column.AGE_GROUP, Fault.UNKNOWN_WORD),
        (4, Column.AREA, Fault.UNKNOWN_AREA),
        (5, Column.NAME, Fault.TOO_LONG),
    ]


def test_the_same_person_twice_is_told_and_two_of_one_name_elsewhere_are_two() -> None:
    again = ["MARIE-ELISE  JEAN", "Femme", "", "", "commissariat de belladere", "Police", ""]
    namesake = ["Marie-Élise Jean", "Femme", "", "", "Hôpital", "Santé", ""]
    entrants, faults = read(MARIE, again, namesake)
    assert len(entrants) == 3
    assert faults == [(3, Column.NAME, Fault.TWICE)]


@pytest.mark.parametrize("rows", [[], [["a", "b"]], [["Nom", "Sexe"]], [["Nom", "", "", "Type"]]])
def test_without_the_headings_that_are_needed_nothing_is_read(rows: list[list[object]]) -> None:
    found = read_sheet(rows, areas=AREAS)
    assert [each.fault for each in found.faults] == [Fault.NO_HEADINGS]


def test_an_empty_sheet_and_one_too_long() -> None:
    assert read() == ([], [(1, None, Fault.NOBODY)])
    _, faults = read(*[[f"N{number}", "F", "", "", "", "ONG", ""] for number in range(MOST + 1)])
    assert faults == [(1, None, Fault.TOO_MANY)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fault_says_in_each_language_what_to_do(language: str) -> None:
    cells = [HEAD, ["", "x", "", "", "", "Police", "HT99"], ["P" * 201, "H", "", "", "", "ONG", ""], MARIE, MARIE]
    told = [each.said(language) for each in read_sheet(cells, areas=AREAS, language=language).faults]
    alone = [fault.said(language, needed="x", most=1, said="x", words="y", row=2) for fault in Fault]
    assert len(told) == 5
    assert not [text for text in (*told, *alone) if "{" in text or not text[0].isprintable() or not text.endswith(".")]
    assert len(set(alone)) == len(alone)


def test_a_number_in_a_text_column_is_what_people_typed() -> None:
    [entrant], _ = read([1804.0, "F", "", 7.5, "", "ONG", ""])
    assert (entrant.name, entrant.position) == ("1804", "7.5")
