"""A ministry takes its figures home as CSV: one line for each figure, hidden ones as words, never as nought.

python client_examples/python/figures.py > figures.csv
python client_examples/python/figures.py --by SEX --by AGE_GROUP --indicator PEOPLE_ASSISTED --language ht
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from konbit import Konbit, NotDone, credentials, run

MOST_DIMENSIONS = 3
HEADINGS = [
    *("indicator", "name", "unit", "origin", "source", "period_start", "period_end", "as_of", "version", "target"),
    *(f"{what}_{number}" for number in range(1, MOST_DIMENSIONS + 1) for what in ("dimension", "value", "label")),
    *("figure", "rounded"),
]
HIDDEN = {
    "fr": {"PROTECTED": "protégé", "NOT_APPROVED": "non approuvé"},
    "ht": {"PROTECTED": "pwoteje", "NOT_APPROVED": "poko apwouve"},
    "es": {"PROTECTED": "protegido", "NOT_APPROVED": "no aprobado"},
    "en": {"PROTECTED": "protected", "NOT_APPROVED": "not approved"},
}
"""What stands where a figure is hidden. It does not say why: that alone would narrow the figure."""


def rows(konbit: Konbit, *, only: list[str], by: list[str], last: int, language: str) -> Iterator[list[Any]]:
    """The total of each release, then its cells: by the dimensions asked for, or by each one there is."""
    listed = konbit.ask("indicators", language=language)["indicators"]
    unknown = set(only) - {indicator["code"] for indicator in listed}
    if unknown:
        raise NotDone([{"code": "NOT_FOUND", "message": f"There is no indicator {', '.join(sorted(unknown))}."}])
    for indicator in listed:
        if not only or indicator["code"] in only:
            yield from of_one(konbit, indicator, by=by, last=last, language=language)


def of_one(
    konbit: Konbit, indicator: dict[str, Any], *, by: list[str], last: int, language: str
) -> Iterator[list[Any]]:
    wanted = [by] if by else [[dimension] for dimension in indicator["dimensions"]]
    for position, dimensions in enumerate(wanted or [[]]):
        asked = {"code": indicator["code"], "by": dimensions, "last": last, "language": language}
        for release in konbit.ask("figures", **asked)["indicator"]["releases"]:
            if not position:
                yield row(indicator, release, [], release["total"], language)
            for cell in release["cells"] if dimensions else ():  # by nothing, the one cell is the total
                yield row(indicator, release, cell["key"], cell["figure"], language)


def row(
    indicator: dict[str, Any], release: dict[str, Any], key: list[dict[str, str]], figure: dict[str, Any], language: str
) -> list[Any]:
    cells = [part[what] for part in key for what in ("dimension", "value", "label")]
    return [
        *(indicator[name] for name in ("code", "name", "unit")),
        *(release[name] for name in ("origin", "source", "periodStart", "periodEnd", "asOf", "version")),
        indicator["target"],
        *cells,
        *[""] * (3 * MOST_DIMENSIONS - len(cells)),
        *said(figure, language),
    ]


def said(figure: dict[str, Any], language: str) -> tuple[Any, str]:
    """The number and whether it was rounded; of a hidden one a word, so that no sheet adds it up as nought."""
    if figure["__typename"] == "Count":
        return figure["value"], "yes" if figure["rounded"] else "no"
    words = HIDDEN.get(language, HIDDEN["en"])
    return words.get(figure["reason"], figure["reason"].lower()), ""


def write(lines: Iterator[list[Any]], to: TextIO) -> int:
    """This will write the lines below their headings, and count them."""
    written, number = csv.writer(to), 0
    written.writerow(HEADINGS)
    for line in lines:
        written.writerow([harmless(cell) for cell in line])
        number += 1
    return number


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula is given an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--indicator", action="append", default=[], help="code of one; several times for several")
    parser.add_argument(
        "--by", action="append", default=[], help="dimension, up to three times: SEX, DEPARTMENT, MONTH"
    )
    parser.add_argument("--last", type=int, default=1, help="how many releases of each (1)")
    parser.add_argument("--language", default="fr", help="of names and labels: fr, ht, es, en")
    parser.add_argument("--out", type=Path, help="file to write, whole or not at all; standard output unless told")
    parser.add_argument("--as", dest="persona", default="ministry", help="persona of the demo network (ministry)")
    options = parser.parse_args()
    if len(options.by) > MOST_DIMENSIONS:
        parser.error(f"at most {MOST_DIMENSIONS} dimensions")
    konbit = Konbit(credentials(options.persona))
    lines = rows(konbit, only=options.indicator, by=options.by, last=options.last, language=options.language)
    if options.out is None:
        write(lines, sys.stdout)
        return
    partial = options.out.with_name(f"{options.out.name}.partial")
    with partial.open("w", encoding="utf-8-sig", newline="") as file:  # with its mark: spreadsheets know UTF-8 by it
        number = write(lines, file)
    partial.replace(options.out)
    print(f"{number} figures in {options.out}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
