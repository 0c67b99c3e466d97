"""Reads a person's file as far as the rules ask, for whoever is about to send or to record a consent."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from actions.effects import Refused
from actions.statements import bind, table
from auth.actor import Actor
from auth.policies.declare import CASE_ROLES
from models import people as tables
from models.rules.eligibility import Applicant
from models.rules.people import Age, age_group, age_on, is_unaccompanied
from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, HandlingNeed, ProblemCode, Sex, Vulnerability
from models.session import Session, Statement
from models.turns import one_at_a_time

PERSON = table(tables.Person)
IDENTITY = table(tables.PersonIdentity)
CODES = table(tables.PersonVulnerability)

TAKE = Statement(
    select(
        PERSON.c.sex,
        PERSON.c.handling_needs,
        IDENTITY.c.birth_date,
        IDENTITY.c.estimated_age,
        IDENTITY.c.estimated_on,
        func.array(
            select(CODES.c.code).where(CODES.c.person_id == PERSON.c.id).correlate(PERSON).scalar_subquery()
        ).label("vulnerabilities"),
        one_at_a_time(PERSON.c.id),
    )
    .outerjoin(IDENTITY, IDENTITY.c.person_id == PERSON.c.id)
    .where(PERSON.c.id == bind(PERSON.c.id))
)


@dataclass(frozen=True, slots=True)
class File:
    """A person as the rules ask for one, with what the reader's role may know."""

    id: UUID
    sex: Sex
    age: Age | None
    handling_needs: frozenset[HandlingNeed]
    vulnerabilities: frozenset[Vulnerability]

    @property
    def age_group(self) -> AgeGroup:
        return age_group(self.age)

    @property
    def unaccompanied(self) -> bool:
        return is_unaccompanied(self.age, handling_needs=self.handling_needs, vulnerabilities=self.vulnerabilities)

    @property
    def applicant(self) -> Applicant:
        return Applicant(self.age, self.sex, self.unaccompanied)


def check_works_with_people(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who holds no role that works with people."""
    if actor.roles & CASE_ROLES:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This takes a role that works with people.")


def check_place(actor: Actor, site_id: UUID | None) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, another site than the one at which the actor's roles hold."""
    if actor.site_id in (None, site_id):
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "Your roles hold at another site.", ("siteId",))


async def take_file(session: Session, person_id: UUID, today: date) -> File:
    """This will read a file of the actor's organisation and be, to the end, the only one to act on its consents.

    Raises Refused (NOT_FOUND) for a person of another organisation as for one that does not exist.
    """
    row = await session.row(TAKE, id=person_id)
    if row is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Your organisation keeps no such file.", ("personId",)))
    age = age_on(
        today,
        birth_date=row["birth_date"],
        estimated_age=row["estimated_age"],
        estimated_on=row["estimated_on"],
    )
    return File(
        id=person_id,
        sex=Sex(row["sex"]),
        age=age,
        handling_needs=frozenset(map(HandlingNeed, row["handling_needs"])),
        vulnerabilities=frozenset(map(Vulnerability, row["vulnerabilities"])),
    )
