"""What do the parts of an HSDS record say: telephones, contacts, costs, documents, areas, ways in, languages, terms?

Each reads one list of a record, and gives back what of it is to be said again (partners/hsds/told.py).
"""

from decimal import Decimal, InvalidOperation

from models.rules.vocabulary import PhoneKind
from partners import canonical
from partners.hsds.shapes import Json
from partners.hsds.told import Told, text
from partners.reading.languages import language_tag
from partners.reading.spelling import plain
from partners.reading.telephones import dialled

PHONE_KINDS = {
    PhoneKind.VOICE: "voice",
    PhoneKind.SMS: "text",
    PhoneKind.FAX: "fax",
    PhoneKind.TEXTPHONE: "textphone",
    PhoneKind.WHATSAPP: "whatsapp",
    PhoneKind.OTHER: "other",
}
_PHONE_WORDS = {word: kind for kind, word in PHONE_KINDS.items()} | {"sms": PhoneKind.SMS}
_STILL_VOICE = frozenset({"cell", "mobile", "telephone", "phone"})
PCODE_TYPES = frozenset({"p code", "pcode", "cod", "cod ab", "ocha p code", "ocha pcode", "admin pcode"})
PCODE = "P-code"
"How we name P-codes as identifiers of a place and as an extent."
CURRENCIES = {"GB": "GBP"}
"Where prices without a currency are in one for certain: HSDS-UK leaves it out."


def phones(record: Told, country: str, name: str = "phones") -> tuple[canonical.Phone, ...]:
    found: dict[canonical.Phone, None] = {}
    for told in record.children(name, "phone"):
        number = told.text("number")
        if number is None:
            continue
        dialable = dialled(number, country)
        extension = told.either("extension", "extension")
        said = (text(told.raw.get("type")) or "voice").lower()
        kind = _PHONE_WORDS.get(said, PhoneKind.VOICE if said in _STILL_VOICE else PhoneKind.OTHER)
        if PHONE_KINDS[kind] == said:
            told.take("type")
        described = told.text("description")
        found[canonical.Phone(dialable, described, extension, kind, languages(told, []))] = None
        record.keep(name, told.beside({"number": dialable}))
    return tuple(found)


def contacts(record: Told, country: str) -> tuple[canonical.Contact, ...]:
    found: dict[canonical.Contact, None] = {}
    for told in record.children("contacts", "contact"):
        named = {name: told.text(name) for name in ("name", "title", "department")}
        email = told.either("email", "email")
        number = _number(told, country)
        if not any((*named.values(), email, number)):
            record.keep("contacts", told.whole())
            continue
        found[canonical.Contact(**named, email=email, number=number)] = None
        record.keep("contacts", told.beside({**named, "email": told.raw.get("email") and email}))
    return tuple(found)


def _number(contact: Told, country: str) -> str | None:
    """The first of a contact's numbers; what else its telephones say is kept."""
    first = None
    for told in contact.children("phones", "phone"):
        number = told.text("number")
        if first is not None:
            contact.keep("phones", told.whole())
        elif number is not None:
            first = dialled(number, country)
            contact.keep("phones", told.beside({"number": first}))
    return first


def costs(record: Told, country: str) -> tuple[canonical.Cost, ...]:
    found = []
    for told in record.children("cost_options", "cost_option"):
        options = told.texts("option")
        currency = (text(told.raw.get("currency")) or CURRENCIES.get(country, "")).upper()
        amount = _amount(told.raw.get("amount")) if len(currency) == 3 and currency.isalpha() else None
        if amount is not None:
            told.take("amount", "currency")
        dates = {name: told.date(name) for name in ("valid_from", "valid_to")}
        if options is None and amount is None:
            record.keep("cost_options", told.whole())
            continue
        found.append(canonical.Cost(options, amount, currency if amount is not None else None, **dates))
        record.keep("cost_options", told.beside(cost_core(found[-1])))
    return tuple(found)


