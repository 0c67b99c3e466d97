"""What every part of the graph shares: nodes with ids, and connections after the Relay cursor specification."""

from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy import Uuid
from strawberry.federation.schema_directives import RequiresScopes

from auth.scopes import Scope
from planner.fields import Argument, Expression, planned
from planner.given import Given
from planner.ids import global_id_sql, key_of
from resolvers.recent import RECENTLY

T = TypeVar("T")


@strawberry.interface(description="Something with an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque and immutable; tagged with its type.")


@strawberry.federation.type(description="Where a page stands in its list.", shareable=True)
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows the page, in the order of the list.")
    has_previous_page: bool = strawberry.field(description="Whether something precedes it.")
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the page's last edge.")


@strawberry.type(description="One row of a list, with where it stands.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Where the row stands: give it as `after` or `before`.")
    node: T = strawberry.field(description="The row itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The rows of the page.")
    edges: list[Edge[T]] = strawberry.field(description="The rows of the page, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int | None = strawberry.field(
        description="How many rows the list has: exact up to 10,000, null beyond."
    )


NAMED = "An id of that type; any other names nothing."
ID = {"id": Argument(strawberry.ID, NAMED)}
ID_OR_ELSE = {"id": Argument(strawberry.ID | None, NAMED)}
"Where the row may be named in another way instead."
PAGE = {
    "first": Argument(int | None, "How many from the start, 0 to 100; 0 asks for the count alone.", 20),
    "after": Argument(str | None, "Only what follows this cursor."),
    "last": Argument(int | None, "How many from the end, 0 to 100, instead of `first`."),
    "before": Argument(str | None, "Only what precedes this cursor."),
}


def own_id(type_name: str, key: str = "id") -> Any:
    """The field `id` of a type."""
    return planned(Expression(lambda r, _g: global_id_sql(type_name, r[key])), "Opaque and immutable.")


def id_argument(given: Given, name: str, type_name: str) -> Any:
    """An argument that is an id of a type, bound as the row's key; one that is not names nothing."""
    return given.bind(name, Uuid(), lambda text: key_of(type_name, text))


def requires(*scopes: Scope, recently: bool = False) -> list[Any]:
    """The directives by which a type or field asks for all of the scopes, printed in the SDL.

    recently: and a field also that the person has proved who they are of late.
    """
    asked: list[Any] = [RequiresScopes(scopes=[[str(scope) for scope in scopes]])]
    return [*asked, RECENTLY] if recently else asked
