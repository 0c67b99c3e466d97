"""Generated operations answer alike by the planner and by the reference, in one statement a root field at most."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import pytest
from graphql import GraphQLSchema, get_named_type, is_leaf_type, is_union_type, validate
from hypothesis import HealthCheck, Phase, given, settings

from api.database import DatabaseURLs
from models.rules.vocabulary import ReferralStatus
from tests.planner.known import Known
from tests.planner.strategy import Asked, operations
from tests.planner.world import World, inhabited

FEW, MANY = 150, 2_000
WRITTEN = re.compile(r"^(Mutation|Subscription|_Service)\.|Payload\.|Problem\.|^AttendanceResult\.|^Query\._service$")
"Fields of what is done, told and looked up without a database: other tests have them."
NOT_EMPTY = 0.7
numbers = count(1)
NAMED = ("Organization", "Service", "Location", "Person", "Referral", "BorderFlow", "Course", "Training", "Partner")
FEDERATED = ("Organization", "Service", "ServiceAtLocation", "Location")
MEMBERS = {
    "memberships": "Membership",
    "invitations": "Invitation",
    "identityProviders": "IdentityProvider",
    "clients": "Client",
    "verificationRequests": "VerificationRequest",
    "suggestions": "Suggestion",
    "drafts": "Draft",
    "duplicates": "Duplicate",
    "partners": "Partner",
    "quarantine": "PartnerRecord",
}
AROUND = re.compile(r"^(BEGIN|COMMIT)|typeinfo|\bjit\b")
"What is sent around statements: the transaction, and what asyncpg asks once per connection of a type it does not know."


@pytest.fixture(scope="module")
def world(module_database: DatabaseURLs) -> Iterator[World]:
    with inhabited(module_database) as world:
        yield world


def test_the_reference_answers_every_field_that_is_read(world: World) -> None:
    assert [name for name in world.reference.missing() if not WRITTEN.search(name)] == []


def test_generated_operations_answer_as_the_reference_does(world: World, prove: bool) -> None:
    answers: list[dict[str, Any]] = []

    @settings(
        max_examples=MANY if prove else FEW,
        deadline=None,
        derandomize=not prove,
        database=None,
        phases=[Phase.generate, *([Phase.shrink] if prove else [])],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(operations(world.documents.schema, world.everyone))
    def identical(asked: Asked) -> None:
        document = world.documents.read(asked.text)
        assert validate(world.documents.schema, document.ast) == []
        answers.append(world.run(_compare(world, asked)))

    identical()
    print(f"{len(answers)} operations; {_full(answers):.0%} not empty; never reached: {_unreached(world)}")
    assert _full(answers) >= NOT_EMPTY


def test_every_field_of_every_type_answers_as_the_reference_does(world: World) -> None:
    for who in (who for who in world.everyone if who.name in ("brc", "brc at a site", "police", "trainer")):
        for root in _roots(who, partial(_all_of, world)):
            world.run(_compare(world, Asked(f"{{ {root} }}", {}, ("ht", "es"), who)))
        for status in ReferralStatus:
            referrals = f"referrals(first: 2, filter: {{statuses: $in}}) {_all_of(world, 'ReferralConnection')}"
            text = f"query($in: [ReferralStatus!]) {{ {referrals} }}"
            world.run(_compare(world, Asked(text, {"in": [status]}, ("ht",), who)))
    assert _unreached(world) == []


def _all_of(world: World, kind: str) -> str:
    return whole(world.documents.schema, world.documents.schema.type_map[kind], depth=1)


def _roots(who: Known, on: Callable[[str], str]) -> Iterator[str]:
    """Root fields with arguments that find something, if there is anything to be found, and all that stands in them."""
    yield f"viewer {on('Viewer')}"
    yield f"organizations(first: 2) {on('OrganizationConnection')}"
    yield f"services(first: 3) {on('ServiceConnection')}"
    by_words = 'filter: {text: "batistè Belladère"}, orderBy: {field: NAME, direction: ASC}'
    yield f"services(first: 3, {by_words}) {on('ServiceConnection')}"
    yield f"people(first: 3) {on('PersonConnection')}"
    yield from (f"{name}(first: 3) {on(f'{kind}Connection')}" for name, kind in MEMBERS.items())
    yield f'auditEntries(first: 3, filter: {{before: "{who.words["since"][0]}"}}) {on("AuditEntryConnection")}'
    yield f"indicators {on('Indicator')}"
    yield f'indicator(code: "REFERRALS_SENT") {on("Indicator")}'
    yield f'_entities(representations: [{{__typename: "Indicator", code: "REFERRALS_SENT"}}]) {_figures(on)}'
    yield from (f'indicatorRelease(id: "{id_}") {on("IndicatorRelease")}' for id_ in who.words["release"][:2])
    yield f"borderFlows(first: 3, filter: {{superseded: true}}) {on('BorderFlowConnection')}"
    yield f"courses(first: 3) {on('CourseConnection')}"
    yield f"trainings(first: 3) {on('TrainingConnection')}"
    yield from (
        f"attendanceDevice(deviceId: {json.dumps(name)}) {on('AttendanceDevice')}" for name in who.words["device"][:1]
    )
    yield f"attendanceDevices(first: 3) {on('AttendanceDeviceConnection')}"
    after = who.cursors["Query.referralChanges"][1]
    yield f'referralChanges(after: "{after}", first: 5) {on("ReferralChangeConnection")}'
    yield f"directoryChanges(fromTheBeginning: true, first: 20) {on('DirectoryChangeConnection')}"
    yield f"partners(first: 3) {{ nodes {{ runs(first: 3) {on('PartnerRunConnection')} }} }}"
    yield from (f'directoryImport(id: "{id_}") {on("DirectoryImport")}' for id_ in who.ids["DirectoryImport"])
    for kind in ("Organization", "Location", "Service"):
        for id_ in who.ids[kind][:2]:
            yield f'directoryRecord(id: "{id_}") {on("DirectoryRecord")}'
    for kind, ids in who.ids.items():
        yield from (f'node(id: "{id_}") {{ __typename ... on {kind} {on(kind)} }}' for id_ in ids[:1])
        if kind in NAMED:
            yield from (f'{kind[0].lower()}{kind[1:]}(id: "{id_}") {on(kind)}' for id_ in ids[-1:])
    for kind in FEDERATED:
        keys = " ".join(f'{{__typename: "{kind}", id: "{id_}"}}' for id_ in who.ids[kind][:3])
        area = '{__typename: "Area", pcode: "HT06"}'
        yield f"_entities(representations: [{keys} {area}]) {{ ... on {kind} {on(kind)} ... on Area {on('Area')} }}"


def _figures(on: Callable[[str], str]) -> str:
    return f"{{ ... on Indicator {on('Indicator')} }}"


def whole(schema: GraphQLSchema, kind: Any, *, depth: int) -> str:
    """Every field of a type, and of the objects in it, as many nodes deep as asked; of connections the first few."""
    if is_union_type(kind):
        among = (f"... on {one.name} {whole(schema, one, depth=depth)}" for one in schema.get_possible_types(kind))
        return "{ __typename " + " ".join(among) + " }"
    return "{ __typename " + " ".join(_whole_field(schema, kind, name, depth) for name in kind.fields) + " }"


def _whole_field(schema: GraphQLSchema, kind: Any, name: str, depth: int) -> str:
    definition = kind.fields[name]
    named = get_named_type(definition.type)
    some = {"first": "(first: 3)", "by": "(by: [SEX, DEPARTMENT])", "last": "(last: 3)"}
    given = next((text for argument, text in some.items() if argument in definition.args), "")
    alias = f"{kind.name}_{name}: {name}{given}"
    if is_leaf_type(named):
        return alias
    deep = depth - bool({"id", "pcode"} & kind.fields.keys())
    return f"{alias} {whole(schema, named, depth=deep)}" if deep >= 0 else ""


@dataclass(frozen=True)
class Both:
    """What both said of one operation."""

    planned: dict[str, Any]
    expected: dict[str, Any]
    recorded: list[list[str]]
    "What the audit says was read."
    told: list[list[str]]
    "What stood in the reference's answer."
    statements: list[str]

    @property
    def agree(self) -> bool:
        return self.planned == self.expected and self.recorded == self.told


async def _compare(world: World, asked: Asked) -> dict[str, Any]:
    """The answer. What differs is asked again, for a moment may have passed between the two."""
    both = await _ask(world, asked, afresh=False)
    if not both.agree:
        both = await _ask(world, asked, afresh=True)
    assert both.planned == both.expected, asked
    assert both.recorded == both.told, asked
    data: dict[str, Any] = both.planned["data"] or {}
    assert len(both.statements) <= len(data), both.statements
    return data


async def _ask(world: World, asked: Asked, *, afresh: bool) -> Both:
    request_id = f"request-{next(numbers)}"
    planned = await world.planned(asked.text, asked.variables, asked.who, asked.languages, request_id)
    statements = [each for each in world.statements if not AROUND.search(each)]
    expected, view = await world.expected(asked.text, asked.variables, asked.who, asked.languages, afresh=afresh)
    told = [sorted(ids) for key, ids in view.revealed.items() if key not in expected["errors"]]
    recorded = [sorted(ids) for ids in await world.recorded(request_id)]
    return Both(_written(planned), expected, sorted(recorded), sorted(told), statements)


def _written(planned: dict[str, Any]) -> dict[str, Any]:
    errors = {error["path"][0]: error["extensions"]["code"] for error in planned.get("errors", ())}
    return {"data": planned["data"], "errors": errors}


def _full(answers: list[dict[str, Any]]) -> float:
    return sum(any(map(_holds, answer.values())) for answer in answers) / len(answers)


def _holds(value: Any) -> bool:
    """Whether a root field's answer tells something: a list must have rows."""
    if isinstance(value, dict):
        listed = [part for name, part in value.items() if isinstance(part, list)]
        return any(listed) if listed else any(map(_holds, value.values()))
    return value is not None and value is not False


def _unreached(world: World) -> list[str]:
    known = {
        f"{name}.{field}"
        for name, kind in world.reference.schema.type_map.items()
        if not name.startswith("__")
        for field, definition in getattr(kind, "fields", {}).items()
        if getattr(definition, "resolve", None) is not None
    }
    return sorted(known - world.reference.reached)
