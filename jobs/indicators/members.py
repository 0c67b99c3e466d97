"""Which values have a release's dimensions, and what are they called today? The whole of them, unknown among them."""

from collections.abc import Mapping, Sequence

import orjson

from jobs.indicators.definition import Texts, texts
from jobs.indicators.words import NOT_KNOWN, UNKNOWN, WORDS
from models.rules.indicators import Period, months_of
from models.rules.suppression import Dimension
from models.rules.vocabulary import IndicatorDimension, ReleaseEvery
from models.session import Connection

DEPARTMENTS = "SELECT pcode AS value, names::text FROM area WHERE level = 1 ORDER BY pcode"
CROSSINGS = """
SELECT slug AS value, coalesce(names, jsonb_build_object('fr', slug))::text AS names FROM location
WHERE kind = 'CROSSING_POINT' AND visibility = 'PUBLIC' AND slug IS NOT NULL ORDER BY slug"""
PLACES = {IndicatorDimension.DEPARTMENT: DEPARTMENTS, IndicatorDimension.CROSSING_POINT: CROSSINGS}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ht": "janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}
Members = Mapping[str, Mapping[str, Texts]]
"By dimension: each value and its labels."


async def members(connection: Connection, dimensions: Sequence[str], period: Period) -> Members:
    """This will be the values of each dimension, in their order, with their labels; as role worker."""
    found: dict[str, Mapping[str, Texts]] = {}
    for dimension in dimensions:
        if dimension in PLACES:
            rows = await connection.fetch(PLACES[IndicatorDimension(dimension)])
            found[dimension] = {**{row["value"]: orjson.loads(row["names"]) for row in rows}, UNKNOWN: NOT_KNOWN}
        elif dimension == IndicatorDimension.MONTH:
            found[dimension] = {month_name(each): month_label(each) for each in months(period)}
        elif dimension == IndicatorDimension.QUARTER:
            found[dimension] = {quarter_name(period): quarter_label(period)}
        else:
            found[dimension] = WORDS[dimension]
    return found


def cube_of(dimensions: Sequence[str], values: Mapping[str, Sequence[str]]) -> tuple[Dimension, ...]:
    """This will be the finest dimensions of a release's cube, each with what it is a part of.

    values: of each dimension, in their order, as a release keeps them. A month lies in its quarter.
    """
    finest = [each for each in dimensions if each != IndicatorDimension.QUARTER]
    return tuple(_dimension(each, values) for each in finest)


def _dimension(name: str, values: Mapping[str, Sequence[str]]) -> Dimension:
    if name != IndicatorDimension.MONTH or IndicatorDimension.QUARTER not in values:
        return Dimension(name, tuple(values[name]))
    [quarter] = values[IndicatorDimension.QUARTER]
    within = dict.fromkeys(values[name], quarter)
    return Dimension(name, tuple(values[name]), Dimension(IndicatorDimension.QUARTER, (quarter,)), within)


def months(period: Period) -> list[Period]:
    """This will be the months a period is made of."""
    return months_of(period) if period.every is ReleaseEvery.QUARTER else [period]


def month_name(month: Period) -> str:
    return f"{month.start:%Y-%m}"


def quarter_name(period: Period) -> str:
    return f"{period.start.year}-Q{(period.start.month + 2) // 3}"


def month_label(month: Period) -> Texts:
    words = {language: names.split()[month.start.month - 1] for language, names in MONTHS.items()}
    return {language: f"{word} {month.start.year}" for language, word in words.items()}


def quarter_label(period: Period) -> Texts:
    quarter, year = (period.start.month + 2) // 3, period.start.year
    return texts(f"T{quarter} {year}", f"T{quarter} {year}", f"T{quarter} {year}", f"Q{quarter} {year}")
