"""The reference's people: files, consents, and who they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from models.rules.references import read_reference
from models.rules.words import folded
from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, Resolve, column, day, key_of, moment, own_id, revealed, seen
from tests.planner.seen import Info, Row

BY_REGISTRATION = Sorted("REGISTERED", lambda row: (row["registered_at"], row["id"]), (datetime, UUID), True)
BY_GIVING = Sorted("GIVEN", lambda row: (row["given_at"], row["id"]), (datetime, UUID))
BY_CREATION = Sorted("CREATED_AT", lambda row: (row["created_at"], row["id"]), (datetime, UUID), True)


def part(table: str, key: str) -> Resolve:
    """The row of a confidential table that belongs to this one."""
    return lambda row, info: revealed(info, table, seen(info).one(table, **{key: row.get(key, row.get("id"))}))


def _vulnerabilities(row: Row, info: Info) -> list[str]:
    found = seen(info).all("person_vulnerability", lambda each: each["person_id"] == row["id"])
    return sorted(str(revealed(info, "person_vulnerability", each)["code"]) for each in found)  # type: ignore[index]


def _consents(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("consent", lambda c: c["person_id"] == row["id"]), BY_GIVING, info, arguments)


def _referrals(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    kept = seen(info).all(
        "referral", lambda r: r["person_id"] == row["id"] and r["sender_id"] == row["organization_id"]
    )
    return page(kept, BY_CREATION, info, arguments)


def _withdrawn_at(row: Row, info: Info) -> Any:
    withdrawal = seen(info).one("consent_withdrawal", consent_id=row["id"])
    return withdrawal and moment("withdrawn_at")(withdrawal, info)


def person(_root: Any, info: Info, id: str) -> Row | None:
    return seen(info).one("person", id=key_of("Person", id))


def people(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}
    words, reference, needs = (asked.get(name) for name in ("text", "reference", "handlingNeeds"))

    def keep(row: Row) -> bool:
        if reference is not None and row["reference"] != read_reference(reference):
            return False
        if needs is not None and not set(needs) & set(row["handling_needs"]):
            return False
        return words is None or _is_called(info, row, folded(words).split())

    return page(seen(info).all("person", keep), BY_REGISTRATION, info, arguments)


def _is_called(info: Info, row: Row, words: list[str]) -> bool:
    identity = seen(info).one("person_identity", person_id=row["id"])
    if identity is None:
        return False
    names = [identity[name] for name in ("given_name", "family_name", "other_names") if identity[name] is not None]
    called = folded(" ".join(names))
    return all(word in called for word in words)


TYPES: dict[str, Fields] = {
    "Person": {
        "id": own_id("Person"),
        "reference": column("reference"),
        "sex": column("sex"),
        "ageGroup": column("age_group"),
        "handlingNeeds": column("handling_needs"),
        "vulnerabilities": _vulnerabilities,
        "registeredAt": moment("registered_at"),
        "site": one("location", "site_id"),
        "identity": part("person_identity", "person_id"),
        "contact": part("person_contact", "person_id"),
        "consents": _consents,
        "referrals": _referrals,
    },
    "PersonIdentity": {
        "givenName": column("given_name"),
        "familyName": column("family_name"),
        "otherNames": column("other_names"),
        "birthDate": day("birth_date"),
        "birthPlace": column("birth_place"),
        "nationality": column("nationality"),
    },
    "PersonContact": {
        "phone": column("phone"),
        "safeToCall": column("safe_to_call"),
        "address": column("address"),
        "note": column("note"),
    },
    "Consent": {
        "id": own_id("Consent"),
        "purpose": column("purpose"),
        "recipient": one("organization", "recipient_id"),
        "information": column("information"),
        "giver": column("giver"),
        "method": column("method"),
        "givenAt": moment("given_at"),
        "validUntil": moment("valid_until"),
        "withdrawnAt": _withdrawn_at,
    },
}
