"""One operation, prepared: a step for each root field, each planned once for all requests of the same form."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from graphql import FieldNode, FragmentDefinitionNode, GraphQLField, OperationDefinitionNode

from planner.fields import Act, Stream
from planner.given import Binds, Variables
from planner.plan import Plan, Planner
from planner.selection import Selections

if TYPE_CHECKING:
    from graphql import GraphQLObjectType

MOST = 4_096
"How many prepared operations are kept; the ones least lately used are forgotten."


@dataclass(frozen=True, slots=True)
class Step:
    """What answers one root field."""

    key: str
    "The response key."
    nodes: Sequence[FieldNode]
    definition: GraphQLField | None
    "None for __typename and the fields of introspection."


@dataclass(frozen=True, slots=True)
class Typename(Step):
    """The root type's own name."""


@dataclass(frozen=True, slots=True)
class Ordinary(Step):
    """Whatever is no SQL: introspection, a resolver in Python."""


@dataclass(frozen=True, slots=True)
class Read(Step):
    """One statement."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Perform(Read):
    """Something is done; the plan then reads its payload."""

    act: Act
    input: Callable[[Variables], Any]
    "What the mutation was given."


@dataclass(frozen=True, slots=True)
class Follow(Read):
    """The plan reads what came after a position, again and again."""

    stream: Stream
    "Whose cursors it takes, and how far it reaches."
    after: Callable[[Variables], Any]
    "The cursor to start from."


@dataclass(frozen=True, slots=True)
class Prepared:
    """All steps of one operation, in order."""

    steps: tuple[Step, ...]
    ordinary: tuple[Ordinary, ...] = field(init=False)
    records: bool = field(init=False)
    "Whether answering it writes to the audit."

    def __post_init__(self) -> None:
        ordinary = tuple(step for step in self.steps if isinstance(step, Ordinary))
        object.__setattr__(self, "ordinary", ordinary)
        records = any(isinstance(step, Read) and step.plan.classes for step in self.steps)
        object.__setattr__(self, "records", records)


def shape(value: Any) -> Hashable:
    """Which parts of an input are present and not null. Values do not count, but for booleans: they have only two."""
    if isinstance(value, dict):
        return tuple((name, shape(part)) for name, part in value.items() if part is not None)
    return value if isinstance(value, bool) else value is not None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What the requests of one form are told apart by. Compared by identity: values mean nothing beside other looks."""

    key: Hashable
    looks: Mapping[Any, Callable[[Variables], Any]]

    def values(self, variables: Variables) -> Hashable:
        """What decides the text of the statements under these variables."""
        return tuple(look(variables) for look in self.looks.values())


class Operations:
    """Prepares operations, and keeps what it prepared by what decides the text of its statements."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._forms: dict[Hashable, Form] = {}
        self._kept: OrderedDict[tuple[Form, Hashable], Prepared] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def prepare(
        self,
        document: Hashable,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> Prepared:
        """The steps of an operation. document: compared by identity; kept as long as its plans are."""
        key = (document, operation.name.value if operation.name else None, shape(variables))
        form = self._forms.get(key)
        if form is not None:
            known = (form, form.values(variables))
            found = self._kept.get(known)
            if found is not None:
                self._kept.move_to_end(known)
                return found
        looks: dict[Any, Callable[[Variables], Any]] = dict(form.looks) if form else {}
        prepared = self._prepare(operation, fragments, variables, looks)
        if form is None or len(looks) > len(form.looks):
            form = self._forms[key] = Form(key, looks)
        self._kept[(form, form.values(variables))] = prepared
        while len(self._kept) > MOST:
            (old, _), _ = self._kept.popitem(last=False)
            if self._forms.get(old.key) is old:
                del self._forms[old.key]
        return prepared

    def _prepare(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
        looks: dict[Any, Callable[[Variables], Any]],
    ) -> Prepared:
        schema = self._planner.catalog.schema
        root = cast("GraphQLObjectType", schema.get_root_type(operation.operation))
        binds = Binds(variables)
        selected = Selections(schema, fragments, binds).fields(root, [operation.selection_set])
        looks.update(binds.consulted)
        steps: list[Step] = []
        for key, nodes in selected.items():
            definition = root.fields.get(nodes[0].name.value)
            source = self._planner.catalog.find_source(definition) if definition is not None else None
            if definition is None or source is None:
                named = nodes[0].name.value == "__typename"
                steps.append((Typename if named else Ordinary)(key, nodes, definition))
                continue
            binds = Binds(variables)
            plan = self._planner.plan(definition, nodes, fragments, binds)
            looks.update(binds.consulted)
            given = self._planner.given(definition, nodes[0], Binds(variables))
            match source:
                case Act():
                    steps.append(Perform(key, nodes, definition, plan, source, given.getter("input")))
                case Stream():
                    steps.append(Follow(key, nodes, definition, plan, source, given.getter("after")))
                case _:
                    steps.append(Read(key, nodes, definition, plan))
        return Prepared(tuple(steps))
