"""Enrolling people in a training, by a list or as they walk in: each gets a token and a PIN to be recorded by."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Text, Uuid, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from actions.trainers import check_trainer
from auth.actor import Actor
from models import organisations, training
from models.rules.credentials import TOKEN_LENGTH, is_token, new_pin, new_token
from models.rules.problems import Refusal
from models.rules.roster_words import plain
from models.rules.rosters import LONGEST, Entrant
from models.rules.vocabulary import ProblemCode, Sex
from models.session import Session, Statement
from models.turns import one_at_a_time

TRAINING = table(training.Training)
ENROLMENT = table(training.Enrolment)
PARTICIPANT = table(training.Participant)
CREDENTIAL = table(training.EnrolmentCredential)
ORGANIZATION = table(organisations.Organization)
AREA = table(organisations.Area)
MOST = 1_000
"""People in one training."""

TAKE = Statement(
    select(TRAINING.c.organization_id, one_at_a_time(TRAINING.c.id)).where(TRAINING.c.id == bind(TRAINING.c.id))
)
ENROLLED = Statement(
    select(
        ENROLMENT.c.id,
        ENROLMENT.c.withdrawn_at,
        PARTICIPANT.c.name,
        PARTICIPANT.c.sex,
        PARTICIPANT.c.employer_name,
        ORGANIZATION.c.slug,
        CREDENTIAL.c.pin,
    )
    .join(PARTICIPANT, PARTICIPANT.c.enrolment_id == ENROLMENT.c.id)
    .outerjoin(CREDENTIAL, CREDENTIAL.c.enrolment_id == ENROLMENT.c.id)
    .outerjoin(ORGANIZATION, ORGANIZATION.c.id == PARTICIPANT.c.employer_id)
    .where(ENROLMENT.c.training_id == bind(ENROLMENT.c.training_id))
)
PARTNERS = Statement(select(ORGANIZATION.c.id, ORGANIZATION.c.slug, ORGANIZATION.c.names))
AREAS = Statement(select(AREA.c.pcode))
EARLIER = Statement(
    select(ENROLMENT.c.id, ENROLMENT.c.trainee_id).where(
        ENROLMENT.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid())))
    )
)


def _add(to: Any, shared: Sequence[str], **listed: Any) -> Statement:
    """An INSERT of a row for each element of the arrays; `shared` columns are the same in all."""
    arrays = [bindparam(f"{name}_of", type_=ARRAY(kind)) for name, kind in listed.items()]
    each = func.unnest(*arrays).table_valued(*listed).render_derived()
    values = {**{name: bind(to.c[name]) for name in shared}, **{name: each.c[name] for name in listed}}
    return Statement(insert(to).from_select(list(values), select(*values.values())))


ENROL = _add(ENROLMENT, ("organization_id", "training_id", "enrolled_at"), id=Uuid(), trainee_id=Uuid())
INTRODUCE = _add(
    PARTICIPANT,
    ("organization_id",),
    enrolment_id=Uuid(),
    name=Text(),
    sex=Text(),
    age_group=Text(),
    position=Text(),
    employer_id=Uuid(),
    employer_name=Text(),
    kind=Text(),
    pcode=Text(),
)
HAND_OUT = _add(
    CREDENTIAL, ("organization_id", "training_id", "issued_at"), enrolment_id=Uuid(), token=Text(), pin=Text()
)
WITHDRAW = Statement(
    update(ENROLMENT)
    .where(ENROLMENT.c.id == bind(ENROLMENT.c.id, "enrolment_id"), ENROLMENT.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bind(ENROLMENT.c.withdrawn_at))
)


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a list, and what only a list entered by hand can say of it."""

    entrant: Entrant
    same_as: UUID | None = None
    """An earlier enrolment of the same person, so that figures count one person."""
    token: str | None = None
    """Made on the device that met the person without a network; what it recorded by it is then matched."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a training and the network hold when a list comes in."""

    likenesses: Mapping[tuple[str, Sex, str], UUID]
    """Who takes part already."""
    pins: frozenset[str]
    partners: Mapping[str, UUID]
    """By slug and by every name, as `plain` writes them."""
    areas: frozenset[str]
    slugs: Mapping[UUID, str]

    def likeness(self, entrant: Entrant) -> tuple[str, Sex, str]:
        """An entry's likeness, a partner always by its slug."""
        name, sex, employer = entrant.likeness
        return name, sex, plain(self.slugs[self.partners[employer]]) if employer in self.partners else employer


async def enrol_participants(
    session: Session, actor: Actor, now: datetime, *, training_id: UUID, participants: Sequence[Named]
) -> Effect:
    """This will enrol everyone on a list, or nobody. The effect's key is the first enrolment.

    Raises Refused: NOT_ALLOWED (no trainer, another organisation's training), NOT_FOUND (training, area, earlier
    enrolment), INVALID_INPUT (an entry, or someone who takes part already). Runs seven or eight statements.
    """
    refuse(check_trainer(actor))
    known = await known_of(session, actor, training_id)
    if not participants or len(participants) + len(known.likenesses) > MOST:
        message = f"A list has 1 entry or more, and a training at most {MOST:,} participants."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("participants",)))
    refuse(*_check(participants, known))
    enrolments = [uuid4() for _ in participants]
    shared = {"organization_id": actor.organization_id, "training_id": training_id}
    trainees = await _trainees(session, participants)
    await _kept(session, ENROL, len(enrolments), **shared, enrolled_at=now, id_of=enrolments, trainee_id_of=trainees)
    await _introduced(session, actor, enrolments, participants, known)
    source, taken = secrets.SystemRandom(), set(known.pins)
    pins = []
    for _ in enrolments:
        while (pin := new_pin(source)) in taken:
            continue
        taken.add(pin)
        pins.append(pin)
    tokens = [each.token or new_token(source) for each in participants]
    whose = {"enrolment_id_of": enrolments, "token_of": tokens, "pin_of": pins}
    await _kept(session, HAND_OUT, len(enrolments), **shared, issued_at=now, **whose)
    return Effect(enrolments[0], (*enrolments[1:], training_id))


