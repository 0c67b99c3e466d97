"""How is a release made? Counted once, suppressed and audited with all that was released before, then left to a person.

As role worker, in one transaction. What cannot be protected is not released: nothing of it is kept.
"""

import asyncio
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from jobs.indicators.counting import STATEMENTS, ZONE, Fact, count
from jobs.indicators.facts import breakdowns, cube, earlier, fitted, keep
from jobs.indicators.members import Members, cube_of, members
from models.rules.indicators import ORDER, Period
from models.rules.suppression import Cube, Protected, Released, protect
from models.rules.vocabulary import IndicatorDimension, ReleaseState, Tier
from models.session import Connection

DEFINED = "SELECT code, version, dimensions, tier FROM indicator WHERE code = $1"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('release ' || $1, 0))"
"One release of an indicator at a time: each is audited with all before it."
OF_PERIOD = """
SELECT id, version, state, definition FROM indicator_release
WHERE code = $1 AND origin = 'COMPUTED' AND period_start = $2 AND period_end = $3 AND state <> 'SUPERSEDED'"""
FORGET = "DELETE FROM indicator_release WHERE id = $1"
ADD = """
INSERT INTO indicator_release (code, definition, version, origin, publisher_id, period_start, period_end, every, as_of,
  breakdowns, cube, restates, reason)
VALUES ($1, $2, $3, 'COMPUTED', $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id"""
ADD_MEMBER = "INSERT INTO release_member (release_id, dimension, value, labels, position) VALUES ($1, $2, $3, $4, $5)"
ADD_SIGNATORY = "INSERT INTO release_signoff (release_id, organization_id) VALUES ($1, $2)"
AUDITED = "UPDATE indicator_release SET state = 'AUDITED' WHERE id = $1"


class NotComputed(Exception):
    """Konbit does not compute that indicator."""


class PeriodOpen(Exception):
    """Only a period that has ended is released."""


class ReasonMissing(Exception):
    """What was approved is restated for a reason: say which."""


async def build(
    connection: Connection, code: str, period: Period, *, publisher_id: UUID, now: datetime, reason: str | None = None
) -> UUID | None:
    """This will make a release that waits for approval; None where the approved one still says what the records say.

    A release of the period that waits already is made anew. One that was approved is restated, for a reason. Raises
    NotComputed, PeriodOpen, ReasonMissing, and NotProtected where some figure could not be protected.
    """
    if code not in STATEMENTS:
        raise NotComputed(code)
    if period.end >= now.astimezone(ZoneInfo(ZONE)).date():
        raise PeriodOpen(str(period))
    async with connection.transaction():
        await connection.execute(ALONE, code)
        defined = await connection.fetchrow(DEFINED, code)
        if defined is None:
            raise NotComputed(code)
        named: list[str] = sorted(defined["dimensions"], key=lambda each: ORDER[IndicatorDimension(each)])
        finest = [IndicatorDimension(each) for each in named if each != IndicatorDimension.QUARTER]
        facts = await count(connection, code, finest, period, as_of=now)
        found = await connection.fetch(OF_PERIOD, code, period.start, period.end)
        for row in found:
            if row["state"] != ReleaseState.APPROVED:
                await connection.execute(FORGET, row["id"])
        standing = next((row for row in found if row["state"] == ReleaseState.APPROVED), None)
        tier = Tier(defined["tier"])
        before = await earlier(connection, code, defined["version"], tier)
        called = await members(connection, named, period)
        facts = fitted(facts, [called[str(each)] for each in finest])
        whole = cube(cube_of(named, {each: tuple(values) for each, values in called.items()}), facts)
        if standing is not None:
            if standing["id"] in before and before[standing["id"]].cube.contributors == whole.contributors:
                return None
            if not reason:
                raise ReasonMissing(f"{code} {period}")
        protected = await asyncio.to_thread(_protected, whole, tier, list(before.values()))
        release_id: UUID = await connection.fetchval(
            ADD,
            code,
            defined["version"],
            standing["version"] + 1 if standing else 1,
            publisher_id,
            period.start,
            period.end,
            period.every,
            now,
            [" ".join(level.name for level in levels) for levels in breakdowns(whole.dimensions)],
            [str(each) for each in finest],
            standing["id"] if standing else None,
            reason if standing else None,
        )
        await _finish(connection, release_id, called, facts, protected)
    return release_id


def _protected(whole: Cube, tier: Tier, before: list[Released]) -> Protected:
    return protect(whole, tier, released=before)


async def _finish(
    connection: Connection, release_id: UUID, called: Members, facts: list[Fact], protected: Protected
) -> None:
    for dimension, values in called.items():
        labelled = [
            (release_id, dimension, value, orjson.dumps(labels).decode(), position)
            for position, (value, labels) in enumerate(values.items())
        ]
        await connection.executemany(ADD_MEMBER, labelled)
    await keep(connection, release_id, facts, protected)
    alone = [(release_id, UUID(organization)) for organization in sorted(protected.signatories)]
    await connection.executemany(ADD_SIGNATORY, alone)
    await connection.execute(AUDITED, release_id)
