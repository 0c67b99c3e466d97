"""The doors to the directory's records, each opened as someone: the records' visibilities that were shown, by type."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.auth.doors import Visitor
from tests.auth.one_of_each import VISIBILITIES

Records = dict[str, set[str]]
"By table, the visibilities of the records that were shown."
SERVICE = """
fragment Offer on Service { id phones { number } capacity { state available } terms { id }
  places { id openNow location { id } } }"""


def _services(visitor: Visitor, found: list[dict[str, Any] | None]) -> Records:
    shown: Records = {
        table: set() for table in ("service", "phone", "capacity", "capacity_count", "service_at_location")
    }
    shown |= {table: set() for table in ("location", "schedule", "service_term")}
    for each in found:
        if each is not None and visitor.name(each["id"]) in VISIBILITIES:
            _add(visitor, each, shown)
    return shown


def _add(visitor: Visitor, service: dict[str, Any], shown: Records) -> None:
    name, capacity = visitor.name(service["id"]), service["capacity"] or {}
    shown["service"] |= {name}
    shown["phone"] |= {name for _ in service["phones"]}
    shown["capacity"] |= {name for _ in capacity}
    shown["capacity_count"] |= {name} if capacity.get("available") is not None else set()
    shown["service_term"] |= {visitor.name(term["id"]) for term in service["terms"]}
    for place in service["places"]:
        shown["service_at_location"] |= {visitor.name(place["id"])}
        shown["schedule"] |= {visitor.name(place["id"])} if place["openNow"] is not None else set()
        shown["location"] |= {visitor.name(place["location"]["id"])} if place["location"] else set()


async def by_search(visitor: Visitor) -> Records:
    page = (await visitor.ask("{ services(first: 100) { totalCount nodes { ...Offer } } }" + SERVICE))["services"]
    assert page["totalCount"] == len(page["nodes"])
    return _services(visitor, page["nodes"])


async def by_words(visitor: Visitor) -> Records:
    """The search reads its own index, as a role that sees all of it."""
    text = "query($f: ServiceFilter) { services(first: 100, filter: $f) { totalCount nodes { ...Offer } } }" + SERVICE
    found = []
    for asked in ({"text": "service"}, {"categories": ["OTHER"]}, {"organizationKinds": ["MEDICAL_CENTER"]}):
        page = (await visitor.ask(text, f=asked))["services"]
        assert page["totalCount"] == len(page["nodes"])
        found.append(page["nodes"])
    assert {each["id"] for each in found[0]} == {each["id"] for each in found[1]}
    return _services(visitor, found[2])


async def by_id(visitor: Visitor) -> Records:
    text = "query($id: ID!) { service(id: $id) { ...Offer } }" + SERVICE
    return _services(
        visitor, [(await visitor.ask(text, id=each))["service"] for each in visitor.ids("Service", "service")]
    )


async def by_node(visitor: Visitor) -> Records:
    text = "query($id: ID!) { node(id: $id) { ... on Service { ...Offer } } }" + SERVICE
    return _services(
        visitor, [(await visitor.ask(text, id=each))["node"] for each in visitor.ids("Service", "service")]
    )


async def by_provider(visitor: Visitor) -> Records:
    text = '{ organization(slug: "clinic") { services(first: 100) { totalCount nodes { ...Offer } } } }' + SERVICE
    page = (await visitor.ask(text))["organization"]["services"]
    assert page["totalCount"] == len(page["nodes"])
    return _services(visitor, page["nodes"])


async def by_federation(visitor: Visitor) -> Records:
    text = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Service { ...Offer } } }" + SERVICE
    them = [{"__typename": "Service", "id": each} for each in visitor.ids("Service", "service")]
    return _services(visitor, (await visitor.ask(text, them=them))["_entities"])


DOORS: list[Callable[[Visitor], Awaitable[Records]]] = [
    by_search,
    by_words,
    by_id,
    by_node,
    by_provider,
    by_federation,
]
