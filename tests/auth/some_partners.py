"""Partners' systems, what they sent, and what waits for a decision, of three organisations; and who may see which."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from models.rules.roles import Role

if TYPE_CHECKING:
    from tests.auth.one_of_each import Persona, World

SYSTEMS = ("partner", "source_record", "source_link", "sync_run", "verification_request")
"What an organisation's directory editors look after, and the network's stewards for all."
BETWEEN = ("duplicate", "merge")
"What concerns two records, whoever's: the stewards'."
OWN = ("partner_import", "draft")
"What it sent and wrote: its editors' alone."
QUALITY = (*SYSTEMS, *BETWEEN, *OWN, "suggestion")
OWNERS = ("brc", "clinic", "outsider")
KEEPERS = frozenset({Role.DIRECTORY_EDITOR, Role.ADMINISTRATOR})


def may_see_quality(who: "Persona", seen: dict[str, set[str]]) -> None:
    """Nothing for whose roles hold at a site alone, save what their organisation suggested of another's entry."""
    own = {who.organization or ""} & set(OWNERS)
    # The outsider suggests something about each entry.
    seen["suggestion"] = set(OWNERS) if who.organization == "outsider" else set()
    if who.site is not None:
        return
    if who.roles & KEEPERS:
        for table in (*SYSTEMS, *OWN):
            seen[table] = set(own)
        seen["suggestion"] |= own
    if Role.NETWORK_STEWARD in who.roles:
        for table in (*SYSTEMS, "suggestion"):
            seen[table] = set(OWNERS)
        for table in BETWEEN:
            seen[table] = {"one"}


async def write_quality(world: "World", now: datetime) -> None:
    """One of each for each owner, about a service of theirs that every partner sees."""
    services = {owner: UUID(world.keys["service", f"service of {owner}"]) for owner in OWNERS}

    for owner in OWNERS:
        own = {"organization_id": world.organizations[owner]}
        about = {"service_id": services[owner], **own}
        partner = await world.add("partner", owner, id=uuid4(), **own, name=f"of-{owner}", kind="HSDS", address="x")
        of = {"partner_id": partner}
        record = {"kind": "SERVICE", "remote_id": "1", "raw": "{}", "digest": b"x", "fetched_at": now}
        await world.add("source_record", owner, id=uuid4(), **of, **record, status="CURRENT")
        await world.add("source_link", owner, **of, kind="SERVICE", remote_id="1", local_id=services[owner])
        await world.add("sync_run", owner, id=uuid4(), **of, started_at=now)
        sent = {"sent_at": now, "media_type": "text/csv", "dry_run": False}
        await world.add("partner_import", owner, id=uuid4(), **of, **own, **sent)
        await world.add("verification_request", owner, id=uuid4(), **about, asked_at=now, next_try_at=now)
        said = {"suggested_by": world.organizations["outsider"], "origin": "MEMBER", "suggested_at": now}
        await world.add("suggestion", owner, id=uuid4(), **about, **said)
        await world.add("draft", owner, id=uuid4(), **own, content="{}", drafted_at=now)
    two = sorted(services[owner] for owner in OWNERS[:2])
    alike = {"first_id": two[0], "second_id": two[1], "score": 0.9, "reasons": "{}", "found_at": now}
    await world.add("duplicate", "one", id=uuid4(), kind="SERVICE", **alike)
    merged = {"kept_id": two[0], "merged_id": two[1], "moved": "{}", "at": now, "by": world.organizations["brc"]}
    await world.add("merge", "one", id=uuid4(), kind="SERVICE", **merged)
