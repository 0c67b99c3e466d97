"""The reference's search: every service that is seen, each of its places held against the question, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.rules.categories import CATEGORY_WORDS
from models.rules.eligibility import Applicant, Criteria, EligibilityRule, verdicts
from models.rules.identifiers import distance_km
from models.rules.people import Age
from models.rules.vocabulary import Sex
from models.rules.words import alternatives, folded, words_of
from tests.planner.paged import Sorted, page, refused
from tests.planner.reference_values import key_of, read_moment, seen
from tests.planner.seen import Info, Row, Seen

LIMITS = {"latitude": (-90, 90), "longitude": (-180, 180), "withinKm": (0.001, 20_000)}


@dataclass(frozen=True)
class Entry:
    """A service as it can be found at one place; or without one, where none may be told."""

    service: Row
    place: Row | None
    location: Row | None

    @property
    def point(self) -> tuple[float, float] | None:
        if self.location is None or self.location["latitude"] is None:
            return None
        return self.location["latitude"], self.location["longitude"]


def services(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    """One hit per service, with its nearest place that meets the question."""
    view, asked = seen(info), arguments.pop("filter", None) or {}
    near, words = asked.get("near"), asked.get("text")
    field, way = (arguments.pop("orderBy", None) or {"field": "RELEVANCE", "direction": "DESC"}).values()
    descending = way == "DESC"
    _refuse(asked, near)
    hits = []
    for service in view.all("service", lambda row: row["removed_at"] is None):
        found = [entry for entry in _entries(view, service) if _meets(view, entry, asked)]
        if found:
            best = min(found, key=lambda entry: (_distance(entry, near), entry.place is None, _place_id(entry)))
            hits.append(_hit(best, near))
    by_distance = near is not None and (field == "DISTANCE" or (field == "RELEVANCE" and words is None))
    turned = descending if field != "RELEVANCE" else not descending

    def keys(hit: Row) -> tuple[Any, ...]:
        far = hit["distanceKm"] if by_distance else 0.0
        return -far if turned and by_distance else far, hit["name_key"], hit["service"]["id"]

    name = f"{field}{' DESC' if descending else ''}"
    order = Sorted(name, keys, (float, str, UUID), descending=descending and field == "NAME")
    return page(hits, order, info, arguments, node=lambda hit: hit["service"])


def _refuse(asked: dict[str, Any], near: dict[str, Any] | None) -> None:
    age = asked.get("age")
    outside = [name for name, (low, high) in LIMITS.items() if near is not None and not low <= near[name] <= high]
    if outside or (age is not None and not 0 <= age <= 150):
        raise refused("BAD_USER_INPUT")


def _hit(best: Entry, near: dict[str, Any] | None) -> Row:
    texts = best.service["names"]
    original = texts.get(best.service["language"]) or min(texts.values(), default="")
    return {
        "service": best.service,
        "place": best.place,
        "distanceKm": _distance(best, near) if near is not None else None,
        "name_key": folded(original)[:200],
    }


def _entries(view: Seen, service: Row) -> Iterator[Entry]:
    """The places that may be told; and one entry without a place, where none may be told to all who see the service."""
    told_to_all = False
    for place in view.all("service_at_location", lambda row: row["service_id"] == service["id"]):
        location = view.one("location", id=place["location_id"])
        if location is None or location["kind"] == "SAFE_HOUSE":
            continue
        visibilities = {service["visibility"], place["visibility"], location["visibility"]}
        if "REDACTED" not in visibilities:
            told_to_all = told_to_all or "ORGANIZATION" not in visibilities or service["visibility"] == "ORGANIZATION"
            yield Entry(service, place, location)
    if not told_to_all:
        yield Entry(service, None, None)


def _distance(entry: Entry, near: dict[str, Any] | None) -> float:
    if near is None or entry.point is None:
        return float("inf")
    return round(distance_km((near["latitude"], near["longitude"]), entry.point) * 1000) / 1000


def _place_id(entry: Entry) -> str:
    return "" if entry.place is None else str(entry.place["id"])


def _meets(view: Seen, entry: Entry, asked: dict[str, Any]) -> bool:
    service, provider = entry.service, view.one("organization", id=entry.service["organization_id"])
    checks: dict[str, Callable[[Any], bool]] = {
        "text": lambda words: _says(view, entry, words),
        "categories": lambda listed: service["category"] in listed,
        "terms": lambda ids: bool(_terms_above(view, service) & {key_of("Term", term) for term in ids}),
        "organizationKinds": lambda kinds: provider is not None and provider["kind"] in kinds,
        "near": lambda near: _distance(entry, near) <= near["withinKm"],
        "pcode": lambda pcode: pcode.upper() in _areas(view, entry),
        "openAt": lambda at: any(_open_at(view, place, at) for place in _told(view, entry)),
        "hasCapacity": lambda wanted: _has_room(view, entry) is wanted,
        "age": lambda age: _eligible(service, Applicant(Age(age, exact=True), Sex.UNKNOWN), EligibilityRule.SEX),
        "sex": lambda sex: _eligible(
            service, Applicant(None, Sex(sex)), *(set(EligibilityRule) - {EligibilityRule.SEX})
        ),
        "unaccompaniedChild": lambda alone: not alone or service["accepts_unaccompanied_children"] is True,
        "language": lambda tag: _speaks(service, tag),
    }
    return all(check(asked[name]) for name, check in checks.items() if asked.get(name) is not None)


def _eligible(service: Row, applicant: Applicant, *unasked: EligibilityRule) -> bool:
    criteria = Criteria(
        service["minimum_age"], service["maximum_age"], frozenset(Sex(sex) for sex in service["sexes"]), True
    )
    return all(verdict.passed for verdict in verdicts(criteria, applicant) if verdict.rule not in unasked)


def _speaks(service: Row, tag: str) -> bool:
    spoken = {part for each in service["languages"] for part in (each.lower(), each.lower().split("-")[0])}
    return tag.lower() in spoken


def _terms_above(view: Seen, service: Row) -> set[UUID]:
    found: set[UUID] = set()
    for link in view.all("service_term", lambda row: row["service_id"] == service["id"]):
        term = view.one("term", id=link["term_id"])
        while term is not None:
            found.add(term["id"])
            term = view.one("term", id=term["parent_id"])
    return found


def _areas(view: Seen, entry: Entry) -> set[str]:
    """The place's area and those above; of a redacted service the department alone."""
    from tests.planner.reference_directory import areas_above

    if entry.location is not None:
        return areas_above(view, entry.location["pcode"])
    if entry.service["visibility"] != "REDACTED":
        return set()
    found: set[str] = set()
    for place in view.all("service_at_location", lambda row: row["service_id"] == entry.service["id"]):
        location = view.one("location", id=place["location_id"])
        if location is not None and "ORGANIZATION" not in (place["visibility"], location["visibility"]):
            found |= areas_above(view, location["pcode"])
    return {pcode for pcode in found if (area := view.one("area", pcode=pcode)) is not None and area["level"] <= 1}


