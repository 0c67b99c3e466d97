"""People's files and consents in the graph. Nobody reads another organisation's."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Select, Text, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.scopes import Scope
from models import people as tables
from models.referrals import ReferralParty
from models.rules.references import read_reference
from models.rules.vocabulary import (
    AgeGroup,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    HandlingNeed,
    InformationClass,
    Sex,
    Vulnerability,
)
from planner.fields import Argument, Codes, Found, One, Order, Page, Part, Row, column, entity, planned
from planner.given import Given
from resolvers.locations import Location
from resolvers.nodes import ID, PAGE, Connection, Node, id_argument, own_id, requires
from resolvers.organisations import Organization
from resolvers.scalars import Date, DateTime
from resolvers.texts import says

if TYPE_CHECKING:
    from resolvers.referrals import Referral

PEOPLE = requires(Scope.PEOPLE_READ)
IDENTITY = tables.PersonIdentity.__table__
WITHDRAWAL = tables.ConsentWithdrawal.__table__
PARTY = ReferralParty.__table__
BY_REGISTRATION = Order("REGISTERED", lambda r: [r.registered_at, r.id], (datetime, UUID), descending=True)
BY_GIVING = Order("GIVEN", lambda r: [r.given_at, r.id], (datetime, UUID))


@strawberry.type(description="Who a person is.")
class PersonIdentity:
    given_name: str | None = column(tables.PersonIdentity.given_name, "Given name.")
    family_name: str | None = column(tables.PersonIdentity.family_name, "Family name.")
    other_names: str | None = column(tables.PersonIdentity.other_names, "Other names, and names one is called by.")
    birth_date: Date | None = column(tables.PersonIdentity.birth_date, "Date of birth.")
    birth_place: str | None = column(tables.PersonIdentity.birth_place, "Place of birth.")
    nationality: str | None = column(tables.PersonIdentity.nationality, "ISO 3166-1 alpha-2.")


@strawberry.type(description="How a person is reached.")
class PersonContact:
    phone: str | None = column(tables.PersonContact.phone, "E.164.")
    safe_to_call: bool | None = column(tables.PersonContact.safe_to_call, "Null where it was not asked.")
    address: str | None = column(tables.PersonContact.address, "Where the person stays.")
    note: str | None = column(tables.PersonContact.note, "What to mind when reaching the person.")


@strawberry.type(description="A consent: for one purpose and one recipient, never one blanket flag.", directives=PEOPLE)
@entity(tables.Consent)
class Consent(Node):
    id: strawberry.ID = own_id("Consent")
    purpose: ConsentPurpose = column(tables.Consent.purpose, "What it allows.")
    recipient: Organization | None = planned(
        One(on=lambda p, r: r.id == p.recipient_id), "Who may receive; null for REGISTRATION and STATISTICS."
    )
    information: list[InformationClass] = column(tables.Consent.information, "Which information it reaches.")
    giver: ConsentGiver = column(tables.Consent.giver, "Who gave it.")
    method: ConsentMethod = column(tables.Consent.method, "How it was given.")
    given_at: DateTime = column(tables.Consent.given_at, "When it was given.")
    valid_until: DateTime | None = column(tables.Consent.valid_until, "Until when it holds.")
    withdrawn_at: DateTime | None = planned(
        Part(WITHDRAWAL, lambda p, r: r.consent_id == p.id, lambda r, _g: r.withdrawn_at), "When it was withdrawn."
    )


@strawberry.type(description="A person's file. It belongs to one organisation.", directives=PEOPLE)
@entity(tables.Person)
class Person(Node):
    id: strawberry.ID = own_id("Person")
    reference: str = column(tables.Person.reference, "Random, and the organisation's own.")
    sex: Sex = column(tables.Person.sex, "As the person says.")
    age_group: AgeGroup = column(tables.Person.age_group, "Doubt reads as the younger.")
    handling_needs: list[HandlingNeed] = column(
        tables.Person.handling_needs, "What whoever receives the person must prepare; says nothing of why."
    )
    vulnerabilities: list[Vulnerability] = planned(
        Codes(
            tables.PersonVulnerability.__table__,
            on=lambda p, r: r.person_id == p.id,
            make=lambda r, _g: r.code,
        ),
        "Without the codes that the viewer's role may not see.",
    )
    registered_at: DateTime = column(tables.Person.registered_at, "When the file was opened.")
    site: Location | None = planned(One(on=lambda p, r: r.id == p.site_id), "Where the person was registered.")
    identity: PersonIdentity | None = planned(
        One(on=lambda p, r: r.person_id == p.id, table=IDENTITY), "Who the person is."
    )
    contact: PersonContact | None = planned(
        One(on=lambda p, r: r.person_id == p.id, table=tables.PersonContact.__table__), "How the person is reached."
    )
    consents: Connection[Consent] | None = planned(
        Page(order=lambda _g: BY_GIVING, on=lambda p, r: r.person_id == p.id),
        "What the person consented to, oldest first.",
        arguments=PAGE,
    )
    referrals: Connection[Annotated["Referral", strawberry.lazy("resolvers.referrals")]] | None = planned(
        Page(
            order=lambda _g: Order("CREATED_AT", lambda r: [r.created_at, r.referral_id], (datetime, UUID), True),
            spine=PARTY,
            on=lambda p, r: (r.person_id == p.id) & (r.organization_id == p.organization_id),
            to=lambda p, r: r.id == p.referral_id,
        ),
        "The referrals of the person, newest first.",
        arguments=PAGE,
        directives=requires(Scope.REFERRALS_READ),
    )


@strawberry.input(description="Narrows a list of people. Matches only what the viewer may see.")
class PersonFilter:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="Words of the names, without accents.")
    reference: str | None = strawberry.field(default=strawberry.UNSET, description="The reference, exactly.")
    handling_needs: list[HandlingNeed] | None = strawberry.field(
        default=strawberry.UNSET, description="Any of these needs."
    )


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    conditions: list[ColumnElement[bool]] = []
    if asked is not None and asked.has("reference"):
        conditions.append(row.reference == asked.bind("reference", Text(), read_reference))
    if asked is not None and asked.has("handlingNeeds"):
        conditions.append(row.handling_needs.op("&&")(asked.bind("handlingNeeds", ARRAY(Text()))))
    if asked is not None and asked.has("text"):
        i = IDENTITY.alias()
        names = func.concat_ws(literal_column("' '"), i.c.given_name, i.c.family_name, i.c.other_names)
        found: Select[Any] = (
            select(literal_column("1")).select_from(i).where(i.c.person_id == row.id, says(names, asked, "text"))
        )
        conditions.append(found.correlate_except(i).exists())
    return conditions


@strawberry.type
class PeopleQueries:
    person: Person | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "Person")]),
        "One file of the viewer's organisation.",
        arguments=ID,
        directives=PEOPLE,
    )
    people: Connection[Person] | None = planned(
        Page(order=lambda _g: BY_REGISTRATION, where=_asked),
        "The files of the viewer's organisation, newest first.",
        arguments={"filter": Argument(PersonFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=PEOPLE,
    )
