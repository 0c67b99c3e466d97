"""Which telephones, addresses and people answer? ContactPoints, and people by role, both ways."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.rules.vocabulary import PhoneKind
from partners import canonical
from partners.documents import ContactDocument, PhoneDocument
from partners.fhir.elements import chosen, dicts, extended, extension, extensions, filled, inner
from partners.fhir.names import EXTENSION_NUMBER, PHONE_COMMENT, own
from partners.fhir.texts import Json, clean, plain_text, tag_of
from partners.reading.telephones import dialled

OF_PLACE = own("of-place")
"Which of a service's locations something is of; without it, of all."
PHONE_KIND, ANSWERED_IN = own("phone-kind"), own("answered-in")
CONTACT, DEPARTMENT = own("contact"), own("department")
SYSTEMS = {PhoneKind.VOICE: "phone", PhoneKind.SMS: "sms", PhoneKind.FAX: "fax"}
KINDS = {system: kind for kind, system in SYSTEMS.items()} | {"other": PhoneKind.OTHER}


@dataclass(slots=True)
class Telecoms:
    """What the ContactPoints of a resource say."""

    phones: list[canonical.Phone] = field(default_factory=list)
    by_place: dict[str, list[canonical.Phone]] = field(default_factory=dict)
    "By the reference to the place that each is of."
    website: str | None = None
    email: str | None = None
    rest: list[Json] = field(default_factory=list)


def phone_out(phone: PhoneDocument, place: str | None = None) -> Json:
    """This will be a ContactPoint. place: the reference to the one location that it is of."""
    kind = PhoneKind(phone["kind"])
    system = SYSTEMS.get(kind, "other")
    number, description = clean(phone["extension"]), clean(phone["description"])
    return {
        **extended(
            {"url": EXTENSION_NUMBER, "valueString": number} if number else None,
            {"url": PHONE_COMMENT, "valueString": description} if description else None,
            {"url": PHONE_KIND, "valueCode": kind.value} if KINDS[system] is not kind else None,
            *({"url": ANSWERED_IN, "valueCode": tag} for tag in phone["languages"]),
            {"url": OF_PLACE, "valueReference": {"reference": place}} if place else None,
        ),
        "system": system,
        "value": clean(phone["number"]) or "-",
    }


def web_out(*, website: str | None, email: str | None) -> list[Json]:
    """This will be the ContactPoints of a page and of an address for letters."""
    told = (("url", clean(website)), ("email", clean(email)))
    return [{"system": system, "value": value} for system, value in told if value]


def telecoms_in(points: Iterable[Json], country: str) -> Telecoms:
    """This will read ContactPoints. country: where numbers without a country's code are dialled."""
    found = Telecoms()
    for point in points:
        system, value = point.get("system"), plain_text(point.get("value"))
        if value and system == "url" and found.website is None:
            found.website = value
        elif value and system == "email" and found.email is None:
            found.email = value
        elif value and system in KINDS and any(map(str.isdigit, value)):
            place = plain_text(inner(extension(point, OF_PLACE), "valueReference").get("reference"))
            of = found.by_place.setdefault(place, []) if place else found.phones
            phone = _phone_in(point, KINDS[str(system)], value, country)
            if phone not in of:
                of.append(phone)
        elif point:
            found.rest.append(point)
    return found


def _phone_in(point: Json, kind: PhoneKind, value: str, country: str) -> canonical.Phone:
    tags = (tag_of(each.get("valueCode")) for each in extensions(point, ANSWERED_IN))
    return canonical.Phone(
        dialled(value, country),
        plain_text(extension(point, PHONE_COMMENT).get("valueString")),
        plain_text(extension(point, EXTENSION_NUMBER).get("valueString")),
        chosen(PhoneKind, extension(point, PHONE_KIND).get("valueCode")) or kind,
        tuple(dict.fromkeys(tag for tag in tags if tag)),
    )


def contact_out(contact: ContactDocument, place: str | None = None) -> Json:
    """This will be the extension by which a resource that has no element for people names one."""
    told = (("name", contact["name"]), ("title", contact["title"]), ("department", contact["department"]))
    parts: list[Json] = [{"url": url, "valueString": text} for url, said in told if (text := clean(said))]
    parts += [{"url": "telecom", "valueContactPoint": point} for point in _reached(contact)]
    parts += [{"url": "place", "valueReference": {"reference": place}}] if place else []
    return {"url": CONTACT, "extension": parts}


def contacts_in(resource: Json, country: str) -> dict[str | None, list[canonical.Contact]]:
    """This will be the people whom our own extension names, by the reference to the place each is of; None: of all."""
    found: dict[str | None, list[canonical.Contact]] = {}
    for each in extensions(resource, CONTACT):
        telecoms = telecoms_in((inner(part, "valueContactPoint") for part in extensions(each, "telecom")), country)
        place = plain_text(inner(extension(each, "place"), "valueReference").get("reference"))
        found.setdefault(place, []).append(
            canonical.Contact(
                plain_text(extension(each, "name").get("valueString")),
                plain_text(extension(each, "title").get("valueString")),
                plain_text(extension(each, "department").get("valueString")),
                telecoms.email,
                telecoms.phones[0].number if telecoms.phones else None,
            )
        )
    return found


def organization_contact_out(contact: ContactDocument) -> Json:
    """This will be Organization.contact."""
    title, name, department = clean(contact["title"]), clean(contact["name"]), clean(contact["department"])
    return {
        **extended({"url": DEPARTMENT, "valueString": department} if department else None),
        **filled(purpose={"text": title} if title else None, name={"text": name} if name else None),
        **filled(telecom=_reached(contact)),
    }


def organization_contacts_in(resource: Json, country: str) -> tuple[canonical.Contact, ...]:
    """This will read Organization.contact."""
    found = []
    for each in dicts(resource, "contact"):
        telecoms = telecoms_in(dicts(each, "telecom"), country)
        purpose = inner(each, "purpose")
        displays = (plain_text(coding.get("display")) for coding in dicts(purpose, "coding"))
        contact = canonical.Contact(
            _name(each.get("name")),
            plain_text(purpose.get("text")) or next(filter(None, displays), None),
            plain_text(extension(each, DEPARTMENT).get("valueString")),
            telecoms.email,
            telecoms.phones[0].number if telecoms.phones else None,
        )
        if contact != canonical.Contact():
            found.append(contact)
    return tuple(dict.fromkeys(found))


def _name(name: object) -> str | None:
    """A HumanName as one line; R5 gives a list of them."""
    one = next(iter(name), None) if isinstance(name, list) else name
    if not isinstance(one, dict):
        return None
    given = one.get("given")
    parts = [*(given if isinstance(given, list) else []), one.get("family")]
    return plain_text(one.get("text")) or " ".join(filter(None, map(plain_text, parts))) or None


def _reached(contact: ContactDocument) -> list[Json]:
    told = (("phone", clean(contact["number"])), ("email", clean(contact["email"])))
    return [{"system": system, "value": value} for system, value in told if value]
