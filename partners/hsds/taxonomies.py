"""Which taxonomies are the network's own, and how is a taxonomy or a term of any scheme said in HSDS?"""

from collections.abc import Mapping
from typing import Any

from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceCategory, Word
from partners.hsds.shapes import Json, made

CATEGORIES, ORGANIZATION_KINDS, LOCATION_KINDS = (
    "konbit:categories",
    "konbit:organization-kinds",
    "konbit:location-kinds",
)
OWN: Mapping[str, type[Word]] = {
    CATEGORIES: ServiceCategory,
    ORGANIZATION_KINDS: OrganizationKind,
    LOCATION_KINDS: LocationKind,
}
_DESCRIPTIONS = {
    CATEGORIES: "What a service of the network is for, in one word.",
    ORGANIZATION_KINDS: "What kind of organisation gives services.",
    LOCATION_KINDS: "What kind of place it is.",
}


def taxonomy_id(scheme: str) -> str:
    """This will be the identifier of a taxonomy, the same wherever it is named."""
    return made("taxonomy", scheme)


def taxonomy(scheme: str) -> Json:
    """This will be the taxonomy of a scheme."""
    return {"id": taxonomy_id(scheme), "name": scheme, "description": _DESCRIPTIONS.get(scheme, "")}


def own_term(scheme: str, word: Word) -> Json:
    """This will be a term of one of our own taxonomies."""
    name = word.value.replace("_", " ").capitalize()
    return _term(made("term", scheme, word.value), scheme, word.value, name, "en")


def own_terms(scheme: str) -> list[Json]:
    """This will be all terms of one of our own taxonomies."""
    return [own_term(scheme, word) for word in OWN[scheme]]


def term(told: Mapping[str, Any], language: str | None = None) -> Json:
    """This will be a term as its document tells it (partners/documents.py), in that language or the original."""
    language = language or _original(told)
    said = _term(told["id"], told["scheme"], told["code"], told["labels"][language], language)
    return said | ({"parent_id": told["parentId"]} if told.get("parentId") else {})


def languages(told: Mapping[str, Any]) -> list[str]:
    """This will be the languages in which a term has a label, the original first."""
    original = _original(told)
    return [original, *sorted(told["labels"].keys() - {original})]


def _original(told: Mapping[str, Any]) -> str:
    labels: Mapping[str, str] = told["labels"]
    return str(told["language"]) if told["language"] in labels else next(iter(labels))


def _term(id: str, scheme: str, code: str, name: str, language: str) -> Json:
    return {
        "id": id,
        "code": code,
        "name": name,
        "description": "",
        "taxonomy": scheme,
        "taxonomy_id": taxonomy_id(scheme),
        "taxonomy_detail": taxonomy(scheme),
        "language": language,
    }
