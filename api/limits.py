"""How much one request may ask for. Defaults from the design's security page; every number is a count, never a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request and of what one process keeps; passed down, so that tests may lower them."""

    body: int = 256 * 1024
    """Bytes of a request's body or of a WebSocket frame."""
    body_seconds: float = 10.0
    json_depth: int = 32
    list_items: int = 100
    """Elements of one list in an input, in variables and in literals."""
    document: int = 64 * 1024
    """UTF-8 bytes."""
    tokens: int = 4_000
    comments: int = 1_000
    digits: int = 64
    """Of one number written in a document."""
    depth: int = 25
    """Selection sets inside each other, through fragments too; a full introspection query reaches 17."""
    selections: int = 2_000
    """Fields, spreads and inline fragments once every fragment is written out, over all operations of a document."""
    fragments: int = 100
    repeats: int = 20
    """Selections that meet in one response key of one object."""
    aliases: int = 50
    directives: int = 50
    nodes: int = 10_000
    """What `first` and `last` multiply up to."""
    page: int = 100
    """Largest `first` or `last`."""
    page_default: int = 20
    cached_documents: int = 2_000
    cached_characters: int = 4 * 1024 * 1024
    bucket_nodes: int = 10_000_000
    """What a client of an organisation may ask for at once, in one process."""
    bucket_per_second: int = 1_000_000
    """How fast that is given back."""
    answer_seconds: float = 8.0
    """For a query or a mutation to be answered; then the client is told to ask again."""
    init_seconds: float = 10.0
    """For `connection_init` to arrive on a WebSocket."""
    keep_alive_seconds: float = 12.0
    """Between comments on a silent event stream."""
    standing_seconds: float = 2.5
    """Between looks at whether the token of an open stream or socket still holds; what a look says may be 2 s old."""
    streams: int = 100
    """Open subscriptions of one client of an organisation, over SSE and WebSocket together, in one process."""
    socket_operations: int = 50
    """Running at once on one WebSocket."""


LIMITS = Limits()
