"""Partners' systems in the graph: how each fares, and what of it could not stand.

To those who look after them: editors of the organisation whose system it is, and the network's stewards. Never a
credential, never what a partner sent; and of a record that only its own organisation may know, to others nothing.
"""

from datetime import datetime
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Integer, Text, any_, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.policies import partners as policies
from auth.policies.declare import ME
from models import partners as tables
from models.partners import (
    CredentialKind,
    PartnerHealth,
    PartnerKind,
    RecordKind,
    RecordStatus,
)
from planner.fields import Argument, Expression, Found, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.accounts import shown
from resolvers.nodes import ID_OR_ELSE, PAGE, Connection, Node, id_argument, own_id
from resolvers.organisations import DIRECTORY, Organization
from resolvers.partner_runs import PartnerRun, text_of
from resolvers.scalars import DateTime

PARTNER = shown(tables.Partner, policies.read_by_app("partner"))
RECORD = shown(tables.SourceRecord, policies.read_by_app("source_record"))
RUN = tables.SyncRun.__table__
BY_NAME = Order("NAME", lambda r: [r.name], (str,))
NEWEST_FIRST = Order("STARTED_AT", lambda r: [r.started_at, r.id], (datetime, UUID), descending=True)
LATEST_READ = Order("FETCHED_AT", lambda r: [r.fetched_at, r.id], (datetime, UUID), descending=True)
ENDED = ("COMPLETE", "PARTIAL", "HELD", "FAILED")


@strawberry.type(
    description="A record of a partner's system: whether it stands here, and if not, why.", directives=DIRECTORY
)
@entity(RECORD)
class PartnerRecord(Node):
    id: strawberry.ID = own_id("PartnerRecord")
    kind: RecordKind = column(tables.SourceRecord.kind, "What it speaks of.")
    remote_id: str = column(tables.SourceRecord.remote_id, "Its id there.")
    where: str | None = column(
        tables.SourceRecord.found_at, "Where its owner finds it: an address, or rows of a sheet."
    )
    status: RecordStatus = column(tables.SourceRecord.status, "Whether it stands.")
    problem: str | None = planned(
        Expression(lambda r, _g: _problem(r), nullable=True),
        "What is wrong with it and what to do, a line each. To others than its organisation without names and numbers.",
    )
    since: DateTime | None = column(tables.SourceRecord.since, "Since when it has this status.")
    fetched_at: DateTime = column(
        tables.SourceRecord.fetched_at, "When it was last read; for those found unchanged, to the hour."
    )
    modified_at: DateTime | None = column(tables.SourceRecord.modified_at, "When it changed there, as its system says.")
    dismissed_at: DateTime | None = column(
        tables.SourceRecord.dismissed_at, "When somebody let it rest; until it changes."
    )
    dismissed_by: Organization | None = planned(One(on=lambda p, r: r.id == p.dismissed_by), "Of which organisation.")
    dismissal: str | None = column(tables.SourceRecord.dismissal, "Why.")


def _problem(row: Row) -> ColumnElement[str]:
    """A record that could not stand may be a safe house's: what it said is quoted to its own organisation alone."""
    theirs = PARTNER.c.organization_id == literal_column(ME)
    own = select(PARTNER.c.id).where(PARTNER.c.id == row.partner_id, theirs).correlate_except(PARTNER)
    quoted = func.regexp_replace(row.problem, text_of("“[^”]*”"), text_of("“…”"), text_of("g"))
    plain = func.regexp_replace(quoted, text_of("[A-Z]*[0-9][0-9A-Z.,:/-]*"), text_of("…"), text_of("g"))
    return case((own.exists(), row.problem), else_=plain)


@strawberry.input(description="Narrows a list of a partner's records. What is left out or null does not filter.")
class PartnerRecordFilter:
    partner_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Of this Partner.")
    kinds: list[RecordKind] | None = strawberry.field(default=strawberry.UNSET, description="Of any of these kinds.")
    dismissed: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether somebody let it rest.")


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    conditions: list[ColumnElement[bool]] = [row.status == text_of(RecordStatus.QUARANTINED)]
    if asked is not None and asked.has("partnerId"):
        conditions.append(row.partner_id == id_argument(asked, "partnerId", "Partner"))
    if asked is not None and asked.has("kinds"):
        conditions.append(row.kind == any_(asked.bind("kinds", ARRAY(Text()))))
    if asked is not None and asked.has("dismissed"):
        conditions.append(row.dismissed_at.is_not(None) if asked.value("dismissed") else row.dismissed_at.is_(None))
    return conditions


