"""How are the parts of a record said in HSDS? Telephones, contacts, hours, costs, documents, areas, ways in, languages.

Each from its document (partners/documents.py); `language` is the original one of the record they belong to.
"""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from models.rules.vocabulary import PhoneKind
from partners.canonical import Cost, DayException, Hours
from partners.hsds.parts import PCODE, PHONE_KINDS, cost_core
from partners.hsds.said import Said
from partners.hsds.schedules import EXCEPTION, RULE, core, is_plain, one_day
from partners.hsds.shapes import Json, made

Document = Mapping[str, Any]


def phone(told: Document, language: str) -> Json:
    said = Said(told["id"], language).put(
        number=told["number"],
        type=PHONE_KINDS[PhoneKind(told["kind"])],
        description=told["description"],
        languages=languages(told["id"], told["languages"]),
    )
    extension = told["extension"]
    if extension and extension.isascii() and extension.isdecimal() and str(int(extension)) == extension:
        said.put(extension=int(extension))
    else:
        said.value("extension", extension)
    return said.done()


def contact(told: Document, language: str) -> Json:
    said = Said(told["id"], language).put(name=told["name"], title=told["title"], department=told["department"])
    if told["number"]:
        said.put(phones=[{"id": made(told["id"], "phone"), "number": told["number"]}])
    return said.fitting("email", email=told["email"]).done()


def languages(of: str, tags: list[str]) -> list[Json]:
    return [{"id": made(of, "language", tag), "name": tag, "code": tag} for tag in tags]


def schedule(told: Document, language: str) -> Json:
    hours = Hours(
        tuple(told["weekdays"]),
        time.fromisoformat(told["opens"]),
        time.fromisoformat(told["closes"]),
        _date(told["validFrom"]),
        _date(told["validTo"]),
        told["rule"],
    )
    said = Said(told["id"], language).put(**core(hours)).texts(notes=told["notes"])
    return said.value(RULE, None if is_plain(hours) else hours.rule).done()


def exception(told: Document, language: str) -> Json:
    """HSDS 3 has no exceptions: this is a schedule of one day, which our attribute tells from others."""
    opens, closes = (None if told[name] is None else time.fromisoformat(told[name]) for name in ("opens", "closes"))
    day = date.fromisoformat(told["day"])
    return (
        Said(told["id"], language).put(**one_day(DayException(day, opens, closes))).value(EXCEPTION, told["day"]).done()
    )


def cost(told: Document, language: str) -> Json:
    amount = None if told["amount"] is None else Decimal(told["amount"])
    exact = Cost(None, amount, told["currency"], _date(told["validFrom"]), _date(told["validTo"]))
    return Said(told["id"], language).texts(option=told["options"]).put(**cost_core(exact)).done()


def paper(told: Document, language: str) -> Json:
    return Said(told["id"], language).texts(document=told["documents"]).fitting("uri", uri=told["uri"]).done()


def area(told: Document, language: str) -> Json:
    said = Said(told["id"], language).texts(name=told["names"])
    return said.put(extent=told["pcode"], extent_type=PCODE if told["pcode"] else None).done()


def way_in(told: Document, language: str) -> Json:
    said = Said(told["id"], language).texts(description=told["descriptions"]).put(details=told["details"])
    return said.fitting("uri", url=told["website"]).done()


def identifier(told: Document, language: str) -> Json:
    said = Said(told["id"], language).put(identifier_scheme=told["scheme"], identifier=told["value"])
    return said.put(identifier_type=told["scheme"]).done()


def _date(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)
