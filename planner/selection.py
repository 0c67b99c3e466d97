"""Which fields a selection asks for on one object type: fragments spread, aliases kept, @skip and @include applied."""

from collections.abc import Iterable, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
)

from planner.given import Binds, source_of

Fields = dict[str, list[FieldNode]]
"Field nodes by response key, in the order of first appearance."


class Selections:
    """Reads selection sets of one document."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], binds: Binds) -> None:
        self._schema, self._fragments, self._binds = schema, fragments, binds

    def fields(self, kind: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Fields:
        """The fields asked for on a type by several selection sets together (GraphQL, section 6.3.2)."""
        found: Fields = {}
        for selected in sets:
            if selected is not None:
                self._collect(kind, selected, found, set())
        return found

    def _collect(self, kind: GraphQLObjectType, selected: SelectionSetNode, found: Fields, seen: set[str]) -> None:
        for node in selected.selections:
            if not self._included(node):
                continue
            match node:
                case FieldNode():
                    found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                case InlineFragmentNode():
                    condition = node.type_condition.name.value if node.type_condition else kind.name
                    if self._applies(condition, kind):
                        self._collect(kind, node.selection_set, found, seen)
                case FragmentSpreadNode():
                    name = node.name.value
                    fragment = self._fragments[name]
                    if name not in seen and self._applies(fragment.type_condition.name.value, kind):
                        seen.add(name)
                        self._collect(kind, fragment.selection_set, found, seen)

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        if condition == kind.name:
            return True
        named = self._schema.type_map[condition]
        return is_abstract_type(named) and self._schema.is_sub_type(named, kind)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            wanted = {"include": True, "skip": False}.get(directive.name.value)
            if wanted is not None:
                source = source_of((directive.arguments or ())[0].value, GraphQLBoolean, self._binds.variables)
                if bool(self._binds.consult(source)) is not wanted:
                    return False
        return True
