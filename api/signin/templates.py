"""How does a page come from its template? Jinja2 with escaping, the words of one language, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from api.pages import WEB
from api.papers.words import Language
from api.signin.words.speak import words

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = WEB / "signin"


@cache
def _environment() -> Environment:
    # Imported at the first page: the program starts without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def rendered(template: str, *, language: Language, **values: Any) -> str:
    """This will write a page in a language; the template finds its words as `t`."""
    found = _environment().get_template(f"{template}.html")
    return found.render(t=words(language), language=language, languages=list(Language), **values)
