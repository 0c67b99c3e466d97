"""Organisations, areas and telephones in the graph."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, any_, func
from sqlalchemy.dialects.postgresql import ARRAY

from auth.scopes import Scope
from models.directory_details import OrganizationIdentifier
from models.organisations import Area as AreaTable
from models.organisations import Organization as OrganizationTable
from models.rules.identifiers import read_pcode
from models.rules.vocabulary import OrganizationKind
from planner.fields import Argument, Found, Many, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.contacts import Contact, Identifier, Phone, contacts, phones
from resolvers.nodes import ID_OR_ELSE, PAGE, Connection, Node, id_argument, own_id, requires
from resolvers.scalars import DateTime
from resolvers.texts import all_texts, says, text
from resolvers.versions import DirectoryRecord, versions_of_record

if TYPE_CHECKING:
    from resolvers.search import ServiceConnection

DIRECTORY = requires(Scope.DIRECTORY_READ)


@strawberry.federation.type(keys=["pcode"], description="A department, commune or section.", directives=DIRECTORY)
@entity(AreaTable, key="pcode")
class Area:
    pcode: str = column(AreaTable.pcode, "P-code (COD-AB): HT06, HT0632, HT0632-01.")
    name: str = text("names", "The area's name.")
    level: int = column(AreaTable.level, "0 country, 1 department, 2 commune, 3 section.")
    parent: "Area | None" = planned(One(on=lambda p, r: r.pcode == p.parent_pcode), "The area it lies in.")


BY_RECORD = Order("RECORD", lambda r: [r.id], (UUID,))
"The order in which records were made."


@strawberry.federation.type(keys=["id", "slug"], description="A partner of the network.")
@entity(OrganizationTable, standing=lambda r: r.removed_at.is_(None))
class Organization(Node):
    id: strawberry.ID = own_id("Organization")
    slug: str = column(OrganizationTable.slug, "A short name that never changes.")
    name: str = text("names", "The organisation's name.")
    kind: OrganizationKind = column(OrganizationTable.kind, "What kind of organisation it is.")
    parent: "Organization | None" = planned(
        One(on=lambda p, r: r.id == p.parent_id), "The organisation it is part of. Nothing is shared by it."
    )
    phones: list[Phone] = phones("answers_for_id", "Where the organisation answers.", DIRECTORY)
    description: str | None = text("descriptions", "What it is, in its own words.", directives=DIRECTORY)
    website: str | None = column(OrganizationTable.website, "Its address on the web.", directives=DIRECTORY)
    email: str | None = column(OrganizationTable.email, "Its e-mail address.", directives=DIRECTORY)
    contacts: list[Contact] = contacts("answers_for_id", DIRECTORY)
    identifiers: list[Identifier] = planned(
        Many(
            on=lambda p, r: r.organization_id == p.id,
            order=lambda r: [r.scheme, r.value],
            table=OrganizationIdentifier.__table__,
        ),
        "The numbers and codes by which others know it.",
        directives=DIRECTORY,
    )
    versions: Connection[DirectoryRecord] | None = versions_of_record()
    services: Annotated["ServiceConnection", strawberry.lazy("resolvers.search")] | None = planned(
        Page(
            order=lambda _g: BY_RECORD,
            on=lambda p, r: r.organization_id == p.id,
            where=lambda r, _g: [r.removed_at.is_(None)],
        ),
        "The services it gives, oldest record first.",
        arguments=PAGE,
        directives=DIRECTORY,
    )
    verified_at: DateTime | None = column(OrganizationTable.verified_at, "When a person last checked the record.")


@strawberry.input(description="Narrows a list of organisations. What is left out or null does not filter.")
class OrganizationFilter:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="Words of the name, without accents.")
    kinds: list[OrganizationKind] | None = strawberry.field(default=strawberry.UNSET, description="Any of these kinds.")
    pcode: str | None = strawberry.field(default=strawberry.UNSET, description="In the area or any area below it.")


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    conditions: list[ColumnElement[bool]] = [row.removed_at.is_(None)]
    if asked is not None and asked.has("text"):
        conditions.append(says(all_texts(row.names), asked, "text"))
    if asked is not None and asked.has("kinds"):
        conditions.append(row.kind == any_(asked.bind("kinds", ARRAY(Text()))))
    if asked is not None and asked.has("pcode"):
        conditions.append(func.starts_with(row.pcode, asked.bind("pcode", Text(), read_pcode)))
    return conditions


def _named(row: Row, given: Given) -> list[ColumnElement[bool]]:
    """By id, or by slug; by neither, nothing."""
    by_slug = given.has("slug") and not given.has("id")
    return [row.slug == given.bind("slug", Text()) if by_slug else row.id == id_argument(given, "id", "Organization")]


@strawberry.type
class OrganizationQueries:
    organization: Organization | None = planned(
        Found(where=_named),
        "One organisation, by id or by slug.",
        arguments={
            **ID_OR_ELSE,
            "slug": Argument(str | None, "The slug, where no id is given."),
        },
        directives=DIRECTORY,
    )
    organizations: Connection[Organization] | None = planned(
        Page(order=lambda _g: BY_RECORD, where=_asked),
        "The organisations of the network.",
        arguments={"filter": Argument(OrganizationFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=DIRECTORY,
    )
