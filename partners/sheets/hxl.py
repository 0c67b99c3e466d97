"""Which of our columns does an HXL hashtag name? HXL 1.1: a tag and its attributes, in a row above the data.

A pattern of ours is meant where all its attributes stand with its tag, in any order; the one with the most decides.
An attribute of two letters says the language of the texts below it: `#service+name+ht`.
"""

import re
from functools import cache

from models.rules.languages import LANGUAGES

FIRST_ROWS = 25
"Among which the row of tags stands."
TAG = re.compile(r"\s*#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)\s*", re.ASCII | re.IGNORECASE)

WRITTEN = {
    "id": "#service+id",
    "organization": "#org+name",
    "organization_kind": "#org+type",
    "service": "#service+name",
    "language": "#meta+lang",
    "description": "#description",
    "category": "#service+type",
    "status": "#status",
    "alert": "#description+alert",
    "eligibility": "#beneficiary",
    "languages": "#service+lang",
    "minimum_age": "#beneficiary+age+min",
    "maximum_age": "#beneficiary+age+max",
    "sexes": "#beneficiary+sex",
    "unaccompanied_children": "#beneficiary+unaccompanied",
    "fees": "#service+fees",
    "costs": "#value+costs",
    "application": "#access",
    "documents": "#service+documents",
    "areas": "#adm+code+served",
    "website": "#service+url",
    "email": "#service+email",
    "service_phone": "#service+phone",
    "contact_name": "#contact+name",
    "contact_title": "#contact+title",
    "contact_email": "#contact+email",
    "contact_phone": "#contact+phone+direct",
    "valid_from": "#date+start",
    "valid_to": "#date+end",
    "place_id": "#loc+id",
    "place": "#loc+name",
    "place_kind": "#loc+type",
    "place_description": "#loc+description",
    "address": "#loc+address",
    "locality": "#loc+town",
    "postal_code": "#loc+postal",
    "country": "#country+code",
    "pcode": "#adm+code+v_pcode",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "transportation": "#loc+transport",
    "accessibility": "#loc+accessibility",
    "phone": "#contact+phone",
    "hours": "#service+hours",
    "exceptions": "#service+hours+exceptions",
    "capacity_of": "#capacity+of",
    "capacity_state": "#capacity+status",
    "capacity_available": "#capacity+available",
    "capacity_maximum": "#capacity+max",
    "capacity_unit": "#capacity+unit",
    "capacity_updated": "#capacity+date",
    "modified": "#date+updated",
    "verified": "#date+verified",
}
"By column, the tag that our own sheets carry."

_ALSO = {
    "id": "#service+code, #activity+id, #activity+code, #meta+id",
    "organization": "#org",
    "organization_kind": "#org+kind",
    "service": "#service, #activity, #activity+name",
    "category": "#service+category, #activity+type, #sector, #subsector",
    "eligibility": "#beneficiary+description, #beneficiary+criteria",
    "description": "#service+description, #activity+description",
    "minimum_age": "#beneficiary+age_min, #beneficiary+min_age",
    "maximum_age": "#beneficiary+age_max, #beneficiary+max_age",
    "fees": "#value+fees, #service+cost",
    "place_id": "#loc+code",
    "place": "#loc",
    "address": "#geo+address, #contact+address, #org+address",
    "locality": "#loc+city, #adm2+name, #adm3+name",
    "country": "#country+iso2, #country+v_iso2, #country+v_iso3, #country",
    "latitude": "#lat_deg, #geo+latitude",
    "longitude": "#lon_deg, #geo+longitude",
    "phone": "#contact+tel, #org+phone, #loc+phone",
    "email": "#org+email",
    "website": "#contact+url, #org+url, #meta+url",
    "capacity_available": "#capacity+num+available, #capacity+free",
    "capacity_maximum": "#capacity+num, #capacity+total",
    "modified": "#date, #date+modified, #meta+date",
}
_AREAS = {f"#adm{level}+code": (f"pcode_{level}" if level != 2 else "pcode") for level in range(1, 6)}
"Codes of areas: the smallest that a row names is meant (see mapping)."
PCODES = ("pcode_5", "pcode_4", "pcode_3", "pcode", "pcode_1")
"Columns that hold a P-code, of the smallest area first."


def column_of(cell: str) -> tuple[str, str | None] | None:
    """This will be the column that a hashtag names, and the language of its texts.

    None where it names none of ours, or a language that is not one of the network's.
    """
    match = TAG.fullmatch(cell)
    if match is None:
        return None
    tag, attributes = match[1].lower(), frozenset(re.findall(r"[a-z0-9_]+", match[2].lower()))
    spoken = next((each for each in LANGUAGES if {each, f"i_{each}"} & attributes), None)
    meant = [pattern for pattern in _patterns() if pattern[0] == tag and pattern[1] <= attributes]
    found = max(meant, key=lambda pattern: len(pattern[1]), default=None)
    if found is None or (spoken is None and any(len(each) == 2 for each in attributes - found[1])):
        return None
    return found[2], spoken


def tag_of(column: str, language: str | None) -> str:
    """This will be the tag that our own sheets carry above a column, and its texts in a language."""
    return WRITTEN[column] + (f"+{language.lower().replace('-', '_')}" if language else "")


def is_row_of_tags(cells: list[str]) -> bool:
    """Whether a row holds tags: at least half of what it says is one."""
    said = [cell for cell in cells if cell]
    return bool(said) and 2 * sum(TAG.fullmatch(cell) is not None for cell in said) >= len(said)


@cache
def _patterns() -> tuple[tuple[str, frozenset[str], str], ...]:
    told = [(text, column) for column, text in WRITTEN.items()]
    told += [(text.strip(), column) for column, texts in _ALSO.items() for text in texts.split(",")]
    told += list(_AREAS.items())
    split = ((text.removeprefix("#").split("+"), column) for text, column in told)
    return tuple((words[0], frozenset(words[1:]), column) for words, column in split)
