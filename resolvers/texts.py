"""Texts in several languages: the argument decides, else Accept-Language, else the original."""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Text, all_, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.rules.languages import MAX_PARTS, MAX_WANTED, fallbacks, read_tag
from models.rules.words import MAX_LENGTH, MAX_WORDS, folded
from planner.fields import Argument, Expression, Row, planned
from planner.given import Given

LANGUAGE = {"language": Argument(str | None, "A BCP 47 language, such as fr or ht.")}


def text(names: str, description: str, *, language: str | None = "language", directives: Sequence[Any] = ()) -> Any:
    """A field that answers a column of texts by language.

    language: the column that says which of them is the original; None where none does, and any one stands in for it.
    """

    def make(row: Row, given: Given) -> ColumnElement[Any]:
        texts = row[names]
        parts = range(MAX_PARTS) if given.has("language") else ()
        wished = [given.bind("language", Text(), partial(_asked_for, number)) for number in parts]
        accepted = [given.context(f"language_{number}", Text()) for number in range(MAX_WANTED)]
        candidates = [*wished, *accepted, _first(texts) if language is None else row[language]]
        return func.coalesce(*(texts.op("->>", return_type=Text())(candidate) for candidate in candidates))

    return planned(Expression(make), description, arguments=LANGUAGE, directives=directives)


def _first(texts: ColumnElement[Any]) -> ColumnElement[str]:
    """The first of the languages in which there is a text, by its tag."""
    each = func.jsonb_each_text(texts).table_valued("key", "value").alias()
    return select(func.min(each.c.key)).select_from(each).correlate_except(each).scalar_subquery()


def _asked_for(number: int, text: str) -> str | None:
    """One of the tags that a text stands for, the exact one first; None where it stands for fewer."""
    tag = read_tag(text)
    return next(islice(fallbacks(tag), number, None), None) if tag else None


def all_texts(names: ColumnElement[Any]) -> ColumnElement[str]:
    """The texts of all languages, one after the other."""
    each = func.jsonb_each_text(names).table_valued("key", "value").alias()
    joined = select(func.string_agg(each.c.value, literal_column("' '"))).select_from(each)
    return joined.correlate_except(each).scalar_subquery()


def says(written: ColumnElement[str], given: Given, name: str) -> ColumnElement[bool]:
    """Whether a text holds each word of an argument, in any order, whatever the accents and capitals of either."""
    return func.folded(written).like(all_(given.bind(name, ARRAY(Text()), _patterns)))


def _patterns(text: str) -> list[str]:
    """As much of a question is read as a search reads: each word is looked for in each row."""
    escaped = folded(text[:MAX_LENGTH]).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{word}%" for word in escaped.split()[:MAX_WORDS]]
