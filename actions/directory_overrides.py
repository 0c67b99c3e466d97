"""Saying otherwise of a service than its sources do: by the network's stewards, and by its organisation's editors."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.keepers import check_keeper
from actions.statements import bind, table
from actions.texts import written
from auth.actor import Actor
from models import directory
from models.directory import Visibility
from models.rules.precedence import FIELDS, TEXTS, Claim, resolve
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, ServiceCategory
from models.session import Session, Statement

SERVICE = table(directory.Service)
KEPT = Statement(
    select(SERVICE.c.organization_id, SERVICE.c.visibility).where(
        SERVICE.c.id == bind(SERVICE.c.id), SERVICE.c.removed_at.is_(None)
    )
)
_service = bindparam("service", type_=Uuid())
_at = bindparam("at", type_=TIMESTAMP(timezone=True))
CLAIMS = Statement(select(func.claims_of(_service)))
KEEP = Statement(
    select(
        func.keep_override(
            _service, bindparam("override", type_=JSONB(none_as_null=True)), bindparam("why", type_=Text()), _at
        )
    )
)
SETTLE = Statement(select(func.settle_service(_service, bindparam("settled", type_=JSONB()))))

Texts = Sequence[Mapping[str, str]]
"A text in each of some languages: language, text."


async def override_service(
    session: Session, actor: Actor, now: datetime, *, service_id: UUID, reason: str, **given: Any
) -> Effect:
    """This will say something else of a service than its sources do, until it is lifted; no reading undoes it.

    given: what is to stand, by column; None is left as it is, and an empty text or list says that there is nothing.
    Raises Refused: NOT_FOUND, NOT_ALLOWED (neither a steward nor its organisation's editor, a redacted record, a safe
    house made or unmade), INVALID_INPUT (nothing said, no reason). Runs four statements.
    """
    why = written(reason, "reason")
    said = {name: _told(name, value) for name, value in given.items() if value is not None}
    if why is None or not said:
        field = "reason" if why is None else "fields"
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "Say what is to stand, and why.", (field,)))
    if said.get("category") == ServiceCategory.SAFE_HOUSE:
        raise Refused(_safe_house())
    if said.get("names") == {}:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "A service has a name.", ("names",)))
    claims, override = await _claims(session, actor, service_id)
    stands = dict(override.said) if override else {}
    for name, value in said.items():
        before = stands.get(name)
        stands[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    await _settle(session, service_id, claims, stands, why=why, now=now)
    return Effect(service_id)


async def lift_override(
    session: Session, actor: Actor, now: datetime, *, service_id: UUID, fields: Sequence[str] | None = None
) -> Effect:
    """This will let a service's sources speak again: in some fields, or in all. Raises Refused as override_service."""
    claims, override = await _claims(session, actor, service_id)
    if override is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Nothing of this service is overridden.", ("serviceId",)))
    names = {column_of(field) for field in fields} if fields is not None else set(FIELDS)
    if unknown := names - set(FIELDS):
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, f"{min(unknown)} is no field of a service.", ("fields",)))
    stands = {name: value for name, value in override.said.items() if name not in names}
    await _settle(session, service_id, claims, stands, why="lifted in part", now=now)
    return Effect(service_id)


async def settle(session: Session, service_id: UUID) -> None:
    """This will make a service's row say what its claims come to. Raises RowsLost. Runs two statements.

    One that is hidden from who asks is left to its sources.
    """
    told = await session.value(CLAIMS, service=service_id)
    if told is None:
        return
    claims = _read(told)
    if not await session.value(SETTLE, service=service_id, settled=resolve(claims)):
        raise RowsLost


async def _claims(session: Session, actor: Actor, service_id: UUID) -> tuple[list[Claim], Claim | None]:
    """What its sources say of a service, and what stands over it."""
    service = await session.row(KEPT, id=service_id)
    if service is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such service.", ("serviceId",)))
    refuse(check_keeper(actor, service["organization_id"], "serviceId"))
    if service["visibility"] == Visibility.REDACTED:
        message = "A redacted entry is written by hand already."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("serviceId",)))
    claims = _read(await session.value(CLAIMS, service=service_id) or [])
    if not claims:
        raise RowsLost
    override = next((claim for claim in claims if claim.overrides), None)
    return [claim for claim in claims if not claim.overrides], override


async def _settle(
    session: Session, service_id: UUID, claims: list[Claim], stands: Mapping[str, Any], *, why: str, now: datetime
) -> None:
    override = [Claim("", stands, overrides=True)] if stands else []
    if not await session.value(KEEP, service=service_id, override=stands or None, why=why, at=now):
        raise RowsLost
    if not await session.value(SETTLE, service=service_id, settled=resolve([*claims, *override])):
        raise Refused(_safe_house())


def _read(told: Iterable[Mapping[str, Any]]) -> list[Claim]:
    return [
        Claim(
            each["source"],
            each["said"],
            overrides=each["overrides"],
            of_owner=each["of_owner"],
            verified_at=datetime.fromisoformat(each["verified_at"]) if each["verified_at"] else None,
            trust=each["trust"],
        )
        for each in told
    ]


def _told(name: str, value: Any) -> Any:
    """As a row's column holds it, in JSON."""
    if name in TEXTS:
        texts = {each["language"]: written(each["text"], name) for each in value}
        return {language: text for language, text in texts.items() if text is not None}
    return value.isoformat() if isinstance(value, date) else value


def column_of(field: str) -> str:
    """The column of a field by its name in the graph: minimumAge is minimum_age."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in field)


def _safe_house() -> Refusal:
    message = "A safe house is made, and shown, by its own organisation at its source."
    return Refusal(ProblemCode.NOT_ALLOWED, message, ("category",))
