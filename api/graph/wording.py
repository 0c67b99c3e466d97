"""How graphql-core's complaints are worded for a client: names and places, never the values it sent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from graphql.language import ValueNode, VariableNode

from api.errors import Code, error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import GraphQLError, GraphQLSchema

_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_VARIABLE = re.compile(r"(Variable '\$\w+' has invalid (?:default )?value[^:]*): (.*)", re.DOTALL)
_NOT_IN_ENUM = re.compile(r"Value .* does not exist in ('\w+') enum.*", re.DOTALL)
_VALUE_FOLLOWS = re.compile(r", found|, but encountered|: ")


@lru_cache(maxsize=4)
def schema_names(schema: GraphQLSchema) -> frozenset[str]:
    """This will collect the names that may be repeated to a client because its schema says them anyway."""
    names = set(schema.type_map)
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                names |= {name, *field.args}
        elif isinstance(type_, GraphQLInputObjectType):
            names |= type_.fields.keys()
        elif isinstance(type_, GraphQLEnumType):
            names |= type_.values.keys()
    return frozenset(names)


def of_syntax(failure: GraphQLError) -> list[dict[str, Any]]:
    """This will say where a document stops being one; the place is enough to find it."""
    return [error(Code.BAD_USER_INPUT, "The document is not valid GraphQL here.", failure.locations)]


def of_rules(failures: Iterable[GraphQLError], names: frozenset[str]) -> list[dict[str, Any]]:
    """This will word what validation found. Rules quote names of the document, and values only where one is wrong."""
    entries = []
    for failure in failures:
        node = failure.nodes[0] if failure.nodes else None
        is_value = isinstance(node, ValueNode) and not isinstance(node, VariableNode)
        message = without_values(failure.message, names) if is_value else failure.message
        entries.append(error(Code.BAD_USER_INPUT, message, failure.locations))
    return entries


def of_variables(failures: Iterable[GraphQLError], names: frozenset[str]) -> list[dict[str, Any]]:
    """This will word why variables do not fit the types that the operation gives them."""
    entries = []
    for failure in failures:
        match = _VARIABLE.match(failure.message)
        message = f"{match[1]}: {without_values(match[2], names)}" if match else without_values(failure.message, names)
        entries.append(error(Code.BAD_USER_INPUT, message, failure.locations))
    return entries


def without_values(message: str, names: frozenset[str]) -> str:
    """This will cut a complaint where it begins to quote, and blank what it quotes unless the schema says it too."""
    if match := _NOT_IN_ENUM.fullmatch(message):
        return f"It is not a value of the enum {match[1]}."
    message = _VALUE_FOLLOWS.split(message, maxsplit=1)[0]
    message = _QUOTED.sub(lambda quoted: quoted[0] if quoted[0][1:-1].strip("[]!") in names else "given", message)
    return message if message.endswith(".") else message + "."
