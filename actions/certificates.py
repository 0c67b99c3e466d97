"""Issuing certificates to those who completed a training, and taking one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from dateutil.relativedelta import relativedelta
from sqlalchemy import Text, Uuid, bindparam, cast, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.standings import CERTIFICATE, ENROLLED, GIVEN, score_of, standing_of
from actions.statements import bind
from actions.trainers import check_trainer
from auth.actor import Actor
from models.rules.badges import Claims
from models.rules.certificates import Standing, check_each, check_over, check_some
from models.rules.completion import WHOLE, CompletionRule
from models.rules.languages import choose, fallbacks, read_tag
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, RevocationReason
from models.session import Session, Statement


def _issue() -> Statement:
    each = (
        func.unnest(
            bindparam("ids", type_=ARRAY(Uuid())),
            bindparam("enrolments", type_=ARRAY(Uuid())),
            bindparam("said", type_=ARRAY(Text())),
        )
        .table_valued("id", "enrolment_id", "said")
        .render_derived()
    )
    values = {
        "id": each.c.id,
        "organization_id": bind(CERTIFICATE.c.organization_id),
        "enrolment_id": each.c.enrolment_id,
        "issued_at": bind(CERTIFICATE.c.issued_at),
        "valid_until": bind(CERTIFICATE.c.valid_until),
        "claims": cast(each.c.said, JSONB),
    }
    return Statement(insert(CERTIFICATE).from_select(list(values), select(*values.values())))


ISSUE = _issue()
FOUND = Statement(
    select(CERTIFICATE.c.enrolment_id, CERTIFICATE.c.revoked_at).where(CERTIFICATE.c.id == bind(CERTIFICATE.c.id))
)
REVOKE = Statement(
    update(CERTIFICATE)
    .where(CERTIFICATE.c.id == bind(CERTIFICATE.c.id, "certificate_id"), CERTIFICATE.c.revoked_at.is_(null()))
    .values(revoked_at=bind(CERTIFICATE.c.revoked_at), revocation=bind(CERTIFICATE.c.revocation))
)


@dataclass(frozen=True, slots=True)
class _Due:
    """Someone to whom a certificate is due."""

    enrolment_id: UUID
    claims: Claims


async def issue_certificates(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    training_id: UUID,
    enrolment_ids: Sequence[UUID] | None = None,
    language: str | None = None,
) -> Effect:
    """This will issue a certificate to everyone who completed the training and has none; or to just those named.

    Whoever has a conflict that is not settled gets none, and does not hold up the others. Named ones get theirs all
    together or not at all. Raises Refused: NOT_ALLOWED (no trainer, another organisation's training), NOT_FOUND
    (training, enrolment), INVALID_INPUT (language), NOT_ELIGIBLE (it still goes on, nobody completed it, one of those
    named did not). Runs three statements.
    """
    refuse(check_trainer(actor))
    given = await session.row(GIVEN, id=training_id)
    if given is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such training.", ("trainingId",)))
    if given["organization_id"] != actor.organization_id:
        message = "Certificates are issued by whoever gave the training."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("trainingId",)))
    refuse(check_over(given["ends_at"], now=now))
    rule = CompletionRule(share=given["least_attended"], pass_mark=given["least_score"])
    rows = await session.rows(ENROLLED, training_id=training_id)
    standings = {row["id"]: standing_of(rule, given["sessions"], row) for row in rows}
    wanted = list(standings) if enrolment_ids is None else list(dict.fromkeys(enrolment_ids))
    refuse(*(check_each(wanted, standings) if enrolment_ids is not None else (check_some(standings.values()),)))
    said = _course(given, language)
    due = [
        _Due(row["id"], _claims(said, rule, given, row, standings[row["id"]]))
        for row in rows
        if row["id"] in set(wanted) and standings[row["id"]].due
    ]
    ids = [uuid4() for _ in due]
    months = given["valid_months"]
    issued = await session.change(
        ISSUE,
        ids=ids,
        enrolments=[each.enrolment_id for each in due],
        said=[orjson.dumps(each.claims.told()).decode() for each in due],
        organization_id=actor.organization_id,
        issued_at=now,
        valid_until=None if months is None else now + relativedelta(months=months),
    )
    if issued != len(due):
        raise RowsLost
    return Effect(training_id, (*ids, *(each.enrolment_id for each in due)))


async def revoke_certificate(
    session: Session, actor: Actor, now: datetime, *, certificate_id: UUID, reason: RevocationReason
) -> Effect:
    """This will take a certificate back: from then on everyone who checks it is told so, and a new one may be issued.

    Raises Refused: NOT_ALLOWED (no trainer), NOT_FOUND (also of another organisation), TRANSITION_NOT_ALLOWED (it was
    revoked before). Runs two statements.
    """
    refuse(check_trainer(actor))
    found = await session.row(FOUND, id=certificate_id)
    if found is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such certificate.", ("certificateId",)))
    if await session.change(REVOKE, certificate_id=certificate_id, revoked_at=now, revocation=reason) != 1:
        message = "The certificate was revoked before."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("certificateId",)))
    return Effect(certificate_id, (found["enrolment_id"],))


def _course(given: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    """The course and the organiser by their names, in the language asked for as far as there are names in it."""
    tag = None if language is None else read_tag(language)
    if language is not None and tag is None:
        message = "This is no language tag of BCP 47, such as fr, ht, es or en."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("language",)))
    wanted = () if tag is None else fallbacks(tag)
    titled = choose(wanted, given["titles"]) or given["language"]
    named = choose(wanted, given["organizer_names"]) or given["organizer_language"]
    return {
        "course_title": given["titles"][titled],
        "language": titled,
        "organizer": given["organizer_names"][named],
    }


def _claims(
    said: dict[str, Any], rule: CompletionRule, given: Mapping[str, Any], row: Mapping[str, Any], standing: Standing
) -> Claims:
    score = None if rule.pass_mark is None else score_of(row)
    return Claims(
        name=row["name"],
        course_id=given["course_id"],
        course_code=given["course_code"],
        themes=tuple(given["themes"]),
        training_code=given["code"],
        organizer_id=given["organization_id"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        sessions=standing.completion.sessions,
        counted=standing.completion.counted,
        required=rule.required(standing.completion.sessions),
        pass_mark=rule.pass_mark,
        score=None if score is None else int(score * WHOLE),
        **said,
    )
