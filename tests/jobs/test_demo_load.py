"""The network as it stands in a database: whole, consistent with what triggers would have made, and guarded again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from actions.openings import expand_openings
from api.database import DatabaseURLs
from api.postgres import Server
from jobs.demo.load import FEED_DAYS, DatabaseNotEmpty, OddScale, is_empty, load
from jobs.demo.organisations import PERSONAS, REGISTRY
from tests.jobs.conftest import NOW, migration_url

Connection = asyncpg.Connection

GUARDS = {
    "constraints": """
        SELECT conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid), convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1""",
    "indexes": """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisunique, relowner::regrole::text
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace ORDER BY 1""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2""",
    "row security": """
        SELECT relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text, relacl::text
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1""",
    "policies": "SELECT * FROM pg_policies ORDER BY tablename, policyname",
}


async def guards(url: str) -> dict[str, list[tuple[str, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return {what: [tuple(map(str, row)) for row in await connection.fetch(query)] for what, query in GUARDS.items()}
    finally:
        await connection.close()


@pytest.fixture
async def inside(demo: DatabaseURLs) -> AsyncIterator[Connection]:
    """A superuser's transaction that is undone."""
    connection = await asyncpg.connect(demo.migration)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_every_guard_stands_again(demo: DatabaseURLs, database: DatabaseURLs) -> None:
    loaded, untouched = await guards(demo.migration), await guards(database.migration)

    assert all(loaded.values())
    for what in GUARDS:
        assert set(loaded[what]) ^ set(untouched[what]) == set(), what


async def test_the_network_is_whole(inside: Connection) -> None:
    counted = await inside.fetchrow("""
        SELECT (SELECT count(*) FROM organization) AS organizations, (SELECT count(*) FROM service) AS services,
          (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM referral) AS referrals,
          (SELECT count(DISTINCT status) FROM referral) AS statuses,
          (SELECT count(DISTINCT left(l.pcode, 4)) FROM service_at_location a JOIN location l ON l.id = a.location_id)
            AS departments""")

    assert counted is not None
    assert counted["organizations"] >= 60
    assert counted["services"] >= 150
    assert (counted["people"], counted["referrals"], counted["statuses"]) == (2_000, 3_000, 15)
    assert counted["departments"] == 10


async def test_nothing_lies_in_the_future(inside: Connection) -> None:
    latest = await inside.fetchval("""
        SELECT greatest(max(at), (SELECT max(updated_at) FROM referral), (SELECT max(registered_at) FROM person),
          (SELECT max(given_at) FROM consent), (SELECT max(withdrawn_at) FROM consent_withdrawal),
          (SELECT max(held_at) FROM capacity_hold), (SELECT max(updated_at) FROM capacity)) FROM referral_event""")

    assert NOW - timedelta(days=1) < latest <= NOW


async def test_the_parties_are_those_that_the_trigger_makes(inside: Connection) -> None:
    query = "SELECT * FROM referral_party ORDER BY referral_id, organization_id"
    loaded = await inside.fetch(query)
    await inside.execute("DELETE FROM referral_party")
    await inside.execute("UPDATE referral SET version = version")

    assert len(loaded) > 5_000
    assert await inside.fetch(query) == loaded


async def test_the_feed_tells_what_the_trigger_tells(inside: Connection) -> None:
    query = "SELECT organization_id, referral_id, event_id, at, kind FROM change WHERE at >= $1 ORDER BY 1, 3"
    since = NOW - timedelta(days=FEED_DAYS)
    loaded = await inside.fetch(query, since)
    assert await inside.fetchval("SELECT count(*) FROM change") == len(loaded) > 1_000
    await inside.execute("CREATE TEMPORARY TABLE happened ON COMMIT DROP AS SELECT * FROM referral_event")
    await inside.execute("DELETE FROM referral_event")
    assert await inside.fetchval("SELECT count(*) FROM change") == 0
    await inside.execute("INSERT INTO referral_event SELECT * FROM happened")

    assert await inside.fetch(query, since) == loaded


async def test_nothing_is_left_for_the_leader_to_place(inside: Connection) -> None:
    assert await inside.fetchval("SELECT count(*) FROM change WHERE position IS NULL") == 0
    feeds = {row["organization_id"]: row for row in await inside.fetch("SELECT * FROM feed")}
    told: dict[Any, list[asyncpg.Record]] = {}
    for row in await inside.fetch("SELECT * FROM change ORDER BY position"):
        told.setdefault(row["organization_id"], []).append(row)

    assert set(told) <= set(feeds)
    for organization, feed in feeds.items():
        changes = told.get(organization, [])
        positions = [change["position"] for change in changes]
        assert positions == list(range(feed["purged_position"] + 1, feed["last_position"] + 1))
        assert changes == sorted(changes, key=lambda change: (change["at"], change["event_id"]))


