"""One request as the graph sees it: admitted by the edge, not yet answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.graph.documents import Document, Operation
    from auth.actor import Actor


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked, already limited and decoded."""

    document: Document
    operation: Operation
    variables: dict[str, Any]  # JSON as it came, not yet coerced
    languages: tuple[str, ...]  # from Accept-Language, best first, e.g. ("ht", "fr"); empty without one
    actor: Actor
    request_id: str