def cost_core(cost: canonical.Cost) -> Json:
    """This will be what tells one cost from another, as it is said."""
    return {
        "option": next(iter(cost.options.values())) if cost.options else None,
        "amount": amount(cost.amount),
        "currency": cost.currency,
        "valid_from": cost.valid_from.isoformat() if cost.valid_from else None,
        "valid_to": cost.valid_to.isoformat() if cost.valid_to else None,
    }


def amount(value: Decimal | str | None) -> int | float | None:
    """This will be an amount of money as the number that JSON has for it."""
    if value is None:
        return None
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _amount(value: object) -> Decimal | None:
    try:
        exact = Decimal(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return exact if exact is not None and exact.is_finite() and 0 <= exact < 10**12 else None


def papers(record: Told) -> tuple[canonical.Paper, ...]:
    found = []
    for told in record.children("required_documents", "required_document"):
        documents = told.texts("document")
        if documents is None:
            record.keep("required_documents", told.whole())
            continue
        found.append(canonical.Paper(documents, told.either("uri", "uri")))
        record.keep("required_documents", told.beside({"document": text(told.raw.get("document"))}))
    return tuple(found)


def areas(record: Told) -> tuple[canonical.ServedArea, ...]:
    """Areas by P-code where their extent says so, else by name; HSDS-UK 3.0 calls the name `service_area`."""
    found = []
    for told in record.children("service_areas", "service_area"):
        names, pcode = told.texts("name", "service_area"), None
        if told.raw.get("service_area") == told.raw.get("name"):
            told.take("service_area")
        if plain(text(told.raw.get("extent_type")) or "") in PCODE_TYPES:
            pcode = told.text("extent")
            told.take("extent_type")
        if names is None and pcode is None:
            record.keep("service_areas", told.whole())
            continue
        found.append(canonical.ServedArea(pcode, names))
        core = {"extent": pcode, "extent_type": PCODE} if pcode else {}
        record.keep("service_areas", told.beside({"name": names and next(iter(names.values())), **core}))
    return tuple(found)


def accessibility(record: Told) -> tuple[canonical.Access, ...]:
    """Ways in; HSDS-UK 3.0 calls their description `accessibility`."""
    found = []
    for told in record.children("accessibility", "accessibility"):
        descriptions = told.texts("description", "accessibility")
        if descriptions is None:
            record.keep("accessibility", told.whole())
            continue
        if told.raw.get("accessibility") == told.raw.get("description"):
            told.take("accessibility")
        found.append(canonical.Access(descriptions, told.text("details"), told.either("url", "url")))
        record.keep("accessibility", told.beside({"description": next(iter(descriptions.values()))}))
    return tuple(found)


def identifiers(record: Told) -> tuple[canonical.Identifier, ...]:
    found: dict[canonical.Identifier, None] = {}
    for told in record.children("organization_identifiers", "organization_identifier"):
        scheme, value = told.text("identifier_scheme", "identifier_type"), told.text("identifier")
        if scheme is None or value is None:
            continue
        if told.raw.get("identifier_type") == scheme:
            told.take("identifier_type")
        found[canonical.Identifier(scheme, value)] = None
        core = {"identifier_scheme": scheme, "identifier": value}
        record.keep("organization_identifiers", told.beside(core))
    return tuple(found)


def languages(record: Told, problems: list[str]) -> tuple[str, ...]:
    """Languages in BCP 47; those that are not known stay as they came."""
    found = []
    for told in record.children("languages", "language"):
        words = [word for word in map(text, (told.raw.get("code"), told.raw.get("name"))) if word]
        tag = next(filter(None, map(language_tag, words)), None)
        if tag is None:
            problems.append(f"Language {' '.join(words) or told.id or '?'} is not known: it stays out.")
            record.keep("languages", told.whole())
            continue
        told.take("code")
        if told.raw.get("name") == tag:
            told.take("name")
        found.append(tag)
        record.keep("languages", told.beside({"code": tag}))
    return tuple(sorted(set(found)))
