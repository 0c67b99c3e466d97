"""The reference's alternatives of a service, and pairs that look alike."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import standing
from tests.planner.reference_values import Fields, Resolve, column, moment, own_id, seen
from tests.planner.seen import Info, Row

LIKEST = Sorted("SCORE", lambda row: (row["score"], row["id"]), (float, UUID), descending=True)
SPELLED = {
    "names": "names", "descriptions": "descriptions", "eligibility_notes": "eligibilityNotes", "alerts": "alerts",
    "fees": "fees", "application": "application", "category": "category", "languages": "languages",
    "minimum_age": "minimumAge", "maximum_age": "maximumAge", "sexes": "sexes", "status": "status",
    "accepts_unaccompanied_children": "acceptsUnaccompaniedChildren", "website": "website", "email": "email",
    "valid_from": "validFrom", "valid_to": "validTo",
}  # fmt: skip


def alternatives(service: Row, info: Info) -> list[dict[str, Any]]:
    """What claims say otherwise than the row, by field and source."""

    def lost() -> Iterator[dict[str, Any]]:
        for claim in seen(info).all("claim", lambda row: row["record_id"] == service["id"]):
            for name, value in claim["said"].items():
                shown = service[name].isoformat() if isinstance(service.get(name), date) else service.get(name)
                if name in SPELLED and value not in (None, "", [], {}) and value != shown:
                    yield {"field": SPELLED[name], "value": value, **_of(claim)}

    return sorted(lost(), key=lambda each: (each["field"], each["source"], each["id"]))


def _of(claim: Row) -> dict[str, Any]:
    return {name: claim[name] for name in ("id", "source", "verified_at")}


def _standing(key: str) -> Resolve:
    """The service that a pair names, unless it was merged or is gone."""
    return lambda row, info: standing(seen(info).one("service", id=row[key]))


def _duplicates(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    states = (arguments.pop("filter", None) or {}).get("states")
    pairs = seen(info).all("duplicate", lambda row: states is None or row["state"] in states)
    return page(pairs, LIKEST, info, arguments)


ROOTS: Fields = {"duplicates": _duplicates}
TYPES: dict[str, Fields] = {
    "Alternative": {
        "field": column("field"),
        "value": column("value"),
        "source": column("source"),
        "verifiedAt": moment("verified_at"),
    },
    "Duplicate": {
        "id": own_id("Duplicate"),
        "first": _standing("first_id"),
        "second": _standing("second_id"),
        "score": column("score"),
        "reasons": column("reasons"),
        "state": column("state"),
        "foundAt": moment("found_at"),
        "decidedAt": moment("decided_at"),
    },
}
