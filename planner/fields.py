"""How a field of the schema says where its value comes from. The Strawberry types are the only declaration there is.

A row is given to an expression as the columns of its table (`r.status`); what the field was given as `Given`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.types import TypeEngine
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from planner.given import Given

if TYPE_CHECKING:
    from planner.paging import Paging

Row = Any
"The columns of a table's alias, by attribute."
Join = Callable[[Row, Row], ColumnElement[bool]]
Value = Callable[[Row, Given], ColumnElement[Any]]
Made = Callable[[Row, Given], FromClause]
"""Makes rows of the row they belong to and of what the field was given: a subquery that correlates all but its own
tables. Where the field's type is an interface or a union, each row says in its column `typename` of which it is."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A value of the row itself."""

    make: Value
    nullable: bool = False
    "Whether it is a column that may be null: the field must be nullable too."


@dataclass(frozen=True, slots=True)
class Part:
    """A value of another table's row, at most one to a row: null where that row is absent or may not be seen."""

    table: FromClause
    on: Join
    make: Value


@dataclass(frozen=True, slots=True)
class Inside:
    """An object made of the same row; null where `when` is false."""

    when: Callable[[Row], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True)
class One:
    """The one row of the field's type that belongs to this one.

    always: over a NOT NULL key, to a table that is visible wherever this one is; only then may the field be non-null.
    """

    on: Callable[..., ColumnElement[bool]]
    table: FromClause | Made | None = None
    "The field's type's own table; or another; or a row made for the occasion."
    always: bool = False
    order: Callable[[Row], Sequence[ColumnElement[Any]]] | None = None
    "For more than one candidate: the first in this order."


@dataclass(frozen=True, slots=True)
class Found:
    """At the root: the one row of the field's type that the arguments name."""

    where: Callable[[Row, Given], Sequence[ColumnElement[bool]]]
    table: FromClause | None = None


@dataclass(frozen=True, slots=True)
class AnyNode:
    """At the root: the row an id names, of whatever type the id is of."""


@dataclass(frozen=True, slots=True)
class References:
    """At the root: the rows that federation's references name, of whatever keyed types."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many rows a list that has no pages may hold, so that its cost is known before anything runs.

    `rows`; and where a list argument is named, that many times what each of its first `most` values stands for.
    """

    rows: int = 1
    argument: str | None = None
    each: Mapping[str, int] = field(default_factory=dict)
    most: int = 3


@dataclass(frozen=True, slots=True)
class Many:
    """All rows of the field's type that belong to this one, few by nature; at the root, all there are."""

    on: Join
    order: Callable[[Row], Sequence[ColumnElement[Any]]]
    table: FromClause | Made | None = None
    "The field's type's own table; or another; or rows made for the occasion."
    bound: Bound | None = None
    "None where they are so few that nobody counts them."


@dataclass(frozen=True, slots=True)
class Codes:
    """One value of each row of another table that belongs to this one."""

    table: FromClause
    on: Join
    make: Value


