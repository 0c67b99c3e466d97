"""What does an office of a civil registry mean here? A service of civil documentation, given at that office. Pure."""

import re
from datetime import date
from typing import Any

from models.rules.identifiers import COUNTRY, pcode_level, read_pcode
from models.rules.vocabulary import LocationKind, ServiceCategory, ServiceStatus
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.offices import Offices
from partners.records import Remote
from partners.settings import Settings

SERVICE = {
    "fr": "État civil",
    "ht": "Eta sivil",
    "es": "Registro civil",
    "en": "Civil registration",
}
"What is given there: an office names itself, and not what it does."
PREFIX = re.compile(r"(?:ADMIN_STRUCTURE|CRVS_OFFICE)_")
"Before codes that came over from OpenCRVS 1."


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one office. Raises CannotStand, saying what it lacks."""
    office, areas = remote.raw["office"], remote.raw["areas"]
    name = _text(office.get("name"))
    if name is None:
        raise CannotStand("It has no name. Ask the registry to name it.")
    problems: list[str] = []
    pcode = _pcode(office, areas, settings.opencrvs or Offices())
    if pcode is None:
        problems.append(f"No P-code is known of “{name}” or the areas it lies in: set it in “pcodes” of “opencrvs”.")
    closed, last = office.get("status") == "inactive", _date(office.get("validUntil"))
    place = canonical.Place(
        remote_id=remote.remote_id,
        location=canonical.Location(
            remote_id=remote.remote_id,
            kind=LocationKind.OFFICE,
            names={settings.language: name},
            pcode=pcode,
            locality=next((found for area in areas if (found := _text(area.get("name")))), None),
            country=settings.country,
            time_zone=settings.time_zone(None),
        ),
    )
    service = canonical.Service(
        remote_id=remote.remote_id,
        names={
            language: f"{what} – {name}" for language, what in ({settings.language: SERVICE["fr"]} | SERVICE).items()
        },
        category=ServiceCategory.CIVIL_DOCUMENTATION,
        places=(place,),
        offered=not closed,
        status=ServiceStatus.INACTIVE if closed else ServiceStatus.ACTIVE,
        valid_to=last,
    )
    return Projection(service, problems)


def _pcode(office: dict[str, Any], areas: list[dict[str, Any]], offices: Offices) -> str | None:
    """What is set for the office or the smallest area it is set for; else their own code, where it is one."""
    chain = [office, *areas]
    said = (offices.pcodes.get(str(each.get("id"))) for each in chain)
    if found := next(filter(None, said), None):
        return found
    codes = (_text(each.get(key)) for each in chain for key in ("externalId", "statisticalId"))
    read = (read_pcode(PREFIX.sub("", code)) for code in codes if code)
    return next((code for code in read if code and pcode_level(code) > COUNTRY), None)


def _date(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said or "")[:10])
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
