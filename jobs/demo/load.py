"""What does loading the demo network do? Fills an empty database, all or nothing, ready to be served."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from jobs.demo import bulk, rows
from jobs.demo.cases import REFERRALS, cases
from jobs.demo.directory import Directory
from jobs.demo.flows import BorderFlowPartRow, BorderFlowRow, counts
from jobs.demo.hours import opening_rows
from jobs.demo.network import build
from jobs.demo.organisations import Partner, more_partners, partners
from jobs.demo.training import trainings
from models import people, referrals
from models.base import Base
from models.directory import CapacityHold

PARTNERS_PER_SCALE = 20
"How many small associations each further size of the network brings."
CHUNK = 100_000
"Rows that are held before they are copied."
FEED_DAYS = 30
"How far back the feed reaches (contract: subscription referralChanges)."


class DatabaseNotEmpty(Exception):
    """The demo network needs an empty database, and this one holds organisations (the data folder may be removed)."""


class OddScale(ValueError):
    """The scale of the demo network is a whole number from 1 to 1,000."""


MODELS: dict[type[tuple[object, ...]], type[Base]] = {
    rows.PersonRow: people.Person,
    rows.PersonIdentityRow: people.PersonIdentity,
    rows.PersonContactRow: people.PersonContact,
    rows.PersonVulnerabilityRow: people.PersonVulnerability,
    rows.ConsentRow: people.Consent,
    rows.ConsentDetailRow: people.ConsentDetail,
    rows.ConsentWithdrawalRow: people.ConsentWithdrawal,
    rows.ReferralRow: referrals.Referral,
    rows.ReferralSubjectRow: referrals.ReferralSubject,
    rows.ReferralIdentityRow: referrals.ReferralIdentity,
    rows.ReferralContactRow: referrals.ReferralContact,
    rows.ReferralRequestRow: referrals.ReferralRequest,
    rows.ReferralVulnerabilitiesRow: referrals.ReferralVulnerabilities,
    rows.ReferralNarrativeRow: referrals.ReferralNarrative,
    rows.ReferralEventRow: referrals.ReferralEvent,
    rows.ReferralNoteRow: referrals.ReferralNote,
    rows.ReferralDeclineRow: referrals.ReferralDecline,
    rows.ReferralWithdrawalRow: referrals.ReferralWithdrawal,
    rows.ReferralOutcomeRow: referrals.ReferralOutcome,
    rows.CapacityHoldRow: CapacityHold,
}
"""Which table a row of people and referrals goes to."""

CASE_TABLES = tuple(model.__tablename__ for model in MODELS.values())
KEPT_TABLES = ("referral_party", "change", "feed")
"What follows from the rest, by statements that need the keys."
QUIET = (bulk.Quiet("referral_event", "keep_changes"),)
DIRECTORY_TABLES = (
    "area", "organization", "term", "location", "service", "service_term", "service_at_location", "phone", "schedule",
    "schedule_exception", "opening", "capacity", "capacity_count",
)  # fmt: skip

FLOW_TABLES = ("border_flow", "border_flow_part")
TRAINING_TABLES = (
    "course", "course_version", "training", "training_session", "enrolment", "participant", "enrolment_credential",
    "attendance_device", "attendance_event", "attendance", "attendance_version",
)  # fmt: skip

STAGED = "staged_referral"
"""Referrals are gathered here and inserted at once, so that the trigger that keeps the parties fires once for all."""

PLACE_CHANGES = """
    WITH told AS (
      SELECT p.organization_id, e.referral_id, e.id AS event_id, e.at,
        row_number() OVER (PARTITION BY p.organization_id ORDER BY e.at, e.id) AS position
      FROM referral_event e JOIN referral_party p ON p.referral_id = e.referral_id
    ), reached AS (
      INSERT INTO feed (organization_id, last_position, purged_position)
      SELECT organization_id, count(*), count(*) FILTER (WHERE at < $1) FROM told GROUP BY 1
    )
    INSERT INTO change (organization_id, position, referral_id, event_id, at)
    SELECT organization_id, position, referral_id, event_id, at FROM told WHERE at >= $1"""
"""What the trigger keep_changes and the leader would have done step by step, with what is older already purged."""


async def load(migration_url: str, *, scale: int, now: datetime, progress: Callable[[str], None]) -> None:
    """This will load the network, `scale` times 3,000 referrals, so that nothing of it lies after `now`.

    As the role that migrates, which need not be a superuser. The same rows at every loading, moved to `now`.
    Raises DatabaseNotEmpty, OddScale, and what asyncpg raises where the server cannot be reached.
    """
    if not 1 <= scale <= 1_000:
        raise OddScale
    started = time.monotonic()
    network = [*partners(), *more_partners(PARTNERS_PER_SCALE * (scale - 1))]
    tables = (*DIRECTORY_TABLES, *CASE_TABLES, *KEPT_TABLES, *FLOW_TABLES, *TRAINING_TABLES)
    connection = await bulk.connect(migration_url)
    try:
        async with connection.transaction():
            await bulk.become_owner(connection)
            await connection.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL work_mem = '128MB'")
            await connection.execute("SET LOCAL konbit.search = 'later'")
            async with bulk.unguarded(connection, tables, large=CASE_TABLES, quiet=QUIET):
                if await connection.fetchval("SELECT EXISTS (SELECT FROM organization)"):
                    raise DatabaseNotEmpty
                directory = build(network, now)
                await _load_directory(connection, directory, now)
                progress(f"{len(directory.organizations):,} organisations, {len(directory.services):,} services")
                await _load_flows(connection, directory, now)
                await bulk.copy_models(connection, trainings(directory, now))
                with bulk.without_collector():
                    await _load_cases(connection, network, directory, scale, now, progress)
                await connection.execute(PLACE_CHANGES, now - timedelta(days=FEED_DAYS))
                progress("the feed is told; keys and indexes follow")
            await bulk.refresh_search(connection)
        await _settle(connection, tables)
    finally:
        await connection.close()
    progress(f"loaded in {time.monotonic() - started:.1f} s")


async def is_empty(url: str) -> bool:
    """This will tell whether a database holds no organisation yet, asked as the worker."""
    connection = await bulk.connect(url)
    try:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM organization)")
    finally:
        await connection.close()


async def _load_directory(connection: bulk.Connection, directory: Directory, now: datetime) -> None:
    await bulk.copy_models(connection, directory.rows)
    await connection.copy_records_to_table(
        "opening", records=opening_rows(directory.hours, now), columns=rows.OpeningRow._fields
    )


async def _load_flows(connection: bulk.Connection, directory: Directory, now: datetime) -> None:
    made = list(counts(directory, now))
    flows, parts = [flow for flow, _ in made], [part for _, some in made for part in some]
    await connection.copy_records_to_table("border_flow", records=flows, columns=BorderFlowRow._fields)
    await connection.copy_records_to_table("border_flow_part", records=parts, columns=BorderFlowPartRow._fields)


async def _load_cases(
    connection: bulk.Connection,
    network: list[Partner],
    directory: Directory,
    scale: int,
    now: datetime,
    progress: Callable[[str], None],
) -> None:
    await connection.execute(f"CREATE TEMPORARY TABLE {STAGED} (LIKE referral) ON COMMIT DROP")
    total, copied, told = REFERRALS * scale, 0, 0
    coming = _chunks(cases(network, directory, scale=scale, now=now))
    following = asyncio.create_task(asyncio.to_thread(next, coming, None))
    while (chunk := await following) is not None:
        following = asyncio.create_task(asyncio.to_thread(next, coming, None))
        copied += await _copy(connection, chunk)
        if copied == total or copied - told > total // 10:
            told = copied
            progress(f"{copied:,} of {total:,} referrals, with their people")
    await connection.execute(f"ANALYZE consent, {STAGED}")
    listed = ", ".join(rows.ReferralRow._fields)
    await connection.execute(f"INSERT INTO referral ({listed}) SELECT {listed} FROM {STAGED}")
    await connection.execute("ANALYZE referral, referral_party, referral_event")


def _chunks(made: Iterable[list[rows.Row]]) -> Iterator[list[rows.Row]]:
    """This will gather rows of many people, to be made in a thread while the database takes in those before."""
    held: list[rows.Row] = []
    for some in made:
        held += some
        if len(held) >= CHUNK:
            yield held
            held = []
    yield held


async def _copy(connection: bulk.Connection, held: Iterable[rows.Row]) -> int:
    """This will copy rows to their tables and answer how many referrals were among them."""
    by_kind: dict[type[tuple[object, ...]], list[rows.Row]] = defaultdict(list)
    for row in held:
        by_kind[type(row)].append(row)
    for kind, listed in by_kind.items():
        model = MODELS[kind]
        table = STAGED if kind is rows.ReferralRow else model.__tablename__
        columns = bulk.named(model, listed[0]._fields)
        await connection.copy_records_to_table(table, records=listed, columns=columns)
    return len(by_kind[rows.ReferralRow])


async def _settle(connection: bulk.Connection, tables: Iterable[str]) -> None:
    """Statistics and visibility, so that the first question is answered as fast as the next."""
    await connection.execute("SET statement_timeout = 0")
    owner = await connection.fetchval(
        "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'organization'::regclass"
    )
    await connection.execute(f"SET ROLE {owner}")
    for table in tables:
        await connection.execute(f'VACUUM (ANALYZE) "{table}"')
