"""What a person may do to a release of figures: approve it for good, or sign for what one stands alone behind."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select, update

from actions.effects import Effect, Refused, RowsLost
from actions.statements import bind, table
from auth.actor import Actor
from auth.policies.indicators import PUBLISHERS
from models import indicators as tables
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, ReleaseState
from models.session import Session, Statement

RELEASE = table(tables.IndicatorRelease)
SIGNOFF = table(tables.ReleaseSignoff)
AWAITED = (
    select(func.count())
    .select_from(SIGNOFF)
    .where(SIGNOFF.c.release_id == RELEASE.c.id, SIGNOFF.c.signed_at.is_(None))
    .correlate(RELEASE)
    .scalar_subquery()
)
FOUND = Statement(
    select(RELEASE.c.publisher_id, RELEASE.c.state, AWAITED.label("awaited")).where(RELEASE.c.id == bind(RELEASE.c.id))
)
APPROVE = Statement(
    update(RELEASE)
    .where(RELEASE.c.id == bindparam("release_id", type_=Uuid()), RELEASE.c.state == ReleaseState.AUDITED.value)
    .values(
        state=ReleaseState.APPROVED.value,
        approved_at=bindparam("at", type_=RELEASE.c.approved_at.type),
        approved_by=bindparam("by", type_=Uuid()),
        approved_client=bindparam("client", type_=Text()),
    )
)
ASKED = Statement(
    select(SIGNOFF.c.signed_at).where(
        SIGNOFF.c.release_id == bind(SIGNOFF.c.release_id), SIGNOFF.c.organization_id == bind(SIGNOFF.c.organization_id)
    )
)
SIGN = Statement(
    update(SIGNOFF)
    .where(
        SIGNOFF.c.release_id == bindparam("release_id", type_=Uuid()),
        SIGNOFF.c.organization_id == bindparam("own_id", type_=Uuid()),
        SIGNOFF.c.signed_at.is_(None),
    )
    .values(
        signed_at=bindparam("at", type_=SIGNOFF.c.signed_at.type),
        signed_by=bindparam("by", type_=Uuid()),
        signed_client=bindparam("client", type_=Text()),
    )
)
FIELD = ("releaseId",)


async def approve_release(session: Session, actor: Actor, now: datetime, *, release_id: UUID) -> Effect:
    """This will make a release immutable and its figures everyone's; what it restates is superseded by it.

    By an analyst or a steward of the organisation that publishes it. Raises Refused: NOT_FOUND, NOT_ALLOWED (another
    organisation's, or not their role), TRANSITION_NOT_ALLOWED (not audited, approved already, or a contributor has not
    signed). Runs two statements.
    """
    release = await session.row(FOUND, id=release_id)
    if release is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such release.", FIELD))
    if release["publisher_id"] != actor.organization_id or not actor.roles & PUBLISHERS:
        message = "A release is approved by an analyst or a steward of the organisation that publishes it."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, FIELD))
    if release["state"] != ReleaseState.AUDITED:
        message = "Only a release that was audited, and waits for approval, can be approved."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, FIELD))
    if release["awaited"]:
        message = f"{release['awaited']} of its contributors must sign first: see `unsigned` of the release."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, FIELD))
    done = await session.change(APPROVE, release_id=release_id, at=now, by=actor.user_id, client=actor.client_id)
    if done != 1:
        raise RowsLost
    return Effect(release_id)


async def sign_release(session: Session, actor: Actor, now: datetime, *, release_id: UUID) -> Effect:
    """This will agree, for an organisation that stands alone behind a figure, to the figure's being published.

    Raises Refused: NOT_FOUND (no such release, or the organisation's signature is not asked for, or not of this role),
    TRANSITION_NOT_ALLOWED (signed already). Runs two statements.
    """
    asked = await session.row(ASKED, release_id=release_id, organization_id=actor.organization_id)
    if asked is None:
        message = "There is no release of that id which waits for your organisation's signature."
        raise Refused(Refusal(ProblemCode.NOT_FOUND, message, FIELD))
    if asked["signed_at"] is not None:
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, "Your organisation has signed already.", FIELD))
    signed = {"at": now, "by": actor.user_id, "client": actor.client_id}
    if await session.change(SIGN, release_id=release_id, own_id=actor.organization_id, **signed) != 1:
        raise RowsLost
    return Effect(release_id)
