"""Our HSDS API in the words of OpenAPI: the standard's own paths and parameters, with our limits and refusals."""

from __future__ import annotations

from typing import Any, Final

from api.hsds.asked import LONGEST_TEXT, MOST_PER_PAGE, PER_PAGE

PATH: Final = "/hsds"
VERSION: Final = "3.1"
_PAGED = frozenset({"page", "per_page", "format"})
_OF_SERVICES = frozenset({"search", "taxonomy_term_id", "taxonomy_id"})
LISTS: Final[dict[str, frozenset[str]]] = {
    "services": _PAGED | _OF_SERVICES | {"organization_id", "modified_after", "minimal", "full"},
    "organizations": _PAGED | _OF_SERVICES | {"full_service", "full"},
    "service_at_locations": _PAGED
    | _OF_SERVICES
    | {"organization_id", "modified_after", "full", "postcode", "proximity"},
    "taxonomies": _PAGED | {"search"},
    "taxonomy_terms": _PAGED | {"search", "taxonomy_id", "top_only", "parent_id"},
}
"By list, the parameters that it takes."
_BOOLEAN = {"type": "boolean", "default": False}
_ID = {"type": "string", "maxLength": 200}
PARAMETERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "search": (
        "Words in any of the network's languages; finds organisations by their services and their own name.",
        {"type": "string", "maxLength": LONGEST_TEXT},
    ),
    "page": ("Number of the page.", {"type": "integer", "minimum": 1, "maximum": 1_000_000_000, "default": 1}),
    "per_page": (
        "Records on a page.",
        {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    ),
    "format": (
        "ndjson: all records at once, one a line; page and per_page are then left out.",
        {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
    ),
    "minimal": ("Only identifiers, names and when each changed: all on one page, unless per_page is given.", _BOOLEAN),
    "full": ("Records with all that belongs to them.", _BOOLEAN),
    "full_service": ("Organisations with their services, these whole.", _BOOLEAN),
    "modified_after": (
        "Changed here at that moment or since; of capacities too.",
        {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$", "examples": ["2026-11-21T08:00:00Z"]},
    ),
    "taxonomy_term_id": ("Classified by that term.", _ID),
    "taxonomy_id": ("Classified by any term of that taxonomy; of terms, those of it.", _ID),
    "organization_id": ("Given by that organisation.", _ID),
    "parent_id": ("Terms right below that one.", _ID),
    "top_only": ("Terms that have none above them.", _BOOLEAN),
    "postcode": (
        "A postal code, or a P-code: places that have it or lie in its area.",
        {"type": "string", "maxLength": LONGEST_TEXT},
    ),
    "proximity": (
        "Metres from the middle of the postcode's area, in place of lying in it.",
        {"type": "string", "pattern": r"^[1-9][0-9]{0,6}$"},
    ),
}
SUMMARIES: Final = {
    "services": ("Services", "A service with all that belongs to it", "service"),
    "organizations": ("Organisations", "An organisation with its locations and services", "organization"),
    "service_at_locations": ("Services at locations", "A service at a location", "service_at_location"),
    "taxonomies": ("Taxonomies", "A taxonomy", "taxonomy"),
    "taxonomy_terms": ("Terms", "A term", "taxonomy_term"),
}
_REFUSALS = {
    "400": "A parameter is not understood.",
    "401": "There is no valid token.",
    "403": "The token lacks the scope directory:read.",
    "404": "There is no such record, or you may not see it.",
    "429": "Too much was asked for: wait as Retry-After says.",
    "503": "It cannot be answered now.",
}
_PAGE_FIELDS: Final[dict[str, Any]] = {
    **{name: {"type": "integer", "minimum": 0} for name in ("total_items", "total_pages", "page_number", "size")},
    **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
}
_REQUIRED = {"service": ["id", "name", "status"], "service_at_location": ["id"]}
_SCHEMA = "https://raw.githubusercontent.com/openreferral/specification/3.1-dev/schema"


def openapi(issuer: str) -> dict[str, Any]:
    """This will describe the API as it is found at that address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Konbit directory (HSDS)",
            "version": VERSION,
            "description": "The network's directory of services as HSDS 3.1; what you may not see does not exist.",
            "license": {"name": "As each record's source says"},
        },
        "servers": [{"url": issuer + PATH}],
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {name: _schema(name) for _, _, name in SUMMARIES.values()}
            | {
                "Refusal": {
                    "type": "object",
                    "required": ["status", "code", "message"],
                    "properties": {
                        "status": {"type": "integer"},
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                    },
                }
            },
        },
        "paths": {"/": _about(), **_lists()},
    }


def _schema(name: str) -> dict[str, Any]:
    required = _REQUIRED.get(name, ["id", "name", "description"])
    return {
        "type": "object",
        "description": f"The standard's {name}: {_SCHEMA}/{name}.json",
        "required": required,
        "properties": {"id": {"type": "string", "format": "uuid"}},
    }


def _about() -> dict[str, Any]:
    told = {"type": "object", "required": ["version", "profile", "openapi_url"]}
    found = {"description": "Version and profile.", "content": {"application/json": {"schema": told}}}
    return {"get": {"operationId": "about", "summary": "What it is", "security": [], "responses": {"200": found}}}


def _lists() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, (many, one, schema) in SUMMARIES.items():
        item = {"$ref": f"#/components/schemas/{schema}"}
        page = {
            "type": "object",
            "required": [*_PAGE_FIELDS, "contents"],
            "properties": {**_PAGE_FIELDS, "contents": {"type": "array", "items": item}},
        }
        content = {"application/json": {"schema": page}, "application/x-ndjson": {"schema": {"type": "string"}}}
        listed = {
            "summary": many,
            "parameters": [_parameter(each) for each in sorted(LISTS[name])],
            "responses": _responses("A page of them.", content),
        }
        verbs = ("get", "post")
        paths[f"/{name}"] = {verb: {"operationId": f"{verb}_{name}", **listed} for verb in verbs}
        id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        paths[f"/{name}/{{id}}"] = {
            "get": {
                "operationId": f"get_{schema}",
                "summary": one,
                "parameters": [id, *([_parameter("full_service")] if name == "organizations" else [])],
                "responses": _responses("The record.", {"application/json": {"schema": item}}),
            }
        }
    return paths


def _parameter(name: str) -> dict[str, Any]:
    description, schema = PARAMETERS[name]
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _responses(description: str, content: dict[str, Any]) -> dict[str, Any]:
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    refusals = {status: {"description": said, "content": refusal} for status, said in _REFUSALS.items()}
    return {"200": {"description": description, "content": content}, **refusals}
