"""The reference's partners' systems, their readings, and what of them could not stand."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from models.partners import BREAKER
from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, column, itself, key_of, moment, own_id, seen
from tests.planner.seen import Info, Row

BY_NAME = Sorted("NAME", lambda row: (row["name"],), (str,))
NEWEST = Sorted("STARTED_AT", lambda row: (row["started_at"], row["id"]), (datetime, UUID), descending=True)
LATEST = Sorted("FETCHED_AT", lambda row: (row["fetched_at"], row["id"]), (datetime, UUID), descending=True)


def _partner(_root: Any, info: Info, id: str | None = None, name: str | None = None) -> Row | None:
    if id is None:
        return None if name is None else seen(info).one("partner", name=name)
    return seen(info).one("partner", id=key_of("Partner", id))


def _partners(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("partner"), BY_NAME, info, arguments)


def _quarantine(owner: Row | None, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}

    def keep(row: Row) -> bool:
        return (
            row["status"] == "QUARANTINED"
            and (owner is None or row["partner_id"] == owner["id"])
            and (asked.get("partnerId") is None or row["partner_id"] == key_of("Partner", asked["partnerId"]))
            and (asked.get("kinds") is None or row["kind"] in asked["kinds"])
            and (asked.get("dismissed") is None or (row["dismissed_at"] is not None) == asked["dismissed"])
        )

    return page(seen(info).all("source_record", keep), LATEST, info, arguments)


def _runs(partner: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(seen(info).all("sync_run", lambda run: run["partner_id"] == partner["id"]), NEWEST, info, arguments)


def _health(partner: Row, info: Info) -> str:
    ended = [
        run
        for run in seen(info).all("sync_run", lambda run: run["partner_id"] == partner["id"] and not run["dry_run"])
        if run["outcome"] in ("COMPLETE", "PARTIAL", "HELD", "FAILED")
    ]
    last = max(ended, key=lambda run: (run["started_at"], run["id"]))["outcome"] if ended else None
    if partner["paused_at"]:
        return "PAUSED"
    if partner["failures"]:
        return "LEFT_ALONE" if partner["failures"] >= BREAKER else "FAILING"
    if last is None:
        return "UNREAD"
    return {"COMPLETE": "WELL", "FAILED": "FAILING"}.get(last, str(last))


def _counted(status: str, kind: str | None = None) -> Callable[[Row, Info], int]:
    def count(partner: Row, info: Info) -> int:
        rows = seen(info).all("source_record", lambda row: row["partner_id"] == partner["id"])
        return len([row for row in rows if row["status"] == status and kind in (None, row["kind"])])

    return count


def _problem(row: Row, info: Info) -> str | None:
    partner = seen(info).one("partner", id=row["partner_id"])
    if row["problem"] is None or (partner and partner["organization_id"] == seen(info).actor.organization_id):
        return row["problem"] and str(row["problem"])
    return re.sub("[A-Z]*[0-9][0-9A-Z.,:/-]*", "…", re.sub("“[^”]*”", "“…”", row["problem"]))


def _said(*path: str) -> Callable[[Row, Info], Any]:
    def told(run: Row, info: Info) -> Any:
        value: Any = run["errors"]
        for name in path:
            value = (value or {}).get(name)
        return value or []

    return told


def _count(name: str) -> Callable[[Row, Info], int]:
    return lambda run, info: int(run["counts"].get(name, 0))


ROOTS: Fields = {
    "partner": _partner,
    "partners": _partners,
    "quarantine": _quarantine,
}
TYPES: dict[str, Fields] = {
    "Partner": {
        "id": own_id("Partner"),
        "name": column("name"),
        "organization": one("organization", "organization_id"),
        "kind": column("kind"),
        "address": column("address"),
        "system": lambda row, info: row["cursor"].get("system", {}).get("version"),
        "settings": lambda row, info: json.dumps(row["settings"], ensure_ascii=False),
        "trust": column("trust"),
        "licence": column("licence"),
        "credential": column("credential_kind"),
        "health": _health,
        "pollSeconds": column("poll_seconds"),
        "nextAt": moment("next_at"),
        "wholeAt": moment("whole_at"),
        "lastSuccessAt": moment("last_success_at"),
        "lastFailureAt": moment("last_failure_at"),
        "lastFailure": column("last_failure"),
        "failures": column("failures"),
        "pausedAt": moment("paused_at"),
        "pausedBecause": column("paused_because"),
        "lossesAcceptedAt": moment("losses_accepted_at"),
        "createdAt": moment("created_at"),
        "services": _counted("CURRENT", "SERVICE"),
        "quarantined": _counted("QUARANTINED"),
        "runs": _runs,
        "quarantine": _quarantine,
    },
    "PartnerRun": {
        "id": own_id("PartnerRun"),
        "occasion": column("occasion"),
        "outcome": column("outcome"),
        "whole": column("whole"),
        "dryRun": column("dry_run"),
        "startedAt": moment("started_at"),
        "finishedAt": moment("finished_at"),
        "counts": itself,
        "failures": _said("failures"),
        "losses": _said("losses"),
        "notes": _said("notes"),
        "wouldChange": lambda run, info: run if run["dry_run"] and run["finished_at"] else None,
    },
    "RunCounts": {name: _count(name) for name in ("new", "changed", "unchanged", "gone", "quarantined")},
    "WouldChange": {
        "what": lambda run, info: (run["errors"].get("changes") or {}).get("what"),
        **{name: _said("changes", name) for name in ("new", "changed", "missing")},
    },
    "PartnerRecord": {
        "id": own_id("PartnerRecord"),
        "kind": column("kind"),
        "remoteId": column("remote_id"),
        "where": column("found_at"),
        "status": column("status"),
        "problem": _problem,
        "since": moment("since"),
        "fetchedAt": moment("fetched_at"),
        "modifiedAt": moment("modified_at"),
        "dismissedAt": moment("dismissed_at"),
        "dismissedBy": one("organization", "dismissed_by"),
        "dismissal": column("dismissal"),
    },
}
