"""Enters what the program declares: definitions, each version once, and the figures that were published elsewhere."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import orjson

from jobs.indicators.definition import Definition
from jobs.indicators.definitions import COMPUTED
from jobs.indicators.publication import Published
from jobs.indicators.published import PUBLISHED
from jobs.indicators.words import UNKNOWN, WORDS
from models.rules.indicators import breakdown
from models.session import Connection

SAID = "names, definitions, unit, numerator, dimensions, tier, target"
ENTER_VERSION = f"""
INSERT INTO indicator_version (code, version, {SAID}, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (code, version) DO NOTHING"""
ENTER = f"""
INSERT INTO indicator (code, version, {SAID}, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (code) DO UPDATE SET (version, {SAID}, position) =
  (SELECT excluded.version, {", ".join(f"excluded.{each}" for each in SAID.split(", "))}, excluded.position)
  WHERE indicator.version <= excluded.version"""
KNOWN = "SELECT true FROM indicator_release WHERE origin = 'EXTERNAL' AND code = $1"
RELEASE = """
INSERT INTO indicator_release (code, definition, origin, source, source_url, verified, notes, period_start, period_end,
  every, as_of, state, breakdowns)
VALUES ($1, $2, 'EXTERNAL', $3, $4, $5, $6, $7, $8, 'OTHER', $9, 'AUDITED', $10) RETURNING id"""
MEMBER = "INSERT INTO release_member (release_id, dimension, value, labels, position) VALUES ($1, $2, $3, $4, $5)"
CELL = "INSERT INTO release_cell (release_id, breakdown, members, value) VALUES ($1, $2, $3, $4)"
APPROVE = "UPDATE indicator_release SET state = 'APPROVED', approved_at = $2 WHERE id = $1"


class PartsExceedTotal(ValueError):
    """The parts of a published figure are more than its total."""


async def enter(connection: Connection, *, now: datetime) -> int:
    """This will enter what is not there yet, as role worker, in one transaction; how many figures were new.

    A definition of a later version takes the place of the one before, which stays for the releases that count by it.
    """
    definitions = [*COMPUTED, *(each.definition for each in PUBLISHED)]
    async with connection.transaction():
        for position, definition in enumerate(definitions):
            said = _said(definition)
            await connection.execute(ENTER_VERSION, definition.code, definition.version, *said, now)
            await connection.execute(ENTER, definition.code, definition.version, *said, position)
        new = [each for each in PUBLISHED if not await connection.fetchval(KNOWN, each.definition.code)]
        for each in new:
            await _publish(connection, each, now)
    return len(new)


def residual(published: Published) -> int:
    """This will be what the published parts leave of the total. Raises PartsExceedTotal."""
    left = published.total - sum(published.parts.values())
    if left < 0:
        raise PartsExceedTotal(published.definition.code)
    return left


async def _publish(connection: Connection, published: Published, now: datetime) -> None:
    definition = published.definition
    by = breakdown(definition.dimensions)
    release_id: UUID = await connection.fetchval(
        RELEASE,
        definition.code,
        definition.version,
        published.source,
        published.url,
        published.verified,
        _json(published.notes),
        *published.period,
        datetime.combine(published.as_of, time(), UTC),
        ["", by] if published.parts else [""],
    )
    await connection.execute(CELL, release_id, "", [], published.total)
    if published.parts:
        parts = {**published.parts, UNKNOWN: residual(published)}
        for position, (value, count) in enumerate(parts.items()):
            labels = _json(WORDS[by][value])
            await connection.execute(MEMBER, release_id, by, value, labels, position)
            await connection.execute(CELL, release_id, by, [value], count)
    await connection.execute(APPROVE, release_id, now)


def _said(definition: Definition) -> list[Any]:
    texts = [_json(definition.names), _json(definition.definitions), definition.unit, definition.numerator]
    return [*texts, list(definition.dimensions), definition.tier, definition.target]


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
