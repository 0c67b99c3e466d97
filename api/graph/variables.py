"""How an operation's variables are read: compiled once per operation, for graphql-core looks the types up every time.

The same rules as its `coerce_input_value` (a test compares them); why something does not fit is asked of it, then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_leaf_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.execution.values import get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

if TYPE_CHECKING:
    from graphql import GraphQLInputField, GraphQLSchema, OperationDefinitionNode

Coerce: TypeAlias = Callable[[Any], Any]
"From JSON's value to the graph's, or to Undefined where it does not fit."


class Misfit(Exception):
    """The variables do not fit the types that the operation gives them."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class Variables:
    """Reads the variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, types: Types) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._defaults = self._reason({}, only_defaults=True)
        self._coercions = [
            (definition.variable.name.value, types.coercion(type_from_ast(schema, definition.type)))
            for definition in self._definitions
        ]
        self._required = frozenset(
            name
            for (name, coerce) in self._coercions
            if name not in self._defaults and coerce(None) is Undefined  # a non-null type without a default
        )

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """This will coerce what was given. Raises Misfit, with every place that is wrong."""
        if not self._coercions:
            return {}
        read = dict(self._defaults)
        for name, coerce in self._coercions:
            if name in given:
                value = coerce(given[name])
                if value is Undefined:
                    return self._reason(given)
                read[name] = value
            elif name in self._required:
                return self._reason(given)
        return read

    def _reason(self, given: Mapping[str, Any], *, only_defaults: bool = False) -> dict[str, Any]:
        chosen = [d for d in self._definitions if d.default_value] if only_defaults else self._definitions
        answer = get_variable_values(self._schema, chosen, dict(given), max_errors=10, hide_suggestions=True)
        if isinstance(answer, list):
            raise Misfit(answer)
        return answer.coerced


class Types:
    """The coercions of one schema's input types, each compiled when it is first asked for."""

    def __init__(self) -> None:
        self._objects: dict[str, Coerce] = {}

    def coercion(self, type_: Any) -> Coerce:
        """This will compile a type, wrapped or not."""
        if isinstance(type_, GraphQLNonNull):
            return nullable(self.coercion(type_.of_type), null=Undefined)
        if isinstance(type_, GraphQLList):
            return listed(self.coercion(type_.of_type))
        if isinstance(type_, GraphQLInputObjectType):
            return lambda value: None if value is None else self._object(type_)(value)
        if is_leaf_type(type_):
            return leaf(type_.coerce_input_value)
        raise TypeError(type_)

    def _object(self, type_: GraphQLInputObjectType) -> Coerce:
        if type_.name not in self._objects:
            self._objects[type_.name] = self._compile(type_)
        return self._objects[type_.name]

    def _compile(self, type_: GraphQLInputObjectType) -> Coerce:
        fields = [self._field(name, field) for name, field in type_.fields.items()]
        known, build, one_of = type_.fields.keys(), type_.out_type, type_.is_one_of

        def coerce(value: Any) -> Any:
            if not isinstance(value, dict) or not known >= value.keys():
                return Undefined
            read: dict[str, Any] = {}
            for name, out_name, inner, absent in fields:  # in the order of the type: plans are kept by what is there
                if name in value:
                    part = inner(value[name])
                    if part is Undefined:
                        return Undefined
                    read[out_name] = part
                elif absent is not None:
                    default = absent()
                    if default is Undefined:
                        return Undefined
                    read[out_name] = default
            if one_of and (len(value) != 1 or any(part is None for part in read.values())):
                return Undefined
            return build(read)

        return coerce

    def _field(self, name: str, field: GraphQLInputField) -> tuple[str, str, Coerce, Callable[[], Any] | None]:
        absent: Callable[[], Any] | None = None
        if is_required_input_field(field):
            absent = _undefined
        elif coerce_default_value(field) is not Undefined:
            absent = lambda: coerce_default_value(field)  # noqa: E731 - a fresh one each time: it may be a list
        return name, field.out_name or name, self.coercion(field.type), absent


def _undefined() -> Any:
    return Undefined


def nullable(inner: Coerce, *, null: Any) -> Coerce:
    return lambda value: null if value is None else inner(value)


def listed(inner: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if value is None:
            return None
        read = [inner(item) for item in (value if isinstance(value, list) else (value,))]
        return Undefined if any(item is Undefined for item in read) else read

    return coerce


def leaf(parse: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if value is None:
            return None
        try:
            return parse(value)
        except Exception:  # noqa: BLE001 - a scalar may raise anything for what it does not read
            return Undefined

    return coerce
