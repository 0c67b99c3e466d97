"""What does an empty sheet of counts look like? The headings, lists to choose from, an example, and the codes."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.rules.flow_words import HXL, Column
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex

ROWS = 500
"Rows that are prepared to be filled in; more may be."
WORDS: dict[Column, Sequence[str]] = {
    Column.SERIES: list(FlowSeries),
    Column.RETURN_TYPE: list(ReturnType),
    Column.SEX: list(Sex),
    Column.AGE_GROUP: list(AgeGroup),
}
AGES_AS_WRITTEN = ("0-4", "5-11", "12-17", "18-24", "25-59", "60+", "UNKNOWN")
"In the order of the enumeration, as people write them."
NOTES = {
    Column.CROSSING_POINT: "Nom court, voir la feuille codes.",
    Column.DAY: "Un jour terminé : 2026-11-21 ou 21/11/2026.",
    Column.SERIES: "OBSERVED : comptés au passage. REGISTERED : enregistrés. Jamais additionnés.",
    Column.RETURN_TYPE: "Vide : inconnu.",
    Column.SEX: "F, M ; vide : inconnu.",
    Column.AGE_GROUP: "Vide : inconnu.",
    Column.PEOPLE: "Combien, dans cette ligne. Chaque personne dans une seule ligne.",
    Column.TOTAL: "Total du jour, s'il a été compté : une fois par point, jour et série. Le reste est inconnu.",
    Column.CORRECTS: "Pour corriger : la version qui est en place.",
    Column.REASON: "Pour corriger : pourquoi.",
}
EXAMPLE: list[list[Any]] = [
    ["passage-belladere", "2026-11-20", "OBSERVED", "FORCED_CONFIRMED", "F", None, 12, 90, None, None],
    ["passage-belladere", "2026-11-20", "OBSERVED", "SELF_ORGANISED", "M", None, 55, None, None, None],
    ["passage-belladere", "2026-11-20", "REGISTERED", "FORCED_CONFIRMED", "F", "25-59", 3, None, None, None],
    ["passage-malpasse", "2026-11-20", "OBSERVED", None, None, None, None, 140, 1, "Feuille du soir oubliée."],
]
"90 in all, 67 of them told: 23 are kept as unknown."


def template(crossings: Sequence[tuple[UUID, str | None, dict[str, str]]]) -> bytes:
    """This will be the workbook, with the crossing points that the caller may see. Takes some tenths of a second."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    codes, slugs = book.create_sheet("codes"), [slug for _, slug, _ in crossings if slug]
    lists: dict[Column, Sequence[str]] = {**WORDS, Column.AGE_GROUP: AGES_AS_WRITTEN, Column.CROSSING_POINT: slugs}
    sheets = [(book.worksheets[0], "comptages", []), (book.create_sheet("exemple", 1), "exemple", EXAMPLE)]
    for sheet, title, filled in sheets:
        sheet.title = title
        for row in ([str(column) for column in Column], [HXL[column] for column in Column], *filled):
            sheet.append(row)
        for position, column in enumerate(Column, 1):
            head = sheet.cell(1, position)
            head.font = Font(bold=True)
            sheet.column_dimensions[head.column_letter].width = 20
            for number in range(3, ROWS + 3):
                if column not in (Column.PEOPLE, Column.TOTAL, Column.CORRECTS):
                    sheet.cell(number, position).number_format = "@"
        sheet.freeze_panes = "A3"
    for position, column in enumerate(Column, 1):
        listed = lists.get(column, ())
        for number, word in enumerate([str(column), NOTES[column], *map(str, listed)], 1):
            codes.cell(number, position, word)
        letter = codes.cell(1, position).column_letter
        codes.column_dimensions[letter].width = 28
        if listed:
            choice = DataValidation(
                "list", formula1=f"=codes!${letter}$3:${letter}${len(listed) + 2}", allow_blank=True
            )
            choice.add(f"{letter}3:{letter}{ROWS + 2}")
            book.worksheets[0].add_data_validation(choice)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
