"""Sending what an organisation has to the directory: services or a file, kept until the worker takes them in.

Only whoever keeps an organisation's entries may send, and only for its own partners: whatever comes of it belongs to
them, so that nobody's entries are changed by another's import.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import func, insert, select

from actions.effects import Effect, Refused, RowsLost
from actions.statements import bind, table
from auth.actor import Actor
from auth.policies.partners import EDITORS
from models import partners as tables
from models.partners import PartnerKind
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

PARTNER, IMPORT = table(tables.Partner), table(tables.PartnerImport)
MOST_SERVICES = 100
"In one import: a larger directory is sent in several, or as a file."
MOST_WAITING = 50
"Imports of one organisation: what is sent lies in the database until it is taken in."
LONGEST_NAME = 200
JSON = "application/json"
SENT = (
    *("id", "partner_id", "organization_id", "sent_at", "file_name", "media_type", "content"),
    *("dry_run", "whole"),
)

NAMED = Statement(
    select(PARTNER.c.id, PARTNER.c.kind).where(
        PARTNER.c.name == bind(PARTNER.c.name), PARTNER.c.organization_id == bind(PARTNER.c.organization_id)
    )
)
WAITING = Statement(
    select(func.count()).where(
        IMPORT.c.organization_id == bind(IMPORT.c.organization_id), IMPORT.c.finished_at.is_(None)
    )
)
OWN = Statement(select(func.own_partner().label("id")))
SEND = Statement(insert(IMPORT).values({name: bind(IMPORT.c[name]) for name in SENT}))


async def import_services(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    services: Sequence[Mapping[str, Any]],
    partner: str | None = None,
    dry_run: bool | None = None,
    whole: bool | None = None,
) -> Effect:
    """This will send services in the shape of ImportServiceInput (docs/push.md), to be taken in within seconds.

    Raises Refused as `enqueue` does, and INVALID_INPUT where there are none or too many of them, or two with one id.
    """
    if not 1 <= len(services) <= MOST_SERVICES:
        raise Refused(_invalid(f"An import holds 1 to {MOST_SERVICES} services.", "services"))
    ids = [str(service.get("remoteId", "")) for service in services]
    for at, remote_id in enumerate(ids):
        if remote_id and remote_id in ids[:at]:
            message = f"services[{at}] has the remoteId of another: “{remote_id[:100]}”. Send each service once."
            raise Refused(_invalid(message, "services"))
    key = await enqueue(
        session,
        actor,
        now,
        content=as_sent(services, now),
        media_type=JSON,
        partner=partner,
        dry_run=bool(dry_run),
        whole=bool(whole),
    )
    return Effect(key)


def as_sent(services: Sequence[Mapping[str, Any]], now: datetime) -> bytes:
    """This will write services, in the shape of ImportServiceInput, as an import holds them."""
    return orjson.dumps({"services": [_dated(service, now) for service in services]}, default=_plain)


async def enqueue(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    content: bytes,
    media_type: str,
    partner: str | None = None,
    file_name: str | None = None,
    dry_run: bool = False,
    whole: bool = False,
) -> UUID:
    """This will keep what an organisation sends, for the worker: the id of the import.

    partner: the name of one of its partners; None: the one through which it sends, made where there is none. whole: it
    is all that the partner has. Raises Refused: NOT_ALLOWED (who asks keeps no entries), NOT_FOUND (no such partner of
    theirs), INVALID_INPUT (services for a partner whose own system is read), IN_PROGRESS (so many wait that no more is
    kept). Runs three statements.
    """
    if not actor.roles & EDITORS or actor.site_id is not None:
        message = "Whoever keeps an organisation's entries sends them: a directory editor or an administrator."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message))
    if partner is None:
        partner_id, kind = await session.value(OWN), PartnerKind.PUSH
    else:
        found = await session.row(NAMED, name=partner, organization_id=actor.organization_id)
        if found is None:
            message = "Your organisation has no such partner."
            raise Refused(Refusal(ProblemCode.NOT_FOUND, message, ("partner",)))
        partner_id, kind = found["id"], PartnerKind(found["kind"])
    if kind is not PartnerKind.PUSH and (kind is not PartnerKind.CSV or media_type == JSON):
        takes = "it takes a sheet" if kind is PartnerKind.CSV else "change them there"
        raise Refused(_invalid(f"The services of this partner are read from its own system: {takes}.", "partner"))
    if await session.value(WAITING, organization_id=actor.organization_id) >= MOST_WAITING:
        message = f"{MOST_WAITING} imports of yours wait to be taken in. Send more when those are done."
        raise Refused(Refusal(ProblemCode.IN_PROGRESS, message))
    key = uuid4()
    sent = await session.change(
        SEND,
        id=key,
        partner_id=partner_id,
        organization_id=actor.organization_id,
        sent_at=now,
        file_name=file_name[:LONGEST_NAME] if file_name else None,
        media_type=media_type,
        content=content,
        dry_run=dry_run,
        whole=whole,
    )
    if sent != 1:
        raise RowsLost
    return key


def _dated(service: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A capacity that does not say of when it is, is of now."""
    places = [dict(place) if isinstance(place, Mapping) else place for place in service.get("places") or ()]
    said = {**service, "places": places}
    for holder in (said, *(place for place in places if isinstance(place, dict))):
        capacity = holder.get("capacity")
        if isinstance(capacity, Mapping) and capacity.get("updatedAt") is None:
            holder["capacity"] = {**capacity, "updatedAt": now}
    return said


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return dict(value)
    raise TypeError(type(value).__name__)


def _invalid(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, (field,))
