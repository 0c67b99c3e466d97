"""The seam between the edge and what answers: one checked request in, the response's bytes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLNonNull,
    OperationType,
    SelectionSetNode,
)
from graphql import execute as run
from graphql import subscribe as resolve_stream

from api.errors import Code, error, masked
from api.graph.engine import Engine, FieldFailed, answer, perform
from api.graph.follow import follow
from api.graph.variables import Misfit
from api.graph.wording import of_variables, schema_names
from api.logs import fault, log
from planner.operation import Follow, Ordinary, Perform, Typename

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import datetime

    from graphql import GraphQLError, GraphQLSchema

    from api.graph.request import Request
    from planner.given import Variables
    from planner.operation import Prepared


@dataclass(frozen=True, slots=True)
class Graph:
    """What every request is answered from; the edge only hands it through."""

    schema: GraphQLSchema
    engine: Engine | None = None
    "None for a schema of ordinary resolvers alone."


async def execute(graph: Graph, request: Request, *, now: datetime) -> bytes:
    """This will answer a query or a mutation with the whole body, `{"data": ...}` with `"errors"` after it.

    A body that begins with `{"errors":` says that nothing ran (variables that do not fit); each error has its code.
    It never raises for a client's mistake, and leaves `extensions` to the edge.
    """
    if graph.engine is None:
        return await _resolve(graph, request)
    try:
        variables = request.operation.variables.read(request.variables)
    except Misfit as misfit:
        return _refused(graph, misfit.errors)
    prepared = graph.engine.operations.prepare(
        request.document, request.operation.node, request.document.fragments, variables
    )
    if len(prepared.ordinary) == len(prepared.steps):
        return await _resolve(graph, request)
    if request.operation.kind is OperationType.MUTATION:
        return await _mutate(graph, graph.engine, request, prepared, variables, now=now)
    answers = await answer(graph.engine, prepared, request, variables)
    if prepared.ordinary:
        answers.update(await _beside(graph, request, prepared.ordinary))
    return _spliced(prepared, answers, request)


async def _beside(graph: Graph, request: Request, steps: tuple[Ordinary, ...]) -> dict[str, bytes | FieldFailed]:
    """The root fields that ordinary resolvers answer, as an operation of their own."""
    selected = SelectionSetNode(selections=tuple(node for step in steps for node in step.nodes))
    operation = replace(request.operation.node, selection_set=selected)
    rest = [part for part in request.document.ast.definitions if isinstance(part, FragmentDefinitionNode)]
    asked = replace(request, document=replace(request.document, ast=DocumentNode(definitions=(operation, *rest))))
    read = orjson.loads(await _resolve(graph, asked))
    failed = FieldFailed(Code.INTERNAL, "This field could not be answered.")
    data = read.get("data") or {}
    return {step.key: orjson.dumps(data[step.key]) if step.key in data else failed for step in steps}


async def _mutate(
    graph: Graph, engine: Engine, request: Request, prepared: Prepared, variables: Variables, *, now: datetime
) -> bytes:
    answers: dict[str, bytes | FieldFailed] = {}
    for step in prepared.steps:
        if isinstance(step, Perform):
            answers[step.key] = await perform(engine, step, request, variables, now=now)
            if isinstance(answers[step.key], FieldFailed):
                break
    return _spliced(prepared, answers, request)


def _spliced(prepared: Prepared, answers: dict[str, bytes | FieldFailed], request: Request) -> bytes:
    """The response: each field's JSON as the database wrote it, in the order asked for."""
    fields: list[bytes] = []
    errors, lost = [], False
    for step in prepared.steps:
        value = _typename(request) if isinstance(step, Typename) else answers.get(step.key)
        if isinstance(value, FieldFailed):
            errors.append({**error(Code(value.code), str(value)), "path": [step.key]})
            lost = lost or (step.definition is not None and isinstance(step.definition.type, GraphQLNonNull))
            value = b"null"
        fields += (b',"' if fields else b'"', step.key.encode(), b'":', value or b"null")
    data = (b"null",) if lost else (b"{", *fields, b"}")
    told = (b',"errors":', orjson.dumps(errors)) if errors else ()
    return b"".join((b'{"data":', *data, *told, b"}"))  # at once: each further copy of a long list shows


def _typename(request: Request) -> bytes:
    return (
        b'"%s"'
        % {"query": b"Query", "mutation": b"Mutation", "subscription": b"Subscription"}[request.operation.kind.value]
    )


async def _resolve(graph: Graph, request: Request) -> bytes:
    """Whatever is not planned (introspection) is answered by ordinary resolvers."""
    result = run(
        graph.schema,
        request.document.ast,
        context_value=request,
        variable_values=request.variables,
        operation_name=request.operation.name,
        hide_suggestions=True,
    )
    return body(result if isinstance(result, ExecutionResult) else await result, graph, request)


async def subscribe(graph: Graph, request: Request) -> AsyncGenerator[bytes]:
    """This will yield one body per event, and a single body of errors where the subscription cannot begin."""
    if graph.engine is None:
        async with aclosing(_resolve_stream(graph, request)) as bodies:
            async for each in bodies:
                yield each
        return
    try:
        variables = request.operation.variables.read(request.variables)
    except Misfit as misfit:
        yield _refused(graph, misfit.errors)
        return
    prepared = graph.engine.operations.prepare(
        request.document, request.operation.node, request.document.fragments, variables
    )
    [step] = prepared.steps
    if not isinstance(step, Follow):
        raise TypeError(step.key)
    async with aclosing(follow(graph.engine, step, request, variables)) as changes:
        async for change in changes:
            yield _spliced(prepared, {step.key: change}, request)


async def _resolve_stream(graph: Graph, request: Request) -> AsyncGenerator[bytes]:
    coming = resolve_stream(
        graph.schema,
        request.document.ast,
        context_value=request,
        variable_values=request.variables,
        operation_name=request.operation.name,
        hide_suggestions=True,
    )
    events = coming if isinstance(coming, ExecutionResult | AsyncIterator) else await coming
    if isinstance(events, ExecutionResult):
        yield body(events, graph, request)
        return
    async for event in events:
        yield body(event, graph, request)


def _refused(graph: Graph, errors: list[GraphQLError]) -> bytes:
    return orjson.dumps({"errors": of_variables(errors, schema_names(graph.schema))})


def body(result: ExecutionResult, graph: Graph, request: Request) -> bytes:
    """This will write a result as a response's body, its errors masked and what is ours to mend logged."""
    if not result.errors:
        return orjson.dumps({"data": result.data})
    if result.data is None and not any(failure.path for failure in result.errors):
        return _refused(graph, result.errors)
    entries = []
    for failure in result.errors:
        entry, cause = masked(failure, request_id=request.request_id)
        entries.append(entry)
        if cause:
            log("graph").error("fault", request=request.request_id, **fault(cause))
    return orjson.dumps({"data": result.data, "errors": entries})
