"""The directory's details and its past in the world with one of each: one record of every visibility, the clinic's."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from tests.auth.one_of_each import World

LISTED = ("contact", "cost_option", "required_document", "service_area", "accessibility", "unmapped")
"As visible as each says itself."
OPEN = ("term_mapping", "organization_identifier")
DETAILS = (*LISTED, *OPEN, "claim", "directory_version", "directory_feed")
KEYS = {"unmapped": "record_id", "directory_version": "record_id"}


async def write_details(world: "World", visibility: str, now: datetime, own: dict[str, Any]) -> None:
    """This will write one row of each table for the service and the place of a visibility."""
    service = {"service_id": UUID(world.keys["service", f"service of {visibility}"])}
    location = {"location_id": UUID(world.keys["location", visibility])}
    await world.add("contact", visibility, id=uuid4(), **own, **service, title="Accueil")
    await world.add("cost_option", visibility, id=uuid4(), **own, **service, options='{"fr": "Gratuit"}')
    await world.add("required_document", visibility, id=uuid4(), **own, **service, documents='{"fr": "Carte"}')
    await world.add("service_area", visibility, id=uuid4(), **own, **service, pcode="HT")
    await world.add("accessibility", visibility, id=uuid4(), **own, **location, descriptions='{"fr": "Rampe"}')
    await world.add("unmapped", visibility, record_id=uuid4(), **own, standard="hsds", content="{}")
    term = UUID(world.keys["term", visibility])
    await world.add("term_mapping", visibility, id=uuid4(), term_id=term, scheme="icd", code="Z38")
    identified = {"organization_id": own["organization_id"], "scheme": "register", "value": visibility}
    await world.add("organization_identifier", visibility, id=uuid4(), **identified)
    overridden = {"kind": "SERVICE", "record_id": service["service_id"], "said": "{}", "made_at": now}
    signed = {"made_by": own["organization_id"], "reason": "Vu", "source": "a steward", "overrides": True}
    await world.add("claim", visibility, id=uuid4(), **own, **overridden, **signed)
    if visibility == "REDACTED":
        return
    said = {"version": 1, "kind": "SERVICE", "operation": "CREATED", "at": now, "document": "{}"}
    await world.add("directory_version", visibility, record_id=uuid4(), **own, **said)


def may_see_details(listed: set[str], seen: dict[str, set[str]], everything: set[str]) -> None:
    """What is listed so is seen so. A redacted record has no versions and no claims; the feed's reach is no secret."""
    for table in LISTED:
        seen[table] = set(listed)
    for table in OPEN:
        seen[table] = set(everything)
    seen["directory_version"] = seen["claim"] = listed - {"REDACTED"}
    seen["directory_feed"] = {"the feed"}
