"""The service directory in the graph: services, the places they are given at, hours and room."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
)

from models import directory as tables
from models import directory_details as details
from models.rules.freshness import CHECKED_HALVES, MODIFIED_HALVES, STALE_WORTH
from models.rules.vocabulary import CapacityState, ServiceCategory, ServiceStatus, Sex
from planner.fields import Expression, Inside, Many, One, Row, column, entity, planned
from resolvers.alternatives import Alternative, alternatives
from resolvers.contacts import Contact, Phone, contacts, phones
from resolvers.details import (
    Cost,
    RequiredDocument,
    Schedule,
    ScheduleException,
    ServiceArea,
    TermMapping,
    list_of,
)
from resolvers.locations import Location
from resolvers.nodes import Connection, Node, own_id
from resolvers.organisations import DIRECTORY, Organization
from resolvers.scalars import Date, DateTime
from resolvers.texts import text
from resolvers.versions import DirectoryRecord, versions_of_record

OPENING = tables.Opening.__table__
SCHEDULE = tables.Schedule.__table__
PLACE = tables.ServiceAtLocation.__table__
COUNT = tables.CapacityCount.__table__


@strawberry.type(description="Whether there is room, as last reported; null past its expiry.")
class Capacity:
    state: CapacityState = column(tables.Capacity.state, "What was reported, less what has been held since.")
    available: int | None = planned(
        Expression(lambda r, _g: _count(r, COUNT.c.available)), "Places free; null where not told."
    )
    maximum: int | None = planned(Expression(lambda r, _g: _count(r, COUNT.c.maximum)), "Places in all.")
    unit: str | None = column(tables.Capacity.unit, "What is counted, such as beds; null: places.")
    updated_at: DateTime = column(tables.Capacity.updated_at, "When it was reported.")
    expires_at: DateTime = column(tables.Capacity.expires_at, "Until when it is believed.")


def _count(row: Row, number: ColumnElement[int]) -> ColumnElement[int]:
    return select(number).where(COUNT.c.capacity_id == row.id).correlate_except(COUNT).scalar_subquery()


def _unexpired(row: Row) -> ColumnElement[bool]:
    believed: ColumnElement[bool] = row.expires_at > func.now()
    return believed


@strawberry.type(description="Where a record came from and how fresh it is. The three times are never merged.")
class Provenance:
    source: str = column(tables.Service.source, "The partner system, or the organisation that entered it by hand.")
    modified_at: DateTime | None = column(tables.Service.modified_at, "When its source last changed it.")
    fetched_at: DateTime | None = column(tables.Service.fetched_at, "When it was last fetched from its source.")
    verified_at: DateTime | None = column(tables.Service.verified_at, "When a person last checked it.")
    stale: bool = planned(
        Expression(lambda r, _g: func.coalesce(r.fresh_until < func.now(), literal_column("false"))),
        "Whether it is too old to be relied on unasked.",
    )
    freshness: float | None = planned(
        Expression(lambda r, _g: _freshness(r), nullable=True),
        "How far it may be relied on: 1 when just checked, half after half a year, or a year after its source changed"
        " it; half of that where it is stale. Null where nobody knows when it was looked at.",
    )


def _freshness(row: Row) -> ColumnElement[float]:
    """As models.rules.freshness says it, to three decimals."""

    def worth(moment: ColumnElement[Any], half: timedelta) -> ColumnElement[Any]:
        age = func.greatest(func.extract("epoch", func.now() - moment), literal_column("0"))
        aged = func.power(literal_column("0.5"), age / literal_column(str(half.total_seconds())))
        # greatest() passes over null: without this, what nobody ever checked would count as checked just now.
        return case((moment.is_not(None), aged))

    best = func.greatest(worth(row.verified_at, CHECKED_HALVES), worth(row.modified_at, MODIFIED_HALVES))
    kept = case((row.fresh_until < func.now(), literal_column(str(STALE_WORTH))), else_=literal_column("1"))
    return cast(func.round(cast(best * kept, Numeric()), literal_column("3")), Float)


@strawberry.type(description="Whom a service is for.")
class Eligibility:
    minimum_age: int | None = column(tables.Service.minimum_age, "Years, inclusive.")
    maximum_age: int | None = column(tables.Service.maximum_age, "Years, inclusive.")
    sexes: list[Sex] = column(tables.Service.sexes, "Empty: anyone.")
    accepts_unaccompanied_children: bool = planned(
        Expression(lambda r, _g: func.coalesce(r.accepts_unaccompanied_children, literal_column("false"))),
        "Whether children without a caregiver are known to be taken.",
    )
    note: str | None = text("eligibility_notes", "What else counts, in words.")


@strawberry.type(description="A taxonomy's term: the fine level under the coarse category.", directives=DIRECTORY)
@entity(tables.Term)
class Term(Node):
    id: strawberry.ID = own_id("Term")
    scheme: str = column(tables.Term.scheme, "The taxonomy.")
    code: str = column(tables.Term.code, "The term's code in it.")
    label: str = text("labels", "The term in words.")
    parent: "Term | None" = planned(One(on=lambda p, r: r.id == p.parent_id), "The term it is part of.")
    mappings: list[TermMapping] = list_of(
        details.TermMapping.__table__, "term_id", "What it is called in other taxonomies.", "scheme", "code"
    )


def _open(among: Callable[[ColumnElement[UUID]], ColumnElement[bool]]) -> ColumnElement[bool | None]:
    """Whether any of the places is open now; null where none has a schedule. among: whether an id is of one of them."""
    scheduled: Select[Any] = (
        select(literal_column("1")).select_from(SCHEDULE).where(among(SCHEDULE.c.service_at_location_id))
    )
    opened: Select[Any] = (
        select(literal_column("1"))
        .select_from(OPENING)
        .where(
            among(OPENING.c.service_at_location_id),
            OPENING.c.opens_at <= func.now(),
            OPENING.c.closes_at > func.now(),
        )
    )
    return case(
        (scheduled.correlate_except(SCHEDULE).exists(), opened.correlate_except(OPENING).exists()),
        else_=cast(null(), Boolean),
    )


def _places_of(row: Row) -> Any:
    return select(PLACE.c.id).where(PLACE.c.service_id == row.id).correlate_except(PLACE)


@strawberry.federation.type(keys=["id"], description="A service as given at one place.", directives=DIRECTORY)
@entity(tables.ServiceAtLocation)
class ServiceAtLocation(Node):
    id: strawberry.ID = own_id("ServiceAtLocation")
    service: "Service | None" = planned(One(on=lambda p, r: r.id == p.service_id), "The service.")
    location: Location | None = planned(One(on=lambda p, r: r.id == p.location_id), "The place.")
    description: str | None = text("descriptions", "What is different here; null: as the service says.", language=None)
    phones: list[Phone] = phones("service_at_location_id", "Where the service answers at this place.")
    contacts: list[Contact] = contacts("service_at_location_id")
    schedules: list[Schedule] = list_of(tables.Schedule.__table__, "service_at_location_id", "When it is open.")
    exceptions: list[ScheduleException] = list_of(
        tables.ScheduleException.__table__, "service_at_location_id", "The days on which that does not hold.", "day"
    )
    open_now: bool | None = planned(
        Expression(lambda r, _g: _open(lambda place: place == r.id)), "Null where no schedule is known."
    )
    capacity: Capacity | None = planned(
        One(
            on=lambda p, r: and_(r.service_at_location_id == p.id, _unexpired(r)),
            table=tables.Capacity.__table__,
        ),
        "The room at this place.",
    )
    provenance: Provenance = planned(Inside(), "Where the record came from.")


@strawberry.federation.type(keys=["id"], description="A service that an organisation gives.", directives=DIRECTORY)
@entity(tables.Service, standing=lambda r: r.removed_at.is_(None))
class Service(Node):
    id: strawberry.ID = own_id("Service")
    name: str = text("names", "The service's name.")
    description: str | None = text("descriptions", "What it does.")
    category: ServiceCategory = column(tables.Service.category, "The coarse kind of service.")
    terms: list[Term] = planned(
        Many(
            on=lambda p, r: r.id.in_(
                select(tables.ServiceTerm.term_id)
                .where(tables.ServiceTerm.service_id == p.id)
                .correlate_except(tables.ServiceTerm)
            ),
            order=lambda r: [r.scheme, r.code],
        ),
        "The fine kinds of service.",
    )
    organization: Organization | None = planned(One(on=lambda p, r: r.id == p.organization_id), "Who gives it.")
    places: list[ServiceAtLocation] = planned(
        Many(on=lambda p, r: r.service_id == p.id, order=lambda r: [r.id]), "Where it is given."
    )
    languages: list[str] = column(tables.Service.languages, "Languages spoken, BCP 47.")
    eligibility: Eligibility = planned(Inside(), "Whom it is for.")
    status: ServiceStatus = column(
        tables.Service.status, "Whether it is given; searches find it unless INACTIVE or DEFUNCT."
    )
    alert: str | None = text("alerts", "What whoever comes must know first.")
    fees: str | None = text("fees", "What it costs, in words.")
    costs: list[Cost] = list_of(details.CostOption.__table__, "service_id", "What it costs, for whom.")
    application: str | None = text("application", "How one comes to be served.")
    required_documents: list[RequiredDocument] = list_of(
        details.RequiredDocument.__table__, "service_id", "What whoever asks must bring."
    )
    service_areas: list[ServiceArea] = list_of(
        details.ServiceArea.__table__, "service_id", "Where the people live whom it is for; empty: anywhere."
    )
    website: str | None = column(tables.Service.website, "Its address on the web.")
    email: str | None = column(tables.Service.email, "Its e-mail address.")
    valid_from: Date | None = column(tables.Service.valid_from, "The first day on which it is given.")
    valid_to: Date | None = column(tables.Service.valid_to, "The last; null: until further notice.")
    phones: list[Phone] = phones("service_id", "Where it answers.")
    contacts: list[Contact] = contacts("service_id")
    open_now: bool | None = planned(
        Expression(lambda r, _g: _open(lambda place: place.in_(_places_of(r)))),
        "True if any of its places is open; null where no schedule is known.",
    )
    capacity: Capacity | None = planned(
        One(
            on=lambda p, r: and_(r.service_id == p.id, r.service_at_location_id.is_(None), _unexpired(r)),
            table=tables.Capacity.__table__,
        ),
        "The room in all its places together.",
    )
    provenance: Provenance = planned(Inside(), "Where the record came from.")
    alternatives: list[Alternative] = alternatives()
    versions: Connection[DirectoryRecord] | None = versions_of_record()
