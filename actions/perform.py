"""Runs one action as one transaction, and once per idempotency key: whoever asks twice is answered as if asked once.

The key is kept beside the effect with the ids of the effect, never an answer: a replay reads the same row again, under
today's visibility. A refusal rolls everything back, so it spends no key. A key of 91 days ago may be forgotten.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from actions.effects import Effect, Refused, RowsLost
from actions.statements import added, bind, table
from auth.actor import Actor
from models.ledger import AuditEntry, Idempotency
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Database, Session, Statement, beginning

LONGEST_KEY = 200
PATIENCE = timedelta(seconds=5)
"""How long a twin, or whoever changes the same row, is waited for."""

KEY = table(Idempotency)
AUDIT = table(AuditEntry)
OWNED = ("organization_id", "client_id", "actor", "mutation", "key")
"""Whose key it is, and for what."""

_mine = [KEY.c[name] == bind(KEY.c[name]) for name in OWNED]
SPEND = Statement(
    insert(KEY)
    .values({name: bind(KEY.c[name]) for name in (*OWNED, "input_hash", "created_at")})
    .on_conflict_do_nothing()
)
SPENT = Statement(select(KEY.c.input_hash, KEY.c.effect).where(*_mine))
_kept = update(KEY).where(*_mine).values(effect=bind(KEY.c.effect)).returning(KEY.c.organization_id).cte("kept")
KEEP = Statement(
    added(
        AUDIT,
        organization_id=_kept.c.organization_id,
        client_id=bind(AUDIT.c.client_id),
        user_id=bindparam("user_id", type_=Uuid()),
        act=bindparam("mutation", type_=Text()),
        subjects=bindparam("subjects", type_=ARRAY(Uuid())),
        request_id=bind(AUDIT.c.request_id),
    )
)
"""The effect under its key and the entry of the audit: one row, or the key is not ours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action's payload is read from."""

    key: UUID | None
    """Of the row to show; None where nothing was done."""
    problems: tuple[Refusal, ...] = ()
    secret: str | None = field(default=None, repr=False)
    """Of the effect; None in a replay."""


