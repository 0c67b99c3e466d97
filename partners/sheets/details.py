"""What do the cells of a sheet say beyond names and places: lists of papers, contacts and costs, capacity, dates?

Lists stand in one cell, separated by semicolons; lists that belong together (a contact's name and title) keep their
places: `Jean Exemple; Marie Exemple` beside `; coordinatrice`.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import CapacityState, PhoneKind
from partners import canonical
from partners.reading.numbers import number
from partners.reading.spelling import plain
from partners.reading.telephones import dialled
from partners.sheets import words

Row = dict[str, str]
_COST = re.compile(
    r"(?:(?P<amount>\d{1,12}(?:[.,]\d{1,2})?)\s*(?P<currency>[A-Z]{3}))?\s*(?:\((?P<text>.*)\))?", re.DOTALL
)
_PHONE = re.compile(
    r"(?P<number>[^()\[\]]*?)\s*(?:ext\.?\s*(?P<extension>\d{1,10}))?\s*(?:\((?P<kind>[a-z]+)\))?", re.IGNORECASE
)
_KINDS = {kind.value.lower(): kind for kind in PhoneKind} | {"texto": PhoneKind.SMS, "télécopie": PhoneKind.FAX}
CONTACT = ("contact_name", "contact_title", "contact_email", "contact_phone")


class Unread(Exception):
    """A cell does not say what it should."""


def texts(column: str, row: Row, *, original: str) -> canonical.Texts | None:
    """This will be the text in each language it stands in, the original's first.

    A heading without a language holds the original.
    """
    found = {original: row[column]} if column in row else {}
    for language in (original, *LANGUAGES):
        if f"{column}_{language}" in row:
            found.setdefault(language, row[f"{column}_{language}"])
    return found or None


def papers(row: Row, *, original: str) -> tuple[canonical.Paper, ...]:
    """This will be the documents to bring: those of each language's cell, in the same order."""
    told = texts("documents", row, original=original) or {}
    lists = {language: places(text) for language, text in told.items()}
    longest = max(map(len, lists.values()), default=0)
    found = []
    for at in range(longest):
        names = {language: names[at] for language, names in lists.items() if at < len(names) and names[at]}
        found += [canonical.Paper(names)] if names else []
    return tuple(found)


def contacts(row: Row, *, country: str) -> tuple[canonical.Contact, ...]:
    """This will be who answers, one for each place of the lists."""
    columns = [places(row.get(column, "")) for column in CONTACT]
    found = []
    for at in range(max(map(len, columns))):
        name, title, email, phone = ((each[at] or None) if at < len(each) else None for each in columns)
        if name or title or email or phone:
            reached = dialled(phone, country) if phone else None
            found.append(canonical.Contact(name=name, title=title, email=email, number=reached))
    return tuple(found)


def phones(text: str, *, country: str) -> tuple[canonical.Phone, ...]:
    """This will be the numbers of a cell: `5000-0101 ext. 12; +509 50 00 01 02 (whatsapp)`."""
    found = []
    for said in words.several(text):
        match = _PHONE.fullmatch(said)
        kind = _KINDS.get((match["kind"] or "voice").lower()) if match else None
        if match is None or not match["number"] or kind is None:
            found.append(canonical.Phone(dialled(said, country)))
        else:
            given = dialled(match["number"], country)
            found.append(canonical.Phone(given, extension=match["extension"], kind=kind))
    return tuple(dict.fromkeys(found))


def costs(text: str, *, language: str) -> tuple[canonical.Cost, ...]:
    """This will be what it costs: `500 HTG (adultes); 0 HTG (enfants)`. Raises Unread."""
    found = []
    for said in filter(None, places(text)):
        match = _COST.fullmatch(said)
        if match is None:
            raise Unread(f"cost “{said}” is not read: write 500 HTG (for whom)")
        amount = Decimal(match["amount"].replace(",", ".")) if match["amount"] else None
        options = {language: match["text"]} if match["text"] else None
        found.append(canonical.Cost(options=options, amount=amount, currency=match["currency"]))
    return tuple(found)


def areas(text: str, *, language: str) -> tuple[canonical.ServedArea, ...]:
    """This will be where a service's people live: P-codes, or names where it is none."""
    said = dict.fromkeys(filter(None, places(text)))
    return tuple(
        canonical.ServedArea(pcode=each)
        if re.fullmatch(r"[A-Za-z]{2}[0-9-]*", each)
        else canonical.ServedArea(names={language: each})
        for each in said
    )


def capacity(row: Row) -> canonical.Capacity | None:
    """This will be whether there is room; None where the row does not say. Raises Unread."""
    said = {name: row.get(f"capacity_{name}") for name in ("state", "available", "maximum")}
    if not any(said.values()):
        return None
    available, maximum = (_whole(said[name]) for name in ("available", "maximum"))
    state = words.capacity_state(said["state"]) if said["state"] else None
    if said["state"] and state is None:
        raise Unread(f"capacity “{said['state']}” is not known: write {', '.join(CapacityState)}")
    if state is None:
        state = CapacityState.UNKNOWN
        if available is not None:
            state = CapacityState.AVAILABLE if available else CapacityState.FULL
    if maximum is not None and available is not None and available > maximum:
        raise Unread(f"{available} places are free of {maximum}: that cannot be")
    updated = moment(row.get("capacity_updated") or row.get("modified"))
    if updated is None:
        raise Unread("capacity does not say of when it is: it stays out. Fill in capacity_updated")
    return canonical.Capacity(state, updated, available, maximum, row.get("capacity_unit"))


def day(text: str | None) -> date | None:
    """This will be a day of the calendar, as a spreadsheet shows or a person writes it. Raises Unread."""
    if not text:
        return None
    european = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text)
    try:
        if european:
            return date(int(european[3]), int(european[2]), int(european[1]))
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unread(f"“{text}” is no day: write 2026-12-31") from None


def moment(text: str | None) -> datetime | None:
    """This will be a moment, UTC where no offset is told; None where it cannot be read."""
    try:
        read = datetime.fromisoformat(text or "")
    except ValueError:
        try:
            on = day(text)
        except Unread:
            return None
        return None if on is None else datetime(on.year, on.month, on.day, tzinfo=UTC)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def places(text: str) -> list[str]:
    """This will be the items of a list that keeps its places."""
    return [item.strip() for item in re.split(r"[;\n]", text)] if text else []


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    read = number(text)
    if read is None or not read.is_integer() or not 0 <= read <= 1_000_000:
        raise Unread(f"“{text}” is no number of places")
    return int(read)


def answer(text: str | None) -> bool | None:
    """This will be yes or no; None where neither is said."""
    return words.ANSWERS.get(plain(text or ""))
