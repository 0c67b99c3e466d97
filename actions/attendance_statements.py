"""The statements by which attendance events are kept, found again and answered."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, Text, Uuid, and_, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from actions.projection import ATTENDANCE, EVENT, RULING, VERSION, Pair, pairs_asked
from actions.statements import bind, table
from models.attendance import AttendanceAnswer
from models.session import Session, Statement
from models.turns import one_at_a_time

ANSWERED = table(AttendanceAnswer)
GENERATED = {"id"}

INSERT = Statement(
    insert(EVENT)
    .values({each.key: bind(each) for each in EVENT.c if each.key not in GENERATED})
    .on_conflict_do_nothing()
    .returning(EVENT.c.id)
)
"""No row where the id was taken; waits for whoever is just taking it."""
matched: Any = (
    select(RULING.c.enrolment_id)
    .where(RULING.c.event_id == EVENT.c.id, RULING.c.enrolment_id.is_not(None))
    .scalar_subquery()
)
"""Whose an event is that came by an unknown token."""
SAME_ID = Statement(
    select(
        EVENT.c.session_id,
        func.coalesce(EVENT.c.enrolment_id, matched).label("enrolment_id"),
        EVENT.c.content_hash,
        EVENT.c.outcome,
        EVENT.c.flags,
    ).where(EVENT.c.organization_id == bind(EVENT.c.organization_id), EVENT.c.event_id == bind(EVENT.c.event_id))
)
KNOWN = Statement(
    select(EVENT.c.event_id).where(
        EVENT.c.organization_id == bind(EVENT.c.organization_id),
        EVENT.c.event_id == any_(bindparam("events", type_=ARRAY(Uuid()))),
    )
)
"""Which of several events have come."""
ONE_AT_A_TIME = Statement(select(one_at_a_time(bind(EVENT.c.event_id))))
"""Of those that come under one id with different contents, each sees all that came before it."""
ATTENDED = Statement(
    select(ATTENDANCE.c.id, ATTENDANCE.c.session_id, ATTENDANCE.c.enrolment_id).join(
        (asked := pairs_asked()),
        and_(ATTENDANCE.c.session_id == asked.c.session_id, ATTENDANCE.c.enrolment_id == asked.c.enrolment_id),
    )
)
BASE = Statement(
    select(VERSION.c.status, VERSION.c.occurred_at, VERSION.c.events)
    .join(ATTENDANCE, ATTENDANCE.c.id == VERSION.c.attendance_id)
    .where(
        ATTENDANCE.c.session_id == bind(ATTENDANCE.c.session_id),
        ATTENDANCE.c.enrolment_id == bind(ATTENDANCE.c.enrolment_id),
        VERSION.c.version == bind(VERSION.c.version),
    )
)
"""An attendance as it read at one version."""


def _answers() -> Statement:
    told = (
        func.jsonb_to_recordset(bindparam("answers", type_=JSONB()))
        .table_valued(
            column("position", Integer()),
            column("event_id", Text()),
            column("outcome", Text()),
            column("flags", ARRAY(Text())),
            column("message", Text()),
            column("attendance_id", Uuid()),
        )
        .render_derived(name="told", with_types=True)
    )
    shared = ("batch_id", "organization_id", "at")
    return Statement(
        insert(ANSWERED).from_select(
            [*shared, *(each.key for each in told.c)],
            select(*(bind(ANSWERED.c[name]) for name in shared), *told.c),
        )
    )


ANSWER = _answers()


async def attendances(session: Session, pairs: Collection[Pair]) -> dict[Pair, str]:
    """This will be the ids of the attendances that there are, by session and enrolment."""
    ordered = sorted(pairs)
    asked = {"sessions": [one for one, _ in ordered], "enrolments": [other for _, other in ordered]}
    return {(row["session_id"], row["enrolment_id"]): str(row["id"]) for row in await session.rows(ATTENDED, **asked)}
