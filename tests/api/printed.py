"""What the printed schema says, as a reviewer reads it: which scopes guard what, and what each field must be given."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from graphql import (
    DirectiveNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_argument,
    is_required_input_field,
    parse,
)

PRINTED = Path(__file__).parents[2] / "schema.graphql"
MOMENT = '"2026-11-21T18:00:00Z"'
SOME = {"Int": "1", "Boolean": "true", "Float": "1.5", "Decimal": '"1.5"', "Date": '"2026-11-21"'}
"A value of a scalar; of any other, a text that is a moment."
Ids = Mapping[str, str]
"By the name of an argument or an input's field, the id to give for it."


@cache
def directives() -> Mapping[str, list[DirectiveNode]]:
    """By type or Type.field, the directives that stand on it."""
    found = {}
    for definition in parse(PRINTED.read_text()).definitions:
        name = getattr(getattr(definition, "name", None), "value", "")
        found[name] = list(getattr(definition, "directives", None) or ())
        for field in getattr(definition, "fields", None) or ():
            found[f"{name}.{field.name.value}"] = list(getattr(field, "directives", None) or ())
    return found


@cache
def guard(kind: str, field: str | None = None) -> frozenset[str]:
    """The scopes that a type, or a field of it, asks for; each asks for all of one list."""
    for directive in directives().get(kind if field is None else f"{kind}.{field}", ()):
        if directive.name.value == "requiresScopes":
            [one] = directive.arguments[0].value.values  # type: ignore[attr-defined]
            return frozenset(scope.value for scope in one.values)
    return frozenset()


def recently(kind: str, field: str) -> bool:
    """Whether a field asks a person to have signed in of late."""
    return any(directive.name.value == "requiresRecentSignIn" for directive in directives().get(f"{kind}.{field}", ()))


def arguments(definition: GraphQLField, ids: Ids | None = None) -> str:
    """What a field must be given, and the ids that it can be given."""
    given = _given(definition.args, ids or {})
    return f"({', '.join(given)})" if given else ""


def _given(asked: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField], ids: Ids) -> list[str]:
    return [
        f"{name}: {_some(each.type, name, ids)}"
        for name, each in asked.items()
        if name in ids or _is_required(each) or (ids and _holds(each.type, ids))
    ]


def _is_required(each: GraphQLArgument | GraphQLInputField) -> bool:
    return is_required_argument(each) if isinstance(each, GraphQLArgument) else is_required_input_field(each)


def _holds(kind: GraphQLInputType, ids: Ids) -> bool:
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return isinstance(bare, GraphQLInputObjectType) and not ids.keys().isdisjoint(bare.fields)


def _some(kind: GraphQLInputType, name: str, ids: Ids) -> str:
    """Any value that fits; an id that is given."""
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        return f"[{ids[name]}]" if name in ids else "[]"
    if isinstance(bare, GraphQLInputObjectType):
        return "{" + ", ".join(_given(bare.fields, ids)) + "}"
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    return ids.get(name) or SOME.get(str(bare), MOMENT)
