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
    or_,
    select,
)

from models import directory as tables
from models.rules.freshness import CHECKED_HALVES, MODIFIED_HALVES, STALE_WORTH
from models.rules.vocabulary import CapacityState, LocationKind, ServiceCategory, Sex
from planner.fields import Expression, Inside, Many, One, Row, column, entity, planned
from resolvers.nodes import Node, own_id
from resolvers.organisations import DIRECTORY, Area, Organization, Phone
from resolvers.scalars import DateTime
from resolvers.texts import text

OPENING = tables.Opening.__table__
SCHEDULE = tables.Schedule.__table__
PLACE = tables.ServiceAtLocation.__table__
COUNT = tables.CapacityCount.__table__


@strawberry.type(description="A postal address.")
class Address:
    text: str = planned(
        Expression(
            lambda r, _g: func.concat_ws(
                literal_column("', '"),
                func.nullif(func.array_to_string(r.address_lines, literal_column("', '")), literal_column("''")),
                r.postal_code,
                r.locality,
                r.country,
            )
        ),
        "The whole address on one line.",
    )
    lines: list[str] = column(tables.Location.address_lines, "The lines above the locality.")
    locality: str | None = column(tables.Location.locality, "Town or locality.")
    postal_code: str | None = column(tables.Location.postal_code, "Postal code.")
    country: str | None = column(tables.Location.country, "ISO 3166-1 alpha-2.")


@strawberry.federation.type(keys=["id"], description="A place.", directives=DIRECTORY)
@entity(tables.Location)
class Location(Node):
    id: strawberry.ID = own_id("Location")
    slug: str | None = column(tables.Location.slug, "A short name, for places that everyone refers to.")
    kind: LocationKind = column(tables.Location.kind, "What kind of place it is.")
    name: str | None = text("names", "The place's name.")
    latitude: float | None = column(tables.Location.latitude, "Degrees north, WGS 84.")
    longitude: float | None = column(tables.Location.longitude, "Degrees east, WGS 84.")
    area: Area | None = planned(One(on=lambda p, r: r.pcode == p.pcode), "The smallest known area it lies in.")
    address: Address | None = planned(
        Inside(
            when=lambda r: or_(r.locality.is_not(None), r.country.is_not(None), func.cardinality(r.address_lines) > 0)
        ),
        "The postal address.",
    )
    time_zone: str | None = column(tables.Location.time_zone, "IANA name.")


@strawberry.type(description="Whether there is room, as last reported; null past its expiry.")
class Capacity:
    state: CapacityState = column(tables.Capacity.state, "What was reported, less what has been held since.")
    available: int | None = planned(
        Expression(lambda r, _g: _count(r, COUNT.c.available)), "Places free; null where not told."
    )
    maximum: int | None = planned(Expression(lambda r, _g: _count(r, COUNT.c.maximum)), "Places in all.")
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
        return func.power(literal_column("0.5"), age / literal_column(str(half.total_seconds())))

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
    phones: list[Phone] = planned(
        Many(
            on=lambda p, r: r.service_at_location_id == p.id,
            order=lambda r: [r.id],
            table=tables.Phone.__table__,
        ),
        "Where the service answers at this place.",
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
@entity(tables.Service)
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
    phones: list[Phone] = planned(
        Many(on=lambda p, r: r.service_id == p.id, order=lambda r: [r.id], table=tables.Phone.__table__),
        "Where it answers.",
    )
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
