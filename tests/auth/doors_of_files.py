"""The doors to people's files, consents, events and the audit, each opened as someone; as doors.py does."""

from typing import Any

from tests.auth.doors import REFERRAL, Door, Shown, Visitor

FILE = (
    """
fragment File on Person { id vulnerabilities identity { givenName } contact { phone }
  consents { totalCount nodes { id withdrawnAt } } referrals { totalCount nodes { ...Whole } } }"""
    + REFERRAL
)


def _files(visitor: Visitor, found: list[dict[str, Any] | None]) -> Shown:
    return {visitor.name(each["id"]): _parts(visitor, each) for each in found if each is not None}


def _parts(visitor: Visitor, person: dict[str, Any]) -> set[str]:
    consents, referrals = person["consents"], person["referrals"]
    assert consents["totalCount"] == len(consents["nodes"])
    assert referrals["totalCount"] == len(referrals["nodes"])
    told = {
        "person_identity": person["identity"],
        "person_contact": person["contact"],
        "consent": consents["nodes"],
        "consent_withdrawal": any(consent["withdrawnAt"] for consent in consents["nodes"]),
        **{code: code in person["vulnerabilities"] for code in ("DISABILITY", "SGBV_SURVIVOR")},
    }
    inside = visitor.referrals(referrals["nodes"])
    assert set(inside) <= {visitor.name(person["id"])}
    return {part for part, value in told.items() if value} | set().union(*inside.values())


async def by_list(visitor: Visitor) -> Shown:
    page = (await visitor.ask("{ people(first: 100) { totalCount nodes { ...File } } }" + FILE))["people"]
    assert page["totalCount"] == len(page["nodes"])
    return _files(visitor, page["nodes"])


async def by_node(visitor: Visitor) -> Shown:
    text = "query($id: ID!) { node(id: $id) { ... on Person { ...File } } }" + FILE
    return _files(visitor, [(await visitor.ask(text, id=id_))["node"] for id_ in visitor.ids("Person", "person")])


async def by_id(visitor: Visitor) -> Shown:
    text = "query($id: ID!) { person(id: $id) { ...File } }" + FILE
    return _files(visitor, [(await visitor.ask(text, id=id_))["person"] for id_ in visitor.ids("Person", "person")])


async def by_filter(visitor: Visitor) -> Shown:
    """A name matches only where the name itself may be seen: nobody learns it by asking."""
    found = []
    for row in await visitor.world.connection.fetch("SELECT reference FROM person"):
        found += (await _page(visitor, reference=row["reference"]))["nodes"]
    found += (await _page(visitor, handlingNeeds=["INFANT"]))["nodes"]
    shown = _files(visitor, found)
    named = (await _page(visitor, text="given"))["nodes"]
    assert {name for name, parts in shown.items() if "person_identity" in parts} == set(_files(visitor, named))
    return shown


async def _page(visitor: Visitor, **asked: Any) -> dict[str, Any]:
    text = "query($f: PersonFilter) { people(filter: $f, first: 100) { totalCount nodes { ...File } } }" + FILE
    page: dict[str, Any] = (await visitor.ask(text, f=asked))["people"]
    assert page["totalCount"] == len(page["nodes"])
    return page


async def from_its_referral(visitor: Visitor) -> Shown:
    """A receiver learns nothing of the sender's file by the referral that came of it."""
    data = await visitor.ask("{ referrals(first: 100) { nodes { person { ...File } } } }" + FILE)
    return _files(visitor, [each["person"] for each in data["referrals"]["nodes"]])


DOORS: list[Door] = [by_list, by_node, by_id, by_filter, from_its_referral]


async def nodes_of(visitor: Visitor, kind: str, table: str, fields: str = "id") -> dict[str, Any]:
    """What `node` shows of all rows of a table, by their names."""
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {fields} }} }} }}"
    found = {}
    for id_ in visitor.ids(kind, table):
        node = (await visitor.ask(text, id=id_))["node"]
        if node is not None:
            found[visitor.name(id_)] = node
    return found