@strawberry.type(description="A partner's system that the directory reads, or that sends to it.", directives=DIRECTORY)
@entity(PARTNER)
class Partner(Node):
    id: strawberry.ID = own_id("Partner")
    name: str = column(tables.Partner.name, "Small letters, digits and hyphens; it never changes.")
    organization: Organization | None = planned(
        One(on=lambda p, r: r.id == p.organization_id), "Owns what it brings wherever it names no organisation."
    )
    kind: PartnerKind = column(tables.Partner.kind, "How it is read.")
    address: str = column(tables.Partner.address, "Where it is; empty where it sends.")
    system: str | None = planned(
        Expression(lambda r, _g: r.cursor.op("->")(text_of("system")).op("->>")(text_of("version")), nullable=True),
        "The version of its standard, as it says itself.",
    )
    settings: str = planned(
        Expression(lambda r, _g: cast(r.settings, Text())), "How it is read, as JSON: see docs/partners.md, Settings."
    )
    trust: int = column(tables.Partner.trust, "0 to 100: decides between sources that disagree.")
    licence: str | None = column(tables.Partner.licence, "Under which its data may be used.")
    credential: CredentialKind | None = column(
        tables.Partner.credential_kind, "How we prove to it who we are; what proves it is never shown."
    )
    health: PartnerHealth = planned(Expression(lambda r, _g: _health(r)), "How it fares, in one word.")
    poll_seconds: int | None = column(tables.Partner.poll_seconds, "How often it is read; null: when asked only.")
    next_at: DateTime | None = column(tables.Partner.next_at, "When it is read next.")
    whole_at: DateTime | None = column(tables.Partner.whole_at, "When all of it was last read to its end.")
    last_success_at: DateTime | None = column(tables.Partner.last_success_at, "When it was last read without trouble.")
    last_failure_at: DateTime | None = column(tables.Partner.last_failure_at, "When it last was not.")
    last_failure: str | None = column(tables.Partner.last_failure, "What was wrong then; null once it is read again.")
    failures: int = column(tables.Partner.failures, "Readings in a row that failed; from five on it is tried rarely.")
    paused_at: DateTime | None = column(tables.Partner.paused_at, "Since when it is not read.")
    paused_because: str | None = column(tables.Partner.paused_because, "Why.")
    losses_accepted_at: DateTime | None = column(
        tables.Partner.losses_accepted_at, "When somebody said that what is missing is gone; until that is read."
    )
    created_at: DateTime = column(tables.Partner.created_at, "When it was entered.")
    services: int = planned(
        Expression(lambda r, _g: _records(r, RecordStatus.CURRENT, RecordKind.SERVICE)),
        "Services of it that stand and that the viewer may see.",
    )
    quarantined: int = planned(
        Expression(lambda r, _g: _records(r, RecordStatus.QUARANTINED)), "Records of it that could not stand."
    )
    runs: Connection[PartnerRun] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, on=lambda p, r: r.partner_id == p.id),
        "Its readings, the newest first.",
        arguments=PAGE,
    )
    quarantine: Connection[PartnerRecord] | None = planned(
        Page(order=lambda _g: LATEST_READ, on=lambda p, r: r.partner_id == p.id, where=_asked),
        "What of it could not stand, the latest read first.",
        arguments={"filter": Argument(PartnerRecordFilter | None, "What to list; all where it is left out."), **PAGE},
    )


def _health(row: Row) -> ColumnElement[str]:
    last = (
        select(RUN.c.outcome)
        .where(RUN.c.partner_id == row.id, ~RUN.c.dry_run, RUN.c.outcome.in_([text_of(word) for word in ENDED]))
        .order_by(RUN.c.started_at.desc(), RUN.c.id.desc())
        .limit(literal_column("1"))
        .correlate_except(RUN)
        .scalar_subquery()
    )
    return func.partner_health(row.paused_at, cast(row.failures, Integer()), last, type_=Text())


def _records(row: Row, status: RecordStatus, kind: RecordKind | None = None) -> ColumnElement[int]:
    counted = select(func.count()).where(RECORD.c.partner_id == row.id, RECORD.c.status == text_of(status))
    if kind is not None:
        counted = counted.where(RECORD.c.kind == text_of(kind))
    return counted.correlate_except(RECORD).scalar_subquery()


def _named(row: Row, given: Given) -> list[ColumnElement[bool]]:
    """By id, or by name; by neither, nothing."""
    by_name = given.has("name") and not given.has("id")
    return [row.name == given.bind("name", Text()) if by_name else row.id == id_argument(given, "id", "Partner")]


@strawberry.type
class PartnerQueries:
    partner: Partner | None = planned(
        Found(where=_named),
        "One partner's system, by id or by name.",
        arguments={**ID_OR_ELSE, "name": Argument(str | None, "The name, where no id is given.")},
        directives=DIRECTORY,
    )
    partners: Connection[Partner] | None = planned(
        Page(order=lambda _g: BY_NAME),
        "Partners' systems: the viewer's organisation's to its directory editors, all to the network's stewards.",
        arguments=PAGE,
        directives=DIRECTORY,
    )
    quarantine: Connection[PartnerRecord] | None = planned(
        Page(order=lambda _g: LATEST_READ, where=_asked),
        "Records that could not stand, of all partners' systems that the viewer looks after, the latest read first.",
        arguments={"filter": Argument(PartnerRecordFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=DIRECTORY,
    )
