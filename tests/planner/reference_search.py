"""The reference's search: every service that is seen, each of its places held against the question, one by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from models.rules.categories import CATEGORY_WORDS
from models.rules.eligibility import Applicant, Criteria, EligibilityRule, verdicts
from models.rules.identifiers import distance_km
from models.rules.people import Age
from models.rules.vocabulary import Sex
from models.rules.words import TermGroup, alternatives, folded, words_of
from tests.planner.paged import Sorted, page, refused
from tests.planner.reference_values import key_of, read_moment, seen
from tests.planner.seen import Info, Row, Seen

ENOUGH = 5
"Places that must meet all that was typed for none to count that meets less of it."
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


def _ready(*fields: str) -> dict[str, Callable[..., Any]]:
    """Resolvers of fields whose values stand ready."""
    return {field: lambda row, _info, field=field: row[field] for field in fields}


TYPES: dict[str, dict[str, Callable[..., Any]]] = {
    "ServiceFacets": _ready("categories", "organizationKinds", "areas", "languages", "hasCapacity", "openNow"),
    "CategoryFacet": _ready("category", "count"),
    "OrganizationKindFacet": _ready("organizationKind", "count"),
    "AreaFacet": _ready("pcode", "area", "count"),
    "LanguageFacet": _ready("language", "count"),
    "HitExplanation": {"rank": lambda *_: None, "nearness": lambda *_: None, **_ready("words")},
    "WordMatch": _ready("typed", "how", "found", "field"),
}
"Rank and nearness belong to pages sorted by relevance of words, and none is asked for here."


def services(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    """One hit per service, with its nearest place that meets the question."""
    view, asked = seen(info), arguments.pop("filter", None) or {}
    near, words = asked.get("near"), asked.get("text")
    field, way = (arguments.pop("orderBy", None) or {"field": "RELEVANCE", "direction": "DESC"}).values()
    descending = way == "DESC"
    _refuse(asked, near)
    hits = []
    for _, found in _found(view, asked):
        if found:
            best = min(found, key=lambda entry: (_distance(entry, near), entry.place is None, _place_id(entry)))
            hits.append({**_hit(best, near), "explanation": partial(_explanation, view, best, words or "")})
    by_distance = near is not None and (field == "DISTANCE" or (field == "RELEVANCE" and words is None))
    turned = descending if field != "RELEVANCE" else not descending

    def keys(hit: Row) -> tuple[Any, ...]:
        far = hit["distanceKm"] if by_distance else 0.0
        return -far if turned and by_distance else far, hit["name_key"], hit["service"]["id"]

    name = f"{field}{' DESC' if descending else ''}"
    order = Sorted(name, keys, (float, str, UUID), descending=descending and field == "NAME")
    found_so = page(hits, order, info, arguments, node=lambda hit: hit["service"])
    return found_so | {"facets": lambda _info: facets(view, asked)}


def _explanation(view: Seen, best: Entry, words: str, _info: Info) -> dict[str, Any]:
    return {"words": explained(view, best, words)}


Question = dict[str, Any]


def _found(view: Seen, asked: Question) -> list[tuple[Row, list[Entry]]]:
    """Each service with its places that meet the question; where few meet all that was typed, what meets less too."""
    groups = alternatives(asked.get("text") or "")
    needed = sum(not group.spared for group in groups)
    missing = max(needed - 1, 0) // 4
    entries = [
        (
            service,
            [(entry, _met(view, entry, groups)) for entry in _entries(view, service) if _meets(view, entry, asked)],
        )
        for service in view.all("service", lambda row: row["removed_at"] is None)
    ]
    while True:
        found = [
            (
                service,
                [entry for entry, met in places if asked.get("text") is None or (groups and met >= needed - missing)],
            )
            for service, places in entries
        ]
        if sum(len(places) for _, places in found) >= ENOUGH or missing + 1 >= needed:
            return found
        missing += 1


def _met(view: Seen, entry: Entry, groups: list[TermGroup]) -> int:
    """How many of the things that must be met the entry meets."""
    if not groups:
        return 0
    said = [word for words in _fields(view, entry).values() for word in words]
    return sum(_says(said, group) for group in groups if not group.spared)


def facets(view: Seen, asked: Question) -> dict[str, Any]:
    """How many services there are of each kind, of each facet without its own part of the filter."""

    def counted(own: str, values: Callable[[Entry], Iterable[str]]) -> list[tuple[str, int]]:
        found: dict[str, set[UUID]] = {}
        for service, places in _found(view, {**asked, own: None}):
            for value in {value for place in places for value in values(place)}:
                found.setdefault(value, set()).add(service["id"])
        return sorted(((value, len(ids)) for value, ids in found.items()), key=lambda item: (-item[1], item[0]))

    def those_with(own: str, wanted: Any) -> int:
        return sum(bool(places) for _, places in _found(view, {**asked, own: wanted}))

    def kind_of(entry: Entry) -> str:
        provider = view.one("organization", id=entry.service["organization_id"])
        assert provider is not None
        return str(provider["kind"])

    def reach(entry: Entry) -> list[str]:
        known = (view.one("area", pcode=pcode) for pcode in _areas(view, entry))
        return [area["pcode"] for area in known if area is not None and area["level"] in (1, 2)]

    areas = counted("pcode", reach)
    kinds = counted("organizationKinds", lambda entry: [kind_of(entry)])
    return {
        "categories": [
            {"category": value, "count": n}
            for value, n in counted("categories", lambda entry: [entry.service["category"]])
        ],
        "organizationKinds": [{"organizationKind": value, "count": n} for value, n in kinds],
        "areas": [{"pcode": value, "area": view.one("area", pcode=value), "count": n} for value, n in areas],
        "languages": [
            {"language": value, "count": n} for value, n in counted("language", lambda entry: _spoken(entry.service))
        ],
        "hasCapacity": those_with("hasCapacity", True),
        "openNow": those_with("openAt", view.now.isoformat()),
    }


def explained(view: Seen, entry: Entry, asked: str) -> list[dict[str, Any]]:
    """Each thing that was typed with what meets it. Misspellings are none of the reference's."""
    fields = _fields(view, entry)
    told: list[dict[str, Any]] = []
    for group in alternatives(asked):
        said = [word for words in fields.values() for word in words]
        ways: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}
        if _typed(said, group):
            begun = {
                word for word in said if group.prefix and len(group.words[-1]) > 1 and word.startswith(group.words[-1])
            }
            for word in {*group.words, *begun}:
                ways[1, word] = ("AS_TYPED" if word in group.words else "BEGINNING"), (word,)
        for sure, how, phrases in ((2, "SYNONYM", group.phrases), (3, "NARROWER", group.narrower)):
            for phrase in phrases:
                ways.setdefault((sure, " ".join(phrase)), (how, phrase))
        seen_already: set[tuple[str, str]] = set()
        met = []
        for (sure, words), (how, phrase) in sorted(ways.items()):
            for field, held in fields.items():
                if _phrase(held, phrase) and (words, field) not in seen_already:
                    seen_already.add((words, field))
                    met.append((sure, list(fields).index(field), words, field, how))
        typed = " ".join(group.words)
        told += [
            {"typed": typed, "how": how, "found": words, "field": field} for _, _, words, field, how in sorted(met)
        ] or [{"typed": typed, "how": "MISSING", "found": None, "field": None}]
    return told


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
    for place in view.having("service_at_location", service_id=service["id"]):
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
    return tag.lower() in _spoken(service)


