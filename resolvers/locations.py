"""The places of the directory in the graph: where they are, and how one gets there and in."""

import strawberry
from sqlalchemy import func, literal_column, or_

from models import directory as tables
from models import directory_details as details
from models.rules.vocabulary import LocationKind
from planner.fields import Expression, Inside, One, column, entity, planned
from resolvers.contacts import Contact, contacts
from resolvers.details import Accessibility, list_of
from resolvers.nodes import Connection, Node, own_id
from resolvers.organisations import DIRECTORY, Area
from resolvers.texts import text
from resolvers.versions import DirectoryRecord, versions_of_record


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
@entity(tables.Location, standing=lambda r: r.removed_at.is_(None))
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
    description: str | None = text("descriptions", "What the place is, in words.")
    transportation: str | None = text("transportation", "How to get there.")
    accessibility: list[Accessibility] = list_of(
        details.Accessibility.__table__, "location_id", "What makes it reachable for people with disabilities, or not."
    )
    contacts: list[Contact] = contacts("location_id")
    versions: Connection[DirectoryRecord] | None = versions_of_record()
