"""Languages: reading tags, and choosing the text that a reader understands (BCP 47, RFC 4647 section 3.4)."""

import re
from collections.abc import Iterable

LANGUAGES = ("fr", "ht", "es", "en")
"""Those of the network, as BCP 47 tags: whatever we write ourselves is there in each, in this order."""
MAX_HEADER, MAX_RANGES = 500, 10
"""Signs and languages of Accept-Language that are read; the rest is left out."""
MAX_WANTED, MAX_PARTS = 6, 3
"""Tags, counting what they fall back to, in which a text is looked for; and parts of a tag that are read."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?", re.ASCII)
_QUALITY = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


def read_tag(text: str) -> str | None:
    """This will be a tag in its canonical spelling, such as `fr-HT` or `zh-Hant-TW`; None for what is no such tag.

    Language, script and region are read; variants, extensions and private use are not.
    """
    tag = text.strip()[:32].lower()
    if not _TAG.fullmatch(tag):
        return None
    language, *rest = tag.split("-")
    return "-".join([language, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def negotiate(accept_language: str | None) -> tuple[str, ...]:
    """This will be the languages a reader asks for, best first, each followed by what it falls back to.

    `fr-HT;q=0.8, ht` gives `("ht", "fr-HT", "fr")`. What is refused (`q=0`), `*` and what cannot be read is left out;
    () where nothing remains, and the original is answered. Never raises: a browser's header is no reason to fail.
    """
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "")[:MAX_HEADER].split(",")[:MAX_RANGES]:
        name, _, parameter = part.partition(";")
        tag, quality = read_tag(name), _quality(parameter)
        if tag is not None and quality > 0:
            wanted.append((quality, tag))
    wanted.sort(key=lambda each: -each[0])
    return tuple(dict.fromkeys(tag for _, asked in wanted for tag in fallbacks(asked)))[:MAX_WANTED]


def fallbacks(tag: str) -> tuple[str, ...]:
    """This will be a canonical tag and what it falls back to, by dropping its parts from the end."""
    parts = tag.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def choose(wanted: Iterable[str], available: Iterable[str]) -> str | None:
    """This will be the first wanted language there is a text in; None where there is none, for the original."""
    found = {tag.lower(): tag for tag in available}
    return next((found[tag.lower()] for tag in wanted if tag.lower() in found), None)


def _quality(parameter: str) -> float:
    if not parameter.strip():
        return 1.0
    match = _QUALITY.fullmatch(parameter.strip().lower())
    return float(match[1]) if match else 0.0
