"""What a request can get wrong that only shows while it is being planned or bound."""


class BadInput(Exception):
    """An argument cannot be understood. Says which, and what is wrong with it."""

    code = "BAD_USER_INPUT"


class CursorExpired(BadInput):
    """This cursor is older than what is kept. Start again without one."""

    code = "CURSOR_EXPIRED"


class SchemaRefused(Exception):
    """A field is declared in a way that could answer an illegal null, or cannot be planned at all."""
