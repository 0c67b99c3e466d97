"""Nested scopes: whatever way leads to what a scope guards, a token without the scope is refused before anything runs.

The guards are read from the printed schema, as a reviewer reads them, and every field of the schema is reached by the
shortest way there is from each root.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)

from api.errors import Forbidden
from api.graph.execute import Graph
from api.graph.gate import Gate
from api.graph.parameters import Parameters
from api.limits import LIMITS
from auth.actor import Actor
from auth.scopes import OF_CLIENTS, Scope
from resolvers.schema import build
from tests.api.printed import arguments, guard
from tests.planner.answering import actor

OPEN = {
    "Query": {"viewer", "node", "_entities", "_service"},
    "Viewer": {"organization", "roles", "scopes", "user"},
    "Organization": {"id", "slug", "name", "kind", "parent", "verifiedAt"},
    "User": {"id", "displayName"},
    "_Service": {"sdl"},
}
"Everything that a token without any scope can reach: who is asking, and who the partners are."


@dataclass(frozen=True)
class Way:
    """A way from a root to a field: what is written to get there, and every scope asked for on it."""

    opening: str
    depth: int
    scopes: frozenset[str]

    def text(self, operation: str, field: str) -> str:
        return f"{operation} {{ {self.opening} {field} {'}' * self.depth} }}"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    found: GraphQLSchema = build()[0]._schema
    return found


@pytest.fixture(scope="module")
def gate(schema: GraphQLSchema) -> Gate:
    return Gate(graph=Graph(schema), limits=LIMITS)


def test_whatever_is_guarded_is_refused_by_every_way_that_leads_there(schema: GraphQLSchema, gate: Gate) -> None:
    tried = 0
    for text, scopes in _operations(schema):
        _admit(gate, text, frozenset(Scope(scope) for scope in scopes))
        for missing in scopes:
            with pytest.raises(Forbidden, match=missing):
                _admit(gate, text, frozenset(Scope) - {Scope(missing)})
            tried += 1
    assert tried > 300


def test_without_any_scope_a_token_reaches_who_is_asking_and_no_more(schema: GraphQLSchema) -> None:
    reached: dict[str, set[str]] = {}
    for _, kind, name, way in _fields(schema):
        if not way.scopes | guard(kind, name) | guard(_target(schema, kind, name).name):
            reached.setdefault(kind, set()).add(name)
    assert reached == OPEN


@pytest.mark.parametrize(
    "text",
    [
        '{ node(id: "x") { ... on KIND { id } } }',
        '{ node(id: "x") { ...F } } fragment F on KIND { __typename }',
        '{ node(id: "x") { ... on Node { ...F } } } fragment F on Node { id ...G } fragment G on KIND { id }',
        '{ node(id: "x") { ... on KIND @skip(if: true) { id } } }',
    ],
)
def test_a_fragment_hides_nothing(schema: GraphQLSchema, gate: Gate, text: str) -> None:
    for kind in schema.get_possible_types(cast("GraphQLInterfaceType", schema.type_map["Node"])):
        named, guarded = text.replace("KIND", kind.name), guard(kind.name)
        _admit(gate, named, frozenset(Scope(scope) for scope in guarded))
        if guarded:
            with pytest.raises(Forbidden):
                _admit(gate, named, frozenset(Scope) - {Scope(scope) for scope in guarded})


def _admit(gate: Gate, text: str, scopes: frozenset[Scope]) -> None:
    who: Actor = actor(uuid4(), scopes=scopes | OF_CLIENTS)
    gate.admit(Parameters(text, None, {}), actor=who, languages=(), request_id="r", now=datetime.now(UTC))


def _operations(schema: GraphQLSchema) -> Iterator[tuple[str, frozenset[str]]]:
    """For every field that can be reached, an operation that ends there, and the scopes it needs."""
    for operation, kind, name, way in _fields(schema):
        definition, target = _kind(schema, kind).fields[name], _target(schema, kind, name)
        inside = "" if is_leaf_type(target) else " { __typename }"
        scopes = way.scopes | guard(kind, name) | guard(target.name)
        yield way.text(operation, f"{name}{arguments(definition)}{inside}"), scopes


def _kind(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    return cast("GraphQLObjectType", schema.type_map[name])


def _target(schema: GraphQLSchema, kind: str, name: str) -> GraphQLNamedType:
    found: GraphQLNamedType = get_named_type(_kind(schema, kind).fields[name].type)
    return found


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, str, Way]]:
    """Each field of each object type that an operation can reach, and the first way found to its type."""
    for operation in ("query", "mutation", "subscription"):
        root = getattr(schema, f"{operation}_type").name
        ways, queue = {root: Way("", 0, frozenset())}, deque([root])
        while queue:
            kind = queue.popleft()
            for name, definition in _kind(schema, kind).fields.items():
                yield operation, kind, name, ways[kind]
                for target in _targets(schema, definition):
                    if target not in ways:
                        ways[target] = _further(ways[kind], kind, name, definition, target)
                        queue.append(target)


def _targets(schema: GraphQLSchema, definition: GraphQLField) -> list[str]:
    target = get_named_type(definition.type)
    if is_abstract_type(target):
        return [kind.name for kind in schema.get_possible_types(target)]
    return [target.name] if is_object_type(target) else []


def _further(way: Way, kind: str, name: str, definition: GraphQLField, target: str) -> Way:
    through = is_abstract_type(get_named_type(definition.type))
    opening = f"{way.opening} {name}{arguments(definition)} {{" + (f" ... on {target} {{" if through else "")
    return Way(opening, way.depth + 1 + through, way.scopes | guard(kind, name) | guard(target))
