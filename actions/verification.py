"""Asking whoever gives a service whether its entry is still right: by e-mail, or by a link that a person hands over."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import case, func, insert, select, update

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.keepers import check_keeper
from actions.statements import bind, table
from actions.texts import written
from auth import opaque
from auth.actor import Actor
from models import directory, organisations, stewardship
from models.directory import Visibility
from models.rules.languages import LANGUAGES
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

SERVICE, ORGANIZATION = table(directory.Service), table(organisations.Organization)
REQUEST = table(stewardship.VerificationRequest)
GIVEN = ("id", "service_id", "organization_id", "email", "language", "token_hash")
MOMENTS = ("asked_at", "asked_by", "sent_at", "next_try_at")
LASTS = timedelta(days=30)
"How long a link opens its page, from its letter."
REMINDED_AFTER = timedelta(days=14)
LONGEST_EMAIL = 254
"Octets of an address (RFC 5321, 4.5.3.1.3, less its brackets)."
ONE_ADDRESS = r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+\.[^\s@,;:<>()\"]+"
"As a regular expression, here and in PostgreSQL: of one person, for a letter's heading may name many."

ASKED_OF = Statement(
    select(
        SERVICE.c.organization_id,
        SERVICE.c.visibility,
        SERVICE.c.language,
        case((SERVICE.c.email.is_not(None), SERVICE.c.email), else_=ORGANIZATION.c.email).label("email"),
    )
    .join(ORGANIZATION, ORGANIZATION.c.id == SERVICE.c.organization_id)
    .where(SERVICE.c.id == bind(SERVICE.c.id), SERVICE.c.removed_at.is_(None))
)
WAITING = Statement(
    select(func.count()).where(REQUEST.c.service_id == bind(REQUEST.c.service_id), REQUEST.c.ended_at.is_(None))
)
ASK = Statement(insert(REQUEST).values({name: bind(REQUEST.c[name]) for name in (*GIVEN, *MOMENTS)}))
END = Statement(
    update(REQUEST)
    .where(REQUEST.c.id == bind(REQUEST.c.id, "key"), REQUEST.c.ended_at.is_(None))
    .values(ended_at=bind(REQUEST.c.ended_at))
)


async def request_verification(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    service_id: UUID,
    email: str | None = None,
    language: str | None = None,
    by_link: bool | None = None,
) -> Effect:
    """This will ask whether a service's entry is still right, of `email`, or of the entry's own address.

    by_link: the link is told in the answer, once, and no letter is sent. What only its owner sees is never asked about
    by a link: whoever holds it reads the entry. Raises Refused: NOT_FOUND, NOT_ALLOWED (neither a steward nor its
    organisation's editor, a hidden entry, asked already), INVALID_INPUT (no address is known). Runs three statements.
    """
    service = await session.row(ASKED_OF, id=service_id)
    if service is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such service.", ("serviceId",)))
    refuse(
        check_keeper(actor, service["organization_id"], "serviceId"),
        _check_open(Visibility(service["visibility"])),
        _check_language(language),
    )
    if await session.value(WAITING, service_id=service_id):
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, "It is being asked about already.", ("serviceId",)))
    address = None if by_link else _address(written(email, "email", longest=LONGEST_EMAIL) or service["email"])
    secret, hashed = opaque.make() if by_link else (None, None)
    key = uuid4()
    asked = await session.change(
        ASK,
        id=key,
        service_id=service_id,
        organization_id=service["organization_id"],
        email=address,
        language=language or service["language"],
        token_hash=hashed,
        asked_at=now,
        asked_by=actor.organization_id,
        sent_at=now if by_link else None,
        next_try_at=now + LASTS if by_link else now,
    )
    if asked != 1:
        raise RowsLost
    return Effect(key, secret=secret)


async def cancel_verification(session: Session, actor: Actor, now: datetime, *, request_id: UUID) -> Effect:
    """This will close a request whose link then opens nothing. Raises Refused: NOT_FOUND (or it has ended)."""
    if await session.change(END, key=request_id, ended_at=now) != 1:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such open request.", ("requestId",)))
    return Effect(request_id)


def _check_open(visibility: Visibility) -> Refusal | None:
    if visibility in (Visibility.PUBLIC, Visibility.NETWORK):
        return None
    message = "What the network may not see is verified in person, never by a link."
    return Refusal(ProblemCode.NOT_ALLOWED, message, ("serviceId",))


def _check_language(language: str | None) -> Refusal | None:
    if language is None or language in LANGUAGES:
        return None
    return Refusal(ProblemCode.INVALID_INPUT, f"A letter is in one of {', '.join(LANGUAGES)}.", ("language",))


def _address(email: str | None) -> str:
    if not re.fullmatch(ONE_ADDRESS, email or "") or not (email or "").isprintable():
        message = "No e-mail address of theirs is known: give one, or ask for a link to hand over."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("email",)))
    return email or ""
