"""Registering an organisation's own OpenID Connect issuer, for its people or its machines, and suspending it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from actions.administrators import check_whole
from actions.client_details import endpoint
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from actions.texts import named
from auth.actor import Actor
from models import accounts
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

PROVIDER = table(accounts.IdentityProvider)
GIVEN = ("id", "organization_id", "issuer", "name", "client_id", "people", "machines", "created_at")

REGISTER = Statement(insert(PROVIDER).values({name: bind(PROVIDER.c[name]) for name in GIVEN}))
SEEN = Statement(select(PROVIDER.c.id).where(PROVIDER.c.id == bind(PROVIDER.c.id)))
MARK = Statement(
    update(PROVIDER)
    .where(PROVIDER.c.id == bind(PROVIDER.c.id, "key"))
    .values(suspended_at=bind(PROVIDER.c.suspended_at))
)


async def register_identity_provider(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    issuer: str,
    name: str,
    client_id: str,
    people: bool | None = None,
    machines: bool | None = None,
) -> Effect:
    """This will let an issuer vouch for the organisation: for people unless they are left out, for machines if told.

    Konbit signs in there by its own keys (private_key_jwt); no secret is kept. Raises Refused: NOT_ALLOWED (no
    administrator of the whole organisation, an issuer that is registered), INVALID_INPUT. Runs one statement.
    """
    refuse(check_whole(actor))
    vouches = {"people": people is not False, "machines": bool(machines)}
    if not any(vouches.values()):
        message = "An issuer vouches for people, for machines, or for both."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("people",)))
    known_as = endpoint(issuer, "issuer")
    if known_as is None or "?" in known_as:
        message = "An issuer is an https address without a query (OpenID Connect Discovery, section 2)."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("issuer",)))
    key = uuid4()
    await session.change(
        REGISTER,
        id=key,
        organization_id=actor.organization_id,
        issuer=known_as,
        name=named(name),
        client_id=named(client_id, "clientId"),
        **vouches,
        created_at=now,
    )
    return Effect(key)


async def suspend_identity_provider(session: Session, actor: Actor, now: datetime, *, provider_id: UUID) -> Effect:
    """This will let nobody sign in by the issuer, and count no token of it. Twice does no harm.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation), NOT_FOUND. Runs two statements.
    """
    return await _mark(session, actor, provider_id, now)


async def resume_identity_provider(session: Session, actor: Actor, now: datetime, *, provider_id: UUID) -> Effect:
    """This will let a suspended issuer vouch again.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation), NOT_FOUND. Runs two statements.
    """
    return await _mark(session, actor, provider_id, None)


async def _mark(session: Session, actor: Actor, provider_id: UUID, suspended_at: datetime | None) -> Effect:
    refuse(check_whole(actor))
    if await session.value(SEEN, id=provider_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Your organisation has no such provider.", ("providerId",)))
    if await session.change(MARK, key=provider_id, suspended_at=suspended_at) != 1:
        raise RowsLost
    return Effect(provider_id)
