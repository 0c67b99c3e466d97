"""Makes attendances what their events and rulings say together (models/rules/attendance.py), under row locks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, insert

from actions.statements import bind, table
from models import attendance as tables
from models.rules.attendance import Fact, attended, version_of
from models.rules.vocabulary import AttendanceFlag, AttendanceRuling, AttendanceStatus
from models.session import Session, Statement
from models.training import Enrolment

ENROLMENT = table(Enrolment)
EVENT = table(tables.AttendanceEvent)
RULING = table(tables.AttendanceRulingOnEvent)
ATTENDANCE = table(tables.Attendance)
VERSION = table(tables.AttendanceVersion)

Pair = tuple[UUID, UUID]
"""A session and an enrolment."""

LOCK = Statement(
    select(ENROLMENT.c.id)
    .where(ENROLMENT.c.id == any_(bindparam("enrolments", type_=ARRAY(Uuid()))))
    .order_by(ENROLMENT.c.id)
    .with_for_update(key_share=True)
)
"""Whatever is recorded of one person waits for one another, in one order for all: the rows are there from the start."""


def pairs_asked() -> Any:
    """The pairs that a statement is about, as rows."""
    return (
        func.unnest(bindparam("sessions", type_=ARRAY(Uuid())), bindparam("enrolments", type_=ARRAY(Uuid())))
        .table_valued("session_id", "enrolment_id")
        .render_derived(name="asked")
    )


def _facts() -> Statement:
    """The events of each pair: recorded as the person's, or matched by a ruling.

    In steps, each by the index that finds it: what PostgreSQL expects of policies would have it read them all instead.
    """
    one, other = pairs_asked(), pairs_asked()
    ruled = (
        select(other.c.session_id, other.c.enrolment_id, RULING.c.event_id)
        .join(RULING, RULING.c.enrolment_id == other.c.enrolment_id)
        .cte("ruled")
        .prefix_with("MATERIALIZED")
    )
    recorded = _found(EVENT.c.session_id == one.c.session_id, EVENT.c.enrolment_id == one.c.enrolment_id)
    matched = _found(EVENT.c.id == ruled.c.event_id, EVENT.c.session_id == ruled.c.session_id)
    theirs = union_all(
        select(one.c.enrolment_id.label("whose"), recorded).select_from(one).join(recorded, literal_column("true")),
        select(ruled.c.enrolment_id.label("whose"), matched).select_from(ruled).join(matched, literal_column("true")),
    ).subquery("theirs")
    rulings = select(func.array_agg(RULING.c.kind)).where(RULING.c.event_id == theirs.c.id)
    rivals = (
        select(func.count())
        .select_from(EVENT)
        .where(EVENT.c.organization_id == theirs.c.organization_id, EVENT.c.event_id == theirs.c.event_id)
        .where(EVENT.c.id != theirs.c.id)
    )
    return Statement(
        select(
            theirs,
            func.coalesce(rulings.scalar_subquery(), literal_column("'{}'::text[]")).label("rulings"),
            rivals.scalar_subquery().label("rivals"),
        )
    )


def _found(*where: ColumnElement[bool]) -> Any:
    """The events that are so, looked for row by row: PostgreSQL keeps to what stands behind an OFFSET."""
    return select(EVENT).where(*where).offset(literal_column("0")).lateral()


FACTS = _facts()


def _keep() -> Statement:
    """The attendances as they now read, and each reading among the versions."""
    read = ("organization_id", "session_id", "enrolment_id", "status", "occurred_at", "recorded_at", "version")
    told = (
        func.jsonb_to_recordset(bindparam("read", type_=JSONB()))
        .table_valued(
            *(column(name, Uuid()) for name in read[:3]),
            column("status", Text()),
            column("occurred_at", TIMESTAMP(timezone=True)),
            column("recorded_at", TIMESTAMP(timezone=True)),
            column("version", Integer()),
            column("conflicts", ARRAY(Text())),
            column("events", ARRAY(Uuid())),
        )
        .render_derived(name="told", with_types=True)
    )
    names = (*read, "conflicts")
    said = insert(ATTENDANCE).from_select(list(names), select(*(told.c[name] for name in names)))
    kept = (
        said.on_conflict_do_update(
            constraint="uq_attendance_session_id_enrolment_id",
            set_={**{name: said.excluded[name] for name in names[3:]}, "void": literal(False, Boolean())},
        )
        .returning(*ATTENDANCE.c)
        .cte("kept")
    )
    joined = kept.join(told, and_(told.c.session_id == kept.c.session_id, told.c.enrolment_id == kept.c.enrolment_id))
    return Statement(_versioned(kept, joined, told.c.events))


def _void() -> Statement:
    """An attendance with nothing behind it any more; nothing happens where there never was one."""
    kept = (
        update(ATTENDANCE)
        .where(ATTENDANCE.c.session_id == bind(ATTENDANCE.c.session_id))
        .where(ATTENDANCE.c.enrolment_id == bind(ATTENDANCE.c.enrolment_id))
        .values(version=bind(ATTENDANCE.c.version), conflicts=literal_column("'{}'"), void=literal(True, Boolean()))
        .returning(*ATTENDANCE.c)
        .cte("kept")
    )
    return Statement(_versioned(kept, kept, bind(VERSION.c.events)))


def _versioned(kept: Any, of: Any, events: Any) -> Any:
    names = ("version", "organization_id", "status", "occurred_at", "conflicts", "void")
    values = select(kept.c.id, *(kept.c[name] for name in names), events, bind(VERSION.c.at)).select_from(of)
    return insert(VERSION).from_select(["attendance_id", *names, "events", "at"], values)


KEEP, VOID = _keep(), _void()


async def project(session: Session, now: datetime, pairs: Collection[Pair]) -> None:
    """This will bring the attendances of these people at these sessions up to date.

    To be called once after the events and rulings of theirs that a transaction adds, near its end: until then they wait
    for it. Runs three statements, and one for each attendance that becomes void.
    """
    if not pairs:
        return
    ordered = sorted(pairs)
    enrolments = [enrolment_id for _, enrolment_id in ordered]
    await session.rows(LOCK, enrolments=enrolments)
    facts: dict[Pair, list[Fact]] = {}
    owner: dict[Pair, UUID] = {}
    for row in await session.rows(FACTS, sessions=[session_id for session_id, _ in ordered], enrolments=enrolments):
        pair = row["session_id"], row["whose"]
        facts.setdefault(pair, []).append(fact_of(row))
        owner[pair] = row["organization_id"]
    kept = []
    for pair, found in facts.items():
        read, (session_id, enrolment_id) = attended(found), pair
        events = sorted({fact.id for fact in found})
        if read is None:
            values = {"session_id": session_id, "enrolment_id": enrolment_id, "version": version_of(found)}
            await session.change(VOID, **values, events=events, at=now)
            continue
        kept.append(
            {
                "organization_id": str(owner[pair]),
                "session_id": str(session_id),
                "enrolment_id": str(enrolment_id),
                "status": read.status,
                "occurred_at": read.occurred_at.isoformat(),
                "recorded_at": read.recorded_at.isoformat(),
                "version": version_of(found),
                "conflicts": list(read.conflicts),
                "events": [str(event) for event in events],
            }
        )
    if kept:
        await session.change(KEEP, read=kept, at=now)


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
