"""What an operation asks of whoever sends it, by every type and field that it can reach, nested ones included.

The schema declares scopes as `extensions["scopes"]` of a field or an object type, in the shape of federation's
`@requiresScopes`: any one of the inner lists is enough, and takes all of its scopes. `extensions["recent"]` of a field
is within how many seconds a person must have proved who they are. What tells the schema itself asks for a scope too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode

from auth.scopes import Scope

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


@dataclass(frozen=True, slots=True)
class Recency:
    """A field that asks a person to have proved who they are, and within how many seconds."""

    place: str
    within: int


@dataclass(frozen=True, slots=True)
class Demands:
    """What an operation asks for, before any of it runs."""

    requirements: tuple[Requirement, ...]
    recency: Recency | None
    "The narrowest."


THE_SCHEMA = Requirement("The schema", (frozenset({Scope.GRAPH_INTROSPECTION.value}),))
_TELLS_THE_SCHEMA = frozenset({"__schema", "__type", "_service"})
"The last is federation's, which prints it."


@dataclass(slots=True)
class Reach:
    """The walk over one operation; each fragment is entered once, so it is linear in the document."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    found: dict[str, Requirement] = field(default_factory=dict)
    recency: Recency | None = None
    entered: set[str] = field(default_factory=set)

    def note(self, place: str, guarded: Any) -> None:
        if (scopes := guarded.extensions.get("scopes")) and place not in self.found:
            self.found[place] = Requirement(place, tuple(frozenset(map(str, group)) for group in scopes))
        within = guarded.extensions.get("recent")
        if within is not None and (self.recency is None or within < self.recency.within):
            self.recency = Recency(place, within)

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
        if node.name.value in _TELLS_THE_SCHEMA:
            self.found.setdefault(THE_SCHEMA.place, THE_SCHEMA)
        definition = parent.fields.get(node.name.value)
        if definition is None:
            return
        self.note(f"{parent.name}.{node.name.value}", definition)
        target = get_named_type(definition.type)
        if node.selection_set:
            self.enter(target, node.selection_set)


def demands(
    schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], operation: OperationDefinitionNode
) -> Demands:
    """This will list what guards a valid operation: each distinct set of scopes once, in the order of the text."""
    reach = Reach(schema, fragments)
    reach.enter(schema.get_root_type(operation.operation), operation.selection_set)
    distinct = {requirement.any_of: requirement for requirement in reversed(reach.found.values())}
    return Demands(tuple(reversed(distinct.values())), reach.recency)
