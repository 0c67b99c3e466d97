"""What a rule answers when something cannot be done: data for the caller, never an exception."""

from dataclasses import dataclass
from uuid import UUID

from models.rules.vocabulary import InformationClass, ProblemCode


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why nothing was done; it becomes one `Problem` of the graph."""

    code: ProblemCode
    message: str
    """A sentence for a person, without anything personal in it."""
    field: tuple[str, ...] | None = None
    """The path below `input`, spelled as in the contract (`("consent", "assent")`); None where no field is at fault."""
    missing: tuple[InformationClass, ...] = ()
    """With CONSENT_REQUIRED: what consent would have to reach, in the order of the contract."""
    recipient: UUID | None = None
    """With CONSENT_REQUIRED: the organisation that consent must name."""
    referral: UUID | None = None
    """With DUPLICATE_REFERRAL: the open referral that stands in the way; the caller's own."""

    def below(self, *path: str) -> "Refusal":
        """This will be the same refusal with its field found under `path`, for an input that is part of another."""
        field = path if self.field is None else (*path, *self.field)
        return Refusal(self.code, self.message, field, self.missing, self.recipient, self.referral)
