"""What a client's text asks for: parsed, checked and validated once, then kept by its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import DocumentNode, OperationDefinitionNode, parse, validate

if TYPE_CHECKING:
    from graphql import GraphQLSchema


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document that passed every check; compared by identity, so that plans may be kept beside it."""

    text: str
    ast: DocumentNode
    operations: dict[
        str | None, OperationDefinitionNode
    ]  # by name; None for the anonymous one


def read(schema: GraphQLSchema, text: str) -> Document:
    """This will parse and validate one text. Raises GraphQLError."""
    ast = parse(text, max_lexical_tokens=4_000)
    for error in validate(schema, ast, hide_suggestions=True):
        raise error
    operations = {
        definition.name.value if definition.name else None: definition
        for definition in ast.definitions
        if isinstance(definition, OperationDefinitionNode)
    }
    return Document(text=text, ast=ast, operations=operations)
