"""How does a partner's system fare? For the operator: in a word, with its figures, its runs, and what was kept out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.partners import PartnerHealth, PartnerKind, RecordKind, SyncOccasion, SyncOutcome
from models.session import Connection
from partners.sync import NoSuchPartner

RUNS = 20
"Told of a partner, the newest first."
RECORDS = 50
"Records kept out that are told of a partner, the newest first."


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner as it stands now."""

    name: str
    kind: PartnerKind
    address: str
    organization: str
    health: PartnerHealth
    services: int
    quarantined: int
    dismissed: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str | None
    failures: int
    next_at: datetime | None
    whole_at: datetime | None
    poll_seconds: int | None
    paused_because: str | None
    losses_accepted_at: datetime | None
    credential_kind: str | None
    system: dict[str, str]
    running_since: datetime | None
    running_counts: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A record that could not stand."""

    kind: RecordKind
    remote_id: str
    found_at: str | None
    problem: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Ran:
    """A reading that was."""

    started_at: datetime
    finished_at: datetime | None
    outcome: SyncOutcome
    occasion: SyncOccasion
    whole: bool
    counts: dict[str, int]
    errors: dict[str, Any]


async def standings(connection: Connection, name: str | None = None) -> list[Standing]:
    """This will be every partner, by name, or the one of that name. Raises NoSuchPartner."""
    rows = await connection.fetch(_STANDINGS, name)
    if name is not None and not rows:
        raise NoSuchPartner(name)
    made = []
    for row in rows:
        values = dict(row)
        kind, health = PartnerKind(values.pop("kind")), PartnerHealth(values.pop("health"))
        made.append(Standing(kind=kind, health=health, **values))
    return made


async def kept_out(connection: Connection, name: str) -> list[KeptOut]:
    """This will be what of a partner could not stand and was not dismissed, up to 50."""
    rows = await connection.fetch(_KEPT_OUT, name, RECORDS)
    return [KeptOut(RecordKind(row["kind"]), *list(row.values())[1:]) for row in rows]


async def history(connection: Connection, name: str, *, most: int = RUNS) -> list[Ran]:
    """This will be a partner's readings, the newest first. Raises NoSuchPartner."""
    if not await connection.fetchval("SELECT true FROM partner WHERE name = $1", name):
        raise NoSuchPartner(name)
    return [
        Ran(
            row["started_at"],
            row["finished_at"],
            SyncOutcome(row["outcome"]),
            SyncOccasion(row["occasion"]),
            row["whole"],
            row["counts"],
            row["errors"],
        )
        for row in await connection.fetch(_HISTORY, name, most)
    ]


def lines(standing: Standing, *, now: datetime) -> Iterator[str]:
    """This will be how a partner fares, in lines for a person."""
    word = standing.health.lower().replace("_", " ")
    figures = f"{standing.services} services, {standing.quarantined} quarantined"
    figures += f" ({standing.dismissed} of them dismissed)" if standing.dismissed else ""
    yield f"{standing.name}: {word}: {standing.kind} {standing.address or '(it sends)'}: {figures}"
    said = " ".join(filter(None, [standing.system.get("version"), standing.system.get("profile")]))
    if said:
        yield f"  it says that it is {said}"
    if standing.running_since:
        counted = ", ".join(f"{number} {name}" for name, number in (standing.running_counts or {}).items() if number)
        yield f"  being read since {_moment(standing.running_since, now)}{': ' if counted else ''}{counted}"
    read = _moment(standing.last_success_at, now) if standing.last_success_at else "never"
    whole = _moment(standing.whole_at, now) if standing.whole_at else "never"
    yield f"  last read without trouble: {read}; all of it: {whole}"
    if standing.last_failure and standing.last_failure_at:
        times = f", {standing.failures} times in a row" if standing.failures > 1 else ""
        yield f"  ! {_moment(standing.last_failure_at, now)}{times}: {standing.last_failure}"
    if standing.losses_accepted_at:
        yield f"  its losses were accepted {_moment(standing.losses_accepted_at, now)}, for its next reading"
    if standing.health is PartnerHealth.PAUSED:
        because = f": {standing.paused_because}" if standing.paused_because else ""
        yield f"  paused{because}. Go on: konbit partners resume {standing.name}"
    elif standing.next_at is None:
        yield "  read when asked only"
    else:
        rarely = "; its breaker is open, so it is tried rarely" if standing.health is PartnerHealth.LEFT_ALONE else ""
        yield f"  next: {_moment(standing.next_at, now)}, every {standing.poll_seconds} s{rarely}"


