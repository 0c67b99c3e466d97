"""What people write in words: trimmed, nothing where it is blank, and refused where it is too long."""

from actions.effects import Refused
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode

NAME, NOTE, NARRATIVE = 200, 4_000, 20_000
"""Signs that a name or a word, a note or a summary, and the protection narrative may have."""


def written(text: str | None, *field: str, longest: int = NOTE) -> str | None:
    """This will be the text as it is kept; None where nothing was said. Raises Refused (INVALID_INPUT)."""
    kept = (text or "").strip()
    if len(kept) > longest:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, f"This has at most {longest:,} signs.", field))
    return kept or None


def named(text: str, *field: str) -> str:
    """This will be a name as it is kept. Raises Refused (INVALID_INPUT) where it is blank or too long."""
    field = field or ("name",)
    kept = written(text, *field, longest=NAME)
    if kept is None:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "This must be said.", field))
    return kept
