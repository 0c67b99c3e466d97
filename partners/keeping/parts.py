"""Which rows belong to a record that a partner told of, beside its own? Telephones, contacts, hours, costs, ..."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from models.rules.capacity import LASTS
from partners import canonical
from partners.keeping.rows import Values, Whose

CENT = Decimal("0.01")


def phones(told: Iterable[canonical.Phone], whose: Whose) -> list[Values]:
    """This will be a row for each telephone, without what it is a telephone of."""
    return [
        whose.values()
        | {
            "number": each.number,
            "description": each.description,
            "extension": each.extension,
            "kind": each.kind,
            "languages": list(each.languages),
        }
        for each in told
    ]


def contacts(told: Iterable[canonical.Contact], whose: Whose) -> list[Values]:
    """This will be a row for each contact, without whom it answers for."""
    return [
        whose.values()
        | {
            "name": each.name,
            "title": each.title,
            "department": each.department,
            "email": each.email,
            "number": each.number,
        }
        for each in told
    ]


def schedules(told: Iterable[canonical.Hours], whose: Whose) -> list[Values]:
    """This will be a row for each stretch of hours, without the place they are of."""
    return [
        whose.values()
        | {
            "weekdays": list(each.weekdays),
            "rule": each.rule,
            "notes": each.notes,
            "opens": each.opens,
            "closes": each.closes,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
        }
        for each in told
    ]


def exceptions(told: Iterable[canonical.DayException], whose: Whose) -> list[Values]:
    """This will be a row for each day with hours of its own, without the place it is of."""
    return [whose.values() | {"day": each.day, "opens": each.opens, "closes": each.closes} for each in told]


def costs(told: Iterable[canonical.Cost], whose: Whose) -> list[Values]:
    """This will be a row for each cost, to the cent; one without its currency is told in words alone."""
    return [
        whose.values()
        | {
            "options": each.options,
            "amount": each.amount.quantize(CENT) if each.amount is not None and each.currency else None,
            "currency": each.currency if each.amount is not None else None,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
        }
        for each in told
    ]


def papers(told: Iterable[canonical.Paper], whose: Whose) -> list[Values]:
    """This will be a row for each paper that must be brought."""
    return [whose.values() | {"documents": each.documents, "uri": each.uri} for each in told]


def areas(told: Iterable[canonical.ServedArea], whose: Whose) -> list[Values]:
    """This will be a row for each area that is served; their P-codes must be known."""
    return [whose.values() | {"pcode": each.pcode, "names": each.names} for each in told if each.pcode or each.names]


def accessibility(told: Iterable[canonical.Access], whose: Whose) -> list[Values]:
    """This will be a row for each thing that makes a place reachable, or does not."""
    return [
        whose.values() | {"descriptions": each.descriptions, "details": each.details, "website": each.website}
        for each in told
    ]


def identifiers(told: Iterable[canonical.Identifier]) -> list[Values]:
    """This will be a row for each number or code by which others know an organisation, none twice."""
    return [{"scheme": each.scheme, "value": each.value} for each in dict.fromkeys(told)]


def unmapped(told: canonical.Unmapped, whose: Whose) -> list[Values]:
    """This will be a row for each standard in which a source said what has no place here."""
    return [whose.values() | {"standard": standard, "content": said} for standard, said in told.items() if said]


def capacity(
    told: canonical.Capacity, whose: Whose, *, updated_at: datetime, service: UUID, place: UUID | None
) -> Values:
    """This will be the row of a capacity; None: of the service as a whole."""
    return whose.values() | {
        "service_id": service,
        "service_at_location_id": place,
        "state": told.state,
        "unit": told.unit,
        "updated_at": updated_at,
        "expires_at": updated_at + LASTS,
    }
