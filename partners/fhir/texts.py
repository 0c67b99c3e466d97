"""How does FHIR say a text in several languages? One in the element itself, the others beside it as translations."""

import re
from typing import Any

from models.rules.languages import read_tag
from partners.canonical import Texts
from partners.fhir.names import LANGUAGE, TRANSLATION
from partners.reading.languages import language_tag

Json = dict[str, Any]

_ODD = re.compile(r"[^\S \r\n\t]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
"Spaces that the pattern of FHIR's strings does not take, and signs that nobody sees."


def clean(text: str | None) -> str | None:
    """This will be a text as FHIR's `string` takes it; None where nothing is left of it."""
    return _ODD.sub(" ", text or "").strip() or None


def said(name: str, texts: Texts | None, language: str) -> Json:
    """This will be an element and what stands beside it: `name`, `_name`; {} where there is no text.

    language: that of the resource; where there is no text in it, the first one names its own.
    """
    told = {tag: text for tag, given in sorted((texts or {}).items()) if (text := clean(given))}
    if not told:
        return {}
    original = language if language in told else next(iter(told))
    beside: list[Json] = [] if original == language else [{"url": LANGUAGE, "valueCode": original}]
    beside += [_translation(tag, text) for tag, text in told.items() if tag != original]
    return {name: told[original]} | ({f"_{name}": {"extension": beside}} if beside else {})


def heard(element: Json, name: str, language: str) -> Texts | None:
    """This will be an element's text by language, the one of the element itself first; None where there is none."""
    beside = element.get(f"_{name}")
    extensions = beside.get("extension") if isinstance(beside, dict) else None
    listed = [each for each in extensions if isinstance(each, dict)] if isinstance(extensions, list) else []
    told: Texts = {}
    if text := plain_text(element.get(name)):
        codes = (each.get("valueCode") for each in listed if each.get("url") == LANGUAGE)
        told[next(filter(None, map(tag_of, codes)), language)] = text
    for each in listed:
        parts = each.get("extension") if each.get("url") == TRANSLATION else None
        given = {part.get("url"): part for part in parts if isinstance(part, dict)} if isinstance(parts, list) else {}
        tag = tag_of(given.get("lang", {}).get("valueCode"))
        content = given.get("content", {})
        text = plain_text(content.get("valueString") or content.get("valueMarkdown"))
        if tag and text:
            told.setdefault(tag, text)
    return told or None


def plain_text(value: Any) -> str | None:
    """This will be a text that says something; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def tag_of(code: Any) -> str | None:
    """This will be a language as we write it, from a code or a name; None where it is not known."""
    text = plain_text(code)
    return (read_tag(text) or language_tag(text)) if text else None


def _translation(tag: str, text: str) -> Json:
    return {
        "url": TRANSLATION,
        "extension": [{"url": "lang", "valueCode": tag}, {"url": "content", "valueString": text}],
    }
