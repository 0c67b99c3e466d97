"""What waits about entries that may be one, and what was made one and can be made two again: stewards alone see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.directory_merging import keep_apart, merge_records, split_records
from actions.effects import Refused
from api.signin.queues import Item, Queue, Row, Verb, named, when
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from actions.effects import Effect
    from api.signin.visit import Visit
    from auth.actor import Actor
    from models.session import Session

PAIRS = """
SELECT d.id, d.score, d.reasons, a.names AS first_names, a.language AS first_language, a.source AS first_source,
  b.names AS second_names, b.language AS second_language, b.source AS second_source,
  o.names AS first_organization_names, o.language AS first_organization_language,
  p.names AS second_organization_names, p.language AS second_organization_language
FROM duplicate d JOIN service a ON a.id = d.first_id JOIN service b ON b.id = d.second_id
JOIN organization o ON o.id = a.organization_id JOIN organization p ON p.id = b.organization_id
WHERE d.state = 'OPEN' AND d.kind = 'SERVICE' AND a.removed_at IS NULL AND b.removed_at IS NULL
ORDER BY d.score DESC, d.id LIMIT $1"""
MADE_ONE = """
SELECT m.merged_id AS id, m.at, k.names, k.language, w.names AS merged_names, w.language AS merged_language,
  o.names AS organization_names, o.language AS organization_language
FROM merge m JOIN service k ON k.id = m.kept_id JOIN service w ON w.id = m.merged_id
JOIN organization o ON o.id = k.organization_id
WHERE m.undone_at IS NULL AND m.kind = 'SERVICE' ORDER BY m.at DESC, m.id LIMIT $1"""
PAIR = "SELECT first_id, second_id FROM duplicate WHERE id = $1 AND state = 'OPEN'"


def _pair(row: Row, visit: Visit) -> Item:
    one, other = (
        f"{named(row, visit, f'{which}_')} · {named(row, visit, f'{which}_organization_')} · {row[f'{which}_source']}"
        for which in ("first", "second")
    )
    alike = ", ".join(f"{what} {worth:.0%}" for what, worth in row["reasons"].items() if isinstance(worth, int | float))
    facts = (f"1: {one}", f"2: {other}", visit.words["alike"].format(score=f"{row['score']:.0%}", reasons=alike))
    return Item(str(row["id"]), named(row, visit, "first_"), facts)


def _made_one(row: Row, visit: Visit) -> Item:
    merged = visit.words["merged_from"].format(name=named(row, visit, "merged_"))
    facts = (named(row, visit, "organization_"), merged, when(row["at"], visit, "never"))
    return Item(str(row["id"]), named(row, visit), facts)


async def _merge(session: Session, actor: Actor, now: datetime, key: UUID, *, keep: str, other: str) -> Effect:
    pair = await session.connection.fetchrow(PAIR, key)
    if pair is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such pair to be decided on.", ("duplicateId",)))
    return await merge_records(session, actor, now, kept_id=pair[keep], merged_id=pair[other])


async def _keep_first(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await _merge(session, actor, now, key, keep="first_id", other="second_id")


async def _keep_second(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await _merge(session, actor, now, key, keep="second_id", other="first_id")


async def _apart(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await keep_apart(session, actor, now, duplicate_id=key)


async def _split(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await split_records(session, actor, now, merged_id=key)


DUPLICATES = Queue(
    "duplicates",
    "queue_duplicates",
    "queue_duplicates_lead",
    PAIRS,
    _pair,
    {
        "first": Verb("merge_into_first", "mergeRecords", _keep_first),
        "second": Verb("merge_into_second", "mergeRecords", _keep_second),
        "apart": Verb("keep_apart", "keepApart", _apart),
    },
)
MERGED = Queue(
    "merged",
    "queue_merged",
    "queue_merged_lead",
    MADE_ONE,
    _made_one,
    {"split": Verb("make_two_again", "splitRecords", _split, grave=True)},
)
