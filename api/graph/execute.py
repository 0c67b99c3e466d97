"""The seam between the edge and what answers: one checked request in, the response's bytes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from graphql import ExecutionResult
from graphql import execute as run
from graphql import subscribe as follow

from api.errors import masked
from api.graph.wording import of_variables, schema_names
from api.logs import fault, log

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import datetime

    from graphql import GraphQLSchema, OperationDefinitionNode

    from api.graph.documents import Document
    from auth.actor import Actor


@dataclass(frozen=True, slots=True)
class Graph:
    """What every request is answered from; the edge only hands it through."""

    schema: GraphQLSchema


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked, already limited and decoded."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]  # JSON as it came, not yet coerced
    languages: tuple[str, ...]  # from Accept-Language, best first, e.g. ("ht", "fr"); empty without one
    actor: Actor
    request_id: str


async def execute(graph: Graph, request: Request, *, now: datetime) -> bytes:
    """This will answer a query or a mutation with the whole body, `{"data": ...}` with `"errors"` after it.

    A body that begins with `{"errors":` says that nothing ran (variables that do not fit); each error has its code.
    It never raises for a client's mistake, and leaves `extensions` to the edge.
    """
    result = run(
        graph.schema,
        request.document.ast,
        context_value=request,
        variable_values=request.variables,
        operation_name=request.operation.name.value if request.operation.name else None,
        hide_suggestions=True,
    )
    return body(result if isinstance(result, ExecutionResult) else await result, graph, request)


async def subscribe(graph: Graph, request: Request) -> AsyncGenerator[bytes]:
    """This will yield one body per event, and a single body of errors where the subscription cannot begin."""
    coming = follow(
        graph.schema,
        request.document.ast,
        context_value=request,
        variable_values=request.variables,
        operation_name=request.operation.name.value if request.operation.name else None,
        hide_suggestions=True,
    )
    events = coming if isinstance(coming, ExecutionResult | AsyncIterator) else await coming
    if isinstance(events, ExecutionResult):
        yield body(events, graph, request)
        return
    async for event in events:
        yield body(event, graph, request)


def body(result: ExecutionResult, graph: Graph, request: Request) -> bytes:
    """This will write a result as a response's body, its errors masked and what is ours to mend logged."""
    if not result.errors:
        return orjson.dumps({"data": result.data})
    if result.data is None and not any(error.path for error in result.errors):
        return orjson.dumps({"errors": of_variables(result.errors, schema_names(graph.schema))})
    entries = []
    for failure in result.errors:
        entry, cause = masked(failure, request_id=request.request_id)
        entries.append(entry)
        if cause:
            log("graph").error("fault", request=request.request_id, **fault(cause))
    return orjson.dumps({"data": result.data, "errors": entries})
