"""In which language does a page speak? As the person chose, else as the program, the account or the browser says."""

from __future__ import annotations

from collections.abc import Iterable

from api.papers.words import Language
from models.rules.languages import choose, fallbacks, negotiate, read_tag


def chosen(text: str | None) -> Language | None:
    """This will be the language that a choice names, of the four; None where it names none."""
    return Language(text) if text in list(Language) else None


def asked_by_program(ui_locales: Iterable[str]) -> Language | None:
    """This will be the first that a program wants and we speak (OpenID Connect Core 3.1.2.1, ui_locales)."""
    tags = [tag for word in ui_locales if (tag := read_tag(word))]
    found = choose((part for tag in tags for part in fallbacks(tag)), list(Language))
    return Language(found) if found else None


def spoken(*wanted: str | None, accepted: str | None) -> Language:
    """This will be the first of the wanted that we speak, else the browser's, else French."""
    tags = [tag for word in wanted if word and (tag := read_tag(word))]
    found = choose((*(part for tag in tags for part in fallbacks(tag)), *negotiate(accepted)), list(Language))
    return Language(found) if found else Language.FRENCH
