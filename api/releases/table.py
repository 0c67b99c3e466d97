"""How does a release become a table? One row a figure, its dimensions beside it, HXL hashtags under the headings.

A column that a row says nothing of is empty: a row without sex counts both. Hashtags and attributes are those of the
Humanitarian Exchange Language 1.1 (hxlstandard.org), P-codes stand under `#adm1+code` and `#adm2+code`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.releases.words import HEADINGS, SAID
from models.rules.vocabulary import IndicatorDimension

Cell = str | int | None
"What one cell of a file holds: a text, a count, or nothing."

_HASHTAGS: Mapping[str, str] = {
    IndicatorDimension.SEX: "#group+gender",
    IndicatorDimension.AGE_GROUP: "#group+age",
    IndicatorDimension.DEPARTMENT: "#adm1",
    IndicatorDimension.COMMUNE: "#adm2",
    IndicatorDimension.CROSSING_POINT: "#loc+border",
    IndicatorDimension.RETURN_TYPE: "#cause+return",
    IndicatorDimension.COUNTRY_OF_RETURN: "#country+return",
    IndicatorDimension.NEED: "#need",
    IndicatorDimension.THEME: "#subsector",
    IndicatorDimension.ORGANIZATION_KIND: "#org+type",
    IndicatorDimension.DISABILITY: "#group+disability",
    IndicatorDimension.MONTH: "#date+month",
    IndicatorDimension.QUARTER: "#date+quarter",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what is written over it, and under that."""

    heading: str
    hashtag: str


@dataclass(frozen=True, slots=True)
class Table:
    """A release as it is written to a file."""

    code: str
    "the indicator's"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def lines(self) -> Iterator[Sequence[Cell]]:
        """This will give the headings, the hashtags, and every row."""
        yield [column.heading for column in self.columns]
        yield [column.hashtag for column in self.columns]
        yield from self.rows


def table(
    indicator: Mapping[str, Any],
    release: Mapping[str, Any],
    grids: Mapping[tuple[IndicatorDimension, ...], Sequence[Mapping[str, Any]]],
    *,
    language: str,
) -> Table:
    """This will lay out a release: its total first, then each breakdown's whole grid.

    All as the graph answers them: `grids` holds the cells by their dimensions.
    """
    dimensions = [each for each in IndicatorDimension if any(each in grid for grid in grids)]
    headings, said = HEADINGS[language], SAID[language]
    about = _about(indicator, release, said)
    shown: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [({}, release["total"])]
    for grid in grids.values():
        shown += [({key["dimension"]: key for key in cell["key"]}, cell["figure"]) for cell in grid]
    return Table(
        indicator["code"],
        (
            *(Column(headings[name], hashtag) for name, (hashtag, _) in about.items()),
            *(column for each in dimensions for column in _columns(each, headings)),
            Column(headings["figure"], "#indicator+value"),
            Column(headings["shown"], "#status+figure"),
        ),
        tuple(
            (*(value for _, value in about.values()), *_keys(keys, dimensions), *_figure(figure, said))
            for keys, figure in shown
        ),
    )


def _about(
    indicator: Mapping[str, Any], release: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, tuple[str, Cell]]:
    """What every row repeats: by column, its hashtag and its value."""
    return {
        "indicator": ("#indicator+code", indicator["code"]),
        "name": ("#indicator+name", indicator["name"]),
        "unit": ("#indicator+unit", said.get(indicator["unit"], indicator["unit"])),
        "start": ("#date+start", release["periodStart"]),
        "end": ("#date+end", release["periodEnd"]),
        "as_of": ("#date+updated", release["asOf"]),
        "version": ("#meta+version", release["version"]),
        "source": ("#meta+source", release["source"] or said["own_source"]),
        "verified": ("#status+verified", said["verified" if release["verified"] else "unverified"]),
        "target": ("#targeted", indicator["target"]),
    }


def _columns(dimension: IndicatorDimension, headings: Mapping[str, str]) -> tuple[Column, Column]:
    hashtag = _HASHTAGS[dimension]
    return (
        Column(f"{headings[dimension]} ({headings['code']})", f"{hashtag}+code"),
        Column(headings[dimension], f"{hashtag}+name"),
    )


def _keys(keys: Mapping[str, Mapping[str, str]], dimensions: Sequence[IndicatorDimension]) -> Iterator[Cell]:
    for dimension in dimensions:
        key = keys.get(dimension)
        yield from (key["value"], key["label"]) if key else (None, None)


def _figure(figure: Mapping[str, Any], said: Mapping[str, str]) -> tuple[Cell, Cell]:
    """A count and its remark; where it is not shown the word stands in both, so that nothing reads it as a zero."""
    if figure["__typename"] == "Count":
        return figure["value"], said["rounded"] if figure["rounded"] else None
    word = said[figure["reason"]]
    return word, word
