"""How many nodes an operation may return, compiled once per operation and worked out per request from its variables.

A field that takes `first` or `last` counts its page, times one more than what each node asks for below it; so does a
list whose extension `bound` says how long it may get. Each root field counts one. `@skip` and `@include` do not lower
it, and a response key selected twice counts twice: it is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, Undefined, get_named_type
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ValueNode,
    VariableNode,
)

from api.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLArgument, GraphQLNamedType, GraphQLSchema
    from graphql.language import OperationDefinitionNode, SelectionNode, SelectionSetNode

    from api.limits import Limits
    from planner.fields import Bound


class PageOutOfRange(Refused):
    """`first` and `last` are 0 to 100."""


@dataclass(frozen=True, slots=True)
class Size:
    """How long a list may get: a number, or what a variable holds, or the number where it holds none."""

    number: int
    variable: str | None = None

    def of(self, variables: Mapping[str, Any], page: int) -> int:
        """Raises PageOutOfRange."""
        given = self.given(variables)
        if not 0 <= given <= page:
            raise PageOutOfRange
        return given

    def given(self, variables: Mapping[str, Any]) -> int:
        if self.variable is None:
            return self.number
        value = variables.get(self.variable)
        if isinstance(value, list):
            return len(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.number  # absent or null; anything else is refused when it is coerced
        return int(value)


@dataclass(frozen=True, slots=True)
class Grid:
    """How long a list may get that has no pages: as it was declared, and by the values of an argument."""

    bound: Bound
    values: tuple[str, ...] = ()
    "As written; `$name` for what a variable holds."
    variable: str | None = None
    "A variable that holds them all."

    def of(self, variables: Mapping[str, Any], _page: int) -> int:
        given = variables.get(self.variable) if self.variable is not None else None
        values = given if isinstance(given, list) else self.values
        held = (variables.get(value[1:]) if str(value).startswith("$") else value for value in values)
        return prod([self.bound.each.get(str(value), 1) for value in held][: self.bound.most], start=self.bound.rows)


@dataclass(frozen=True, slots=True)
class Cost:
    """Nodes, and pages whose size has to be looked up: each counts its size times one more than what is below."""

    nodes: int
    pages: tuple[tuple[tuple[Size | Grid, ...], Cost], ...] = ()

    def of(self, variables: Mapping[str, Any], page: int) -> int:
        """This will count the nodes of one request. Raises PageOutOfRange."""
        nodes = self.nodes
        for sizes, below in self.pages:
            size = max(each.of(variables, page) for each in sizes)
            nodes += size * (1 + below.of(variables, page))
        return nodes


@dataclass(slots=True)
class Compiler:
    """One operation's walk. It writes fragments out: the pre-pass has bounded how much that is."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    defaults: Mapping[str, ValueNode | None]
    limits: Limits

    def selections(self, parent: GraphQLNamedType | None, selections: SelectionSetNode) -> Cost:
        nodes, pages = 0, list[tuple[tuple[Size | Grid, ...], Cost]]()
        for selection in selections.selections:
            below = self.selection(parent, selection)
            nodes += below.nodes
            pages += below.pages
        return Cost(nodes, tuple(pages))

    def selection(self, parent: GraphQLNamedType | None, node: SelectionNode) -> Cost:
        if isinstance(node, FieldNode):
            return self.field(parent, node)
        inner = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if isinstance(inner, InlineFragmentNode | FragmentDefinitionNode):
            condition = inner.type_condition
            parent = self.schema.get_type(condition.name.value) if condition else parent
            return self.selections(parent, inner.selection_set)
        return Cost(0)

    def field(self, parent: GraphQLNamedType | None, node: FieldNode) -> Cost:
        definition = (
            parent.fields.get(node.name.value) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        )
        if definition is None:
            return Cost(0)  # introspection answers from memory
        target = get_named_type(definition.type)
        below = self.selections(target, node.selection_set) if node.selection_set else Cost(0)
        bound = definition.extensions.get("bound")
        sizes = self.sizes(node, definition.args) or ((self.grid(node, bound),) if bound else ())
        return Cost(0, ((sizes, below),)) if sizes else below

    def sizes(self, node: FieldNode, arguments: Mapping[str, GraphQLArgument]) -> tuple[Size, ...]:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "representations" in arguments and "representations" in given:  # federation's `_entities`
            return (self.size(given["representations"], self.limits.list_items),)
        paged = [name for name in ("first", "last") if name in arguments]
        asked = [name for name in paged if name in given] or paged[:1]
        return tuple(self.size(given.get(name), self.default(arguments[name])) for name in asked)

    def grid(self, node: FieldNode, bound: Bound) -> Grid:
        given = next((each.value for each in node.arguments or () if each.name.value == bound.argument), None)
        if isinstance(given, VariableNode):
            name = given.name.value
            return Grid(bound, self.listed(self.defaults.get(name)), name)
        return Grid(bound, self.listed(given))

    def listed(self, value: ValueNode | None) -> tuple[str, ...]:
        values = value.values if isinstance(value, ListValueNode) else () if value is None else (value,)
        names = (
            f"${each.name.value}" if isinstance(each, VariableNode) else getattr(each, "value", "") for each in values
        )
        return tuple(names)

    def default(self, argument: GraphQLArgument) -> int:
        value = argument.default_value if argument.default_value is not Undefined else None
        return value if isinstance(value, int) else self.limits.page_default

    def size(self, value: ValueNode | None, default: int) -> Size:
        if isinstance(value, VariableNode):
            name = value.name.value
            return Size(self.size(self.defaults.get(name), default).number, name)
        if isinstance(value, IntValueNode):
            return Size(int(value.value))
        if isinstance(value, ListValueNode):
            return Size(len(value.values))
        return Size(default)


def compile_cost(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
    operation: OperationDefinitionNode,
    limits: Limits,
) -> Cost:
    """This will prepare the count of one valid operation."""
    defaults = {
        definition.variable.name.value: definition.default_value for definition in operation.variable_definitions or ()
    }
    compiler = Compiler(schema, fragments, defaults, limits)
    below = compiler.selections(schema.get_root_type(operation.operation), operation.selection_set)
    return Cost(below.nodes + len(operation.selection_set.selections), below.pages)
