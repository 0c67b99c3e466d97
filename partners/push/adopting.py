"""Which records of ours does a sender mean by their own ids? Its organisation's, that no other source tells of.

So an entry made by hand is changed by sending it again, and a sheet that was downloaded, corrected and uploaded is no
second directory. What another organisation's entry is called here makes nothing new either: it is kept out.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models.partners import RecordKind
from models.session import Connection
from partners.keeping.holdings import Partner
from partners.records import Remote

ANOTHERS = "It is the entry of another organisation: nobody but they and their sources change it. Suggest a change."
FROM_ELSEWHERE = "It comes from another of your systems ({source}). Change it there."


@dataclass(frozen=True, slots=True)
class Adopted:
    """How the ids that a sender gave are to be read."""

    refused: dict[str, str] = field(default_factory=dict)
    "Why a service is kept out."
    known_as: dict[str, str] = field(default_factory=dict)
    "Services that the sender has sent before under ids of its own."


async def adopt(connection: Connection, partner: Partner, remotes: list[Remote]) -> Adopted:
    """This will link what a sender may change, and say how the rest is to be read. Four statements."""
    services = {remote.remote_id for remote in remotes if remote.kind is RecordKind.SERVICE}
    ids = {text: found for text in services if (found := _id(text))}
    places = {text: found for remote in remotes for text in _places(remote) if (found := _id(text))}
    if not ids and not places:
        return Adopted()
    mine = partner.id, partner.organization_id
    await connection.execute(_ADOPT_SERVICES, *mine, list(ids.values()), list(ids))
    await connection.execute(_ADOPT_LOCATIONS, *mine, list(places.values()), list(places))
    kept = {row["id"]: row for row in await connection.fetch(_ELSEWHERE, *mine, list(ids.values()))}
    refused = {}
    for text, found in ids.items():
        if found in kept:
            source = kept[found]["source"]
            refused[text] = FROM_ELSEWHERE.format(source=source) if kept[found]["own"] else ANOTHERS
    own = {row["local_id"]: row["remote_id"] for row in await connection.fetch(_SENT, mine[0], list(ids.values()))}
    return Adopted(refused, {text: own[found] for text, found in ids.items() if found in own and own[found] != text})


def _places(remote: Remote) -> list[str]:
    """The ids that a record gives of its places."""
    if "rows" in remote.raw:
        name = remote.raw["columns"].get("place_id")
        return [row[name] for row in remote.raw["rows"] if name in row]
    told: Any = remote.raw["service"].get("places")
    at = [place.get("location") for place in told if isinstance(place, dict)] if isinstance(told, list) else []
    return [str(location.get("remoteId")) for location in at if isinstance(location, dict)]


def _id(text: str) -> UUID | None:
    """As ids are written in files; in the graph they stand after their type."""
    bare = text.removeprefix("Service_").removeprefix("Location_")
    try:
        found = UUID(bare)
    except ValueError:
        return None
    return found if str(found) == bare else None


_ADOPT_SERVICES = """
INSERT INTO source_link (partner_id, kind, remote_id, local_id)
SELECT $1, 'SERVICE', said.remote_id, s.id
FROM unnest($3::uuid[], $4::text[]) AS said (id, remote_id) JOIN service s USING (id)
WHERE s.organization_id = $2 AND s.merged_into_id IS NULL AND s.visibility <> 'REDACTED'
  AND NOT EXISTS (SELECT FROM source_link l WHERE l.kind = 'SERVICE' AND l.local_id = s.id)
ON CONFLICT DO NOTHING"""
_ADOPT_LOCATIONS = """
INSERT INTO source_link (partner_id, kind, remote_id, local_id)
SELECT $1, 'LOCATION', said.remote_id, o.id
FROM unnest($3::uuid[], $4::text[]) AS said (id, remote_id) JOIN location o USING (id)
WHERE o.organization_id = $2 AND o.merged_into_id IS NULL AND o.visibility <> 'REDACTED'
  AND NOT EXISTS (SELECT FROM source_link l WHERE l.kind = 'LOCATION' AND l.local_id = o.id AND l.partner_id <> $1)
ON CONFLICT DO NOTHING"""
_SENT = """
SELECT DISTINCT ON (local_id) local_id, remote_id FROM source_link
WHERE partner_id = $1 AND kind = 'SERVICE' AND local_id = ANY($2::uuid[]) ORDER BY local_id, remote_id"""
_ELSEWHERE = """
SELECT s.id, s.organization_id = $2 AS own, s.source FROM service s
WHERE s.id = ANY($3::uuid[]) AND s.removed_at IS NULL
  AND (s.organization_id = $2 OR s.visibility IN ('PUBLIC', 'NETWORK'))
  AND NOT EXISTS (SELECT FROM source_link l WHERE l.partner_id = $1 AND l.kind = 'SERVICE' AND l.local_id = s.id)"""