async def perform(
    database: Database,
    actor: Actor,
    *,
    mutation: str,
    key: str,
    given: Mapping[str, Any],
    verb: Callable[[Session], Awaitable[Effect]],
    now: datetime,
    request_id: str,
    patience: timedelta = PATIENCE,
) -> Outcome:
    """This will do what `verb` does, unless the key was spent: then it finds the effect again.

    `given` is the input without its key, as the client meant it. Refusals come back as problems: the verb's own,
    INVALID_INPUT for a key that is empty or too long, IDEMPOTENCY_KEY_REUSED for one that was spent on another input,
    IN_PROGRESS where a twin or another change lasts longer than `patience`. Raises what else asyncpg raises.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        message = f"An idempotency key has 1 to {LONGEST_KEY} signs."
        return Outcome(None, (Refusal(ProblemCode.INVALID_INPUT, message, ("idempotencyKey",)),))
    owned = {
        "organization_id": actor.organization_id,
        "client_id": actor.client_id,
        "actor": "" if actor.user_id is None else str(actor.user_id),
        "mutation": mutation,
        "key": key,
    }
    hashed = input_hash(given)
    milliseconds = patience // timedelta(milliseconds=1)
    begin = f"{beginning(actor.claims(), writes=True)}; SET LOCAL lock_timeout = {milliseconds}"
    try:
        async with database.transaction(begin) as connection:
            session = Session(connection)
            if not await session.change(SPEND, **owned, input_hash=hashed, created_at=now):
                return await _replayed(session, owned, hashed)
            effect = await verb(session)
            subjects = list(dict.fromkeys((effect.key, *effect.touched)))
            kept = await session.change(
                KEEP,
                **owned,
                effect={"key": str(effect.key)},
                user_id=actor.user_id,
                subjects=subjects,
                request_id=request_id,
            )
            if kept != 1:
                raise RowsLost
            return Outcome(effect.key, secret=effect.secret)
    except Refused as refused:
        return Outcome(None, refused.refusals)
    except asyncpg.PostgresError as error:
        refusal = understood(error)
        if refusal is None:
            raise
        return Outcome(None, (refusal,))


async def _replayed(session: Session, owned: Mapping[str, Any], hashed: bytes) -> Outcome:
    spent = await session.row(SPENT, **owned)
    if spent is None:
        return Outcome(None, (IN_PROGRESS,))
    if spent["input_hash"] != hashed:
        message = "This idempotency key was spent on another input: a new wish takes a new key."
        return Outcome(None, (Refusal(ProblemCode.IDEMPOTENCY_KEY_REUSED, message, ("idempotencyKey",)),))
    return Outcome(UUID(spent["effect"]["key"]))


def input_hash(given: Mapping[str, Any]) -> bytes:
    """This will be the same for the same wish, however it was spelled: order and nulls make no difference."""
    return hashlib.sha256(orjson.dumps(_said(given), default=str, option=orjson.OPT_SORT_KEYS)).digest()


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _said(part) for name, part in value.items() if part is not None}
    return [_said(part) for part in value] if isinstance(value, list) else value


IN_PROGRESS = Refusal(ProblemCode.IN_PROGRESS, "This is being done or changed right now: ask again with the same key.")
UNREADABLE = Refusal(ProblemCode.INVALID_INPUT, "A text holds a sign that cannot be kept.")
ENDED_ALREADY = Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, "Someone else has just taken this step.")
BROKEN: dict[str, Refusal] = {
    "ix_referral_open": Refusal(
        ProblemCode.DUPLICATE_REFERRAL, "The person has an open referral to this service.", ("serviceId",)
    ),
    "ck_referral_two_parties": Refusal(
        ProblemCode.NOT_ALLOWED, "A referral goes to another organisation.", ("serviceId",)
    ),
    "pk_referral_decline": ENDED_ALREADY,
    "pk_referral_outcome": ENDED_ALREADY,
    "pk_referral_withdrawal": ENDED_ALREADY,
    "ck_referral_transition": ENDED_ALREADY,
    "ck_release_immutable": ENDED_ALREADY,
    "ck_release_signed": ENDED_ALREADY,
    "uq_training_code": Refusal(ProblemCode.INVALID_INPUT, "Another training has this code.", ("code",)),
    "uq_enrolment_credential_organization_id_token": Refusal(
        ProblemCode.INVALID_INPUT, "Someone else has this token.", ("participants",)
    ),
    "uq_enrolment_training_id_trainee_id": Refusal(
        ProblemCode.INVALID_INPUT, "This person takes part already.", ("participants",)
    ),
    "ix_membership_once": Refusal(
        ProblemCode.NOT_ALLOWED, "The person has another membership of this kind already.", ("siteId",)
    ),
    "uq_identity_provider_issuer": Refusal(
        ProblemCode.NOT_ALLOWED,
        "This issuer is registered already; an issuer vouches for one organisation.",
        ("issuer",),
    ),
    "uq_oauth_client_provider_id_subject": Refusal(
        ProblemCode.NOT_ALLOWED, "Another client is bound to this subject.", ("subject",)
    ),
    "uq_partner_name": Refusal(ProblemCode.NOT_ALLOWED, "There is a partner of that name already.", ("name",)),
    "uq_person_organization_id_reference": IN_PROGRESS,
    "uq_referral_sender_id_reference": IN_PROGRESS,
}
"""What it means that a constraint held where the rule before it did not: someone else was faster, or a random
reference was drawn twice. By name, never by the text of a message."""


def understood(error: asyncpg.PostgresError) -> Refusal | None:
    """This will be the refusal that an error of the database stands for; None for a fault of ours."""
    if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError):
        return IN_PROGRESS
    if isinstance(error, asyncpg.CharacterNotInRepertoireError):
        return UNREADABLE
    return BROKEN.get(getattr(error, "constraint_name", None) or "")
