"""Texts in several languages: the argument decides, else Accept-Language, else the original."""

from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal_column

from planner.fields import Argument, Expression, Row, planned
from planner.given import Given

LANGUAGE = {"language": Argument(str | None, "A BCP 47 language, such as fr or ht.")}


def _primary(tag: object) -> str:
    return str(tag).split("-")[0].lower()


def text(names: str, description: str, *, language: str = "language") -> Any:
    """A field that answers a column of texts by language."""

    def make(row: Row, given: Given) -> ColumnElement[Any]:
        texts = row[names]
        wished = [given.bind("language", Text(), str), given.bind("language", Text(), _primary)]
        accepted = [given.context("language_1", Text()), given.context("language_2", Text())]
        candidates = [*(wished if given.has("language") else ()), *accepted, row[language]]
        return func.coalesce(*(texts.op("->>", return_type=Text())(candidate) for candidate in candidates))

    return planned(Expression(make), description, arguments=LANGUAGE)


def one_text(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """The text of one language."""
    return value.op("->>", return_type=Text())(literal_column(f"'{name}'"))
