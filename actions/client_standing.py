"""Whether a client counts, by which secret, and for which scopes: its organisation asks, a steward grants."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from actions.administrators import check_given, check_steward
from actions.client_details import known_scopes
from actions.clients import CLIENT, take_client
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind
from auth.actor import Actor
from auth.opaque import hash_of
from models.oauth import ClientProof, ClientStatus
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

USUAL_HOURS, MOST_HOURS = 24, 7 * 24

MARK = Statement(update(CLIENT).where(CLIENT.c.id == bind(CLIENT.c.id, "key")).values(status=bind(CLIENT.c.status)))
WANT = Statement(
    update(CLIENT).where(CLIENT.c.id == bind(CLIENT.c.id, "key")).values(wanted_scopes=bind(CLIENT.c.wanted_scopes))
)
KEY = bindparam("key", type_=Uuid())
FOLLOW = Statement(
    select(
        func.follow_secret(
            KEY, bindparam("hash", type_=LargeBinary()), bindparam("until", type_=TIMESTAMP(timezone=True))
        )
    )
)
GRANT = Statement(select(func.grant_scopes(KEY, bindparam("scopes", type_=ARRAY(Text())))))


async def rotate_client_secret(
    session: Session, actor: Actor, now: datetime, *, client_id: UUID, overlap_hours: int | None = None
) -> Effect:
    """This will give a client another secret, told once. The one before counts for the overlap; 0: it ends at once.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation, a client without a secret, or with a role
    of the network: whoever has its secret is what it is), NOT_FOUND, INVALID_INPUT. Runs two statements.
    """
    hours = USUAL_HOURS if overlap_hours is None else overlap_hours
    if not 0 <= hours <= MOST_HOURS:
        message = f"The secret before can count for 0 to {MOST_HOURS} hours more."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("overlapHours",)))
    held = await take_client(session, actor, client_id)
    refuse(check_given(actor, held["roles"]))
    if held["proof"] != ClientProof.CLIENT_SECRET_BASIC:
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, "This client has no secret.", ("clientId",)))
    secret = secrets.token_urlsafe(32)
    until = now + timedelta(hours=hours) if hours else None
    if not await session.value(FOLLOW, key=client_id, hash=hash_of(secret), until=until):
        raise RowsLost
    return Effect(client_id, secret=secret)


async def suspend_client(session: Session, actor: Actor, now: datetime, *, client_id: UUID) -> Effect:
    """This will refuse a client and all its tokens, within two seconds. Twice does no harm.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation), NOT_FOUND. Runs two statements.
    """
    return await _mark(session, actor, client_id, ClientStatus.SUSPENDED)


async def resume_client(session: Session, actor: Actor, now: datetime, *, client_id: UUID) -> Effect:
    """This will let a suspended client go on.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation), NOT_FOUND. Runs two statements.
    """
    return await _mark(session, actor, client_id, ClientStatus.ACTIVE)


async def request_client_scopes(
    session: Session, actor: Actor, now: datetime, *, client_id: UUID, scopes: Collection[str]
) -> Effect:
    """This will ask the network's steward for scopes, in place of what was asked before.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation), NOT_FOUND, INVALID_INPUT. Runs two
    statements.
    """
    wanted = known_scopes(scopes)
    held = await take_client(session, actor, client_id)
    refuse(check_given(actor, held["roles"]))
    if await session.change(WANT, key=client_id, wanted_scopes=wanted) != 1:
        raise RowsLost
    return Effect(client_id)


async def grant_client_scopes(
    session: Session, actor: Actor, now: datetime, *, client_id: UUID, scopes: Collection[str]
) -> Effect:
    """This will be the most that a client of any organisation may ask for; what was asked for is answered by it.

    Raises Refused: NOT_ALLOWED (no steward), NOT_FOUND, INVALID_INPUT. Runs one statement.
    """
    refuse(check_steward(actor))
    if not await session.value(GRANT, key=client_id, scopes=known_scopes(scopes)):
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such client.", ("clientId",)))
    return Effect(client_id)


async def _mark(session: Session, actor: Actor, client_id: UUID, status: ClientStatus) -> Effect:
    held = await take_client(session, actor, client_id)
    refuse(check_given(actor, held["roles"]))
    if await session.change(MARK, key=client_id, status=status) != 1:
        raise RowsLost
    return Effect(client_id)
