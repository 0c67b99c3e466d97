"""What a client's text asks for: limited, parsed, checked and validated once, then kept by its text."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, OperationType, parse, validate

from api.errors import Refused, TooExpensive
from api.graph import wording
from api.graph.cost import Cost, compile_cost
from api.graph.prepass import Prepass
from api.graph.scopes import Demands, demands
from api.graph.variables import Misfit, Types, Variables
from api.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema


class DocumentTooLong(TooExpensive):
    """The document is too long."""


class Invalid(Refused):
    """The document is not a valid operation on this schema."""


class OperationNotNamed(Refused):
    """`operationName` must name one of the document's operations."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """What is known of one operation before anything runs."""

    node: OperationDefinitionNode
    name: str | None
    kind: OperationType
    demands: Demands
    cost: Cost
    variables: Variables


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document that passed every check; compared by identity, so that plans may be kept beside it."""

    text: str
    ast: DocumentNode
    fragments: Mapping[str, FragmentDefinitionNode]
    operations: Mapping[str | None, Operation]  # by name; None for the anonymous one
    work: int
    """Nodes the pre-pass looked at."""

    def operation(self, name: str | None) -> Operation:
        """This will choose the operation to run (GraphQL, 6.1). Raises OperationNotNamed."""
        if name:
            chosen = self.operations.get(name)
        else:
            chosen = next(iter(self.operations.values())) if len(self.operations) == 1 else None
        if chosen is None:
            raise OperationNotNamed
        return chosen


class Documents:
    """Reads texts, and keeps what it read, least recently used out first, bounded in number and in characters."""

    def __init__(self, schema: GraphQLSchema, limits: Limits = LIMITS) -> None:
        self.schema = schema
        self.limits = limits
        self.characters = 0
        self._names = wording.schema_names(schema)
        self._types = Types()
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def kept(self, text: str) -> Document | None:
        """This will find a document that was read before."""
        document = self._kept.get(text)
        if document is not None:
            self._kept.move_to_end(text)
        return document

    def read(self, text: str) -> Document:
        """This will check a text in the order of what a check costs, and keep it. Raises Refused."""
        limits = self.limits
        if len(text) > limits.document or len(text.encode()) > limits.document:
            raise DocumentTooLong
        ast = self._parse(text)
        prepass = Prepass(ast, limits)
        prepass.check()
        if failures := validate(self.schema, ast, max_errors=10, hide_suggestions=True):
            raise Invalid(errors=wording.of_rules(failures, self._names))
        operations = [self._operation(node, prepass.fragments) for node in prepass.operations]
        document = Document(
            text=text,
            ast=ast,
            fragments=prepass.fragments,
            operations={operation.name: operation for operation in operations},
            work=prepass.work,
        )
        self._keep(document)
        return document

    def _operation(self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Operation:
        try:
            variables = Variables(self.schema, node, self._types)
        except Misfit as misfit:
            raise Invalid(errors=wording.of_variables(misfit.errors, self._names)) from None
        return Operation(
            node=node,
            name=node.name.value if node.name else None,
            kind=node.operation,
            demands=demands(self.schema, fragments, node),
            cost=compile_cost(self.schema, fragments, node, self.limits),
            variables=variables,
        )

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_lexical_tokens=self.limits.tokens, max_comments=self.limits.comments)
        except GraphQLError as failure:
            if failure.message.endswith("Parsing aborted."):  # tokens, comments or nesting
                raise DocumentTooLong from None
            raise Invalid(errors=wording.of_syntax(failure)) from None

    def _keep(self, document: Document) -> None:
        self._kept[document.text] = document
        self.characters += len(document.text)
        while len(self._kept) > self.limits.cached_documents or self.characters > self.limits.cached_characters:
            text, _ = self._kept.popitem(last=False)
            self.characters -= len(text)
