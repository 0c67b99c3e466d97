"""Which scopes an operation needs: those of every type and field that it can reach, nested ones included.

The schema declares them as `extensions["scopes"]` of a field or an object type, in the shape of federation's
`@requiresScopes`: any one of the inner lists is enough, and takes all of its scopes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLNamedType, GraphQLSchema
    from graphql.language import FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode


@dataclass(frozen=True, slots=True)
class Requirement:
    """One place that is guarded, and the sets of scopes of which any one opens it."""

    place: str  # "Query.referrals" or "Person"
    any_of: tuple[frozenset[str], ...]

    def met_by(self, scopes: frozenset[str]) -> bool:
        return any(needed <= scopes for needed in self.any_of)


@dataclass(slots=True)
class Reach:
    """The walk over one operation; each fragment is entered once, so it is linear in the document."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    found: dict[str, Requirement] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)

    def note(self, place: str, guarded: Any) -> None:
        if (scopes := guarded.extensions.get("scopes")) and place not in self.found:
            self.found[place] = Requirement(place, tuple(frozenset(map(str, group)) for group in scopes))

    def enter(self, parent: GraphQLNamedType | None, selections: SelectionSetNode) -> None:
        if parent is None:
            return
        self.note(parent.name, parent)
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self.follow(parent, selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                self.enter(inner, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in self.entered:
                self.entered.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                self.enter(self.schema.get_type(fragment.type_condition.name.value), fragment.selection_set)

    def follow(self, parent: GraphQLNamedType, node: FieldNode) -> None:
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return  # a union has `__typename` alone
        definition = parent.fields.get(node.name.value)
        if definition is None:
            return  # introspection: what the schema says is no secret from a client that has a token
        self.note(f"{parent.name}.{node.name.value}", definition)
        target = get_named_type(definition.type)
        if node.selection_set:
            self.enter(target, node.selection_set)


def requirements(
    schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], operation: OperationDefinitionNode
) -> tuple[Requirement, ...]:
    """This will list what guards a valid operation, one entry for each distinct demand, in the order of the text."""
    reach = Reach(schema, fragments)
    reach.enter(schema.get_root_type(operation.operation), operation.selection_set)
    distinct = {requirement.any_of: requirement for requirement in reversed(reach.found.values())}
    return tuple(reversed(distinct.values()))
