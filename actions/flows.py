"""Counting people at the border: an organisation enters what it counted, and corrects it by a newer version."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Boolean, Date, Integer, SmallInteger, Text, Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from auth.actor import Actor
from auth.policies.flows import COUNTER_ROLES
from models import flows as tables
from models.directory import Location
from models.rules.flows import FlowCount, Standing, check_said, check_standing, check_together
from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, LocationKind, ProblemCode, ReturnType, Sex
from models.session import Session, Statement
from models.turns import one_at_a_time

FLOW = table(tables.BorderFlow)
PART = table(tables.BorderFlowPart)
PLACE = table(Location)
HOME = ZoneInfo("America/Port-au-Prince")
"The clock of a crossing point that does not say its own."


def _listed(**columns: TypeEngine[Any]) -> TableValuedAlias:
    """Rows given as one array a column, each with its position."""
    arrays = [bindparam(name, type_=ARRAY(kind)) for name, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*columns, with_ordinality="position").render_derived()


def _standing() -> Statement:
    asked = _listed(places=Uuid(), days=Date(), series=Text())
    version = (
        select(func.max(FLOW.c.version))
        .where(
            FLOW.c.organization_id == bind(FLOW.c.organization_id),
            FLOW.c.location_id == asked.c.places,
            FLOW.c.day == asked.c.days,
            FLOW.c.series == asked.c.series,
        )
        .scalar_subquery()
    )
    return Statement(
        select(PLACE.c.kind, PLACE.c.time_zone, version.label("version"))
        .select_from(asked.outerjoin(PLACE, PLACE.c.id == asked.c.places))
        .order_by(asked.c.position)
    )


def _keep() -> Statement:
    names = ("ids", "places", "days", "series", "corrects", "reasons")
    kinds: tuple[TypeEngine[Any], ...] = (Uuid(), Uuid(), Date(), Text(), SmallInteger(), Text())
    told = _listed(**dict(zip(names, kinds, strict=True)))
    columns = {
        "id": told.c.ids,
        "organization_id": bind(FLOW.c.organization_id),
        "location_id": told.c.places,
        "day": told.c.days,
        "series": told.c.series,
        "version": func.coalesce(told.c.corrects, 0) + 1,
        "corrects": told.c.corrects,
        "reason": told.c.reasons,
        "sheet_id": bind(FLOW.c.sheet_id),
        "recorded_at": bind(FLOW.c.recorded_at),
    }
    return Statement(insert(FLOW).from_select(list(columns), select(*columns.values())))


def _keep_parts() -> Statement:
    names = ("flows", "return_types", "sexes", "age_groups", "stated", "people")
    kinds: tuple[TypeEngine[Any], ...] = (Uuid(), Text(), Text(), Text(), Boolean(), Integer())
    told = _listed(**dict(zip(names, kinds, strict=True)))
    columns = {
        "flow_id": told.c.flows,
        "organization_id": bind(PART.c.organization_id),
        "return_type": told.c.return_types,
        "sex": told.c.sexes,
        "age_group": told.c.age_groups,
        "stated": told.c.stated,
        "people": told.c.people,
    }
    return Statement(insert(PART).from_select(list(columns), select(*columns.values())))


ONE_AT_A_TIME = Statement(select(one_at_a_time(bind(FLOW.c.organization_id))))
STANDING = _standing()
KEEP = _keep()
KEEP_PARTS = _keep_parts()


async def record_border_flow(session: Session, actor: Actor, now: datetime, *, rows: Sequence[FlowCount]) -> Effect:
    """This will keep up to 100 counts, all of them or none; the effect's key is the sheet they were entered by.

    Raises Refused, naming the row: NOT_ALLOWED (a role that does not count), INVALID_INPUT, NOT_FOUND (crossing point),
    STALE_VERSION (counted before, and not the version that is corrected). Runs four statements.
    """
    refuse(check_counts_people(actor), check_together(rows))
    found = await check_counts(session, actor, now, rows)
    if found:
        raise Refused(*(refusal.below("rows", str(position)) for position, refusal in found))
    return await keep_counts(session, actor, now, rows)


def check_counts_people(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who does not count people at the border."""
    if actor.roles & COUNTER_ROLES:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "Counts are entered by enumerators and registration officers.")


async def check_counts(
    session: Session, actor: Actor, now: datetime, counts: Sequence[FlowCount]
) -> list[tuple[int, Refusal]]:
    """This will find what keeps counts from being kept, each with the position of its count, in their order.

    Nobody else of the organisation enters counts until the transaction ends. Runs two statements.
    """
    await session.value(ONE_AT_A_TIME, organization_id=actor.organization_id)
    rows = await session.rows(
        STANDING,
        organization_id=actor.organization_id,
        places=[count.crossing_point_id for count in counts],
        days=[count.day for count in counts],
        series=[count.series for count in counts],
    )
    found = list(check_said(counts))
    for position, (count, row) in enumerate(zip(counts, rows, strict=True)):
        standing = Standing(
            is_crossing_point=row["kind"] == LocationKind.CROSSING_POINT,
            today=_today(now, row["time_zone"]),
            version=row["version"],
        )
        refusal = check_standing(count, standing)
        if refusal is not None:
            found.append((position, refusal))
    return sorted(found, key=lambda each: each[0])


async def keep_counts(session: Session, actor: Actor, now: datetime, counts: Sequence[FlowCount]) -> Effect:
    """This will keep counts that were checked in the same transaction. Runs two statements."""
    sheet_id, ids = uuid4(), [uuid4() for _ in counts]
    kept = await session.change(
        KEEP,
        organization_id=actor.organization_id,
        sheet_id=sheet_id,
        recorded_at=now,
        ids=ids,
        places=[count.crossing_point_id for count in counts],
        days=[count.day for count in counts],
        series=[count.series for count in counts],
        corrects=[count.corrects for count in counts],
        reasons=[count.reason and count.reason.strip() for count in counts],
    )
    parts = [part for key, count in zip(ids, counts, strict=True) for part in _parts(key, count)]
    flows, return_types, sexes, age_groups, stated, people = zip(*parts, strict=True) if parts else ((),) * 6
    kept_parts = await session.change(
        KEEP_PARTS,
        organization_id=actor.organization_id,
        flows=flows,
        return_types=return_types,
        sexes=sexes,
        age_groups=age_groups,
        stated=stated,
        people=people,
    )
    if (kept, kept_parts) != (len(counts), len(parts)):
        raise RowsLost
    return Effect(sheet_id, tuple(ids))


PartRow = tuple[UUID, ReturnType, Sex, AgeGroup, bool, int]


def _parts(key: UUID, count: FlowCount) -> list[PartRow]:
    """The rows of a count's parts; those of whom no part tells are one more, of nothing but UNKNOWN."""
    rows: list[PartRow] = [(key, part.return_type, part.sex, part.age_group, True, part.count) for part in count.parts]
    if count.residual:
        rows.append((key, ReturnType.UNKNOWN, Sex.UNKNOWN, AgeGroup.UNKNOWN, False, count.residual))
    return rows


def _today(now: datetime, time_zone: str | None) -> date:
    try:
        zone = ZoneInfo(time_zone) if time_zone else HOME
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = HOME
    return now.astimezone(zone).date()
