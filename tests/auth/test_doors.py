"""The visibility matrix by the graph: each type, each persona, each door. Every door shows just what may be seen."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from api.database import DatabaseURLs
from tests.auth import doors, doors_of_files, doors_of_records
from tests.auth.doors import Door, Visitor
from tests.auth.doors_of_files import nodes_of
from tests.auth.may_see import BY_CONSENT, Rows, may_see
from tests.auth.one_of_each import PERSONAS, Persona, World, write_world
from tests.planner.answering import Answering, actor, answering

ASKING = [who for who in PERSONAS if who.organization is not None]
PARTS = ("referral_subject", *BY_CONSENT, "referral_decline", "referral_outcome", "referral_withdrawal", "person")
FILE = ("person_identity", "person_contact", "consent", "consent_withdrawal")


@pytest.fixture(scope="module")
async def world(module_database: DatabaseURLs) -> AsyncIterator[World]:
    owner = await asyncpg.connect(module_database.migration)
    yield await write_world(owner)
    await owner.close()


@pytest.fixture(scope="module")
async def graph(module_database: DatabaseURLs) -> AsyncIterator[Answering]:
    async with answering(module_database) as graph:
        yield graph


@pytest.fixture(params=ASKING, ids=lambda who: who.name)
def who(request: pytest.FixtureRequest) -> Persona:
    found: Persona = request.param
    return found


@pytest.fixture
def visitor(graph: Answering, world: World, who: Persona) -> Visitor:
    assert who.organization is not None
    user_id = world.account if who.name == "brc case worker" else None
    asking = actor(world.organizations[who.organization], roles=who.roles, user_id=user_id)
    return Visitor(graph, world, replace(asking, site_id=who.site_id(world)))


@pytest.mark.parametrize("door", doors.DOORS, ids=lambda door: door.__name__)
async def test_referrals(visitor: Visitor, who: Persona, door: Door) -> None:
    seen = may_see(who)
    assert await door(visitor) == {name: _parts(name, seen) for name in seen["referral"]}


@pytest.mark.parametrize("door", doors_of_files.DOORS, ids=lambda door: door.__name__)
async def test_people(visitor: Visitor, who: Persona, door: Door) -> None:
    seen = may_see(who)
    codes = ("DISABILITY", "SGBV_SURVIVOR")
    assert await door(visitor) == {
        name: {part for part in FILE if name in seen[part]}
        | {code for code in codes if f"{name} {code}" in seen["person_vulnerability"]}
        | _parts(name, seen)
        for name in seen["person"]
    }


@pytest.mark.parametrize("door", doors_of_records.DOORS, ids=lambda door: door.__name__)
async def test_records_of_the_directory(visitor: Visitor, who: Persona, door: Door) -> None:
    seen, shown = may_see(who), await door(visitor)
    assert shown == {table: seen[table] - {name for name in seen[table] if " of " in name} for table in shown}


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("Consent", "consent"),
        ("ReferralEvent", "referral_event"),
        ("AuditEntry", "audit_entry"),
        ("Location", "location"),
        ("ServiceAtLocation", "service_at_location"),
        ("Term", "term"),
        ("Organization", "organization"),
        ("Enrolment", "enrolment"),
        ("Certificate", "certificate"),
    ],
)
async def test_nodes(visitor: Visitor, who: Persona, kind: str, table: str) -> None:
    assert set(await nodes_of(visitor, kind, table)) == may_see(who)[table]


async def test_notes_of_events(visitor: Visitor, who: Persona) -> None:
    found = await nodes_of(visitor, "ReferralEvent", "referral_event", "note")
    assert {name for name, event in found.items() if event["note"]} == may_see(who)["referral_note"]


async def test_the_audit(visitor: Visitor, who: Persona) -> None:
    asked = '{ auditEntries(filter: {act: "kept"}) { totalCount nodes { id } } }'
    page = (await visitor.ask(asked))["auditEntries"]
    assert {visitor.name(entry["id"]) for entry in page["nodes"]} == may_see(who)["audit_entry"]
    assert page["totalCount"] == len(page["nodes"])


async def test_who_is_asking(visitor: Visitor, who: Persona) -> None:
    viewer = (await visitor.ask("{ viewer { organization { id } user { id } } }"))["viewer"]
    assert visitor.name(viewer["organization"]["id"]) == who.organization
    assert {visitor.name(viewer["user"]["id"])} == may_see(who)["account"] if viewer["user"] else True


def _parts(name: str, seen: Rows) -> set[str]:
    notes = {f"note of {side}" for side in ("sender", "receiver") if f"{name}/{side}" in seen["referral_note"]}
    return {part for part in PARTS if name in seen[part]} | notes
