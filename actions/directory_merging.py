"""Two services that are one, and two that only look alike: decided by the network's stewards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import TIMESTAMP

from actions.directory_overrides import settle
from actions.effects import Effect, Refused
from auth.actor import Actor
from auth.policies.declare import STEWARDS
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

_at = bindparam("at", type_=TIMESTAMP(timezone=True))
_merged = bindparam("merged", type_=Uuid())
MERGE = Statement(select(func.merge_services(bindparam("kept", type_=Uuid()), _merged, _at)))
SPLIT = Statement(select(func.split_services(_merged, _at)))
KEEP_APART = Statement(select(func.keep_apart(bindparam("pair", type_=Uuid()), _at)))
WHY_NOT = {
    "NOT_FOUND": Refusal(ProblemCode.NOT_FOUND, "There are no two such services that every partner may see."),
    "MERGED": Refusal(ProblemCode.NOT_ALLOWED, "Others were merged into it, or it into another: keep that one."),
    "SAME_SOURCE": Refusal(ProblemCode.NOT_ALLOWED, "One source tells of both: ask it to remove one.", ("mergedId",)),
    "SAME_PLACE": Refusal(ProblemCode.NOT_ALLOWED, "Both are given at one and the same location.", ("mergedId",)),
}


async def merge_records(session: Session, actor: Actor, now: datetime, *, kept_id: UUID, merged_id: UUID) -> Effect:
    """This will make two services one: kept_id, with the places and parts of both, and what counts of what each says.

    Their sources go on telling of it. The other's id answers null; referrals that name it keep it. Raises Refused:
    NOT_ALLOWED (no steward; why else, it says), NOT_FOUND. Runs three statements.
    """
    _check_steward(actor)
    refused = await session.value(MERGE, kept=kept_id, merged=merged_id, at=now)
    if refused is not None:
        raise Refused(WHY_NOT[refused])
    await settle(session, kept_id)
    return Effect(kept_id, (merged_id,))


async def split_records(session: Session, actor: Actor, now: datetime, *, merged_id: UUID) -> Effect:
    """This will make two again of a service and the one merged into it, each with what its own sources say by now.

    Raises Refused: NOT_ALLOWED (no steward), NOT_FOUND (nothing was merged so). Runs five statements.
    """
    _check_steward(actor)
    kept = await session.value(SPLIT, merged=merged_id, at=now)
    if kept is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "No such service was merged into another.", ("mergedId",)))
    await settle(session, kept)
    await settle(session, merged_id)
    return Effect(merged_id, (kept,))


async def keep_apart(session: Session, actor: Actor, now: datetime, *, duplicate_id: UUID) -> Effect:
    """This will remember that two that look alike are two. Raises Refused: NOT_ALLOWED (no steward), NOT_FOUND."""
    _check_steward(actor)
    if not await session.value(KEEP_APART, pair=duplicate_id, at=now):
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such pair to be decided on.", ("duplicateId",)))
    return Effect(duplicate_id)


def _check_steward(actor: Actor) -> None:
    if actor.site_id is not None or not actor.roles & STEWARDS:
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, "This is for the network's stewards."))
