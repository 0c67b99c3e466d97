"""How is a service of the directory written into a sheet? A row for each place, as partners/sheets reads it again.

Pure: a document (partners/documents.py) and what is known of room, to cells by column. Not in a sheet: terms of
taxonomies, descriptions of telephones, notes of hours, addresses of papers, what a source said beyond the directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from partners import canonical
from partners.documents import (
    ContactDocument,
    LocationDocument,
    PhoneDocument,
    PlaceDocument,
    ServiceDocument,
    Texts,
)
from partners.sheets import hours

Cells = dict[str, str]
"By column; texts by column and language (`service_ht`). Those with something in them."


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of a service's capacity, now."""

    state: str
    updated_at: datetime
    available: int | None
    maximum: int | None
    unit: str | None


def rows_of(
    service: ServiceDocument, room: Mapping[str | None, Room], *, language: str, pcode: str | None = None
) -> list[Cells]:
    """This will be the rows of a service: one for each place, or one alone where it has none.

    room: by the id of the service at a place; None: of the service as a whole. language: of the days in hours.
    pcode: places outside this area are left out.
    """
    whole = _service(service)
    places = [place for place in service["places"] if pcode is None or lies_in(place["location"], pcode)]
    rows = [{**whole, **_place(place, language), **_room(room.get(place["id"]), "PLACE")} for place in places]
    rows = rows or [whole]
    if None in room and "capacity_state" not in rows[0]:
        rows[0] = {**rows[0], **_room(room[None], "SERVICE")}
    return [{column: cell for column, cell in row.items() if cell} for row in rows]


def lies_in(location: LocationDocument, pcode: str) -> bool:
    """Whether a place lies in an area."""
    return any(area["pcode"] == pcode for area in location["areas"])


def _service(told: ServiceDocument) -> Cells:
    organization = told["organization"]
    row = {
        "id": told["id"],
        "organization": organization["names"].get(organization["language"])
        or next(iter(organization["names"].values())),
        "organization_kind": organization["kind"],
        "language": told["language"],
        "category": told["category"],
        "status": "" if told["status"] == "ACTIVE" else told["status"],
        "languages": ", ".join(told["languages"]),
        "minimum_age": _number(told["minimumAge"]),
        "maximum_age": _number(told["maximumAge"]),
        "sexes": ", ".join(told["sexes"]),
        "unaccompanied_children": {True: "1", False: "0", None: ""}[told["acceptsUnaccompaniedChildren"]],
        "costs": "; ".join(_cost(cost, told["language"]) for cost in told["costs"]),
        "areas": _list(area["pcode"] or _first(area["names"]) for area in told["serviceAreas"]),
        "website": told["website"] or "",
        "email": told["email"] or "",
        "service_phone": _phones(told["phones"]),
        "valid_from": told["validFrom"] or "",
        "valid_to": told["validTo"] or "",
        "modified": told["modifiedAt"] or "",
        "verified": told["verifiedAt"] or "",
        **_contacts(told["contacts"]),
    }
    for column, texts in (
        ("service", told["names"]),
        ("description", told["descriptions"]),
        ("alert", told["alerts"]),
        ("eligibility", told["eligibilityNotes"]),
        ("fees", told["fees"]),
        ("application", told["application"]),
    ):
        row |= _texts(column, texts)
    papers = [paper["documents"] for paper in told["requiredDocuments"]]
    for language in dict.fromkeys(language for paper in papers for language in paper):
        row[f"documents_{language}"] = _list(paper.get(language, "") for paper in papers)
    return row


def _place(told: PlaceDocument, language: str) -> Cells:
    location = told["location"]
    row = {
        "place_id": location["id"],
        "place_kind": location["kind"],
        "address": "\n".join(location["addressLines"]),
        "locality": location["locality"] or "",
        "postal_code": location["postalCode"] or "",
        "country": location["country"] or "",
        "pcode": location["pcode"] or "",
        "latitude": _number(location["latitude"]),
        "longitude": _number(location["longitude"]),
        "phone": _phones(told["phones"]),
        "hours": hours_of(told, language),
        "exceptions": "; ".join(
            hours.exception_written(
                canonical.DayException(_day(each["day"]), _clock(each["opens"]), _clock(each["closes"]))
            )
            for each in told["exceptions"]
        ),
    }
    accessibility = location["accessibility"][0]["descriptions"] if location["accessibility"] else None
    for column, texts in (
        ("place", location["names"]),
        ("place_description", told["descriptions"]),
        ("transportation", location["transportation"]),
        ("accessibility", accessibility),
    ):
        row |= _texts(column, texts)
    return row


def hours_of(place: PlaceDocument, language: str) -> str:
    """This will be the hours of a place as a person writes them."""
    return "; ".join(
        hours.written(
            canonical.Hours(
                tuple(each["weekdays"]),
                time.fromisoformat(each["opens"]),
                time.fromisoformat(each["closes"]),
                _day(each["validFrom"]) if each["validFrom"] else None,
                _day(each["validTo"]) if each["validTo"] else None,
                rule=each["rule"],
            ),
            language,
        )
        for each in place["schedules"]
    )


def _room(told: Room | None, of: str) -> Cells:
    if told is None:
        return {}
    return {
        "capacity_of": of,
        "capacity_state": told.state,
        "capacity_available": _number(told.available),
        "capacity_maximum": _number(told.maximum),
        "capacity_unit": told.unit or "",
        "capacity_updated": told.updated_at.isoformat(),
    }


def _contacts(told: list[ContactDocument]) -> Cells:
    columns = {"name": "contact_name", "title": "contact_title", "email": "contact_email", "number": "contact_phone"}
    return {
        column: _list(contact[field] or "" for contact in told)  # type: ignore[literal-required]
        for field, column in columns.items()
    }


def _phones(told: list[PhoneDocument]) -> str:
    numbers = []
    for phone in told:
        extension = f" ext. {phone['extension']}" if phone["extension"] else ""
        kind = f" ({phone['kind'].lower()})" if phone["kind"] != "VOICE" else ""
        numbers.append(f"{phone['number']}{extension}{kind}")
    return "; ".join(numbers)


def _cost(told: Mapping[str, Any], language: str) -> str:
    amount = f"{told['amount']} {told['currency']}" if told["amount"] is not None else ""
    options = told["options"] or {}
    said = options.get(language) or _first(options)
    return f"{amount} ({said})".strip().replace(";", ",") if said else amount


def _texts(column: str, texts: Texts | None) -> Cells:
    return {f"{column}_{language}": text for language, text in (texts or {}).items()}


def _list(items: Any) -> str:
    """Items in one cell, none of which can be taken for two; empty ones keep their places."""
    told = [str(item).replace(";", ",").replace("\n", " ") for item in items]
    return "; ".join(told) if any(told) else ""


def _first(texts: Texts | None) -> str:
    return next(iter((texts or {}).values()), "")


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
