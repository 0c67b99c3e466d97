"""Taking what is printed of a training, its roster with tokens and PINs or a certificate; both are audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from actions.effects import RowsLost
from actions.statements import added, bind, table
from auth.actor import Actor
from models import certificates, organisations, training
from models.base import Confidentiality
from models.ledger import AuditEntry
from models.rules.badges import Claims, kept_claims
from models.session import Session, Statement

COURSE = table(training.Course)
TRAINING = table(training.Training)
SESSION = table(training.TrainingSession)
ENROLMENT = table(training.Enrolment)
PARTICIPANT = table(training.Participant)
CREDENTIAL = table(training.EnrolmentCredential)
ORGANIZATION = table(organisations.Organization)
CERTIFICATE = table(certificates.Certificate)
AUDIT = table(AuditEntry)

GIVEN = Statement(
    select(
        TRAINING.c.code,
        TRAINING.c.starts_on,
        TRAINING.c.ends_on,
        COURSE.c.titles,
        COURSE.c.language,
        ORGANIZATION.c.names,
        ORGANIZATION.c.language.label("names_language"),
    )
    .join(COURSE, COURSE.c.id == TRAINING.c.course_id)
    .join(ORGANIZATION, ORGANIZATION.c.id == TRAINING.c.organization_id)
    .where(TRAINING.c.id == bind(TRAINING.c.id), TRAINING.c.organization_id == bind(TRAINING.c.organization_id))
)
SESSIONS = Statement(
    select(SESSION.c.starts_at, SESSION.c.ends_at, SESSION.c.time_zone)
    .where(SESSION.c.training_id == bind(SESSION.c.training_id))
    .order_by(SESSION.c.starts_at, SESSION.c.id)
)
LISTED = Statement(
    select(
        ENROLMENT.c.id,
        PARTICIPANT.c.name,
        PARTICIPANT.c.position,
        func.coalesce(
            PARTICIPANT.c.employer_name, ORGANIZATION.c.names.op("->>", return_type=Text())(ORGANIZATION.c.language)
        ).label("employer"),
        CREDENTIAL.c.token,
        CREDENTIAL.c.pin,
    )
    .join(PARTICIPANT, PARTICIPANT.c.enrolment_id == ENROLMENT.c.id)
    .join(CREDENTIAL, CREDENTIAL.c.enrolment_id == ENROLMENT.c.id)
    .outerjoin(ORGANIZATION, ORGANIZATION.c.id == PARTICIPANT.c.employer_id)
    .where(
        ENROLMENT.c.training_id == bind(ENROLMENT.c.training_id),
        ENROLMENT.c.withdrawn_at.is_(None),
        CREDENTIAL.c.revoked_at.is_(None),
    )
    .order_by(func.folded(PARTICIPANT.c.name), ENROLMENT.c.id)
)
ISSUED = Statement(
    select(
        CERTIFICATE.c.enrolment_id,
        CERTIFICATE.c.claims,
        CERTIFICATE.c.issued_at,
        CERTIFICATE.c.valid_until,
        CERTIFICATE.c.revoked_at,
    ).where(CERTIFICATE.c.id == bind(CERTIFICATE.c.id))
)
TELL = Statement(
    added(
        AUDIT,
        organization_id=bind(AUDIT.c.organization_id),
        client_id=bind(AUDIT.c.client_id),
        user_id=bindparam("user_id", type_=Uuid()),
        act=bindparam("act", type_=Text()),
        classes=cast(literal_column(f"ARRAY['{Confidentiality.IDENTITY.name}']"), ARRAY(Text())),
        subjects=bindparam("subjects", type_=ARRAY(Uuid())),
        request_id=bind(AUDIT.c.request_id),
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """One session, by the clock of its place."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a roster."""

    name: str
    position: str | None
    employer: str | None
    token: str
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What is printed of a training."""

    code: str
    starts_on: date
    ends_on: date
    titles: dict[str, str]
    language: str
    organizer_names: dict[str, str]
    organizer_language: str
    sessions: Sequence[Held]
    people: Sequence[Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed of a certificate."""

    claims: Claims
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None


async def take_roster(session: Session, actor: Actor, *, training_id: UUID, request_id: str) -> Roster | None:
    """This will read a training's roster, by name, and audit it. None: there is none that the actor may see.

    Runs four statements.
    """
    given = await session.row(GIVEN, id=training_id, organization_id=actor.organization_id)
    rows = await session.rows(LISTED, training_id=training_id)
    if given is None or not rows:
        return None
    await _tell(session, actor, "print:roster", [row["id"] for row in rows], request_id)
    return Roster(
        code=given["code"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        titles=given["titles"],
        language=given["language"],
        organizer_names=given["names"],
        organizer_language=given["names_language"],
        sessions=[Held(*row) for row in await session.rows(SESSIONS, training_id=training_id)],
        people=[Listed(*list(row)[1:]) for row in rows],
    )


async def take_certificate(session: Session, actor: Actor, *, certificate_id: UUID, request_id: str) -> Printed | None:
    """This will read a certificate to print it, and audit it. None: there is none that the actor may see."""
    row = await session.row(ISSUED, id=certificate_id)
    if row is None:
        return None
    await _tell(session, actor, "print:certificate", [certificate_id, row["enrolment_id"]], request_id)
    return Printed(
        claims=kept_claims(row["claims"]),
        issued_at=row["issued_at"],
        valid_until=row["valid_until"],
        revoked_at=row["revoked_at"],
    )


async def _tell(session: Session, actor: Actor, act: str, subjects: Sequence[UUID], request_id: str) -> None:
    said: dict[str, Any] = {"organization_id": actor.organization_id, "client_id": actor.client_id, "act": act}
    told = await session.change(TELL, **said, user_id=actor.user_id, subjects=list(subjects), request_id=request_id)
    if told != 1:
        raise RowsLost
