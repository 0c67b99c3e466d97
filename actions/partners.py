"""Entering a partner's system, and changing its entry.

Its organisation's directory editors may, and the network's stewards. What only the operator may do is not here: opening
an inner network or a file of the machine, and giving a credential.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.keepers import check_keeper
from actions.statements import bind, table
from actions.texts import named, written
from auth.actor import Actor
from auth.policies.declare import STEWARDS
from models import organisations
from models import partners as tables
from models.partners import PartnerKind
from models.rules.identifiers import is_slug
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

ORGANIZATION = table(organisations.Organization)
PARTNER = table(tables.Partner)
POLL = 900
"Seconds between readings, unless told."
SHORTEST_POLL, LONGEST_POLL = 60, 31_622_400
"Seconds."
UNTRIED = "It was not read yet. Try it, then let it be read."
INNER = "allowed_networks"
"The setting that opens inner networks for a partner."
OURS = "organizations"
"The setting that says which organisations of ours a partner speaks of: what it brings of them is theirs."
ENTERED = (
    *("id", "name", "organization_id", "kind", "address", "settings", "licence", "trust", "poll_seconds", "next_at"),
    *("paused_at", "paused_because", "created_at"),
)
CHANGED = ("address", "settings", "licence", "trust", "poll_seconds", "next_at", "cursor", "whole_at")

ENTER = Statement(insert(PARTNER).values({name: bind(PARTNER.c[name]) for name in ENTERED}))
OWN_SLUG = Statement(select(ORGANIZATION.c.slug).where(ORGANIZATION.c.id == bind(ORGANIZATION.c.id)))
SEEN = Statement(
    select(*(PARTNER.c[name] for name in ("organization_id", "kind", "paused_at", *CHANGED)))
    .where(PARTNER.c.id == bind(PARTNER.c.id))
    .with_for_update(key_share=True)
)
SAY = Statement(
    update(PARTNER)
    .where(PARTNER.c.id == bind(PARTNER.c.id, "key"))
    .values({name: bind(PARTNER.c[name]) for name in CHANGED})
)


async def register_partner(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    kind: PartnerKind,
    address: str | None = None,
    organization_id: UUID | None = None,
    settings: Mapping[str, Any] | None = None,
    licence: str | None = None,
    trust: int | None = None,
    poll_seconds: int | None = None,
) -> Effect:
    """This will enter a partner's system, paused: it is tried before anything of it comes in.

    settings: checked. poll_seconds: 0 means when asked only. Raises Refused: NOT_ALLOWED (neither a steward nor the
    organisation's editor; a trust that no steward said, or another organisation; a name that is taken), INVALID_INPUT.
    Runs one statement, or two.
    """
    owner = organization_id or actor.organization_id
    refuse(check_keeper(actor, owner, "organizationId"), _check_trust(actor, trust))
    if not is_slug(name):
        message = "A partner's name is of small letters, digits and hyphens, such as croix-rouge."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("name",)))
    await _check_organizations(session, actor, owner, settings or {}, {})
    sends = kind is PartnerKind.PUSH
    poll = None if sends else _poll(poll_seconds, POLL)
    key = uuid4()
    await session.change(
        ENTER,
        id=key,
        name=name,
        organization_id=owner,
        kind=kind,
        address="" if sends else _address(address),
        settings=_closed(settings or {}),
        licence=written(licence, "licence", longest=200),
        trust=50 if trust is None else trust,
        poll_seconds=poll,
        next_at=None if poll is None else now,
        paused_at=None if sends else now,
        paused_because=None if sends else UNTRIED,
        created_at=now,
    )
    return Effect(key)


async def change_partner(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    partner_id: UUID,
    address: str | None = None,
    settings: Mapping[str, Any] | None = None,
    licence: str | None = None,
    trust: int | None = None,
    poll_seconds: int | None = None,
) -> Effect:
    """This will say anew what is given of a partner's entry, and read all of it where that changes how it is read.

    Networks that the operator opened stay open for that address alone. Raises Refused: NOT_FOUND, NOT_ALLOWED,
    INVALID_INPUT. Runs two statements, or three.
    """
    stands = await kept(session, actor, partner_id)
    refuse(_check_trust(actor, trust))
    await _check_organizations(session, actor, stands["organization_id"], settings or {}, stands["settings"])
    if address is not None and stands["kind"] == PartnerKind.PUSH:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "It is not read: it sends.", ("address",)))
    where = stands["address"] if address is None else _address(address)
    opened = {INNER: stands["settings"][INNER]} if where == stands["address"] and INNER in stands["settings"] else {}
    told = {name: value for name, value in stands["settings"].items() if name != INNER}
    how = (told if settings is None else _closed(settings)) | opened
    same = where == stands["address"] and how == stands["settings"]
    poll = stands["poll_seconds"] if poll_seconds is None else _poll(poll_seconds, None)
    changed = await session.change(
        SAY,
        key=partner_id,
        address=where,
        settings=how,
        licence=stands["licence"] if licence is None else written(licence, "licence", longest=200),
        trust=stands["trust"] if trust is None else trust,
        poll_seconds=poll,
        next_at=None if poll is None else now,
        cursor=stands["cursor"] if same else {},
        whole_at=stands["whole_at"] if same else None,
    )
    if changed != 1:
        raise RowsLost
    return Effect(partner_id)


async def kept(session: Session, actor: Actor, partner_id: UUID) -> Mapping[str, Any]:
    """This will give a partner's entry, locked, to who may look after it. Raises Refused: NOT_FOUND, NOT_ALLOWED."""
    stands: Mapping[str, Any] | None = await session.row(SEEN, id=partner_id)
    if stands is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such partner.", ("partnerId",)))
    refuse(check_keeper(actor, stands["organization_id"], "partnerId"))
    return stands


def _address(address: str | None) -> str:
    said = named(address or "", "address") if len(address or "") <= 200 else (address or "")
    try:
        parts = urlsplit(said)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        fit = False
    if not fit or len(said) > 2_000 or not re.fullmatch(r"[\x21-\x7e]+", said):
        message = "A partner's address is a web address, http or https, without a name or a password in it."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("address",)))
    return said


