"""Sending a referral: is the person known, the service for them, consent given and a place free? Then, in one go, sent.

What the file holds is copied into the parts that the kind of referral can carry, whether or not consent reaches them:
row policies show the receiver no more than the one consent it rests on.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Boolean, ColumnElement, Text, any_, bindparam, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from actions.effects import Effect, Refused, refuse
from actions.files import File, check_works_with_people, take_file
from actions.resting import find_consent
from actions.statements import added, bind, table
from actions.texts import NARRATIVE, written
from auth.actor import Actor
from models import directory, people
from models import referrals as tables
from models.organisations import Organization
from models.rules.disclosure import CARRIES, check_carried
from models.rules.eligibility import Criteria, check_eligible
from models.rules.problems import Refusal
from models.rules.references import new_reference
from models.rules.referrals import OPEN, check_transfer, due_at
from models.rules.vocabulary import (
    InformationClass,
    OrganizationKind,
    ProblemCode,
    ReferralAction,
    ReferralEventKind,
    ReferralKind,
    ReferralPriority,
    ReferralStatus,
    ServiceCategory,
    Sex,
)
from models.session import Session, Statement

REFERRAL = table(tables.Referral)
EVENT = table(tables.ReferralEvent)
SERVICE = table(directory.Service)
PLACE = table(directory.ServiceAtLocation)
RECEIVER = table(Organization)

OFFERED = Statement(
    select(
        SERVICE.c.organization_id,
        RECEIVER.c.kind,
        SERVICE.c.minimum_age,
        SERVICE.c.maximum_age,
        SERVICE.c.sexes,
        SERVICE.c.accepts_unaccompanied_children,
        PLACE.c.id.label("place_id"),
    )
    .join(RECEIVER, RECEIVER.c.id == SERVICE.c.organization_id)
    .outerjoin(PLACE, (PLACE.c.service_id == SERVICE.c.id) & (PLACE.c.id == bind(PLACE.c.id, "place_id")))
    .where(SERVICE.c.id == bind(SERVICE.c.id), SERVICE.c.removed_at.is_(None))
)
OPEN_ALREADY = Statement(
    select(REFERRAL.c.id).where(
        REFERRAL.c.sender_id == bind(REFERRAL.c.sender_id),
        REFERRAL.c.person_id == bind(REFERRAL.c.person_id),
        REFERRAL.c.service_id == bind(REFERRAL.c.service_id),
        REFERRAL.c.status == any_(bindparam("open", type_=ARRAY(Text()))),
    )
)
SEND = Statement(
    insert(REFERRAL).values(
        **{
            name: bind(REFERRAL.c[name])
            for name in (
                *("id", "reference", "kind", "status", "priority", "need", "sender_id", "receiver_id"),
                *("service_id", "place_id", "person_id", "consent_id", "due_at"),
            )
        },
        **{name: bind(REFERRAL.c.sent_at) for name in ("created_at", "updated_at", "sent_at")},
    )
)


def _parts() -> Statement:
    """All that a new referral tells, its first event, and whether a place could be held for it."""
    referral_id, person_id = bind(REFERRAL.c.id), bind(REFERRAL.c.person_id)
    in_words = bindparam("in_words", type_=Boolean())
    subject, request = table(tables.ReferralSubject), table(tables.ReferralRequest)
    codes, narrative = table(tables.ReferralVulnerabilities), table(tables.ReferralNarrative)
    stub: dict[str, ColumnElement[object]] = {
        name: bind(subject.c[name]) for name in ("sex", "age_group", "handling_needs")
    }
    rows = [
        added(subject, person_id.is_not(None), referral_id=referral_id, **stub),
        *(
            added(
                part,
                file.c.person_id == person_id,
                referral_id=referral_id,
                **{column.key: file.c[column.key] for column in part.c if column.key != "referral_id"},
            )
            for part, file in (
                (table(tables.ReferralIdentity), table(people.PersonIdentity)),
                (table(tables.ReferralContact), table(people.PersonContact)),
            )
        ),
        added(codes, in_words, referral_id=referral_id, codes=bind(codes.c.codes)),
        added(
            request,
            bind(request.c.summary).is_not(None),
            referral_id=referral_id,
            summary=bind(request.c.summary),
        ),
        added(
            narrative,
            bind(narrative.c.narrative).is_not(None),
            referral_id=referral_id,
            narrative=bind(narrative.c.narrative),
        ),
        added(
            EVENT,
            referral_id=referral_id,
            organization_id=bind(REFERRAL.c.sender_id),
            at=bind(REFERRAL.c.sent_at),
            kind=literal(ReferralEventKind.ACTION, EVENT.c.kind.type),
            action=literal(ReferralAction.SEND, EVENT.c.action.type),
            status_after=literal(ReferralStatus.SENT, EVENT.c.status_after.type),
        ),
    ]
    query = select(func.hold_capacity(referral_id, bind(REFERRAL.c.sent_at)))
    return Statement(query.add_cte(*(row.cte(f"added_{row.table.name}") for row in rows)))


TELL = _parts()


@dataclass(frozen=True, slots=True)
class Offered:
    """A service that a referral may go to."""

    id: UUID
    organization_id: UUID
    kind: OrganizationKind
    criteria: Criteria


async def send_referral(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    service_id: UUID,
    kind: ReferralKind,
    priority: ReferralPriority,
    need: ServiceCategory,
    person_id: UUID | None = None,
    place_id: UUID | None = None,
    summary: str | None = None,
    narrative: str | None = None,
) -> Effect:
    """This will send a referral to the organisation of a service, with a place held where places are counted.

    Raises Refused, in this order: NOT_ALLOWED (no role that works with people), INVALID_INPUT (what the kind cannot
    carry), NOT_FOUND (person, service, place), NOT_ALLOWED (the sender's own service; a transfer that a supervisor
    decides), NOT_ELIGIBLE, DUPLICATE_REFERRAL, CONSENT_REQUIRED, NO_CAPACITY. Runs six statements.
    """
    refuse(check_works_with_people(actor))
    summary = written(summary, "summary")
    narrative = written(narrative, "narrative", longest=NARRATIVE)
    refuse(check_carried(kind=kind, person_given=person_id is not None, summary=summary, narrative=narrative))
    file = None if person_id is None else await take_file(session, person_id, now.astimezone(UTC).date())
    service = await _offered(session, service_id, place_id)
    if service.organization_id == actor.organization_id:
        message = "A referral goes to another organisation: this service is your own."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("serviceId",)))
    consent_id = None
    if file is not None:
        refuse(check_eligible(service.criteria, file.applicant))
        refuse(check_transfer(kind, unaccompanied=file.unaccompanied, roles=actor.roles))
        await _no_duplicate(session, actor, file, service)
        consent_id = await find_consent(
            session, file, now, kind=kind, recipient=service.organization_id, recipient_kind=service.kind
        )
    referral_id = uuid4()
    await session.change(
        SEND,
        id=referral_id,
        reference=new_reference(secrets.SystemRandom()),
        kind=kind,
        status=ReferralStatus.SENT,
        priority=priority,
        need=need,
        sender_id=actor.organization_id,
        receiver_id=service.organization_id,
        service_id=service.id,
        place_id=place_id,
        person_id=person_id,
        consent_id=consent_id,
        due_at=due_at(priority, now),
        sent_at=now,
    )
    held = await session.value(
        TELL,
        id=referral_id,
        sender_id=actor.organization_id,
        person_id=person_id,
        sent_at=now,
        in_words=InformationClass.VULNERABILITIES in CARRIES[kind],
        summary=summary,
        narrative=narrative,
        sex=file.sex if file else None,
        age_group=file.age_group if file else None,
        handling_needs=sorted(file.handling_needs) if file else [],
        codes=sorted(file.vulnerabilities) if file else [],
    )
    if not held:
        raise Refused(Refusal(ProblemCode.NO_CAPACITY, "The service has no room at present.", ("serviceId",)))
    return Effect(referral_id, tuple(each for each in (person_id, consent_id) if each is not None))


async def _offered(session: Session, service_id: UUID, place_id: UUID | None) -> Offered:
    row = await session.row(OFFERED, id=service_id, place_id=place_id)
    if row is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such service.", ("serviceId",)))
    if row["place_id"] != place_id:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "The service is not given at such a place.", ("placeId",)))
    criteria = Criteria(
        minimum_age=row["minimum_age"],
        maximum_age=row["maximum_age"],
        sexes=frozenset(map(Sex, row["sexes"])),
        accepts_unaccompanied_children=row["accepts_unaccompanied_children"] is not False,
    )
    return Offered(service_id, row["organization_id"], OrganizationKind(row["kind"]), criteria)


async def _no_duplicate(session: Session, actor: Actor, file: File, service: Offered) -> None:
    found = await session.value(
        OPEN_ALREADY,
        sender_id=actor.organization_id,
        person_id=file.id,
        service_id=service.id,
        open=sorted(OPEN),
    )
    if found is not None:
        message = "The person has an open referral to this service."
        raise Refused(Refusal(ProblemCode.DUPLICATE_REFERRAL, message, ("serviceId",), referral=found))
