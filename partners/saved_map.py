"""Which of our fields may the map of a saved query name, and what stands at each of them?"""

from enum import StrEnum


class Part(StrEnum):
    """What stands at one of our fields: other than these, the name of a level."""

    TEXTS = "texts"
    "A path, or a path for each language, or `each`, `language` and `text` of a list of translations."
    VALUE = "value"
    VALUES = "values"
    "One path, or several."
    HOURS = "hours"
    "A path to words, or `each`, `days`, `opens` and `closes` of a list."


PHONES, CONTACTS = {"phones": "phone"}, {"contacts": "contact"}
LEVELS: dict[str, dict[str, str]] = {
    "service": {
        **dict.fromkeys(("name", "description", "eligibility", "fees", "application", "alert"), Part.TEXTS),
        **dict.fromkeys(("id", "organization_id", "minimum_age", "maximum_age", "unaccompanied_children"), Part.VALUE),
        **dict.fromkeys(("website", "email", "status", "modified_at", "verified_at"), Part.VALUE),
        **dict.fromkeys(("valid_from", "valid_to"), Part.VALUE),
        **dict.fromkeys(("category", "languages", "sexes"), Part.VALUES),
        "organization": "organization",
        "capacity": "capacity",
        "terms": "term",
        "places": "place",
        **PHONES,
        **CONTACTS,
    },
    "organization": {
        **dict.fromkeys(("name", "description"), Part.TEXTS),
        **dict.fromkeys(("id", "kind", "website", "email"), Part.VALUE),
        **PHONES,
        **CONTACTS,
    },
    "place": {
        **dict.fromkeys(("name", "description", "transportation", "notes"), Part.TEXTS),
        **dict.fromkeys(("id", "location_id", "kind", "latitude", "longitude", "pcode"), Part.VALUE),
        **dict.fromkeys(("locality", "postal_code", "country", "time_zone"), Part.VALUE),
        "address": Part.VALUES,
        "hours": Part.HOURS,
        "capacity": "capacity",
        **PHONES,
        **CONTACTS,
    },
    "phone": {**dict.fromkeys(("number", "description", "extension", "kind"), Part.VALUE), "languages": Part.VALUES},
    "contact": dict.fromkeys(("name", "title", "department", "email", "number"), Part.VALUE),
    "term": {**dict.fromkeys(("scheme", "code"), Part.VALUE), "label": Part.TEXTS},
    "capacity": dict.fromkeys(("state", "available", "maximum", "unit", "updated_at"), Part.VALUE),
}
"What each level may say; `phones`, `contacts`, `terms` and `places` are lists, and name theirs as `each`."
LISTS = frozenset({"phones", "contacts", "terms", "places"})
NEEDED = {"service": ("id", "name"), "place": ("id",), "phone": ("number",), "organization": ("id", "name")}
