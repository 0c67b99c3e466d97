"""Finds what a batch of attendance events is about: its device, the sessions, and who is known by what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from actions.effects import RowsLost
from actions.statements import bind, table
from models import training as tables
from models.attendance import AttendanceDevice
from models.rules.attendance import LOCKS_AFTER
from models.rules.clocks import Window
from models.session import Session, Statement

TAUGHT = table(tables.TrainingSession)
CREDENTIAL = table(tables.EnrolmentCredential)
ENROLMENT = table(tables.Enrolment)
DEVICE = table(AttendanceDevice)
LAST = TAUGHT.alias("last")

locks = (
    select(func.max(LAST.c.ends_at) + literal_column(f"interval '{LOCKS_AFTER.days} days'"))
    .where(LAST.c.training_id == TAUGHT.c.training_id)
    .scalar_subquery()
)
"""When the training of a session locks."""


def _contexts() -> Statement:
    """For each session and token asked for, in order: the session, if it is the organiser's, and who is meant."""
    asked = (
        func.unnest(bindparam("sessions", type_=ARRAY(Uuid())), bindparam("tokens", type_=ARRAY(Text())))
        .table_valued("session_id", "token", with_ordinality="nth")
        .render_derived(name="asked")
    )
    mine = bind(TAUGHT.c.organization_id)
    said = and_(CREDENTIAL.c.training_id == TAUGHT.c.training_id, CREDENTIAL.c.pin == asked.c.token)
    known = and_(CREDENTIAL.c.organization_id == mine, or_(CREDENTIAL.c.token == asked.c.token, said))
    here = and_(CREDENTIAL.c.training_id == TAUGHT.c.training_id, ENROLMENT.c.withdrawn_at.is_(None))
    return Statement(
        select(
            asked.c.nth,
            TAUGHT.c.id.label("session_id"),
            TAUGHT.c.starts_at,
            TAUGHT.c.ends_at,
            locks.label("locks_at"),
            CREDENTIAL.c.enrolment_id,
            CREDENTIAL.c.revoked_at,
            func.coalesce(here, literal_column("false")).label("enrolled_here"),
        )
        .select_from(asked)
        .join(TAUGHT, and_(TAUGHT.c.id == asked.c.session_id, TAUGHT.c.organization_id == mine))
        .outerjoin(CREDENTIAL, known)
        .outerjoin(ENROLMENT, ENROLMENT.c.id == CREDENTIAL.c.enrolment_id)
    )


CONTEXTS = _contexts()
MEET = Statement(
    insert(DEVICE)
    .values({name: bind(DEVICE.c[name]) for name in ("organization_id", "name", "first_seen_at")})
    .on_conflict_do_nothing()
)
KNOWN_DEVICE = Statement(
    select(DEVICE.c.id, DEVICE.c.revoked_at).where(
        DEVICE.c.organization_id == bind(DEVICE.c.organization_id), DEVICE.c.name == bind(DEVICE.c.name)
    )
)


@dataclass(frozen=True, slots=True)
class Device:
    """The device that sends a batch."""

    id: UUID
    revoked: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of one event before it is kept."""

    session_id: UUID
    window: Window
    enrolment_id: UUID | None
    """Who is meant; None where nobody is known by what was shown."""
    enrolled_here: bool
    revoked: bool
    """What was shown was revoked by then."""


async def device(session: Session, now: datetime, *, organization_id: UUID, name: str) -> Device:
    """This will be the organiser's device of that name, made known where it is new. Runs two statements."""
    await session.change(MEET, organization_id=organization_id, name=name, first_seen_at=now)
    found = await session.row(KNOWN_DEVICE, organization_id=organization_id, name=name)
    if found is None:
        raise RowsLost
    return Device(found["id"], found["revoked_at"] is not None and found["revoked_at"] <= now)


async def contexts(
    session: Session, now: datetime, *, organization_id: UUID, asked: Sequence[tuple[UUID, str]]
) -> dict[int, Context]:
    """This will be the context of each (session, token) by its position; none for a session of somebody else's.

    Runs one statement.
    """
    rows = await session.rows(
        CONTEXTS,
        organization_id=organization_id,
        sessions=[key for key, _ in asked],
        tokens=[token for _, token in asked],
    )
    return {
        row["nth"] - 1: Context(
            session_id=row["session_id"],
            window=Window(starts_at=row["starts_at"], ends_at=row["ends_at"], locks_at=row["locks_at"]),
            enrolment_id=row["enrolment_id"],
            enrolled_here=row["enrolled_here"],
            revoked=row["revoked_at"] is not None and row["revoked_at"] <= now,
        )
        for row in rows
    }