async def withdraw_enrolment(session: Session, actor: Actor, now: datetime, *, enrolment_id: UUID) -> Effect:
    """This will let someone take part no more; what was recorded stays. Raises Refused: NOT_ALLOWED, NOT_FOUND."""
    refuse(check_trainer(actor))
    if await session.change(WITHDRAW, enrolment_id=enrolment_id, withdrawn_at=now) != 1:
        message = "There is no such enrolment, or it was withdrawn before."
        raise Refused(Refusal(ProblemCode.NOT_FOUND, message, ("enrolmentId",)))
    return Effect(enrolment_id)


async def known_of(session: Session, actor: Actor, training_id: UUID) -> Known:
    """This will read what a list is checked against, and hold the training until the end. Runs four statements.

    Raises Refused: NOT_FOUND, NOT_ALLOWED.
    """
    given = await session.row(TAKE, id=training_id)
    if given is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such training.", ("trainingId",)))
    if given["organization_id"] != actor.organization_id:
        message = "People are enrolled by whoever gives the training."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("trainingId",)))
    partners = await session.rows(PARTNERS)
    rows = await session.rows(ENROLLED, training_id=training_id)
    return Known(
        likenesses={
            (plain(row["name"]), Sex(row["sex"]), plain(row["slug"] or row["employer_name"] or "")): row["id"]
            for row in rows
            if row["withdrawn_at"] is None
        },
        pins=frozenset(row["pin"] for row in rows if row["pin"]),
        partners={plain(name): row["id"] for row in partners for name in (*row["names"].values(), row["slug"])},
        areas=frozenset(row["pcode"] for row in await session.rows(AREAS)),
        slugs={row["id"]: row["slug"] for row in partners},
    )


def _check(participants: Sequence[Named], known: Known) -> list[Refusal]:
    refusals, met = [], dict(known.likenesses)
    for position, each in enumerate(participants):
        at, entrant = ("participants", str(position)), each.entrant
        texts = {"name": entrant.name, "position": entrant.position, "organizationName": entrant.employer}
        refusals += [
            Refusal(ProblemCode.INVALID_INPUT, f"This has at most {LONGEST} signs.", (*at, name))
            for name, text in texts.items()
            if text is not None and len(text) > LONGEST
        ]
        if not entrant.name:
            refusals.append(Refusal(ProblemCode.INVALID_INPUT, "Everyone has a name.", (*at, "name")))
        if entrant.pcode is not None and entrant.pcode not in known.areas:
            refusals.append(Refusal(ProblemCode.NOT_FOUND, "There is no such area.", (*at, "pcode")))
        if known.likeness(entrant) in met:
            refusals.append(Refusal(ProblemCode.INVALID_INPUT, "This person takes part already.", (*at, "name")))
        if each.token is not None and not is_token(each.token):
            message = f"A token has {TOKEN_LENGTH} signs of Crockford's alphabet, drawn at random."
            refusals.append(Refusal(ProblemCode.INVALID_INPUT, message, (*at, "token")))
        met[known.likeness(entrant)] = UUID(int=0)
    return refusals


async def _trainees(session: Session, participants: Sequence[Named]) -> list[UUID]:
    """The person behind each enrolment: of an earlier one where it is named, else someone new."""
    wanted = [each.same_as for each in participants if each.same_as is not None]
    found = {row["id"]: row["trainee_id"] for row in await session.rows(EARLIER, ids=wanted)} if wanted else {}
    message = "There is no such earlier enrolment."
    refuse(
        *(
            Refusal(ProblemCode.NOT_FOUND, message, ("participants", str(position), "sameAsId"))
            for position, each in enumerate(participants)
            if each.same_as is not None and each.same_as not in found
        )
    )
    return [uuid4() if each.same_as is None else found[each.same_as] for each in participants]


async def _introduced(
    session: Session, actor: Actor, enrolments: Sequence[UUID], participants: Sequence[Named], known: Known
) -> None:
    entrants = [each.entrant for each in participants]
    partners = [known.partners.get(plain(each.employer or "")) for each in entrants]
    outside = [each.employer if partner is None else None for each, partner in zip(entrants, partners, strict=True)]
    await _kept(
        session,
        INTRODUCE,
        len(enrolments),
        organization_id=actor.organization_id,
        enrolment_id_of=list(enrolments),
        name_of=[each.name for each in entrants],
        sex_of=[each.sex for each in entrants],
        age_group_of=[each.age_group for each in entrants],
        position_of=[each.position for each in entrants],
        employer_id_of=partners,
        employer_name_of=outside,
        kind_of=[each.kind for each in entrants],
        pcode_of=[each.pcode for each in entrants],
    )


async def _kept(session: Session, statement: Statement, many: int, **values: Any) -> None:
    if await session.change(statement, **values) != many:
        raise RowsLost
