"""Writes what was found as Bundles: searchset and history, with links that lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from api.fhir.answers import merged_words, outcome
from models.rules.identifiers import distance_km
from models.versions import VersionOperation
from partners.fhir.elements import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from api.fhir.asked import Asked
    from api.fhir.reading import Version
    from api.fhir.tokens import Near
    from partners.fhir.texts import Json

DISTANCE = "http://hl7.org/fhir/StructureDefinition/location-distance"


def link(relation: str, url: str, parameters: Iterable[tuple[str, str]]) -> Json:
    query = urlencode(list(parameters))
    return {"relation": relation, "url": f"{url}?{query}" if query else url}


def searchset(
    base: str,
    type_: str,
    asked: Asked,
    *,
    now: datetime,
    total: int | None,
    matches: Sequence[Json] = (),
    included: Sequence[Json] = (),
    after: str | None = None,
    whole: bool = True,
) -> Json:
    """This will be a page of a search. after: where the next one begins; None: this is the last."""
    url = f"{base}/{type_}"
    entries = [_found(base, each, "match", asked.conditions.near) for each in matches]
    entries += [_found(base, each, "include", None) for each in included]
    if not whole:
        told = outcome("warning", "incomplete", "More comes along than is sent: ask for it by itself.")
        entries.append({"resource": told, "search": {"mode": "outcome"}})
    links = [link("self", url, asked.applied)]
    links += [link("next", url, [*asked.applied, ("_page", after)])] if after else []
    return _bundle("searchset", now, total, links, entries)


def _found(base: str, found: Json, mode: str, near: Near | None) -> Json:
    search: Json = {"mode": mode}
    position = found.get("position")
    if near and position:
        km = distance_km((near.latitude, near.longitude), (position["latitude"], position["longitude"]))
        far = {"value": round(km, 3), "unit": "km", "system": "http://unitsofmeasure.org", "code": "km"}
        search["extension"] = [{"url": DISTANCE, "valueDistance": far}]
    return {"fullUrl": f"{base}/{found['resourceType']}/{found['id']}", "resource": found, "search": search}


def history(
    base: str,
    url: str,
    parameters: Sequence[tuple[str, str]],
    *,
    now: datetime,
    versions: Sequence[Version],
    resources: Sequence[Json],
    after: str | None,
) -> Json:
    """This will be a page of a history. resources: those of the versions that have a document, in their order."""
    told = iter(resources)
    entries = [_changed(base, each, None if each.document is None else next(told)) for each in versions]
    links = [link("self", url, parameters)]
    links += [link("next", url, [*parameters, ("_page", after)])] if after else []
    return _bundle("history", now, None, links, entries)


def _changed(base: str, version: Version, told: Json | None) -> Json:
    """A delete has no resource; where another record tells of it now, its outcome says which."""
    response = {"etag": version.etag, "lastModified": moment(version.at)}
    entry: Json = {"fullUrl": f"{base}/{version.address}"}
    if told is not None:
        made = version.operation is VersionOperation.CREATED
        request = {"method": "POST", "url": version.type} if made else {"method": "PUT", "url": version.address}
        return {
            **entry,
            "resource": told,
            "request": request,
            "response": {"status": "201" if made else "200", **response},
        }
    gone: Json = {"status": "204", **response}
    if version.merged_into:
        words = merged_words(version.merged_into)
        gone["outcome"] = outcome("information", "informational", words, merged_into=version.merged_into)
    return {**entry, "request": {"method": "DELETE", "url": version.address}, "response": gone}


def _bundle(type_: str, now: datetime, total: int | None, links: list[Json], entries: list[Json]) -> Json:
    """Its time is the database's own: where whoever follows the history begins next time."""
    bundle: Json = {"resourceType": "Bundle", "type": type_, "meta": {"lastUpdated": moment(now)}}
    if total is not None:
        bundle["total"] = total
    return bundle | {"link": links} | ({"entry": entries} if entries else {})
