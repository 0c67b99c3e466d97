"""Who looks after an entry of the directory: its organisation's directory editors, and the network's stewards."""

from uuid import UUID

from auth.actor import Actor
from auth.policies.declare import STEWARDS
from auth.policies.partners import EDITORS
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode


def check_keeper(actor: Actor, owner: UUID, *field: str) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who neither edits the owner's entries nor is a steward of the whole network."""
    if actor.site_id is None and (actor.roles & STEWARDS or (actor.organization_id == owner and actor.roles & EDITORS)):
        return None
    message = "This is for the directory editors of the organisation whose it is, and for the network's stewards."
    return Refusal(ProblemCode.NOT_ALLOWED, message, field)
