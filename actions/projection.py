"""Makes an attendance what its events and rulings say together (models/rules/attendance.py), under a row lock."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, and_, func, literal, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from actions.statements import bind, table
from models import attendance as tables
from models.rules.attendance import Attended, Fact, attended, version_of
from models.rules.vocabulary import AttendanceFlag, AttendanceRuling, AttendanceStatus
from models.session import Session, Statement
from models.training import Enrolment

ENROLMENT = table(Enrolment)
EVENT = table(tables.AttendanceEvent)
RULING = table(tables.AttendanceRulingOnEvent)
ATTENDANCE = table(tables.Attendance)
VERSION = table(tables.AttendanceVersion)
OTHER = EVENT.alias("other")

LOCK = Statement(select(ENROLMENT.c.id).where(ENROLMENT.c.id == bind(ENROLMENT.c.id)).with_for_update(key_share=True))
"""Whatever is recorded of one person waits for one another, at all sessions: the row is there from the beginning."""


def _facts() -> Statement:
    """The events of one person at one session: recorded as the person's, or matched by a ruling."""
    matched = select(RULING.c.event_id).where(RULING.c.enrolment_id == bind(EVENT.c.enrolment_id))
    rulings = select(func.array_agg(RULING.c.kind)).where(RULING.c.event_id == EVENT.c.id)
    rivals = (
        select(func.count())
        .select_from(OTHER)
        .where(OTHER.c.organization_id == EVENT.c.organization_id, OTHER.c.event_id == EVENT.c.event_id)
        .where(OTHER.c.id != EVENT.c.id)
    )
    return Statement(
        select(
            EVENT,
            func.coalesce(rulings.scalar_subquery(), literal_column("'{}'::text[]")).label("rulings"),
            rivals.scalar_subquery().label("rivals"),
        ).where(
            EVENT.c.session_id == bind(EVENT.c.session_id),
            or_(EVENT.c.enrolment_id == bind(EVENT.c.enrolment_id), EVENT.c.id.in_(matched)),
        )
    )


FACTS = _facts()


def _keep() -> Statement:
    """The attendance as it now reads, and that reading among its versions. Answers its id."""
    read = ("status", "occurred_at", "recorded_at", "version", "conflicts")
    said = insert(ATTENDANCE).values(
        {name: bind(ATTENDANCE.c[name]) for name in ("organization_id", "session_id", "enrolment_id", *read)}
    )
    kept = (
        said.on_conflict_do_update(
            constraint="uq_attendance_session_id_enrolment_id",
            set_={**{name: said.excluded[name] for name in read}, "void": literal(False, Boolean())},
        )
        .returning(*ATTENDANCE.c)
        .cte("kept")
    )
    return Statement(_versioned(kept))


def _void() -> Statement:
    """The attendance with nothing behind it any more. Answers its id; no row where there never was one."""
    kept = (
        update(ATTENDANCE)
        .where(
            and_(
                ATTENDANCE.c.session_id == bind(ATTENDANCE.c.session_id),
                ATTENDANCE.c.enrolment_id == bind(ATTENDANCE.c.enrolment_id),
            )
        )
        .values(version=bind(ATTENDANCE.c.version), conflicts=literal_column("'{}'"), void=literal(True, Boolean()))
        .returning(*ATTENDANCE.c)
        .cte("kept")
    )
    return Statement(_versioned(kept))


def _versioned(kept: Any) -> Any:
    names = ("version", "organization_id", "status", "occurred_at", "conflicts", "void")
    return (
        insert(VERSION)
        .from_select(
            ["attendance_id", *names, "events", "at"],
            select(kept.c.id, *(kept.c[name] for name in names), bind(VERSION.c.events), bind(VERSION.c.at)),
        )
        .returning(VERSION.c.attendance_id)
    )


KEEP, VOID = _keep(), _void()


async def project(session: Session, now: datetime, *, session_id: UUID, enrolment_id: UUID) -> UUID | None:
    """This will bring the attendance of one person at one session up to date, and answer its id.

    None where nothing that counts was recorded. To be called after each event or ruling of theirs, in its transaction.
    Runs three statements.
    """
    await session.value(LOCK, id=enrolment_id)
    rows = await session.rows(FACTS, session_id=session_id, enrolment_id=enrolment_id)
    if not rows:
        return None
    facts = [fact_of(row) for row in rows]
    read: Attended | None = attended(facts)
    values: dict[str, Any] = {
        "session_id": session_id,
        "enrolment_id": enrolment_id,
        "version": version_of(facts),
        "events": sorted({fact.id for fact in facts}),
        "at": now,
    }
    if read is None:
        voided: UUID | None = await session.value(VOID, **values)
        return voided
    kept: UUID = await session.value(
        KEEP,
        **values,
        organization_id=rows[0]["organization_id"],
        status=read.status,
        occurred_at=read.occurred_at,
        recorded_at=read.recorded_at,
        conflicts=list(read.conflicts),
    )
    return kept


def fact_of(row: asyncpg.Record) -> Fact:
    """This will be an event's row as the rule takes it."""
    base = row["base_status"]
    return Fact(
        id=row["event_id"],
        status=AttendanceStatus(row["status"]),
        occurred_at=row["occurred_at"],
        believed_at=row["believed_at"],
        received_at=row["received_at"],
        flags=frozenset(map(AttendanceFlag, row["flags"])),
        rulings=frozenset(map(AttendanceRuling, row["rulings"])),
        corrects=frozenset(row["corrects"]),
        base=None if base is None else (AttendanceStatus(base), row["base_occurred_at"]),
        rivals=row["rivals"],
    )
