"""Registering a person: a file of the organisation's own, opened with the consent to it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Boolean, Integer, Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from actions.consents import Giving, keep_consent
from actions.effects import Effect, Refused, refuse
from actions.files import check_place, check_works_with_people
from actions.statements import added, bind, table
from actions.texts import NAME, written
from auth.actor import Actor
from models import people as tables
from models.directory import Location
from models.rules.consent import REGISTRATION_INFORMATION, STATISTICS_INFORMATION
from models.rules.people import age_group, age_on, check_age, check_nationality, check_phone, confidentiality_class
from models.rules.problems import Refusal
from models.rules.references import new_reference
from models.rules.vocabulary import (
    ConsentPurpose,
    HandlingNeed,
    InformationClass,
    ProblemCode,
    ReturnType,
    Sex,
    Vulnerability,
)
from models.session import Session, Statement

PERSON = table(tables.Person)
IDENTITY = table(tables.PersonIdentity)
CONTACT = table(tables.PersonContact)
CODES = table(tables.PersonVulnerability)
SITE = table(Location)

SITE_SEEN = Statement(select(SITE.c.id).where(SITE.c.id == bind(SITE.c.id)))


COVERED: dict[ConsentPurpose, tuple[InformationClass, ...]] = {
    ConsentPurpose.REGISTRATION: REGISTRATION_INFORMATION,
    ConsentPurpose.STATISTICS: STATISTICS_INFORMATION,
}
"""What is consented to when a file is opened."""


def _register() -> Statement:
    """The file in its classes; a part of which nothing is known has no row."""
    whose = {"person_id": bind(PERSON.c.id), "organization_id": bind(PERSON.c.organization_id)}
    names = (
        *("given_name", "family_name", "other_names", "nationality"),
        *("birth_date", "estimated_age", "estimated_on"),
    )
    named = bindparam("named", type_=Boolean())
    identity = added(IDENTITY, named, **whose, **{name: bind(IDENTITY.c[name]) for name in names})
    contact = added(CONTACT, bind(CONTACT.c.phone).is_not(None), **whose, phone=bind(CONTACT.c.phone))
    told = (
        func.unnest(bindparam("codes", type_=ARRAY(Text())), bindparam("classes", type_=ARRAY(Integer())))
        .table_valued("code", "sensitivity")
        .render_derived()
    )
    codes = insert(CODES).from_select(
        ["person_id", "organization_id", "code", "class"], select(*whose.values(), told.c.code, told.c.sensitivity)
    )
    file = insert(PERSON).values({column.key: bind(column) for column in PERSON.c})
    return Statement(file.add_cte(identity.cte("named"), contact.cte("reached"), codes.cte("told")))


REGISTER = _register()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationConsent(Giving):
    """The consent to be registered at all, as it was given."""

    statistics: bool
    """Whether the person may be counted in figures."""


async def register_person(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    consent: RegistrationConsent,
    sex: Sex,
    birth_date: date | None = None,
    estimated_age: int | None = None,
    given_name: str | None = None,
    family_name: str | None = None,
    other_names: str | None = None,
    nationality: str | None = None,
    phone: str | None = None,
    handling_needs: Collection[HandlingNeed] | None = None,
    vulnerabilities: Collection[Vulnerability] | None = None,
    site_id: UUID | None = None,
    crossing_point: str | None = None,
    return_type: ReturnType | None = None,
) -> Effect:
    """This will open a file with the consent to be registered, and the one to be counted where it was given.

    Whose roles hold at one site registers there. Raises Refused: NOT_ALLOWED (a role that does not work with people,
    another site), NOT_FOUND (site), CONSENT_REQUIRED (a giver or an assent that the age asks for), INVALID_INPUT. Runs
    two to four statements.
    """
    today = now.astimezone(UTC).date()
    age = age_on(today, birth_date=birth_date, estimated_age=estimated_age, estimated_on=today)
    refuse(check_works_with_people(actor))
    refuse(check_age(today, birth_date=birth_date, estimated_age=estimated_age))
    refuse(
        check_nationality(nationality),
        check_phone(phone),
        *(refusal and refusal.below("consent") for refusal in consent.check(age)),
    )
    consent = replace(consent, giver_name=written(consent.giver_name, "consent", "giverName", longest=NAME))
    site_id = actor.site_id if site_id is None else site_id
    refuse(check_place(actor, site_id))
    if site_id is not None and await session.value(SITE_SEEN, id=site_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such place.", ("siteId",)))
    identity = {
        "given_name": written(given_name, "givenName", longest=NAME),
        "family_name": written(family_name, "familyName", longest=NAME),
        "other_names": written(other_names, "otherNames", longest=NAME),
        "nationality": nationality,
        "birth_date": birth_date,
        "estimated_age": estimated_age,
    }
    codes = sorted(set(vulnerabilities or ()))
    person_id = uuid4()
    await session.change(
        REGISTER,
        id=person_id,
        organization_id=actor.organization_id,
        reference=new_reference(secrets.SystemRandom()),
        sex=sex,
        age_group=age_group(age),
        handling_needs=list(dict.fromkeys(handling_needs or ())),
        registered_at=now,
        site_id=site_id,
        crossing_point=written(crossing_point, "crossingPoint", longest=NAME),
        return_type=return_type or ReturnType.UNKNOWN,
        named=any(value is not None for value in identity.values()),
        **identity,
        estimated_on=None if estimated_age is None else today,
        phone=phone,
        codes=codes,
        classes=[confidentiality_class(code) for code in codes],
    )
    consents = [
        await keep_consent(
            session, actor, now, consent, person_id=person_id, purpose=purpose, recipient_id=None, information=told
        )
        for purpose, told in COVERED.items()
        if purpose is ConsentPurpose.REGISTRATION or consent.statistics
    ]
    return Effect(person_id, tuple(consents))
