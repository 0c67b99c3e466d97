"""Entries made by hand: an organisation's editors draft them, another of them approves, and they are published.

To publish is to send the draft as an import of the organisation's own, so that by hand is one more source among others.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import insert, select, update

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.imports import JSON, as_sent, enqueue
from actions.keepers import check_keeper
from actions.statements import bind, table
from auth.actor import Actor
from models import stewardship
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement
from models.stewardship import DraftState

DRAFT = table(stewardship.Draft)
WRITTEN = ("id", "organization_id", "content", "drafted_at", "drafted_by")
STANDING = ("state", "approved_at", "approved_by", "published_at", "import_id")

WRITE = Statement(insert(DRAFT).values({name: bind(DRAFT.c[name]) for name in WRITTEN}))
SEEN = Statement(
    select(*(DRAFT.c[name] for name in ("content", "drafted_by", *STANDING)))
    .where(DRAFT.c.id == bind(DRAFT.c.id))
    .with_for_update(key_share=True)
)
AMEND = Statement(
    update(DRAFT)
    .where(DRAFT.c.id == bind(DRAFT.c.id, "key"))
    .values(
        content=bind(DRAFT.c.content),
        drafted_at=bind(DRAFT.c.drafted_at),
        drafted_by=bind(DRAFT.c.drafted_by),
        state=DraftState.DRAFT,
        approved_at=None,
        approved_by=None,
    )
)
MOVE = Statement(
    update(DRAFT)
    .where(DRAFT.c.id == bind(DRAFT.c.id, "key"), DRAFT.c.state == bind(DRAFT.c.state, "origin"))
    .values({name: bind(DRAFT.c[name]) for name in STANDING})
)


async def draft_service(
    session: Session, actor: Actor, now: datetime, *, service: Mapping[str, Any], draft_id: UUID | None = None
) -> Effect:
    """This will keep a draft of an entry, new or in place of what `draft_id` held; an approval before it is void.

    Nobody but the organisation's editors sees it. Raises Refused: NOT_ALLOWED, NOT_FOUND, TRANSITION_NOT_ALLOWED (it
    was published or withdrawn). Runs one statement, or two.
    """
    refuse(check_keeper(actor, actor.organization_id))
    content = orjson.loads(as_sent([service], now))["services"][0]
    said = {"content": content, "drafted_at": now, "drafted_by": actor.user_id}
    if draft_id is None:
        key = uuid4()
        if await session.change(WRITE, id=key, organization_id=actor.organization_id, **said) != 1:
            raise RowsLost
        return Effect(key)
    await _standing(session, draft_id, DraftState.DRAFT, DraftState.APPROVED)
    if await session.change(AMEND, key=draft_id, **said) != 1:
        raise RowsLost
    return Effect(draft_id)


async def approve_draft(session: Session, actor: Actor, now: datetime, *, draft_id: UUID) -> Effect:
    """This will say that a draft may be published: another editor than who wrote it, or an administrator.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, TRANSITION_NOT_ALLOWED (it is no draft any more). Runs two statements.
    """
    draft = await _standing(session, draft_id, DraftState.DRAFT)
    own = actor.user_id is None or draft["drafted_by"] in (None, actor.user_id)
    if own and Role.ADMINISTRATOR not in actor.roles:
        message = "Another editor than who wrote it approves a draft, or an administrator."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("draftId",)))
    return await _move(session, draft_id, draft, state=DraftState.APPROVED, approved_at=now, approved_by=actor.user_id)


async def publish_draft(session: Session, actor: Actor, now: datetime, *, draft_id: UUID) -> Effect:
    """This will send an approved draft to the directory, where it stands within seconds; its import says what came.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, TRANSITION_NOT_ALLOWED (it is not approved). Runs four statements.
    """
    draft = await _standing(session, draft_id, DraftState.APPROVED)
    import_id = await enqueue(
        session, actor, now, content=orjson.dumps({"services": [draft["content"]]}), media_type=JSON
    )
    return await _move(session, draft_id, draft, state=DraftState.PUBLISHED, published_at=now, import_id=import_id)


async def withdraw_draft(session: Session, actor: Actor, now: datetime, *, draft_id: UUID) -> Effect:
    """This will let a draft rest for good. Raises Refused: NOT_FOUND, TRANSITION_NOT_ALLOWED (it was published)."""
    draft = await _standing(session, draft_id, DraftState.DRAFT, DraftState.APPROVED)
    return await _move(session, draft_id, draft, state=DraftState.WITHDRAWN)


async def _standing(session: Session, draft_id: UUID, *origins: DraftState) -> Mapping[str, Any]:
    """The draft, which policies show to its organisation's editors alone, in one of some states."""
    draft = await session.row(SEEN, id=draft_id)
    if draft is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Your organisation has no such draft.", ("draftId",)))
    if draft["state"] not in origins:
        message = f"It is {draft['state'].lower()}: that cannot be done any more, or not yet."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("draftId",)))
    return dict(draft)


async def _move(session: Session, draft_id: UUID, draft: Mapping[str, Any], **changed: Any) -> Effect:
    stands = {name: draft[name] for name in STANDING} | changed
    if await session.change(MOVE, key=draft_id, origin=draft["state"], **stands) != 1:
        raise RowsLost
    return Effect(draft_id)