def _told(view: Seen, entry: Entry) -> list[Row]:
    """The places whose hours count: the entry's, else any of the service's that are seen."""
    if entry.place is not None:
        return [entry.place]
    return view.all("service_at_location", lambda place: place["service_id"] == entry.service["id"])


def _open_at(view: Seen, place: Row, at: str) -> bool:
    from tests.planner.reference_directory import openings_around

    moment = read_moment(at)
    if not view.now - timedelta(days=1) <= moment <= view.now + timedelta(days=365):
        return False
    return any(opens <= moment < closes for opens, closes in openings_around(view, place, moment))


def _has_room(view: Seen, entry: Entry) -> bool:
    """What is said of the place, else of the service as a whole; without word of it, no."""
    told = [
        row
        for row in view.all("capacity", lambda row: row["service_id"] == entry.service["id"])
        if row["expires_at"] > view.now
        and row["service_at_location_id"] in (None, entry.place["id"] if entry.place else None)
    ]
    of_place = [row for row in told if row["service_at_location_id"] is not None]
    return any(row["state"] == "AVAILABLE" for row in of_place or told)


def _says(view: Seen, entry: Entry, asked: str) -> bool:
    """Whether every group of words that was asked for occurs in what the entry says, in one of its forms."""
    said, groups = _document(view, entry), alternatives(asked)
    return bool(groups) and all(
        (all(word in said for word in group.words[:-1]) and _occurs(said, group.words[-1], begun=group.prefix))
        or any(_phrase(said, phrase) for phrase in group.phrases)
        for group in groups
    )


def _occurs(said: list[str], word: str, *, begun: bool) -> bool:
    return any(each == word or (begun and len(word) > 1 and each.startswith(word)) for each in said)


def _phrase(said: list[str], phrase: tuple[str, ...]) -> bool:
    return any(tuple(said[at : at + len(phrase)]) == phrase for at in range(len(said)))


def _document(view: Seen, entry: Entry) -> list[str]:
    service = entry.service
    provider = view.one("organization", id=service["organization_id"])
    redacted = service["visibility"] == "REDACTED"
    terms = [term for term in view.all("term") if term["id"] in _terms_above(view, service)]
    areas = [] if entry.location is None else sorted(_areas(view, entry))
    parts = [
        *_texts(service["names"]),
        str(CATEGORY_WORDS[service["category"]]),
        *(label for term in terms for label in _texts(term["labels"])),
        *([] if redacted or provider is None else _texts(provider["names"])),
        *([] if redacted else _texts(service["descriptions"])),
        *([] if entry.location is None else [*_texts(entry.location["names"]), entry.location["locality"] or ""]),
        *(name for area in view.all("area", lambda row: row["pcode"] in areas) for name in _texts(area["names"])),
    ]
    return [word for part in parts for word in words_of(part)]


def _texts(by_language: dict[str, str] | None) -> list[str]:
    return [text for _, text in sorted((by_language or {}).items())]
