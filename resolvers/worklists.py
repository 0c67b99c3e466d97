"""The lists referrals stand in: how they are narrowed and sorted, on the columns that each party keeps of its own."""

from datetime import datetime
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, Uuid, any_, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from models.rules.references import read_reference
from models.rules.vocabulary import (
    OrderDirection,
    ReferralDirection,
    ReferralKind,
    ReferralOrderField,
    ReferralPriority,
    ReferralStatus,
    ServiceCategory,
)
from planner.fields import Argument, Found, Order, Page, Row, planned
from planner.given import Given
from resolvers.nodes import ID_OR_ELSE, PAGE, Connection, id_argument
from resolvers.referrals import PARTY, REFERRALS, Referral, overdue
from resolvers.scalars import DateTime

MOMENT = TIMESTAMP(timezone=True)


@strawberry.input(description="Narrows a list of referrals. What is left out or null does not filter.")
class ReferralFilter:
    direction: ReferralDirection | None = strawberry.field(
        default=strawberry.UNSET, description="Received or sent by the viewer."
    )
    kinds: list[ReferralKind] | None = strawberry.field(default=strawberry.UNSET, description="Any of these kinds.")
    statuses: list[ReferralStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In any of these states."
    )
    priorities: list[ReferralPriority] | None = strawberry.field(
        default=strawberry.UNSET, description="Of any of these priorities."
    )
    needs: list[ServiceCategory] | None = strawberry.field(
        default=strawberry.UNSET, description="For any of these needs."
    )
    overdue: bool | None = strawberry.field(default=strawberry.UNSET, description="Overdue, or not.")
    counterpart_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="With this organisation."
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Of this file of the viewer's own."
    )
    service_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="To this service.")
    reference: str | None = strawberry.field(default=strawberry.UNSET, description="The reference, exactly.")
    created_from: DateTime | None = strawberry.field(
        default=strawberry.UNSET, description="Created at this moment or later."
    )
    created_before: DateTime | None = strawberry.field(
        default=strawberry.UNSET, description="Created before this moment."
    )
    updated_since: DateTime | None = strawberry.field(
        default=strawberry.UNSET, description="Changed at this moment or later."
    )
    due_before: DateTime | None = strawberry.field(default=strawberry.UNSET, description="Due before this moment.")


@strawberry.input(description="How a list of referrals is sorted.")
class ReferralOrder:
    field: ReferralOrderField = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(description="Which way.")


SIDES = {ReferralDirection.INCOMING: "RECEIVER", ReferralDirection.OUTGOING: "SENDER"}
LISTS = {"kinds": "kind", "statuses": "status", "priorities": "priority", "needs": "need"}
IDS = {
    "counterpartId": ("counterpart_id", "Organization"),
    "personId": ("person_id", "Person"),
    "serviceId": ("service_id", "Service"),
}


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    conditions = [row.organization_id == given.context("organization_id", Uuid())]
    asked = given.inside("filter")
    if asked is None:
        return conditions
    if asked.has("direction"):
        conditions.append(row.side == literal_column(f"'{SIDES[asked.value('direction')]}'"))
    conditions += [
        getattr(row, key) == any_(asked.bind(name, ARRAY(Text()))) for name, key in LISTS.items() if asked.has(name)
    ]
    conditions += [
        getattr(row, key) == id_argument(asked, name, kind) for name, (key, kind) in IDS.items() if asked.has(name)
    ]
    if asked.has("overdue"):
        conditions.append(overdue(row) == asked.value("overdue"))
    if asked.has("reference"):
        conditions.append(row.reference == asked.bind("reference", Text(), read_reference))
    if asked.has("createdFrom"):
        conditions.append(row.created_at >= asked.bind("createdFrom", MOMENT))
    if asked.has("createdBefore"):
        conditions.append(row.created_at < asked.bind("createdBefore", MOMENT))
    if asked.has("updatedSince"):
        conditions.append(row.updated_at >= asked.bind("updatedSince", MOMENT))
    if asked.has("dueBefore"):
        conditions.append(row.due_at < asked.bind("dueBefore", MOMENT))
    return conditions


KEYS: dict[ReferralOrderField, tuple[str, type]] = {
    ReferralOrderField.CREATED_AT: ("created_at", datetime),
    ReferralOrderField.UPDATED_AT: ("updated_at", datetime),
    ReferralOrderField.DUE_AT: ("due_at", datetime),
    ReferralOrderField.PRIORITY: ("urgency", int),
}


def _order(given: Given) -> Order:
    asked = given.inside("orderBy")
    chosen = asked.value("field") if asked else ReferralOrderField.CREATED_AT
    descending = asked.value("direction") is OrderDirection.DESC if asked else True
    key, kind = KEYS[chosen]
    return Order(str(chosen), lambda r: [getattr(r, key), r.referral_id], (kind, UUID), descending)


def _named(row: Row, given: Given) -> list[ColumnElement[bool]]:
    """By id, or by reference; by neither, nothing."""
    if given.has("reference") and not given.has("id"):
        kept = PARTY.alias()
        mine = (
            select(kept.c.referral_id)
            .where(
                kept.c.organization_id == given.context("organization_id", Uuid()),
                kept.c.reference == given.bind("reference", Text(), read_reference),
            )
            .order_by(kept.c.created_at.desc())
            .limit(literal_column("1"))
        )
        return [row.id == mine.scalar_subquery()]
    return [row.id == id_argument(given, "id", "Referral")]


@strawberry.type
class ReferralQueries:
    referral: Referral | None = planned(
        Found(where=_named),
        "One referral that the viewer's organisation takes part in, by id or by reference.",
        arguments={
            **ID_OR_ELSE,
            "reference": Argument(str | None, "The reference, where no id is given."),
        },
        directives=REFERRALS,
    )
    referrals: Connection[Referral] | None = planned(
        Page(order=_order, spine=PARTY, where=_asked, to=lambda p, r: r.id == p.referral_id),
        "The referrals that the viewer's organisation takes part in, newest first unless ordered otherwise.",
        arguments={
            "filter": Argument(ReferralFilter | None, "What to list; all where it is left out."),
            "order_by": Argument(ReferralOrder | None, "How to sort."),
            **PAGE,
        },
        directives=REFERRALS,
    )
