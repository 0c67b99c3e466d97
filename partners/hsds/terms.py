"""What is a record classified by? The terms that its attributes link it to, and the words of our own taxonomies."""

from partners import canonical
from partners.hsds.shapes import Json
from partners.hsds.taxonomies import OWN
from partners.hsds.told import Told, text
from partners.reading.languages import language_tag


def terms(record: Told) -> tuple[tuple[canonical.Term, ...], list[str], dict[str, str]]:
    """The terms of a record, by what else its attributes may be recognised, and its words of our own taxonomies."""
    found: dict[tuple[str, str], canonical.Term] = {}
    said: list[str] = []
    own: dict[str, str] = {}
    for attribute in record.attributes():
        term, scheme, code = _term(attribute)
        if scheme in OWN and code:
            own[scheme] = code
            continue
        name = text(term.get("name") or term.get("term"))
        words = (name, term.get("code"), term.get("term"), attribute.get("value"), attribute.get("label"))
        said += [word for word in map(text, words) if word]
        if not name or not code:
            record.keep("attributes", Told(attribute, "attribute", record.language).whole())
            continue
        language = language_tag(text(term.get("language")) or "") or record.language
        known = found.get((scheme, code))
        if known:
            known.labels.setdefault(language, name)
        else:
            found[scheme, code] = canonical.Term(scheme, code, {language: name})
            record.keep("attributes", _beyond(attribute, scheme, code))
    return tuple(found.values()), said, own


def own_words(record: Told) -> dict[str, str]:
    """The words of our own taxonomies on a record that has no terms here; its other attributes are kept."""
    own: dict[str, str] = {}
    for attribute in record.attributes():
        _, scheme, code = _term(attribute)
        if scheme in OWN and code:
            own[scheme] = code
        else:
            record.keep("attributes", Told(attribute, "attribute", record.language).whole())
    return own


def _term(attribute: Json) -> tuple[Json, str, str | None]:
    """The term of an attribute, its scheme, and its code."""
    term = attribute.get("taxonomy_term")
    if not isinstance(term, dict):
        return {}, "terms", None
    detail = term.get("taxonomy_detail")
    scheme = text(detail.get("name")) if isinstance(detail, dict) else None
    return term, scheme or text(term.get("taxonomy")) or "terms", text(term.get("code")) or text(term.get("id"))


def _beyond(attribute: Json, scheme: str, code: str) -> Json | None:
    """What an attribute says beyond its term's scheme, code and name."""
    whole = Told(attribute, "attribute", "fr")
    told = whole.child("taxonomy_term", "taxonomy_term")
    if told is None:
        return None
    told.take("code", "name", "term", "language", "taxonomy")
    detail = told.child("taxonomy_detail", "taxonomy")
    rest = told.rest()
    if detail is not None:
        detail.take("name")
        if said := detail.rest():
            rest["taxonomy_detail"] = said
    if not rest and not whole.rest():
        return None
    return {**whole.rest(), "taxonomy_term": {"code": code, "taxonomy": scheme, **rest}}