def run_line(run: Ran) -> str:
    """One line on a reading."""
    took = f", {(run.finished_at - run.started_at).total_seconds():.1f} s" if run.finished_at else ""
    scope = "all" if run.whole else "what changed"
    counted = ", ".join(f"{number} {name}" for name, number in run.counts.items() if number)
    trouble = " ".join(run.errors.get("failures", []) + run.errors.get("losses", []))
    told = f"{run.started_at:%Y-%m-%d %H:%M:%S} UTC{took}: {run.outcome.lower()} ({run.occasion.lower()}, {scope})"
    return ": ".join(filter(None, [told, counted, trouble]))


def _moment(moment: datetime, now: datetime) -> str:
    """A moment and how long ago or ahead it is."""
    away = abs(now - moment)
    for unit, name in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if away >= unit:
            told = f"{away // unit} {name}"
            break
    else:
        told = f"{away // timedelta(seconds=1)} s"
    return f"{moment:%Y-%m-%d %H:%M} UTC ({f'{told} ago' if moment <= now else f'in {told}'})"


_STANDINGS = """
SELECT p.name, p.kind, p.address, o.slug AS organization,
  partner_health(p.paused_at, p.failures, last.outcome) AS health,
  counted.services, counted.quarantined, counted.dismissed,
  p.last_success_at, p.last_failure_at, p.last_failure, p.failures, p.next_at, p.whole_at, p.poll_seconds,
  p.paused_because, p.losses_accepted_at, p.credential_kind, coalesce(p.cursor -> 'system', '{}') AS system,
  running.started_at AS running_since, running.counts AS running_counts
FROM partner p JOIN organization o ON o.id = p.organization_id
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE r.kind = 'SERVICE' AND r.status = 'CURRENT') AS services,
    count(*) FILTER (WHERE r.status = 'QUARANTINED') AS quarantined,
    count(*) FILTER (WHERE r.status = 'QUARANTINED' AND r.dismissed_at IS NOT NULL) AS dismissed
  FROM source_record r WHERE r.partner_id = p.id) AS counted
LEFT JOIN LATERAL (
  SELECT r.outcome FROM sync_run r
  WHERE r.partner_id = p.id AND NOT r.dry_run AND r.outcome NOT IN ('WAITING', 'RUNNING')
  ORDER BY r.started_at DESC, r.id DESC LIMIT 1) AS last ON true
LEFT JOIN LATERAL (
  SELECT r.started_at, r.counts FROM sync_run r WHERE r.partner_id = p.id AND r.outcome = 'RUNNING'
  ORDER BY r.started_at DESC LIMIT 1) AS running ON true
WHERE $1::text IS NULL OR p.name = $1 ORDER BY p.name"""
_KEPT_OUT = """
SELECT r.kind, r.remote_id, r.found_at, r.problem, r.since FROM source_record r JOIN partner p ON p.id = r.partner_id
WHERE p.name = $1 AND r.status = 'QUARANTINED' AND r.dismissed_at IS NULL
ORDER BY r.since DESC NULLS LAST, r.remote_id LIMIT $2"""
_HISTORY = """
SELECT r.started_at, r.finished_at, r.outcome, r.occasion, r.whole, r.counts, r.errors
FROM sync_run r JOIN partner p ON p.id = r.partner_id
WHERE p.name = $1 ORDER BY r.started_at DESC, r.id DESC LIMIT $2"""
