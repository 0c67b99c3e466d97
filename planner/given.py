"""What a field was given: arguments and context, as binds where their values vary and as values where the text does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    value_from_ast,
)
from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.types import TypeEngine

Variables = Mapping[str, Any]
Context = Mapping[str, Any]
Getter = Callable[[Variables, Context], Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the document."""

    value: Any

    def get(self, variables: Variables) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, or what stands at a path inside it."""

    name: str
    path: tuple[str, ...] = ()

    def get(self, variables: Variables) -> Any:
        value = variables.get(self.name)
        for step in self.path:
            value = value.get(step) if value is not None else None
        return value


@dataclass(frozen=True, slots=True)
class Mixture:
    """A list or object written in the document with variables inside it."""

    node: ValueNode
    type: GraphQLInputType

    def get(self, variables: Variables) -> Any:
        return value_from_ast(self.node, self.type, dict(variables))


Source = Constant | Variable | Mixture | dict[str, Any]


def _has_variable(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(_has_variable(item) for item in node.values)
        case ObjectValueNode():
            return any(_has_variable(item.value) for item in node.fields)
    return False


def source_of(node: ValueNode, kind: GraphQLInputType, variables: Variables) -> Source | None:
    """Where an argument's value comes from; None where nothing was given."""
    if isinstance(node, VariableNode):
        name = node.name.value
        return Variable(name) if name in variables else None
    if isinstance(node, NullValueNode):
        return None
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if not _has_variable(node):
        return Constant(value_from_ast(node, kind))
    if isinstance(node, ObjectValueNode) and isinstance(bare, GraphQLInputObjectType):
        parts = {
            item.name.value: source_of(item.value, bare.fields[item.name.value].type, variables) for item in node.fields
        }
        return {name: part for name, part in parts.items() if part is not None}
    return Mixture(node, kind)


@dataclass(slots=True)
class Binds:
    """Everything one statement must be given, and every value its text was chosen by."""

    variables: Variables
    getters: dict[str, Getter] = field(default_factory=dict)
    consulted: dict[tuple[Any, ...], Callable[[Variables], Any]] = field(default_factory=dict)

    def bind(
        self, getter: Getter, kind: TypeEngine[Any] | type[TypeEngine[Any]], name: str | None = None
    ) -> BindParameter[Any]:
        key = name or f"p{len(self.getters)}"
        self.getters.setdefault(key, getter)
        return bindparam(key, type_=kind)

    def consult(self, source: Source | None, view: Callable[[Any], Any] = lambda value: value) -> Any:
        """The value now; a request with another one is planned anew."""
        if isinstance(source, Variable):
            self.consulted[(source, view)] = lambda variables: view(source.get(variables))
        elif isinstance(source, Mixture):
            self.consulted[(id(source.node), view)] = lambda variables: view(source.get(variables))
        elif isinstance(source, dict):
            self.consulted[(id(source), view)] = lambda variables: view(value_of(source, variables))
        return view(value_of(source, self.variables))


def value_of(source: Source | None, variables: Variables) -> Any:
    """The value a source has under these variables."""
    if source is None:
        return None
    if isinstance(source, dict):
        return {name: value_of(part, variables) for name, part in source.items()}
    return source.get(variables)


class Given:
    """The arguments of one field, or the fields of one input object among them."""

    def __init__(self, sources: Mapping[str, Source], binds: Binds, written: frozenset[str] = frozenset()) -> None:
        self._sources, self._binds, self._written = sources, binds, written

    @classmethod
    def of(cls, declared: Mapping[str, GraphQLArgument], nodes: Mapping[str, ValueNode], binds: Binds) -> "Given":
        sources: dict[str, Source] = {}
        written = set()
        for name, argument in declared.items():
            source = source_of(nodes[name], argument.type, binds.variables) if name in nodes else None
            if source is not None and value_of(source, binds.variables) is not None:
                sources[name] = source
                written.add(name)
            elif argument.default_value is not Undefined:
                sources[name] = Constant(argument.default_value)
        return cls(sources, binds, frozenset(written))

    def has(self, name: str) -> bool:
        """Whether something other than null was given: a request where that differs is planned anew."""
        return value_of(self._sources.get(name), self._binds.variables) is not None

    def written(self, name: str) -> bool:
        """Whether the client itself gave it, and not null: a default is not written."""
        return name in self._written

    def inside(self, name: str) -> "Given | None":
        """What an input object was given, or None where it was left out or null."""
        source = self._sources.get(name)
        if source is None or not self.has(name):
            return None
        if isinstance(source, dict):
            return Given(source, self._binds)
        if isinstance(source, Variable):
            known = source.get(self._binds.variables)
            return Given({key: Variable(source.name, (*source.path, key)) for key in known}, self._binds)
        known = value_of(source, self._binds.variables)
        return Given({key: Constant(value) for key, value in known.items()}, self._binds)

    def value(self, name: str, view: Callable[[Any], Any] = lambda value: value) -> Any:
        """A value that decides the statement's text; each value has a plan of its own, so only for what has few."""
        return self._binds.consult(self._sources.get(name), view)

    def getter(self, name: str) -> Callable[[Variables], Any]:
        """What reads the value from a request's variables."""
        source = self._sources.get(name)
        return lambda variables: value_of(source, variables)

    def bind(
        self, name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], convert: Callable[[Any], Any] | None = None
    ) -> ColumnElement[Any]:
        """A value bound to the statement; `convert` turns what the client gave into what the database takes."""
        read = self.getter(name)

        def get(variables: Variables, _context: Context) -> Any:
            value = read(variables)
            return convert(value) if convert and value is not None else value

        return self._binds.bind(get, kind)

    def computed(self, getter: Getter, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> ColumnElement[Any]:
        """A value made of several arguments, bound to the statement."""
        return self._binds.bind(getter, kind)

    def context(self, name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> ColumnElement[Any]:
        """A value of the request itself (now, the viewer), bound once per statement."""
        return self._binds.bind(lambda _variables, context: context[name], kind, name=f"request_{name}")
