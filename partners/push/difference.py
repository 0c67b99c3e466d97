"""What would a dry run have changed? Compares the directory's documents as they stand with those just written."""

import json
from typing import Any
from uuid import UUID

from models.partners import RecordKind, RecordStatus
from models.session import Connection
from partners.keeping.holdings import Held, Holdings, Key

MOST = 100
"Records whose changes are told."
LONGEST = 300
"Signs of a value that are told."
NOT_TOLD = frozenset({"id", "source", "modifiedAt", "unmapped"})
"Of a document: what says nothing to whoever reads of changes."


async def differences(
    before: Connection, after: Connection, *, held: dict[Key, Held], holdings: Holdings, owner: UUID
) -> list[dict[str, Any]]:
    """This will list what became of services: remoteId, change (NEW, CHANGED or GONE), name, and of each field that
    differs its value before and after.

    before: a connection that does not see what was written. held: the records as they were. owner: whose partner it
    is. A record without a document that they may see (hidden, redacted) is told by its id alone.
    """
    became = _became(held, holdings)
    ids = {key: found for key in became if (found := holdings.links.get(key))}
    old, new = [await _documents(each, list(ids.values()), owner) for each in (before, after)]
    told = []
    for key, change in became.items():
        was, now = old.get(ids.get(key), {}), new.get(ids.get(key), {})
        names = (now or was).get("names") or {}
        fields = _fields(was, now) if change == "CHANGED" else []
        told.append({"remoteId": key[1], "change": change, "name": next(iter(names.values()), None), "fields": fields})
    return told


def _became(held: dict[Key, Held], holdings: Holdings) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for key, now in holdings.records.items():
        was = held.get(key)
        if key[0] is not RecordKind.SERVICE or now.status is RecordStatus.QUARANTINED or len(found) == MOST:
            continue
        if now.status is RecordStatus.GONE:
            found |= {key: "GONE"} if was and was.status is not RecordStatus.GONE else {}
        elif was is None or was.status is not RecordStatus.CURRENT:
            found[key] = "NEW"
        elif was.digest != now.digest:
            found[key] = "CHANGED"
    return found


def _fields(was: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    names = [name for name in {**was, **now} if name not in NOT_TOLD]
    values = [(name, _bare(was.get(name)), _bare(now.get(name))) for name in names]
    return [{"field": name, "before": _said(old), "after": _said(new)} for name, old, new in values if old != new]


def _bare(value: Any) -> Any:
    """Without the ids of parts, which are made anew with each writing."""
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if name != "id"}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def _said(value: Any) -> str | None:
    if value is None or value == []:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


async def _documents(connection: Connection, ids: list[UUID], owner: UUID) -> dict[UUID | None, dict[str, Any]]:
    if not ids:
        return {}
    rows = await connection.fetch(_DOCUMENTS, ids, owner)
    return {row["record_id"]: row["document"] for row in rows if row["document"] is not None}


_DOCUMENTS = """
SELECT record_id, document FROM directory_documents('SERVICE', $1)
WHERE visibility IN ('PUBLIC', 'NETWORK') OR organization_id = $2"""