@dataclass(frozen=True, slots=True)
class Order:
    """A way a list may be sorted: its name in cursors, its keys and their Python types. The last key is unique."""

    name: str
    keys: Callable[[Row], Sequence[ColumnElement[Any]]]
    kinds: Sequence[type]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """At the root of a subscription: at most MOST rows (paging) that come after a position, in its order.

    rows: made with the request's `after` and `checkpoint`; where that is true, the one row that says nothing happened.
    """

    rows: Callable[[Given], FromClause]
    order: Order
    reach: str
    """SQL that answers how far the feed reaches, and what of it is gone: last_position, purged_position. $1: the
    viewer's organisation."""
    rung: str | None = None
    "The name under which the bell is rung for it; None: the viewer's organisation."


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: a page of the rows of a spine, a table whose columns a list is filtered and sorted by.

    spine: the table, or what makes one of the arguments and the page (a search); where None, the node's own table.
    on: which rows of the spine belong to the parent; absent at the root.
    to: which node a row of the spine leads to; absent where the spine is the node's own table.
    where: the conditions that the arguments make.
    order: the order that the arguments ask for.
    """

    order: Callable[[Given], Order]
    spine: "Callable[[Given, Paging], FromClause] | FromClause | None" = None
    on: Join | None = None
    to: Join | None = None
    where: Callable[[Row, Given], Sequence[ColumnElement[bool]]] | None = None
    count: Callable[[Given], ColumnElement[int]] | None = None
    "How many rows there are in all, where the spine does not hold them all; beyond what is counted, one more."
    resting: Callable[[Given], ColumnElement[str]] | None = None
    "The end cursor of an empty page, where a list goes on growing at its end."
    beside: Mapping[str, Callable[[Given, frozenset[str]], FromClause]] = field(default_factory=dict)
    """Fields of the connection, by name in the graph: each one row, of the page's arguments and the names of what
    is asked of that row."""
    refused: Callable[[Given], ColumnElement[Any]] | None = None
    "True where the database says that the cursor cannot be followed any more."


@dataclass(frozen=True, slots=True)
class Act:
    """At the root of mutations: something is done, and its payload is then read from one row.

    perform: what is done; the program that runs operations knows how to call it.
    effect: the columns of the payload's row, by name, and their types: bound from what was done.
    """

    perform: Any
    effect: Mapping[str, TypeEngine[Any]]


Source = Expression | Part | Inside | One | Found | AnyNode | References | Stream | Many | Codes | Page | Act


class Planned(StrawberryField):
    """A field of the schema that the database answers."""

    source: Source

    def __copy__(self) -> "Planned":
        copied = super().__copy__()
        copied.source = self.source
        return copied


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a planned field."""

    type: Any
    description: str | None = None
    default: Any = UNSET


def planned(
    source: Source,
    description: str | None = None,
    *,
    arguments: Mapping[str, Argument] | None = None,
    directives: Sequence[object] = (),
    name: str | None = None,
) -> Any:
    """A field answered by the source. Any, so that it may stand as the default of an annotation."""
    made = Planned(description=description, directives=directives, graphql_name=name)
    made.source = source
    made.arguments = [
        StrawberryArgument(
            python_name=key,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(argument.type),
            description=argument.description,
            default=argument.default,
        )
        for key, argument in (arguments or {}).items()
    ]
    return made


def column(attribute: Any, description: str | None = None, **options: Any) -> Any:
    """A field that is a column of the type's own table."""
    key, nullable = attribute.expression.key, bool(attribute.expression.nullable)
    return planned(Expression(lambda r, _g: r[key], nullable=nullable), description, **options)


@dataclass(frozen=True, slots=True)
class Entity:
    """A type with rows of its own: what `node(id)` and lists of ids find."""

    table: FromClause
    key: str = field(default="id")
    standing: Callable[[Row], ColumnElement[bool]] | None = None
    "Which rows are found by their names: an id that names any other answers null, though what leads to it shows it."

    def found(self, row: Row) -> list[ColumnElement[bool]]:
        """The conditions under which a row is found by its names."""
        return [self.standing(row)] if self.standing else []


def entity(
    model: Any, key: str = "id", *, standing: Callable[[Row], ColumnElement[bool]] | None = None
) -> Callable[[type], type]:
    """This will say which table a type's rows are in: a model's, or one that names fewer columns.

    Stands below the decorator of Strawberry.
    """

    def declare(cls: type) -> type:
        cls.__entity__ = Entity(getattr(model, "__table__", model), key, standing)  # type: ignore[attr-defined]
        return cls

    return declare


def entity_of(cls: Any) -> Entity | None:
    """The table a Strawberry type was declared over, or None for one that is only ever inside another."""
    found: Entity | None = getattr(cls, "__dict__", {}).get("__entity__")
    return found
