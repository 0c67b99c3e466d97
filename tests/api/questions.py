"""An operation for every root field of the schema, and what the printed schema asks of whoever sends it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from auth.scopes import Scope
from tests.api.printed import Ids, arguments, guard, recently

THE_SCHEMA = {"_service": frozenset({Scope.GRAPH_INTROSPECTION.value})}
"Federation's own field, on which nothing is printed."
NOTHING = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Question:
    """One root field, with whatever tells rows apart below it."""

    operation: str
    field: str
    text: str
    scopes: frozenset[str]
    "All of them are needed."
    recently: bool


@dataclass(frozen=True)
class Pair:
    """The same question about rows that there are, and about rows of the same types that there are not."""

    known: Question
    unknown: Question


def questions(schema: GraphQLSchema) -> list[Question]:
    """This will be one for every root field of queries, mutations and subscriptions."""
    return [_question(*each, {}) for each in _roots(schema)]


def pairs(schema: GraphQLSchema, keys: Mapping[str, str]) -> list[Pair]:
    """This will be one for every query and mutation that names rows by ids; `keys` are those of rows, by type."""
    found = []
    for operation, root, name, definition in _roots(schema):
        if operation == "subscription":
            continue
        for kinds in _named_by(name, definition, keys):
            known = {at: f'"{kind}_{keys[kind]}"' for at, kind in kinds.items()}
            unknown = {at: f'"{kind}_{NOTHING}"' for at, kind in kinds.items()}
            pair = Pair(*(_question(operation, root, name, definition, ids) for ids in (known, unknown)))
            if pair.known.text != pair.unknown.text:
                found.append(pair)
    return found


def _roots(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLObjectType, str, GraphQLField]]:
    for operation in ("query", "mutation", "subscription"):
        root = getattr(schema, f"{operation}_type")
        for name, definition in root.fields.items():
            yield operation, root, name, definition


def _named_by(name: str, definition: GraphQLField, kinds: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Of which type the ids are that a field takes: `personId` of Person, `id` of what the field finds, or of any."""
    named = {f"{kind[0].lower()}{kind[1:]}{ending}": kind for kind in kinds for ending in ("Id", "Ids")}
    target = get_named_type(definition.type).name
    if name == "node":
        yield from ({"id": kind} for kind in kinds)
    else:
        yield named | ({"id": target} if target in kinds else {})


def _question(operation: str, root: GraphQLObjectType, name: str, definition: GraphQLField, ids: Ids) -> Question:
    selection, guarded = _below(get_named_type(definition.type))
    scopes = guard(root.name, name) | guarded | THE_SCHEMA.get(name, frozenset())
    text = f"{operation} {{ {name}{arguments(definition, ids)}{selection} }}"
    return Question(operation, name, text, scopes, recently(root.name, name))


def _below(kind: GraphQLNamedType, depth: int = 3) -> tuple[str, frozenset[str]]:
    """What tells rows apart below a field, and the scopes that it asks for."""
    if is_abstract_type(kind):
        return " { __typename }" if kind.name != "Node" else " { __typename id }", frozenset()
    if not is_object_type(kind):
        return "", frozenset()
    parts, guarded = ["__typename"], guard(kind.name)
    for name, definition in kind.fields.items():
        target = get_named_type(definition.type)
        if name in ("id", "code", "reference", "message"):
            parts.append(name)
        elif depth and (name in ("nodes", "problems") or (kind.name.endswith("Payload") and is_object_type(target))):
            selection, more = _below(target, depth - 1)
            parts.append(name + arguments(definition) + selection)
            guarded |= more | guard(kind.name, name)
    return f" {{ {' '.join(parts)} }}", guarded
