"""Who may plan trainings, enrol people and certify them?"""

from auth.actor import Actor
from auth.policies.training import RECORDERS
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode


def check_trainer(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who is no trainer."""
    if actor.roles & RECORDERS:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This is for trainers of the organisation that gives the training.")
