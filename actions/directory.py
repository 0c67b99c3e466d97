"""What an organisation may say of its own services: whether there is room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from auth.actor import Actor
from models import directory as tables
from models.directory import Visibility
from models.rules.capacity import LASTS, check_report
from models.rules.problems import Refusal
from models.rules.vocabulary import CapacityState, ProblemCode
from models.session import Session, Statement

SERVICE = table(tables.Service)
PLACE = table(tables.ServiceAtLocation)
CAPACITY = table(tables.Capacity)
COUNT = table(tables.CapacityCount)

OFFERED = Statement(
    select(
        SERVICE.c.organization_id,
        SERVICE.c.visibility,
        PLACE.c.id.label("place_id"),
        PLACE.c.visibility.label("place_visibility"),
    )
    .outerjoin(PLACE, (PLACE.c.service_id == SERVICE.c.id) & (PLACE.c.location_id == bind(PLACE.c.location_id)))
    .where(SERVICE.c.id == bind(SERVICE.c.id), SERVICE.c.removed_at.is_(None))
)


def _report() -> Statement:
    """The state and the numbers, in place of what was reported before."""
    renewed = ("visibility", "state", "updated_at", "expires_at")
    names = ("organization_id", "service_id", "service_at_location_id", *renewed)
    said = insert(CAPACITY).values({name: bind(CAPACITY.c[name]) for name in names})
    capacity = (
        said.on_conflict_do_update(
            constraint="uq_capacity_service_id_service_at_location_id",
            set_={name: said.excluded[name] for name in renewed},
        )
        .returning(CAPACITY.c.id)
        .cte("reported")
    )
    numbers = insert(COUNT).from_select(
        ["capacity_id", "organization_id", "visibility", "available", "maximum"],
        select(
            capacity.c.id,
            bind(COUNT.c.organization_id),
            bindparam("count_visibility", type_=COUNT.c.visibility.type),
            bind(COUNT.c.available),
            bind(COUNT.c.maximum),
        ),
    )
    return Statement(
        numbers.on_conflict_do_update(
            constraint="pk_capacity_count",
            set_={name: numbers.excluded[name] for name in ("visibility", "available", "maximum")},
        )
    )


REPORT = _report()


async def report_capacity(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    service_id: UUID,
    state: CapacityState,
    location_id: UUID | None = None,
    available: int | None = None,
    maximum: int | None = None,
) -> Effect:
    """This will say whether a service has room, at one of its places or (without one) as a whole, for the next 24 h.

    What is held for referrals sent before is no longer given back: the report counts them. A redacted service shows its
    state to others and its numbers to nobody else. Raises Refused: INVALID_INPUT (numbers that clash), NOT_FOUND
    (service, place), NOT_ALLOWED (another organisation's service). Runs two statements.
    """
    refuse(check_report(state=state, available=available, maximum=maximum))
    service = await session.row(OFFERED, id=service_id, location_id=location_id)
    if service is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such service.", ("serviceId",)))
    if service["organization_id"] != actor.organization_id:
        message = "Each organisation reports the capacity of its own services."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("serviceId",)))
    if location_id is not None and service["place_id"] is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "The service is not given at such a place.", ("locationId",)))
    visibility = Visibility(service["place_visibility"] or service["visibility"])
    reported = await session.change(
        REPORT,
        organization_id=actor.organization_id,
        service_id=service_id,
        service_at_location_id=service["place_id"],
        visibility=visibility,
        count_visibility=Visibility.ORGANIZATION if service["visibility"] == Visibility.REDACTED else visibility,
        state=state,
        updated_at=now,
        expires_at=now + LASTS,
        available=available,
        maximum=maximum,
    )
    if reported != 1:
        raise RowsLost
    return Effect(service_id)
