"""When is a record gone that a partner no longer shows? After two complete sweeps; and never many at once.

HSDS and sheets know no deletes. A sweep that lost a fifth of what stood is more likely broken than true: it is held for
a person, and nothing of that kind is taken as missing until then.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.partners import RecordKind, RecordStatus
from models.session import Connection
from partners.keeping.holdings import Holdings, Partner

SWEEPS = 2
MOST_LOST = 0.2


@dataclass(frozen=True, slots=True)
class Gone:
    number: int = 0
    held: str | None = None
    "Why nothing was taken as gone, and what to do; None where all was in order."


async def take_as_gone(
    connection: Connection,
    partner: Partner,
    holdings: Holdings,
    kind: RecordKind,
    *,
    stood: set[str],
    found: set[str],
    now: datetime,
    accept_losses: bool,
) -> Gone:
    """This will count the records of a kind that a complete sweep did not find, and take those as gone that are due.

    stood: ids of the kind that stood before the sweep. found: those that it saw.
    """
    missing = holdings.of(kind, [RecordStatus.CURRENT, RecordStatus.QUARANTINED]) - found
    lost = len(stood - found)
    if lost > MOST_LOST * len(stood) and not accept_losses:
        words = kind.lower().replace("_", " ")
        return Gone(
            held=f"{lost} of {len(stood)} records ({words}) are missing. Nothing was taken as gone. Ask the partner "
            f"why; if it is true: konbit partners sync {partner.name} --accept-losses"
        )
    if not missing:
        return Gone()
    needed = 1 if accept_losses else SWEEPS
    gone = await connection.fetch(_MISS, partner.id, kind, sorted(missing), needed)
    return Gone(await _remove(connection, partner, holdings, kind, gone, now=now))


async def take_away(
    connection: Connection, partner: Partner, holdings: Holdings, kind: RecordKind, remote_id: str, *, now: datetime
) -> Gone:
    """This will take a record as gone that the partner's system says it took away."""
    gone = await connection.fetch(_MISS, partner.id, kind, [remote_id], 0)
    return Gone(await _remove(connection, partner, holdings, kind, gone, now=now))


async def _remove(
    connection: Connection,
    partner: Partner,
    holdings: Holdings,
    kind: RecordKind,
    missed: list[Any],
    *,
    now: datetime,
) -> int:
    """Takes out of the directory what stands on records that are gone; how many of those there are."""
    for row in missed:
        key = kind, row["remote_id"]
        status = RecordStatus(row["status"])
        holdings.records[key] = replace(holdings.records[key], status=status, missed=row["missed"])
    ids = [row["remote_id"] for row in missed if row["status"] == RecordStatus.GONE]
    if kind is RecordKind.SERVICE:
        await connection.execute(_REMOVE_SERVICES, partner.id, ids, now)
        await connection.execute(_FORGET_CLAIMS, partner.id, ids)
    elif kind is RecordKind.SERVICE_AT_LOCATION:
        for row in await connection.fetch(_REMOVE_PLACES, partner.id, ids):
            holdings.links.pop((kind, row["remote_id"]), None)
    return len(ids)


_MISS = """
UPDATE source_record SET missed = missed + 1, status = CASE WHEN missed + 1 >= $4 THEN 'GONE' ELSE status END
WHERE partner_id = $1 AND kind = $2 AND remote_id = ANY($3) RETURNING remote_id, status, missed"""
_REMOVE_SERVICES = """
UPDATE service s SET removed_at = $3 FROM source_link l
WHERE l.partner_id = $1 AND l.kind = 'SERVICE' AND l.remote_id = ANY($2)
  AND s.id = l.local_id AND s.removed_at IS NULL AND NOT EXISTS (
    SELECT FROM source_link o JOIN source_record r USING (partner_id, kind, remote_id)
    WHERE o.local_id = s.id AND o.kind = 'SERVICE' AND o.partner_id <> $1 AND r.status <> 'GONE')"""
"A service that another source still gives stays."
_FORGET_CLAIMS = """
WITH gone AS (
  DELETE FROM claim c USING source_link l
  WHERE l.partner_id = $1 AND l.kind = 'SERVICE' AND l.remote_id = ANY($2) AND c.record_id = l.local_id
    AND c.partner_id = $1
  RETURNING c.record_id
)
UPDATE source_record r SET digest = '' FROM gone JOIN source_link l ON l.local_id = gone.record_id
WHERE l.partner_id <> $1 AND (r.partner_id, r.kind, r.remote_id) = (l.partner_id, l.kind, l.remote_id)"""
"What a source said that is gone counts no more; those that remain are read anew."
_REMOVE_PLACES = """
WITH gone AS (
  SELECT l.local_id FROM source_link l
  WHERE l.partner_id = $1 AND l.kind = 'SERVICE_AT_LOCATION' AND l.remote_id = ANY($2) AND NOT EXISTS (
    SELECT FROM source_record r WHERE r.partner_id = $1 AND r.kind = 'SERVICE' AND r.status = 'CURRENT'
      AND r.raw -> 'service_at_locations' @> jsonb_build_array(jsonb_build_object('id', l.remote_id)))
), removed AS (DELETE FROM service_at_location p USING gone WHERE p.id = gone.local_id)
DELETE FROM source_link l USING gone WHERE l.partner_id = $1 AND l.local_id = gone.local_id RETURNING l.remote_id"""
"A place that a service still names stays, though its own record is gone."
