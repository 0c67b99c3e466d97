"""Recording a consent: for one purpose and one recipient. Nothing of it is ever changed; its end is a row beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from actions.effects import Effect, Refused, refuse
from actions.files import check_works_with_people, take_file
from actions.statements import added, bind, table
from actions.texts import NAME, written
from auth.actor import Actor
from models import people
from models.organisations import Organization
from models.rules.consent import check_giver, check_terms
from models.rules.languages import read_tag
from models.rules.people import Age
from models.rules.problems import Refusal
from models.rules.purposes import lasts_until
from models.rules.vocabulary import (
    Assent,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    InformationClass,
    OrganizationKind,
    ProblemCode,
)
from models.session import Session, Statement

CONSENT = table(people.Consent)
DETAIL = table(people.ConsentDetail)
RECIPIENT = table(Organization)

RECIPIENT_KIND = Statement(select(RECIPIENT.c.kind).where(RECIPIENT.c.id == bind(RECIPIENT.c.id)))
_giver = added(
    DETAIL,
    bind(DETAIL.c.giver_name).is_not(None),
    consent_id=bind(CONSENT.c.id),
    organization_id=bind(CONSENT.c.organization_id),
    giver_name=bind(DETAIL.c.giver_name),
)
RECORD = Statement(insert(CONSENT).values({c.key: bind(c) for c in CONSENT.c}).add_cte(_giver.cte("giver")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """How a consent was given."""

    giver: ConsentGiver
    giver_name: str | None = None
    assent: Assent | None = None
    method: ConsentMethod
    language: str
    """BCP 47: what it was asked in."""
    interpreter: bool = False

    def check(self, age: Age | None) -> tuple[Refusal | None, ...]:
        """This will refuse a giver or an assent that does not go with the age, and a language that is none."""
        language = None
        if read_tag(self.language) is None:
            message = "A language is a BCP 47 tag, such as ht or fr."
            language = Refusal(ProblemCode.INVALID_INPUT, message, ("language",))
        giver = check_giver(age=age, giver=self.giver, giver_name=self.giver_name, assent=self.assent)
        return giver, language


async def record_consent(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    person_id: UUID,
    purpose: ConsentPurpose,
    information: Collection[InformationClass],
    giver: ConsentGiver,
    method: ConsentMethod,
    language: str,
    recipient_organization_id: UUID | None = None,
    giver_name: str | None = None,
    assent: Assent | None = None,
    interpreter: bool | None = None,
    valid_until: datetime | None = None,
) -> Effect:
    """This will record what a person consented to, until the end that was asked for or the last the purpose allows.

    Raises Refused: NOT_ALLOWED (a role that does not work with people; towards an authority, one that does not
    counsel), NOT_FOUND (person, recipient), CONSENT_REQUIRED (a giver or an assent that the age asks for),
    INVALID_INPUT. Runs three statements.
    """
    refuse(check_works_with_people(actor))
    file = await take_file(session, person_id, now.astimezone(UTC).date())
    kind = None
    if recipient_organization_id is not None:
        kind = await session.value(RECIPIENT_KIND, id=recipient_organization_id)
        if kind is None:
            message = "There is no such organisation."
            raise Refused(Refusal(ProblemCode.NOT_FOUND, message, ("recipientOrganizationId",)))
    given = Giving(
        giver=giver,
        giver_name=written(giver_name, "giverName", longest=NAME),
        assent=assent,
        method=method,
        language=language,
        interpreter=bool(interpreter),
    )
    terms = check_terms(
        purpose=purpose,
        recipient=None if kind is None else OrganizationKind(kind),
        information=information,
        roles=actor.roles,
        now=now,
        valid_until=valid_until,
    )
    refuse(terms, *given.check(file.age))
    consent_id = await keep_consent(
        session,
        actor,
        now,
        given,
        person_id=person_id,
        purpose=purpose,
        recipient_id=recipient_organization_id,
        information=information,
        valid_until=valid_until,
    )
    return Effect(consent_id, (person_id,))


async def keep_consent(
    session: Session,
    actor: Actor,
    now: datetime,
    given: Giving,
    *,
    person_id: UUID,
    purpose: ConsentPurpose,
    recipient_id: UUID | None,
    information: Collection[InformationClass],
    valid_until: datetime | None = None,
) -> UUID:
    """This will write down a consent that the rules have passed. Runs one statement."""
    consent_id = uuid4()
    await session.change(
        RECORD,
        id=consent_id,
        organization_id=actor.organization_id,
        person_id=person_id,
        purpose=purpose,
        recipient_id=recipient_id,
        information=[each for each in InformationClass if each in information],
        giver=given.giver,
        assent=given.assent,
        method=given.method,
        language=read_tag(given.language),
        interpreter=given.interpreter,
        given_at=now,
        valid_until=lasts_until(purpose=purpose, given_at=now, valid_until=valid_until),
        giver_name=given.giver_name,
    )
    return consent_id
