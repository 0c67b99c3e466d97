"""What waits about partners' systems: those in trouble, and records of theirs that could not stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.partner_readings import accept_losses, pause_partner, resume_partner, sync_partner
from actions.partner_records import dismiss_record
from api.signin.queues import Item, Queue, Row, Verb, named, when
from models.partners import SyncOutcome

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from actions.effects import Effect
    from api.signin.visit import Visit
    from auth.actor import Actor
    from models.session import Session

TROUBLED = """
SELECT p.id, p.name, o.names AS organization_names, o.language AS organization_language, p.last_success_at, p.failures,
  p.last_failure, p.paused_at, p.paused_because, r.outcome, array_to_string(ARRAY(
    SELECT jsonb_array_elements_text(r.errors -> 'losses')), ' ') AS losses
FROM partner p JOIN organization o ON o.id = p.organization_id
LEFT JOIN LATERAL (
  SELECT r.outcome, r.errors FROM sync_run r
  WHERE r.partner_id = p.id AND NOT r.dry_run AND r.outcome NOT IN ('WAITING', 'RUNNING')
  ORDER BY r.started_at DESC, r.id DESC LIMIT 1) AS r ON true
WHERE p.kind <> 'PUSH' AND (p.failures > 0 OR p.paused_at IS NOT NULL OR r.outcome = 'HELD')
ORDER BY r.outcome = 'HELD' DESC, p.failures DESC, p.name LIMIT $1"""
QUARANTINED = """
SELECT r.id, r.remote_id, r.problem, r.found_at, r.since, p.name, o.names AS organization_names,
  o.language AS organization_language
FROM source_record r JOIN partner p ON p.id = r.partner_id JOIN organization o ON o.id = p.organization_id
WHERE r.status = 'QUARANTINED' AND r.dismissed_at IS NULL ORDER BY r.since, r.id LIMIT $1"""


def _troubled(row: Row, visit: Visit) -> Item:
    last = visit.words["last_success"].format(when=when(row["last_success_at"], visit, "never"))
    facts = [named(row, visit, "organization_"), last]
    if row["failures"]:
        facts.append(visit.words["failed_times"].format(times=row["failures"]))
    if row["paused_at"]:
        facts.append(visit.words["paused_since"].format(when=when(row["paused_at"], visit, "never")))
    trouble = row["losses"] if row["outcome"] == SyncOutcome.HELD else row["last_failure"]
    return Item(str(row["id"]), row["name"], tuple(facts), trouble or row["paused_because"])


def _quarantined(row: Row, visit: Visit) -> Item:
    since = when(row["since"], visit, "never")
    facts = (f"{row['name']} · {named(row, visit, 'organization_')}", row["found_at"] or row["remote_id"], since)
    return Item(str(row["id"]), row["remote_id"], facts, row["problem"])


async def _sync(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await sync_partner(session, actor, now, partner_id=key)


async def _accept(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await accept_losses(session, actor, now, partner_id=key)


async def _pause(session: Session, actor: Actor, now: datetime, key: UUID, note: str | None) -> Effect:
    return await pause_partner(session, actor, now, partner_id=key, reason=note)


async def _resume(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await resume_partner(session, actor, now, partner_id=key)


async def _dismiss(session: Session, actor: Actor, now: datetime, key: UUID, note: str | None) -> Effect:
    return await dismiss_record(session, actor, now, record_id=key, reason=note or "")


PARTNERS = Queue(
    "partners",
    "queue_partners",
    "queue_partners_lead",
    TROUBLED,
    _troubled,
    {
        "accept": Verb(
            "accept_losses", "acceptLosses", _accept, grave=True, where=lambda row: row["outcome"] == SyncOutcome.HELD
        ),
        "sync": Verb("sync_now", "syncPartner", _sync, where=lambda row: row["paused_at"] is None),
        "pause": Verb("pause", "pausePartner", _pause, takes_note=True, where=lambda row: row["paused_at"] is None),
        "resume": Verb("resume", "resumePartner", _resume, where=lambda row: row["paused_at"] is not None),
    },
)
QUARANTINE = Queue(
    "quarantine",
    "queue_quarantine",
    "queue_quarantine_lead",
    QUARANTINED,
    _quarantined,
    {"dismiss": Verb("let_rest", "dismissRecord", _dismiss, takes_note=True)},
)