def _spoken(service: Row) -> set[str]:
    return {part for each in service["languages"] for part in (each.lower(), each.lower().split("-")[0])}


def _terms_above(view: Seen, service: Row) -> set[UUID]:
    found: set[UUID] = set()
    for link in view.having("service_term", service_id=service["id"]):
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
    for place in view.having("service_at_location", service_id=entry.service["id"]):
        location = view.one("location", id=place["location_id"])
        if location is not None and "ORGANIZATION" not in (place["visibility"], location["visibility"]):
            found |= areas_above(view, location["pcode"])
    return {pcode for pcode in found if (area := view.one("area", pcode=pcode)) is not None and area["level"] <= 1}


def _told(view: Seen, entry: Entry) -> list[Row]:
    """The places whose hours count: the entry's, else any of the service's that are seen."""
    if entry.place is not None:
        return [entry.place]
    return view.having("service_at_location", service_id=entry.service["id"])


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
        for row in view.having("capacity", service_id=entry.service["id"])
        if row["expires_at"] > view.now
        and row["service_at_location_id"] in (None, entry.place["id"] if entry.place else None)
    ]
    of_place = [row for row in told if row["service_at_location_id"] is not None]
    return any(row["state"] == "AVAILABLE" for row in of_place or told)


def _says(said: list[str], group: TermGroup) -> bool:
    """Whether one thing that was typed occurs in what an entry says, in one of its forms."""
    return _typed(said, group) or any(_phrase(said, phrase) for phrase in (*group.phrases, *group.narrower))


def _typed(said: list[str], group: TermGroup) -> bool:
    return all(word in said for word in group.words[:-1]) and _occurs(said, group.words[-1], begun=group.prefix)


def _occurs(said: list[str], word: str, *, begun: bool) -> bool:
    return any(each == word or (begun and len(word) > 1 and each.startswith(word)) for each in said)


def _phrase(said: list[str], phrase: tuple[str, ...]) -> bool:
    return any(tuple(said[at : at + len(phrase)]) == phrase for at in range(len(said)))


def _fields(view: Seen, entry: Entry) -> dict[str, list[str]]:
    """The words of an entry, by where they stand."""
    service = entry.service
    provider = view.one("organization", id=service["organization_id"])
    redacted = service["visibility"] == "REDACTED"
    above = _terms_above(view, service)
    terms = [term for term in view.all("term") if term["id"] in above]
    areas = [] if entry.location is None else sorted(_areas(view, entry))
    parts = {
        "NAME": _texts(service["names"]),
        "CATEGORY": [
            str(CATEGORY_WORDS[service["category"]]),
            *(label for term in terms for label in _texts(term["labels"])),
            *([] if redacted or provider is None else _texts(provider["names"])),
        ],
        "DESCRIPTION": [] if redacted else _texts(service["descriptions"]),
        "PLACE": [
            *([] if entry.location is None else [*_texts(entry.location["names"]), entry.location["locality"] or ""]),
            *(name for area in view.all("area", lambda row: row["pcode"] in areas) for name in _texts(area["names"])),
        ],
    }
    return {field: [word for part in texts for word in words_of(part)] for field, texts in parts.items()}


def _texts(by_language: dict[str, str] | None) -> list[str]:
    return [text for _, text in sorted((by_language or {}).items())]
