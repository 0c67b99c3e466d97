"""What waits for a steward, or for an organisation's directory editor: one list after the other, each with its verbs.

A list shows the first of what waits; what was decided leaves it. Row policies say what whoever looks may see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actions.suggestions import decide_suggestion
from actions.verification import cancel_verification, request_verification
from api.papers.words import day
from api.signin.choices import in_language

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from actions.effects import Effect
    from api.signin.visit import Visit
    from auth.actor import Actor
    from models.session import Session

Row = Mapping[str, Any]
Done = Callable[["Session", "Actor", "datetime", "UUID", str | None], Awaitable["Effect"]]
SHOWN = 50
"How many of a list a page shows."


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits."""

    id: str
    title: str
    facts: tuple[str, ...] = ()
    "Lines of what one decides by."
    note: str | None = None
    "What somebody wrote about it."


@dataclass(frozen=True, slots=True)
class Verb:
    """What can be done about it: a button, called by one of the pages' words."""

    words: str
    mutation: str
    "As the audit and the graph call it."
    do: Done
    grave: bool = False
    takes_note: bool = False
    tells: bool = False
    "Whether it answers a link, once."
    where: Callable[[Row], bool] = field(default=lambda _row: True)
    "For which rows it is offered."


@dataclass(frozen=True, slots=True)
class Queue:
    """A list of what waits."""

    name: str
    "In its address."
    title: str
    lead: str
    "As the pages' words call them."
    sql: str
    "Rows with `id`, the most pressing first; $1 is how many."
    item: Callable[[Row, Visit], Item]
    verbs: Mapping[str, Verb]
    "By what the button sends."


UNCHECKED = """
SELECT s.id, s.names, s.language, o.names AS organization_names, o.language AS organization_language,
  s.verified_at, coalesce(s.email, o.email) AS email
FROM service s JOIN organization o ON o.id = s.organization_id
WHERE s.removed_at IS NULL AND s.visibility IN ('PUBLIC', 'NETWORK')
  AND coalesce(s.verified_at, s.created_at) < now() - interval '180 days'
  AND NOT EXISTS (SELECT FROM verification_request r WHERE r.service_id = s.id AND r.ended_at IS NULL)
  AND (string_to_array(current_setting('konbit.roles', true), ',') && ARRAY['NETWORK_STEWARD']
    OR s.organization_id = current_setting('konbit.organization', true)::uuid)
ORDER BY coalesce(s.verified_at, s.created_at), s.id LIMIT $1"""
ASKED = """
SELECT r.id, s.names, s.language, o.names AS organization_names, o.language AS organization_language,
  r.email, r.sent_at, r.failure
FROM verification_request r JOIN service s ON s.id = r.service_id JOIN organization o ON o.id = s.organization_id
WHERE r.ended_at IS NULL ORDER BY r.asked_at, r.id LIMIT $1"""
SUGGESTED = """
SELECT g.id, s.names, s.language, o.names AS organization_names, o.language AS organization_language,
  b.names AS author_names, b.language AS author_language, g.suggested_at, g.closed, g.note
FROM suggestion g JOIN service s ON s.id = g.service_id JOIN organization o ON o.id = s.organization_id
LEFT JOIN organization b ON b.id = g.suggested_by
WHERE g.state = 'OPEN' AND (string_to_array(current_setting('konbit.roles', true), ',') && ARRAY['NETWORK_STEWARD']
  OR g.organization_id = current_setting('konbit.organization', true)::uuid)
ORDER BY g.suggested_at, g.id LIMIT $1"""


def named(row: Row, visit: Visit, prefix: str = "") -> str:
    """This will be a row's name in the page's language; of the organisation where the prefix says so."""
    return in_language(row[f"{prefix}names"], row[f"{prefix}language"], visit.language)


def when(moment: datetime | None, visit: Visit, never: str) -> str:
    """This will be a day in the page's language, or the word for never."""
    return day(moment.date(), visit.language) if moment else visit.words[never]


def _unchecked(row: Row, visit: Visit) -> Item:
    checked = visit.words["last_checked"].format(when=when(row["verified_at"], visit, "never"))
    facts = (named(row, visit, "organization_"), checked, row["email"] or visit.words["no_address"])
    return Item(str(row["id"]), named(row, visit), facts)


def _asked(row: Row, visit: Visit) -> Item:
    sent = visit.words["letter_sent"].format(when=when(row["sent_at"], visit, "not_yet"))
    facts = (named(row, visit, "organization_"), row["email"] or visit.words["by_link"], sent)
    return Item(str(row["id"]), named(row, visit), facts, row["failure"])


def _suggested(row: Row, visit: Visit) -> Item:
    author = named(row, visit, "author_") if row["author_names"] else visit.words["who_answered"]
    facts = [named(row, visit, "organization_"), f"{author} · {when(row['suggested_at'], visit, 'never')}"]
    if row["closed"]:
        facts.append(visit.words["said_closed"])
    return Item(str(row["id"]), named(row, visit), tuple(facts), row["note"])


async def _ask(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await request_verification(session, actor, now, service_id=key)


async def _link(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await request_verification(session, actor, now, service_id=key, by_link=True)


async def _cancel(session: Session, actor: Actor, now: datetime, key: UUID, _note: str | None) -> Effect:
    return await cancel_verification(session, actor, now, request_id=key)


async def _accept(session: Session, actor: Actor, now: datetime, key: UUID, note: str | None) -> Effect:
    return await decide_suggestion(session, actor, now, suggestion_id=key, accepted=True, note=note)


async def _decline(session: Session, actor: Actor, now: datetime, key: UUID, note: str | None) -> Effect:
    return await decide_suggestion(session, actor, now, suggestion_id=key, accepted=False, note=note)


SUGGESTIONS = Queue(
    "suggestions",
    "queue_suggestions",
    "queue_suggestions_lead",
    SUGGESTED,
    _suggested,
    {
        "accept": Verb("accept_suggestion", "decideSuggestion", _accept, takes_note=True),
        "decline": Verb("decline_suggestion", "decideSuggestion", _decline, takes_note=True),
    },
)
OLD = Queue(
    "unchecked",
    "queue_unchecked",
    "queue_unchecked_lead",
    UNCHECKED,
    _unchecked,
    {
        "ask": Verb("ask_by_letter", "requestVerification", _ask, where=lambda row: row["email"] is not None),
        "link": Verb("ask_by_link", "requestVerification", _link, tells=True),
    },
)
WAITING = Queue(
    "asked",
    "queue_asked",
    "queue_asked_lead",
    ASKED,
    _asked,
    {"cancel": Verb("cancel_request", "cancelVerification", _cancel)},
)
