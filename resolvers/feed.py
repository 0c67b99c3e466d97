"""The feed of changes in the graph: by polling, and as a subscription. Positions are in the order of commits."""

import strawberry
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from models.ledger import Change, Feed
from models.rules.vocabulary import ReferralChangeKind
from planner.cursors import cursor_sql
from planner.fields import Argument, Expression, One, Order, Page, Row, Stream, column, entity, planned
from planner.given import Given
from planner.ids import global_id_sql
from planner.paging import MOST, Paging
from resolvers.nodes import PageInfo
from resolvers.referrals import REFERRALS, Referral, ReferralEvent

CHANGE = Change.__table__
FEED = Feed.__table__
IN_ORDER = Order("FEED", lambda r: [r.position], (int,))
REACH = "SELECT last_position, purged_position FROM feed WHERE organization_id = $1"
CURSOR = "Where the change stands in the viewer's organisation's feed; good for 30 days."


@strawberry.type(
    description="A change of a referral that the viewer may see. HIDDEN: the viewer may no longer see it, and should"
    " forget it. CHECKPOINT: nothing changed, this cursor is current.",
    directives=REFERRALS,
)
@entity(Change)
class ReferralChange:
    cursor: str = planned(Expression(lambda r, _g: cursor_sql(IN_ORDER.name, [r.position])), CURSOR)
    kind: ReferralChangeKind = column(Change.kind, "What happened to what the viewer sees.")
    referral_id: strawberry.ID | None = planned(
        Expression(lambda r, _g: global_id_sql("Referral", r.referral_id)), "Null for a CHECKPOINT."
    )
    event: ReferralEvent | None = planned(One(on=lambda p, r: r.id == p.event_id), "The step that was taken.")
    referral: Referral | None = planned(One(on=lambda p, r: r.id == p.referral_id), "The referral as it is now.")


@strawberry.type(description="A page of the feed.")
class ReferralChangeConnection:
    nodes: list[ReferralChange] = strawberry.field(description="The changes, oldest first.")
    page_info: PageInfo = strawberry.field(description="Where the page stands; its end cursor is never null.")


def _feed(number: ColumnElement[int]) -> ColumnElement[int]:
    """A number of the viewer's own feed: policies show no other. 0 where nothing ever happened."""
    return func.coalesce(select(number).correlate_except(FEED).scalar_subquery(), literal_column("0"))


def _resting(given: Given) -> ColumnElement[str]:
    """The end cursor of an empty page: the one that was given, else the feed's present end."""
    if given.has("after"):
        return given.bind("after", Text())
    return cursor_sql(IN_ORDER.name, [_feed(FEED.c.last_position)])


def _since(row: Row, given: Given) -> list[ColumnElement[bool]]:
    mine = row.organization_id == given.context("organization_id", Uuid())
    return [mine, row.position.is_not(None)] if given.has("after") else [mine, false()]


def _purged(given: Given) -> ColumnElement[bool]:
    """Whether what follows the cursor is partly gone."""
    if not given.has("after"):
        return false()
    return Paging(given, IN_ORDER).reached("after")[0] < _feed(FEED.c.purged_position)


def _told(given: Given) -> FromClause:
    """What came after a position; or, for a checkpoint, the position alone."""
    after, checkpoint = given.context("after", BigInteger()), given.context("checkpoint", Boolean())
    come = (
        select(CHANGE.c.kind, CHANGE.c.referral_id, CHANGE.c.event_id, CHANGE.c.position)
        .where(~checkpoint, CHANGE.c.organization_id == given.context("organization_id", Uuid()))
        .where(CHANGE.c.position > after)
        .order_by(CHANGE.c.position)
        .limit(literal_column(str(MOST)))
        .subquery()
    )
    nothing = cast(null(), Uuid)
    current = select(literal_column("'CHECKPOINT'"), nothing, nothing, after).where(checkpoint)
    return union_all(select(come), current).subquery()


AFTER = Argument(str | None, "A cursor of the last 30 days: only what came after it.")


@strawberry.type
class FeedQueries:
    referral_changes: ReferralChangeConnection | None = planned(
        Page(order=lambda _g: IN_ORDER, spine=CHANGE, where=_since, resting=_resting, refused=_purged),
        "The same feed as the subscription, by polling, at most 2 s behind. Without `after`: no changes, and the"
        " current cursor.",
        arguments={"after": AFTER, "first": Argument(int | None, "How many, 0 to 100.", 20)},
        directives=REFERRALS,
    )


@strawberry.type
class FeedSubscription:
    referral_changes: ReferralChange = planned(
        Stream(_told, IN_ORDER, reach=REACH),
        "Changes to the referrals that the viewer may see, in commit order, at least once, from any cursor of the last"
        " 30 days; without `after`, from now.",
        arguments={"after": AFTER},
        directives=REFERRALS,
    )
