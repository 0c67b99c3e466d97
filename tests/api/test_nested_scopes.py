"""Nested scopes: whatever way leads to what a scope guards, a token without the scope is refused before anything runs.

The guards are read from the printed schema, as a reviewer reads them, and every field of the schema is reached by the
shortest way there is from each root.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
    parse,
)

from api.errors import Forbidden
from api.graph.execute import Graph
from api.graph.gate import Gate
from api.graph.parameters import Parameters
from api.limits import LIMITS
from auth.actor import Actor
from auth.scopes import OF_CLIENTS, Scope
from resolvers.schema import build
from tests.planner.answering import actor

SOME = {"Int": "1", "Boolean": "true", "Float": "1.5", "Decimal": '"1.5"', "Date": '"2026-11-21"'}
"A value of a scalar; of any other, a text that is a moment."
PRINTED = Path(__file__).parents[2] / "schema.graphql"
OPEN = {
    "Query": {"viewer", "node", "_entities", "_service"},
    "Viewer": {"organization", "scopes", "user"},
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
        if not way.scopes | _guard(kind, name) | _guard(_target(schema, kind, name).name):
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
        named, guard = text.replace("KIND", kind.name), _guard(kind.name)
        _admit(gate, named, frozenset(Scope(scope) for scope in guard))
        if guard:
            with pytest.raises(Forbidden):
                _admit(gate, named, frozenset(Scope) - {Scope(scope) for scope in guard})


def _admit(gate: Gate, text: str, scopes: frozenset[Scope]) -> None:
    who: Actor = actor(uuid4(), scopes=scopes | OF_CLIENTS)
    gate.admit(Parameters(text, None, {}), actor=who, languages=(), request_id="r", now=datetime.now(UTC))


@cache
def _guards() -> dict[str, frozenset[str]]:
    """By type or Type.field, the scopes that the printed schema asks for; each asks for all of one list."""
    found = {}
    for definition in parse(PRINTED.read_text()).definitions:
        name = getattr(getattr(definition, "name", None), "value", "")
        for place, node in [
            (name, definition),
            *((f"{name}.{field.name.value}", field) for field in getattr(definition, "fields", None) or ()),
        ]:
            for directive in getattr(node, "directives", None) or ():
                if directive.name.value == "requiresScopes":
                    [one] = directive.arguments[0].value.values
                    found[place] = frozenset(scope.value for scope in one.values)
    return found


def _guard(kind: str, field: str | None = None) -> frozenset[str]:
    return _guards().get(kind if field is None else f"{kind}.{field}", frozenset())


def _operations(schema: GraphQLSchema) -> Iterator[tuple[str, frozenset[str]]]:
    """For every field that can be reached, an operation that ends there, and the scopes it needs."""
    for operation, kind, name, way in _fields(schema):
        definition, target = _kind(schema, kind).fields[name], _target(schema, kind, name)
        inside = "" if is_leaf_type(target) else " { __typename }"
        scopes = way.scopes | _guard(kind, name) | _guard(target.name)
        yield way.text(operation, f"{name}{_arguments(definition)}{inside}"), scopes


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
    opening = f"{way.opening} {name}{_arguments(definition)} {{" + (f" ... on {target} {{" if through else "")
    return Way(opening, way.depth + 1 + through, way.scopes | _guard(kind, name) | _guard(target))


def _arguments(definition: GraphQLField) -> str:
    given = [f"{name}: {_some(arg.type)}" for name, arg in definition.args.items() if is_required_argument(arg)]
    return f"({', '.join(given)})" if given else ""


def _some(kind: GraphQLInputType) -> Any:
    """Any value that fits."""
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        return "[]"
    if isinstance(bare, GraphQLInputObjectType):
        fields = (f"{n}: {_some(f.type)}" for n, f in bare.fields.items() if is_required_input_field(f))
        return "{" + ", ".join(fields) + "}"
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    return {"Int": "1", "Boolean": "true", "Float": "1.5", "Decimal": '"1.5"', "Date": '"2026-11-21"'}.get(
        str(bare), '"2026-11-21T18:00:00Z"'
    )