def _closed(settings: Mapping[str, Any]) -> dict[str, Any]:
    if INNER in settings:
        message = "Inner networks are opened by the operator alone: konbit partners add --allow-network."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("settings",)))
    return dict(settings)


def _poll(said: int | None, unsaid: int | None) -> int | None:
    if said is None:
        return unsaid
    if said == 0:
        return None
    if not SHORTEST_POLL <= said <= LONGEST_POLL:
        message = f"A partner is read every {SHORTEST_POLL} seconds at most, every year at least; 0: when asked only."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("pollSeconds",)))
    return said


def _check_trust(actor: Actor, trust: int | None) -> Refusal | None:
    if trust is None:
        return None
    if not 0 <= trust <= 100:
        return Refusal(ProblemCode.INVALID_INPUT, "Trust is a number from 0 to 100.", ("trust",))
    if not actor.roles & STEWARDS:
        return Refusal(ProblemCode.NOT_ALLOWED, "How far a source is trusted is the stewards' to say.", ("trust",))
    return None


async def _check_organizations(
    session: Session, actor: Actor, owner: UUID, said: Mapping[str, Any], stood: Mapping[str, Any]
) -> None:
    """Refuses an editor who would let a source speak of another organisation than its own."""
    before = stood.get(OURS, {})
    new = {slug for remote_id, slug in said.get(OURS, {}).items() if before.get(remote_id) != slug}
    if new and not actor.roles & STEWARDS and new != {await session.value(OWN_SLUG, id=owner)}:
        message = "That a source speaks of another organisation of ours is the stewards' to say."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("settings",)))