async def test_open_referrals_hold_the_places_that_are_taken(inside: Connection) -> None:
    wrong = await inside.fetch("""
        SELECT c.id FROM capacity c JOIN capacity_count n ON n.capacity_id = c.id
        JOIN capacity_hold h ON h.capacity_id = c.id JOIN referral r ON r.id = h.referral_id
        GROUP BY c.id, n.maximum, n.available
        HAVING count(*) > n.maximum - n.available OR bool_or(r.service_id <> c.service_id)
          OR bool_or(r.status IN ('DRAFT', 'DECLINED', 'FORWARDED', 'WITHDRAWN', 'COMPLETED', 'CLOSED', 'EXPIRED',
                                  'ENTERED_IN_ERROR'))""")

    assert wrong == []
    assert await inside.fetchval("SELECT count(*) FROM capacity_hold") > 100


async def test_the_registry_is_found_near_belladere_and_stays_open(inside: Connection) -> None:
    nearest = await inside.fetch("""
        SELECT o.slug, s.minimum_age, s.maximum_age, s.sexes, s.accepts_unaccompanied_children AS alone,
          n.available, n.maximum, c.expires_at, km.away
        FROM service s JOIN organization o ON o.id = s.organization_id
        JOIN service_at_location a ON a.service_id = s.id JOIN location l ON l.id = a.location_id
        LEFT JOIN capacity c ON c.service_id = s.id LEFT JOIN capacity_count n ON n.capacity_id = c.id
        CROSS JOIN LATERAL (SELECT great_circle_km(18.8517, -71.7728, l.latitude, l.longitude) AS away) AS km
        WHERE s.category = 'CIVIL_DOCUMENTATION' AND s.names ->> 'ht' ILIKE '%batistè%' AND km.away <= 80
        ORDER BY km.away""")
    own = next(row for row in nearest[:10] if row["slug"] == REGISTRY)

    assert len({round(row["away"]) for row in nearest[:10]}) > 3
    assert (own["minimum_age"], own["maximum_age"], own["sexes"], own["alone"]) == (None, None, [], None)
    assert (own["available"], own["maximum"]) == (60, 80)
    assert own["expires_at"] > NOW + timedelta(days=300)


async def test_the_outsider_takes_part_in_nothing(inside: Connection) -> None:
    parts = await inside.fetchval(
        "SELECT count(*) FROM referral_party WHERE organization_id = (SELECT id FROM organization WHERE slug = $1)",
        PERSONAS["outsider"],
    )

    assert parts == 0


async def test_openings_are_those_that_the_schedules_give(inside: Connection) -> None:
    query = "SELECT * FROM opening ORDER BY service_at_location_id, opens_at"
    loaded = await inside.fetch(query)
    places = [row["id"] for row in await inside.fetch("SELECT id FROM service_at_location")]
    await expand_openings(inside, places, now=NOW)

    assert len(loaded) > 5_000
    assert await inside.fetch(query) == loaded


async def test_the_search_index_is_the_one_that_triggers_keep(inside: Connection) -> None:
    sets = ", ".join(
        f"ARRAY(SELECT unnest({name}) ORDER BY 1) AS {name}"
        for name in ("areas", "cells", "terms", "languages", "sexes")
    )
    query = f"""
        SELECT service_id, service_at_location_id, organization_id, visibility, name_key, latitude, longitude, category,
          organization_kind, minimum_age, maximum_age, unaccompanied, {sets}, document::text
        FROM service_place ORDER BY 1, 2"""
    loaded = await inside.fetch(query)
    await inside.execute("DELETE FROM service_place")
    await inside.execute('UPDATE service SET names = names || \'{"es": "otro"}\'')
    await inside.execute("UPDATE service SET names = names - 'es'")

    assert len(loaded) >= 250
    assert await inside.fetch(query) == loaded


async def test_a_second_loading_is_refused_and_changes_nothing(cluster: Server, demo: DatabaseURLs, mover: str) -> None:
    before = await guards(demo.migration)

    with pytest.raises(DatabaseNotEmpty):
        await load(migration_url(cluster, demo, mover), scale=1, now=NOW, progress=print)

    assert await guards(demo.migration) == before


@pytest.mark.parametrize("scale", [0, -1, 1_001])
async def test_an_odd_scale_is_refused(database: DatabaseURLs, scale: int) -> None:
    with pytest.raises(OddScale):
        await load(database.migration, scale=scale, now=NOW, progress=print)


async def test_a_loading_that_breaks_leaves_nothing(database: DatabaseURLs) -> None:
    before = await guards(database.migration)

    class Interrupted(Exception):
        """Someone pulled the plug."""

    def pull(line: str) -> None:
        if "referrals" in line:
            raise Interrupted

    with pytest.raises(Interrupted):
        await load(database.migration, scale=1, now=NOW, progress=pull)

    assert await guards(database.migration) == before
    assert await is_empty(database.worker)


async def test_a_network_of_twice_the_size_loaded_by_a_superuser(database: DatabaseURLs) -> None:
    said: list[str] = []
    assert await is_empty(database.worker)
    await load(database.migration, scale=2, now=NOW, progress=said.append)

    connection = await asyncpg.connect(database.migration)
    try:
        assert await connection.fetchval("SELECT count(*) FROM referral") == 6_000
        assert await connection.fetchval("SELECT count(*) FROM person") == 4_000
    finally:
        await connection.close()
    assert not await is_empty(database.worker)
    print(said[-1])
