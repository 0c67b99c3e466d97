"""What does an HSDS location say: where it is, what kind of place, and how one gets in?"""

from typing import Any

from models.rules.vocabulary import LocationKind
from partners import canonical
from partners.hsds import parts
from partners.hsds.taxonomies import LOCATION_KINDS
from partners.hsds.terms import own_words
from partners.hsds.told import Told, text, word
from partners.reading.numbers import coordinates
from partners.reading.spelling import plain
from partners.settings import Settings

LOCATION_TYPES = {"physical": LocationKind.FACILITY, "virtual": LocationKind.VIRTUAL}
ADDRESS = ("address_1", "address_2", "city", "postal_code", "country")


def read_location(told: Told, settings: Settings, problems: list[str]) -> canonical.Location:
    """This will read a location. Its telephones and hours are those of what is given there; here they are kept."""
    own = own_words(told)
    kind = word(LocationKind, own.get(LOCATION_KINDS))
    said = (text(told.raw.get("location_type")) or "").lower()
    if kind or said in LOCATION_TYPES:
        told.take("location_type")
    address = _address(told)
    latitude, longitude = _coordinates(told, problems)
    pcode = told.value("pcode")
    if plain(text(told.raw.get("external_identifier_type")) or "") in parts.PCODE_TYPES:
        pcode = told.text("external_identifier")
        told.take("external_identifier_type")
    time_zone = told.marks.values.get("time_zone")
    if time_zone is None:
        time_zone = settings.time_zone(address["country"]) or ""
    return canonical.Location(
        remote_id=told.id or "",
        kind=kind or LOCATION_TYPES.get(said, LocationKind.OTHER),
        names=told.texts("name"),
        owner_id=text(told.raw.get("organization_id")),
        latitude=latitude,
        longitude=longitude,
        pcode=pcode,
        **address,
        time_zone=time_zone or None,
        descriptions=told.texts("description"),
        transportation=told.texts("transportation"),
        accessibility=parts.accessibility(told),
        contacts=parts.contacts(told, settings.country),
        unmapped=told.unmapped(),
    )


def _address(location: Told) -> dict[str, Any]:
    """The physical address, else the first; the others are kept."""
    addresses = list(location.children("addresses", "address"))
    chosen = next((each for each in addresses if each.raw.get("address_type") == "physical"), None)
    chosen = chosen or next(iter(addresses), None)
    for each in addresses:
        if each is not chosen:
            location.keep("addresses", each.whole())
    told = chosen or Told({}, "address", location.language)
    lines = [line for name in ADDRESS[:2] for line in (told.text(name) or "").splitlines()]
    said = {
        "address_lines": tuple(line.strip() for line in lines if line.strip()),
        "locality": told.text("city"),
        "postal_code": told.text("postal_code"),
        "country": (told.text("country") or "").upper() or None,
    }
    told.take(*(told.value("derived") or "").split(","))
    if told.raw.get("address_type") == "physical":
        told.take("address_type")
    location.keep("addresses", told.rest() if any(said.values()) else told.whole())
    return said


def _coordinates(told: Told, problems: list[str]) -> tuple[float, float] | tuple[None, None]:
    found, problem = coordinates(told.raw.get("latitude"), told.raw.get("longitude"))
    told.take("latitude", "longitude")
    if problem:
        name = text(told.raw.get("name")) or told.id
        problems.append(f"{problem} “{name}” comes without coordinates. Ask the partner to correct them.")
    return found
