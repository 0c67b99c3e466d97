"""Reads the offices of an OpenCRVS: one list of locations, and one of areas where these are apart.

Source: OpenCRVS 2, packages/commons/src/events/locations.ts (Location, AdministrativeArea); 1.9 has the areas among
the locations (ADMIN_STRUCTURE, parentId). The token is asked for by partners/proving.py.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.offices import Offices
from partners.outgoing import Asker, NotFound
from partners.records import Feed, Remote, Swept, Unreadable, storable

OFFICE, AREA = "CRVS_OFFICE", "ADMIN_STRUCTURE"
DEEPEST = 10
"Areas within areas; more are a circle."

Json = dict[str, Any]


class NotOpenCRVS(Unreadable):
    """The address does not answer as the gateway of an OpenCRVS does."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What a gateway lists."""

    offices: list[Json]
    areas: dict[str, Json]
    "By its id."
    others: int
    "Locations that are no offices: places of birth and of health care, which are not read further."


async def look(source: Source, ask: Asker) -> Look:
    """This will say how many offices a gateway lists. Raises Unreadable."""
    registry = await _registry(source, ask)
    details = {
        "offices": str(len(registry.offices)),
        "areas": str(len(registry.areas)),
        "other locations": str(registry.others),
    }
    version = "OpenCRVS 2" if any("administrativeAreaId" in each for each in registry.offices) else "OpenCRVS"
    notes = () if registry.offices else (f"It lists no location of the type {OFFICE}: nothing would come in.",)
    return Look(version, details, notes)


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over every office with the areas it lies in, smallest first. Raises Unreadable."""
    registry = await _registry(source, ask)
    url = _url(source, _offices(source).locations)
    for office in registry.offices:
        remote_id = _text(office, "id")
        raw: Json = {"office": office, "areas": list(_above(office, registry.areas))}
        if remote_id is None:
            unnamed = f"unnamed:{json.dumps(office, sort_keys=True)[:2000]}"
            yield Remote(
                RecordKind.SERVICE, unnamed, raw, url, unreadable="It has no id. Ask the registry to correct it."
            )
            continue
        yield Remote(RecordKind.SERVICE, remote_id, raw, f"{url}#{remote_id}")
    yield Swept(RecordKind.SERVICE, complete=True)


async def _registry(source: Source, ask: Asker) -> Registry:
    offices = _offices(source)
    listed = await _list(_url(source, offices.locations), ask)
    areas = [each for each in listed if _text(each, "locationType") == AREA]
    areas += await _list(_url(source, offices.areas), ask) if offices.areas else []
    found = [each for each in listed if _text(each, "locationType") == OFFICE]
    by_id = {name: each for each in areas if (name := _text(each, "id"))}
    return Registry(
        found, by_id, len(listed) - len(found) - sum(1 for each in listed if _text(each, "locationType") == AREA)
    )


async def _list(url: str, ask: Asker) -> list[Json]:
    try:
        said = storable(json.loads((await ask.get(url)).decode("utf-8-sig")))
    except NotFound as missing:
        raise NotOpenCRVS(f"{missing}. Its prefix differs by version: set “locations” of “opencrvs”.") from missing
    except (ValueError, RecursionError) as failure:
        raise NotOpenCRVS(f"{url} does not answer with JSON, or not with all of it.") from failure
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise NotOpenCRVS(f"{url} does not answer with a list of locations.")
    return said


def _above(office: Json, areas: dict[str, Json]) -> Iterable[Json]:
    """The areas an office lies in, smallest first, as far as they are known and lead in no circle."""
    at, passed = _text(office, "administrativeAreaId") or _text(office, "parentId"), set[str]()
    while at is not None and at in areas and at not in passed and len(passed) < DEEPEST:
        passed.add(at)
        yield areas[at]
        at = _text(areas[at], "parentId") or _text(areas[at], "administrativeAreaId")


def _offices(source: Source) -> Offices:
    return source.settings.opencrvs or Offices()


def _url(source: Source, path: str) -> str:
    return f"{source.address.rstrip('/')}/{path}"


def _text(said: Json, key: str) -> str | None:
    value = said.get(key)
    return value.strip() or None if isinstance(value, str) else None
