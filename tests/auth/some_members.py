"""Members, invitations, programs and providers of two organisations, one at a site; and who may see which."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from models.rules.roles import Role

if TYPE_CHECKING:
    from tests.auth.one_of_each import Persona, World

MEMBERS = ("account", "membership", "invitation", "identity_provider", "oauth_client")
"The tables of those who sign in."
EVERYWHERE = {"account": "account", "membership": "officer", "invitation": "brc"}
"What is there of the brc as a whole, by table."
AT_SITE = {"account": "colleague", "membership": "colleague", "invitation": "brc at a site"}
"And of its site."
OUTSIDE = {"account": "stranger", "membership": "stranger", "invitation": "outsider"}


def may_see_members(who: "Persona", seen: dict[str, set[str]]) -> None:
    """One's own; an administrator the organisation's, or the site's; a steward every organisation's programs."""
    if who.name == "brc case worker":
        seen["account"], seen["membership"] = {"account"}, {"officer"}
    if Role.ADMINISTRATOR in who.roles:
        for table in AT_SITE:
            seen[table] = {
                "brc": {AT_SITE[table]} | ({EVERYWHERE[table]} if who.site is None else set()),
                "outsider": {OUTSIDE[table]},
            }[who.organization or ""]
        if who.site is None:
            seen["identity_provider"] = seen["oauth_client"] = {who.organization or ""}
    if Role.NETWORK_STEWARD in who.roles and who.site is None:
        seen["oauth_client"] = {"brc", "outsider"}


async def write_members(world: "World", now: datetime) -> None:
    """The world's account is the brc's officer; the network's own program is nobody's to see."""
    from tests.auth.one_of_each import SITE

    site = UUID(world.keys["location", SITE])
    people = {"officer": world.account}
    for name in ("colleague", "stranger"):
        people[name] = await world.add("account", name, id=uuid4(), display_name=name.title())
    for name, place, of in (("officer", None, "brc"), ("colleague", site, "brc"), ("stranger", None, "outsider")):
        at = {"organization_id": world.organizations[of], "site_id": place}
        await world.add("membership", name, id=uuid4(), account_id=people[name], **at, roles=["CASE_WORKER"])
    for name, place, of in (("brc", None, "brc"), ("brc at a site", site, "brc"), ("outsider", None, "outsider")):
        at = {"organization_id": world.organizations[of], "site_id": place}
        until = {"created_at": now, "expires_at": now + timedelta(days=7)}
        hashed = uuid4().bytes + uuid4().bytes
        await world.add("invitation", name, id=uuid4(), **at, token_hash=hashed, name="Someone", **until)
    for name in ("brc", "outsider"):
        own = {"organization_id": world.organizations[name], "name": name, "client_id": f"konbit-at-{name}"}
        issuer = f"https://{name}.example"
        await world.add("identity_provider", name, id=uuid4(), **own, issuer=issuer, created_at=now)
        await _program(world, name, world.organizations[name], now)
    await _program(world, "network", None, now)


async def _program(world: "World", name: str, organization_id: UUID | None, now: datetime) -> None:
    await world.add(
        "oauth_client",
        name,
        id=uuid4(),
        client_id=f"program-of-{name}",
        organization_id=organization_id,
        name=name,
        proof="NONE",
        created_at=now,
    )
