"""What came of an action: its effect, or the reasons why nothing was done."""

from dataclasses import dataclass, field
from uuid import UUID

from models.rules.problems import Refusal


@dataclass(frozen=True, slots=True)
class Effect:
    """What a verb did."""

    key: UUID
    """Of the row its payload shows."""
    touched: tuple[UUID, ...] = ()
    """The people, consents and referrals it concerned besides: the audit names them all."""
    secret: str | None = field(default=None, repr=False)
    """Told in this one answer and kept nowhere: who asks again with the same key is not told it again."""


class Refused(Exception):
    """Nothing was done, and nothing is kept of the attempt."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(*(refusal.code for refusal in refusals))
        self.refusals = refusals


class RowsLost(Exception):
    """A statement did not change the rows that this transaction had read and locked."""


def refuse(*found: Refusal | None) -> None:
    """This will raise Refused with every refusal among what the rules found; None is a rule's consent."""
    refusals = [refusal for refusal in found if refusal is not None]
    if refusals:
        raise Refused(*refusals)
