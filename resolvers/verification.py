"""In the graph: who was asked whether an entry is still right, what they said, and what others propose to change."""

from datetime import datetime
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, any_
from sqlalchemy.dialects.postgresql import ARRAY

from auth.policies.stewardship import ASKED
from models import stewardship
from models.stewardship import SuggestionOrigin, SuggestionState, VerificationAnswer
from planner.fields import Argument, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.accounts import shown
from resolvers.directory import Service
from resolvers.nodes import PAGE, Connection, Node, own_id
from resolvers.organisations import DIRECTORY, Organization
from resolvers.scalars import DateTime

Request, Proposal = stewardship.VerificationRequest, stewardship.Suggestion
REQUEST = shown(Request, ASKED)
NEWEST_ASKED = Order("ASKED_AT", lambda r: [r.asked_at, r.id], (datetime, UUID), descending=True)
NEWEST_SUGGESTED = Order("SUGGESTED_AT", lambda r: [r.suggested_at, r.id], (datetime, UUID), descending=True)


@strawberry.type(
    description="A question to whoever gives a service whether its entry is still right.", directives=DIRECTORY
)
@entity(REQUEST)
class VerificationRequest(Node):
    id: strawberry.ID = own_id("VerificationRequest")
    service: Service | None = planned(One(on=lambda p, r: r.id == p.service_id), "The service; null once it is gone.")
    email: str | None = column(Request.email, "Who is written to; null: the link was handed over.")
    asked_at: DateTime = column(Request.asked_at, "When it was asked for.")
    asked_by: Organization | None = planned(One(on=lambda p, r: r.id == p.asked_by), "Who asked; null: it was due.")
    sent_at: DateTime | None = column(Request.sent_at, "When the first letter left; null: it waits.")
    reminded_at: DateTime | None = column(Request.reminded_at, "When the reminder left.")
    failure: str | None = column(Request.failure, "Why the last letter was not taken; it is sent again.")
    answered_at: DateTime | None = column(Request.answered_at, "When it was answered.")
    answer: VerificationAnswer | None = column(Request.answer, "What was answered.")
    note: str | None = column(Request.note, "In words.")
    ended_at: DateTime | None = column(Request.ended_at, "Since when its link opens nothing any more.")


@strawberry.type(
    description="A change that somebody proposes to a service's entry: its organisation or a steward decides.",
    directives=DIRECTORY,
)
@entity(Proposal)
class Suggestion(Node):
    id: strawberry.ID = own_id("Suggestion")
    service: Service | None = planned(One(on=lambda p, r: r.id == p.service_id), "The service; null once it is gone.")
    origin: SuggestionOrigin = column(Proposal.origin, "Where it came from.")
    suggested_by: Organization | None = planned(
        One(on=lambda p, r: r.id == p.suggested_by), "Who; null: whoever answered a verification request."
    )
    suggested_at: DateTime = column(Proposal.suggested_at, "When.")
    closed: bool = column(Proposal.closed, "Whether it says that the service is no longer given.")
    note: str | None = column(Proposal.note, "What is not right, in words.")
    state: SuggestionState = column(Proposal.state, "What became of it.")
    decided_at: DateTime | None = column(Proposal.decided_at, "When that was decided.")
    decision_note: str | None = column(Proposal.decision_note, "Why.")


@strawberry.input(description="Narrows a list of requests. What is left out or null does not filter.")
class VerificationFilter:
    open: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether its link still opens its page.")


@strawberry.input(description="Narrows a list of suggestions. What is left out or null does not filter.")
class SuggestionFilter:
    states: list[SuggestionState] | None = strawberry.field(
        default=strawberry.UNSET, description="In any of these states."
    )


def _open(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    if asked is None or not asked.has("open"):
        return []
    return [row.ended_at.is_(None) if asked.value("open") else row.ended_at.is_not(None)]


def _in_states(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    return [row.state == any_(asked.bind("states", ARRAY(Text())))] if asked and asked.has("states") else []


@strawberry.type
class VerificationQueries:
    verification_requests: Connection[VerificationRequest] | None = planned(
        Page(order=lambda _g: NEWEST_ASKED, where=_open),
        "Who was asked whether an entry is still right, the newest first: of one's own services to the organisation's"
        " directory editors, of all to the network's stewards.",
        arguments={"filter": Argument(VerificationFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=DIRECTORY,
    )
    suggestions: Connection[Suggestion] | None = planned(
        Page(order=lambda _g: NEWEST_SUGGESTED, where=_in_states),
        "What was proposed, the newest first: to the organisation's directory editors of its services, to stewards of"
        " all, to everyone what their own organisation proposed.",
        arguments={"filter": Argument(SuggestionFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=DIRECTORY,
    )
