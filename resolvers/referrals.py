"""Referrals in the graph: what each side may see of one, its history, and what may be done to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import Boolean, ColumnElement, Text, Uuid, and_, any_, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.policies.declare import ME
from auth.scopes import Scope
from models import referrals as tables
from models.rules.referrals import OVERDUE_IN, Side, available_actions
from models.rules.vocabulary import (
    AgeGroup,
    DeclinedBy,
    DeclineReason,
    HandlingNeed,
    NotServedReason,
    OutcomeResult,
    ReferralAction,
    ReferralEventKind,
    ReferralKind,
    ReferralPriority,
    ReferralStatus,
    ServiceCategory,
    Sex,
    Vulnerability,
    WithdrawReason,
)
from planner.fields import Expression, One, Order, Page, Part, Row, column, entity, planned
from planner.given import Given
from resolvers.directory import Service, ServiceAtLocation
from resolvers.nodes import PAGE, Connection, Node, own_id, requires
from resolvers.organisations import Organization
from resolvers.people import Person, PersonContact, PersonIdentity
from resolvers.scalars import DateTime

REFERRALS = requires(Scope.REFERRALS_READ)
PARTY = tables.ReferralParty.__table__
NOTE = tables.ReferralNote.__table__
VIEWER = literal_column(ME, Uuid())


def _of_referral(parent: Row, row: Row) -> ColumnElement[bool]:
    belongs: ColumnElement[bool] = row.referral_id == parent.id
    return belongs


def _note(description: str) -> Any:
    """What was written beside the step a row came of."""
    return planned(Part(NOTE, lambda p, r: r.event_id == p.event_id, lambda r, _g: r.note), description)


@strawberry.type(description="Why a referral was declined.")
class ReferralDecline:
    reason: DeclineReason = column(tables.ReferralDecline.reason, "The coded reason.")
    declined_by: DeclinedBy = column(tables.ReferralDecline.declined_by, "Who declined: the provider or the person.")
    note: str | None = _note("What the receiver wrote beside it.")
    at: DateTime = column(tables.ReferralDecline.at, "When.")


@strawberry.type(description="Why a referral was withdrawn: the sender's to know.")
class ReferralWithdrawal:
    reason: WithdrawReason = column(tables.ReferralWithdrawal.reason, "CONSENT_WITHDRAWN is the system's alone.")
    note: str | None = _note("What the sender wrote beside it.")
    at: DateTime = column(tables.ReferralWithdrawal.at, "When.")


@strawberry.type(description="What came of a referral.")
class ReferralOutcome:
    result: OutcomeResult = column(tables.ReferralOutcome.result, "Whether the person was served.")
    reason: NotServedReason | None = column(tables.ReferralOutcome.reason, "Why not, where not.")
    note: str | None = _note("What the receiver wrote beside it.")


@strawberry.type(description="A step in the life of a referral.", directives=REFERRALS)
@entity(tables.ReferralEvent)
class ReferralEvent(Node):
    id: strawberry.ID = own_id("ReferralEvent")
    at: DateTime = column(tables.ReferralEvent.at, "When it happened.")
    kind: ReferralEventKind = column(tables.ReferralEvent.kind, "What kind of step.")
    action: ReferralAction | None = column(tables.ReferralEvent.action, "What was done, where someone did it.")
    organization: Organization | None = planned(
        One(on=lambda p, r: r.id == p.organization_id), "Who did it; null for the system."
    )
    note: str | None = planned(
        Part(NOTE, lambda p, r: r.event_id == p.id, lambda r, _g: r.note), "What was written beside it."
    )
    status_after: ReferralStatus = column(tables.ReferralEvent.status_after, "The state it led to.")


@strawberry.type(description="Who is referred, as far as the viewer may know.")
class ReferralSubject:
    sex: Sex = column(tables.ReferralSubject.sex, "As the person says.")
    age_group: AgeGroup = column(tables.ReferralSubject.age_group, "Doubt reads as the younger.")
    handling_needs: list[HandlingNeed] = column(tables.ReferralSubject.handling_needs, "What to prepare.")
    vulnerabilities: list[Vulnerability] | None = planned(
        Part(
            tables.ReferralVulnerabilities.__table__,
            lambda p, r: r.referral_id == p.referral_id,
            lambda r, _g: r.codes,
        ),
        "Null where not consented to, or not yet accepted.",
    )
    identity: PersonIdentity | None = planned(
        One(on=lambda p, r: r.referral_id == p.referral_id, table=tables.ReferralIdentity.__table__),
        "Null where not consented to, or not yet accepted.",
    )
    contact: PersonContact | None = planned(
        One(on=lambda p, r: r.referral_id == p.referral_id, table=tables.ReferralContact.__table__),
        "Null where not consented to, or not yet accepted.",
    )


def _own_file(parent: Row, row: Row) -> ColumnElement[bool]:
    kept = PARTY.alias()
    own = (
        select(kept.c.person_id)
        .where(kept.c.referral_id == parent.id, kept.c.organization_id == VIEWER)
        .correlate_except(kept)
    )
    is_own: ColumnElement[bool] = row.id == own.scalar_subquery()
    return is_own


NO_ACTION = literal_column("'{}'::text[]", ARRAY(Text()))


def _actions(row: Row, given: Given) -> ColumnElement[Any]:
    """From the table of transitions: what the viewer's side may do in the present state, and has the scope for."""
    viewer = given.context("organization_id", Uuid())
    choices = []
    for party, mine in ((Side.SENDER, row.sender_id), (Side.RECEIVER, row.receiver_id)):
        for status in ReferralStatus:
            actions = available_actions(status, party)
            if actions:
                written = ", ".join(f"'{action}'" for action in actions)
                choices.append(
                    (
                        and_(mine == viewer, row.status == literal_column(f"'{status}'")),
                        literal_column(f"ARRAY[{written}]", ARRAY(Text())),
                    )
                )
    may = given.context("may_act", Boolean())
    return case((~may, NO_ACTION), *choices, else_=NO_ACTION)


