"""Every mutation and list of administration, as whoever may not: nothing is done, shown or told to be there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from graphql import GraphQLObjectType

from api.database import DatabaseURLs
from auth.actor import Actor
from models.rules.roles import Role
from planner.ids import global_id
from resolvers.schema import build
from tests.planner.answering import actor
from tests.resolvers.administered import ADMINISTRATOR, FIELDS, STEWARD, Administered, administered, codes

SIMPLE = {
    "createInvitation": {"name": "A clerk", "roles": ["INTAKE"]},
    "registerClient": {"name": "Case system", "grants": ["CLIENT_CREDENTIALS"]},
    "registerIdentityProvider": {"issuer": "https://login.example", "name": "Ours", "clientId": "konbit"},
}
"What asks for no row that is there."
LISTS = ("memberships", "invitations", "identityProviders", "clients")


@pytest.fixture(scope="module")
async def world(module_database: DatabaseURLs) -> AsyncIterator[Administered]:
    async with administered(module_database) as ready:
        yield ready


async def wishes(world: Administered) -> dict[str, dict[str, Any]]:
    """An input for each mutation that would do something, of rows of ours."""
    membership = {"membershipId": global_id("Membership", await world.membership())}
    client = {"clientId": global_id("Client", await world.client())}
    provider = {"providerId": global_id("IdentityProvider", await world.provider(machines=True))}
    return {
        **SIMPLE,
        "revokeInvitation": {"invitationId": global_id("Invitation", await world.invitation())},
        "changeMembership": {**membership, "roles": ["TRAINER"]},
        "endMembership": membership,
        "updateClient": {**client, "name": "Another name"},
        "rotateClientSecret": client,
        "suspendClient": client,
        "resumeClient": client,
        "requestClientScopes": {**client, "scopes": ["directory:read"]},
        "grantClientScopes": {**client, "scopes": ["directory:read"]},
        "bindClientToIssuer": {**client, **provider, "subject": "machine"},
        "suspendIdentityProvider": provider,
        "resumeIdentityProvider": provider,
    }


def test_all_of_it_asks_for_the_scope_and_a_recent_sign_in() -> None:
    schema, _ = build()
    core = schema._schema
    mutations, queries = core.mutation_type, core.query_type
    assert isinstance(mutations, GraphQLObjectType)
    assert isinstance(queries, GraphQLObjectType)
    for name in FIELDS:
        assert mutations.fields[name].extensions["scopes"] == [["admin"]]
        assert mutations.fields[name].extensions["recent"] == 300
    for name in LISTS:
        assert queries.fields[name].extensions["scopes"] == [["admin"]]
    for kind in ("Membership", "Invitation", "IdentityProvider", "Client"):
        assert core.type_map[kind].extensions["scopes"] == [["admin"]]


@pytest.mark.parametrize("mutation", FIELDS)
async def test_without_the_role_nothing_is_done(world: Administered, mutation: str) -> None:
    wish = (await wishes(world))[mutation]
    before = await world.everything()
    roles = frozenset(Role) - ADMINISTRATOR - STEWARD

    payload = await world.do(actor(world.ours, roles=roles), mutation, **wish)

    assert codes(payload) == ["NOT_ALLOWED"]
    assert await world.everything() == before


@pytest.mark.parametrize("mutation", [name for name in FIELDS if name not in SIMPLE])
async def test_another_organisations_administrator_finds_nothing(world: Administered, mutation: str) -> None:
    wish = (await wishes(world))[mutation]
    before = await world.everything()
    attacker = actor(world.theirs, roles=frozenset(Role) - STEWARD)

    payload = await world.do(attacker, mutation, **wish)

    assert codes(payload) == ["NOT_ALLOWED" if mutation == "grantClientScopes" else "NOT_FOUND"]
    unknown = {
        key: f"{value.partition('_')[0]}_{UUID(int=7)}" if key.endswith("Id") else value for key, value in wish.items()
    }
    nothing = await world.do(attacker, mutation, **unknown)
    assert payload["problems"] == nothing["problems"]
    assert await world.everything() == before


@pytest.mark.parametrize("mutation", [name for name in FIELDS if "Membership" not in name and "Invitation" not in name])
async def test_whoever_administers_a_site_alone_keeps_no_programs(world: Administered, mutation: str) -> None:
    wish = (await wishes(world))[mutation]
    before = await world.everything()

    payload = await world.do(replace(actor(world.ours), site_id=world.site), mutation, **wish)

    assert codes(payload) == ["NOT_ALLOWED"]
    assert await world.everything() == before


@pytest.mark.parametrize("mutation", FIELDS)
async def test_with_the_role_it_is_done(world: Administered, mutation: str) -> None:
    wish = (await wishes(world))[mutation]
    roles = STEWARD if mutation == "grantClientScopes" else ADMINISTRATOR

    payload = await world.do(actor(world.ours, roles=roles), mutation, **wish)

    assert payload["problems"] == []
    shown = next(value for key, value in payload.items() if key not in ("problems", "token", "secret"))
    assert shown is not None
    acts = await world.owner.fetch("SELECT subjects FROM audit_entry WHERE act = $1", mutation)
    assert shown["id"].partition("_")[2] in {str(subject) for act in acts for subject in act["subjects"]}


@pytest.mark.parametrize("listed", LISTS)
async def test_a_list_shows_what_is_ones_own_to_administer(world: Administered, listed: str) -> None:
    made = {"memberships": world.membership, "invitations": world.invitation, "clients": world.client}
    make = made.get(listed, world.provider)
    ours, theirs = str(await make()), str(await make(of=world.theirs))  # type: ignore[operator]

    async def seen(who: Actor) -> set[str]:
        page = (await world.ask(who, f"{{ {listed}(first: 100) {{ totalCount nodes {{ id }} }} }}"))[listed]
        assert page["totalCount"] == len(page["nodes"])
        return {node["id"].partition("_")[2] for node in page["nodes"]}

    administrator = await seen(actor(world.ours, roles=ADMINISTRATOR))
    assert ours in administrator
    assert theirs not in administrator
    assert theirs in await seen(actor(world.theirs, roles=ADMINISTRATOR))
    assert await seen(actor(world.ours, roles=frozenset(Role) - ADMINISTRATOR - STEWARD)) == set()


SECRETS = {
    "oauth_client": ("secret_hash", "previous_secret_hash", "known_keys"),
    "invitation": ("token_hash",),
    "identity_provider": ("client_secret", "sealed_by", "known"),
}


@pytest.mark.parametrize("table", SECRETS)
async def test_what_was_made_of_a_secret_cannot_be_read_at_all(world: Administered, table: str) -> None:
    who = actor(world.ours, roles=frozenset(Role))
    for column in SECRETS[table]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with world.graph.session(who) as session:
                await session.connection.fetch(f"SELECT {column} FROM {table}")


async def test_scopes_are_written_by_nobody_who_asks(world: Administered) -> None:
    who = actor(world.ours, roles=frozenset(Role))
    client = await world.client()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.graph.session(who) as session:
            await session.connection.execute("UPDATE oauth_client SET scopes = '{admin}' WHERE id = $1", client)
    async with world.graph.session(actor(world.ours, roles=ADMINISTRATOR)) as session:
        assert not await session.connection.fetchval("SELECT grant_scopes($1, '{admin}')", client)
    async with world.graph.session(actor(world.theirs, roles=ADMINISTRATOR)) as session:
        assert not await session.connection.fetchval("SELECT follow_secret($1, $2, NULL)", client, bytes(32))
    assert (await world.row("oauth_client", client))["scopes"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE membership SET roles = roles || '{NETWORK_STEWARD}' WHERE id = $1",
        "UPDATE membership SET organization_id = $1 WHERE id = $1",
        "INSERT INTO membership (account_id, organization_id) SELECT id, organization_id FROM membership WHERE id = $1",
    ],
)
async def test_policies_alone_keep_a_membership_what_it_is(world: Administered, statement: str) -> None:
    member = await world.membership()
    before = await world.everything()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.graph.session(actor(world.ours, roles=ADMINISTRATOR)) as session:
            await session.connection.execute(statement, member)
    assert await world.everything() == before
