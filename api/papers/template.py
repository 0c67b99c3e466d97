"""What does an empty sheet of participants look like? The headings, lists to choose from, and an example."""

import io
from typing import Any

from models.rules.roster_words import AGE_GROUP, HEADING, KIND, NEEDED, SEX, Column, Words

ROWS = 500
"Rows that are prepared to be filled in."
WORDS: dict[Column, Words[Any]] = {Column.SEX: SEX, Column.AGE_GROUP: AGE_GROUP, Column.KIND: KIND}
SHEETS = {
    "fr": ("participants", "exemple", "choix"),
    "ht": ("patisipan", "egzanp", "chwa"),
    "es": ("participantes", "ejemplo", "opciones"),
    "en": ("participants", "example", "choices"),
}
EXAMPLES: tuple[tuple[str | int, ...], ...] = (
    ("Essai Rosemène", 0, 3, "Inspectrice", "Commissariat de Belladère", 2, "HT0613"),
    ("Essai Wilner", 1, 2, "Agent", "Mairie de Ouanaminthe", 1, ""),
)
"Positions in the lists where a list is to be chosen from."


def template(language: str) -> bytes:
    """This will be the workbook in one of the four languages. Takes some tenths of a second."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    filled, example, choices = SHEETS[language]
    sheet, shown, lists = book.worksheets[0], book.create_sheet(example), book.create_sheet(choices)
    sheet.title = filled
    for each in (sheet, shown, lists):
        each.append([HEADING.of(column, language) for column in Column])
        each.freeze_panes = "A2"
    for line in EXAMPLES:
        shown.append([_cell(column, said, language) for column, said in zip(Column, line, strict=True)])
    for position, column in enumerate(Column, 1):
        letter = get_column_letter(position)
        for each in (sheet, shown, lists):
            each.cell(1, position).font = Font(bold=True, underline="single" if column in NEEDED else None)
            each.column_dimensions[letter].width = 26
        for number in range(2, ROWS + 2):
            sheet.cell(number, position).number_format = "@"
        listed = WORDS[column].listed(language) if column in WORDS else []
        for number, word in enumerate(listed, 2):
            lists.cell(number, position, word)
        if listed:
            choice = DataValidation(
                "list", formula1=f"={choices}!${letter}$2:${letter}${len(listed) + 1}", allow_blank=True
            )
            choice.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(choice)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(column: Column, said: str | int, language: str) -> str:
    return WORDS[column].listed(language)[said] if isinstance(said, int) else said
