"""How much work a parsed document would make, found in time linear in its text, before any rule that is not.

Two walks. The first sees every node of the text once and sums up each fragment once, so that it knows how large the
document is when every fragment is written out. Only if that is small does the second write it out, to find what meets
in one response key: that is what the standard rule for overlapping fields is quadratic in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
)
from graphql.language.ast import FloatValueNode

from api.errors import Refused, TooExpensive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql.language import ArgumentNode, DirectiveNode, DocumentNode, SelectionSetNode

    from api.limits import Limits


class NotExecutable(Refused):
    """A document holds operations and fragments only."""


class TooManyFragments(TooExpensive):
    """The document has too many fragments."""


class FragmentNamedTwice(Refused):
    """Two fragments have one name."""


class FragmentCycle(Refused):
    """A fragment spreads itself."""


class TooDeep(TooExpensive):
    """The operation is nested too deeply."""


class TooManySelections(TooExpensive):
    """The operation selects too many fields."""


class TooManyAliases(TooExpensive):
    """The operation has too many aliases."""


class TooManyDirectives(TooExpensive):
    """The operation has too many directives."""


class TooManyRepeats(TooExpensive):
    """The operation selects one response key too many times."""


class ValueTooLarge(Refused):
    """A value in the document is too long, too deep or not a text that can be stored."""


@dataclass(slots=True)
class Extent:
    """A selection set with every fragment written out."""

    depth: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0

    def take(self, other: Extent, *, deeper: int) -> None:
        self.depth = max(self.depth, other.depth + deeper)
        self.selections += other.selections
        self.aliases += other.aliases
        self.directives += other.directives


class Prepass:
    """One document's walks. `work` counts the nodes that were looked at: tests assert it."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.work = 0
        self.operations: list[OperationDefinitionNode] = []
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.extents: dict[str, Extent | None] = {}
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self.operations.append(definition)
            elif isinstance(definition, FragmentDefinitionNode):
                if definition.name.value in self.fragments:
                    raise FragmentNamedTwice
                self.fragments[definition.name.value] = definition
            else:
                raise NotExecutable

    def check(self) -> None:
        """This will raise a Refused where a limit is passed."""
        if len(self.fragments) > self.limits.fragments:
            raise TooManyFragments
        whole = Extent()
        for operation in self.operations:
            whole.directives += self.directives(operation.directives)
            for variable in operation.variable_definitions or ():
                whole.directives += self.directives(variable.directives)
                if variable.default_value:
                    self.value(variable.default_value)
            whole.take(self.extent(operation.selection_set, 1), deeper=0)
            self.bounded(whole)
        for name in self.fragments:
            self.bounded(self.fragment(name, 1))
        for operation in self.operations:
            self.meet([operation.selection_set])

    def bounded(self, extent: Extent) -> None:
        limits = self.limits
        if extent.depth > limits.depth:
            raise TooDeep
        if extent.selections > limits.selections:
            raise TooManySelections
        if extent.aliases > limits.aliases:
            raise TooManyAliases
        if extent.directives > limits.directives:
            raise TooManyDirectives

    def fragment(self, name: str, depth: int) -> Extent:
        """This will sum up a fragment, once; an unknown one counts nothing, the standard rules name it."""
        if name in self.extents:
            known = self.extents[name]
            if known is None:
                raise FragmentCycle
            return known
        definition = self.fragments.get(name)
        if definition is None:
            return Extent()
        self.extents[name] = None  # entered, not left
        extent = self.extent(definition.selection_set, depth)
        extent.directives += self.directives(definition.directives)
        self.extents[name] = extent
        return extent

    def extent(self, selection_set: SelectionSetNode, depth: int) -> Extent:
        if depth > self.limits.depth:  # no way down to here is legal, and the walk stays shallow
            raise TooDeep
        extent = Extent(depth=1)
        for selection in selection_set.selections:
            self.work += 1
            extent.selections += 1
            extent.directives += self.directives(selection.directives)
            if isinstance(selection, FragmentSpreadNode):
                extent.take(self.fragment(selection.name.value, depth + 1), deeper=1)
                continue
            if isinstance(selection, FieldNode):
                extent.aliases += selection.alias is not None
                self.arguments(selection.arguments)
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                extent.take(self.extent(selection.selection_set, depth + 1), deeper=1)
            self.bounded(extent)
        return extent

    def meet(self, sets: list[SelectionSetNode]) -> None:
        """This will write out the selections of one object, and go on where they share a response key."""
        keys: dict[str, list[FieldNode]] = {}
        pending = list(sets)
        while pending:
            for selection in pending.pop().selections:
                self.work += 1
                if isinstance(selection, FieldNode):
                    keys.setdefault((selection.alias or selection.name).value, []).append(selection)
                elif isinstance(selection, InlineFragmentNode):
                    pending.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value in self.fragments:
                    pending.append(self.fragments[selection.name.value].selection_set)
        for fields in keys.values():
            if len(fields) > self.limits.repeats:
                raise TooManyRepeats
            if inner := [field.selection_set for field in fields if field.selection_set]:
                self.meet(inner)

    def directives(self, nodes: Iterable[DirectiveNode] | None) -> int:
        count = 0
        for node in nodes or ():
            self.work += 1
            count += 1
            self.arguments(node.arguments)
        return count

    def arguments(self, nodes: Iterable[ArgumentNode] | None) -> None:
        for node in nodes or ():
            self.value(node.value)

    def value(self, node: ValueNode, depth: int = 1) -> None:
        self.work += 1
        limits = self.limits
        if isinstance(node, IntValueNode | FloatValueNode):
            too_large = len(node.value) > limits.digits
        elif isinstance(node, StringValueNode):
            too_large = "\0" in node.value  # PostgreSQL keeps no such text
        elif isinstance(node, ListValueNode):
            too_large = len(node.values) > limits.list_items or depth > limits.json_depth
        else:
            too_large = isinstance(node, ObjectValueNode) and depth > limits.json_depth
        if too_large:
            raise ValueTooLarge
        if isinstance(node, ListValueNode):
            for item in node.values:
                self.value(item, depth + 1)
        elif isinstance(node, ObjectValueNode):
            for field in node.fields:
                self.value(field.value, depth + 1)