def overdue(row: Row) -> ColumnElement[bool]:
    """SQL that is true once the due time has passed while the receiver is awaited."""
    awaited = ", ".join(f"'{status}'" for status in sorted(OVERDUE_IN))
    return func.coalesce(
        and_(row.due_at < func.now(), row.status == any_(literal_column(f"ARRAY[{awaited}]"))), literal_column("false")
    )


BY_EVENT = Order("AT", lambda r: [r.at, r.id], (datetime, UUID))


@strawberry.type(description="A person's referral from one organisation to a service of another.", directives=REFERRALS)
@entity(tables.Referral)
class Referral(Node):
    id: strawberry.ID = own_id("Referral")
    reference: str = column(tables.Referral.reference, "Random; safe to say on the phone.")
    kind: ReferralKind = column(tables.Referral.kind, "What is handed over: a hint, a contact, a case or custody.")
    status: ReferralStatus = column(tables.Referral.status, "Its state.")
    priority: ReferralPriority = column(tables.Referral.priority, "How soon help is needed.")
    need: ServiceCategory = column(tables.Referral.need, "What is needed.")
    subject: ReferralSubject | None = planned(
        One(on=_of_referral, table=tables.ReferralSubject.__table__),
        "Who is referred, as far as the viewer may know: the stub from SENT, more from ACCEPTED as far as consent"
        " reaches.",
    )
    person: Person | None = planned(
        One(on=_own_file),
        "The viewer's organisation's own file of the person, if it keeps one.",
        directives=requires(Scope.PEOPLE_READ),
    )
    sender: Organization | None = planned(One(on=lambda p, r: r.id == p.sender_id), "Who refers.")
    receiver: Organization | None = planned(One(on=lambda p, r: r.id == p.receiver_id), "Who is asked.")
    service: Service | None = planned(One(on=lambda p, r: r.id == p.service_id), "The service asked for.")
    place: ServiceAtLocation | None = planned(One(on=lambda p, r: r.id == p.place_id), "Where.")
    summary: str | None = planned(
        Part(tables.ReferralRequest.__table__, _of_referral, lambda r, _g: r.summary),
        "What is asked for. Null to the receiver until accepted and consented to.",
    )
    narrative: str | None = planned(
        Part(tables.ReferralNarrative.__table__, _of_referral, lambda r, _g: r.narrative),
        "The protection narrative. Null to the receiver until accepted and consented to.",
    )
    created_at: DateTime = column(tables.Referral.created_at, "When it was written.")
    updated_at: DateTime = column(tables.Referral.updated_at, "When it last changed.")
    sent_at: DateTime | None = column(tables.Referral.sent_at, "When it was sent.")
    due_at: DateTime | None = column(tables.Referral.due_at, "Until when an answer is due.")
    responded_at: DateTime | None = column(tables.Referral.responded_at, "When it was accepted or declined.")
    completed_at: DateTime | None = column(tables.Referral.completed_at, "When it was completed.")
    is_overdue: bool = planned(
        Expression(lambda r, _g: overdue(r)), "Whether its due time has passed while the receiver is awaited."
    )
    decline: ReferralDecline | None = planned(
        One(on=_of_referral, table=tables.ReferralDecline.__table__), "Where it was declined."
    )
    withdrawal: ReferralWithdrawal | None = planned(
        One(on=_of_referral, table=tables.ReferralWithdrawal.__table__), "Where it was withdrawn."
    )
    outcome: ReferralOutcome | None = planned(
        One(on=_of_referral, table=tables.ReferralOutcome.__table__), "Where it was completed."
    )
    events: Connection[ReferralEvent] | None = planned(
        Page(order=lambda _g: BY_EVENT, on=_of_referral), "Its history, oldest first.", arguments=PAGE
    )
    available_actions: list[ReferralAction] = planned(Expression(_actions), "What the viewer may do to it now.")
    version: int = column(tables.Referral.version, "Rises by one with each change; give it as expectedVersion.")
