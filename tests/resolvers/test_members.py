"""Inviting, changing and ending memberships: what is told once, what is kept, and who may give which role where."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.database import DatabaseURLs
from auth import opaque
from models.rules.roles import Role
from planner.ids import global_id
from tests.planner.answering import actor
from tests.resolvers.administered import ADMINISTRATOR, STEWARD, Administered, administered, codes

INVITE = {"name": "A clerk", "roles": ["INTAKE"]}


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[Administered]:
    async with administered(database) as ready:
        yield ready


async def test_the_link_is_told_once_and_its_hash_alone_is_kept(world: Administered) -> None:
    who, key = await world.administrator(), {"idempotencyKey": "once"}

    first = await world.do(who, "createInvitation", **INVITE, **key)
    again = await world.do(who, "createInvitation", **INVITE, **key)

    assert len(first["token"]) == 43
    assert (again["token"], again["invitation"], again["problems"]) == (None, first["invitation"], [])
    [kept] = await world.owner.fetch("SELECT * FROM invitation")
    assert kept["token_hash"] == opaque.hash_of(first["token"])
    assert kept["invited_by"] == who.user_id
    assert kept["expires_at"] - kept["created_at"] == timedelta(days=7)
    assert first["token"] not in str(await world.everything())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"roles": []}, ["roles"]),
        ({"validDays": 0}, ["validDays"]),
        ({"validDays": 31}, ["validDays"]),
    ],
)
async def test_an_unfit_invitation_is_not_made(world: Administered, given: dict[str, object], field: list[str]) -> None:
    payload = await world.do(await world.administrator(), "createInvitation", **INVITE | given)

    assert [(each["code"], each["field"]) for each in payload["problems"]] == [("INVALID_INPUT", field)]
    assert (payload["invitation"], payload["token"]) == (None, None)


async def test_the_networks_role_is_given_by_stewards_alone(world: Administered) -> None:
    wish = INVITE | {"roles": ["NETWORK_STEWARD"]}
    membership = {"membershipId": global_id("Membership", await world.membership()), "roles": ["NETWORK_STEWARD"]}
    steward = actor(world.ours, roles=ADMINISTRATOR | STEWARD)

    assert codes(await world.do(await world.administrator(), "createInvitation", **wish)) == ["NOT_ALLOWED"]
    assert codes(await world.do(await world.administrator(), "changeMembership", **membership)) == ["NOT_ALLOWED"]
    program = {"name": "P", "grants": ["CLIENT_CREDENTIALS"], "roles": ["NETWORK_STEWARD"]}
    assert codes(await world.do(await world.administrator(), "registerClient", **program)) == ["NOT_ALLOWED"]
    assert codes(await world.do(steward, "createInvitation", **wish)) == []
    assert codes(await world.do(steward, "changeMembership", **membership)) == []


async def test_an_administrator_may_stop_a_steward_and_not_make_one_of_it_again(world: Administered) -> None:
    who = await world.administrator()
    held = {"membershipId": global_id("Membership", await world.membership(Role.NETWORK_STEWARD))}

    assert codes(await world.do(who, "changeMembership", **held, suspended=True)) == []
    assert codes(await world.do(who, "changeMembership", **held, suspended=False)) == ["NOT_ALLOWED"]
    assert codes(await world.do(who, "endMembership", **held)) == []


async def test_a_provider_of_another_organisation_is_not_found(world: Administered) -> None:
    theirs = {"providerId": global_id("IdentityProvider", await world.provider(of=world.theirs))}
    suspended = {"providerId": global_id("IdentityProvider", await world.provider(suspended_at=datetime.now(UTC)))}
    ours = {"providerId": global_id("IdentityProvider", await world.provider())}
    who = await world.administrator()

    assert codes(await world.do(who, "createInvitation", **INVITE, **theirs)) == ["NOT_FOUND"]
    assert codes(await world.do(who, "createInvitation", **INVITE, **suspended)) == ["NOT_FOUND"]
    assert codes(await world.do(who, "createInvitation", **INVITE, **ours)) == []


async def test_an_invitation_is_revoked_once_and_not_after_it_was_accepted(world: Administered) -> None:
    who = await world.administrator()
    waiting, accepted = await world.invitation(), await world.invitation()
    await world.owner.execute(
        "UPDATE invitation SET accepted_at = now(), accepted_by = $2 WHERE id = $1", accepted, who.user_id
    )
    wish = {"invitationId": global_id("Invitation", waiting)}

    first = await world.do(who, "revokeInvitation", **wish)

    assert first["invitation"]["revokedAt"] is not None
    assert codes(await world.do(who, "revokeInvitation", **wish)) == ["TRANSITION_NOT_ALLOWED"]
    late = {"invitationId": global_id("Invitation", accepted)}
    assert codes(await world.do(who, "revokeInvitation", **late)) == ["TRANSITION_NOT_ALLOWED"]


async def test_a_membership_is_bound_to_a_site_suspended_and_freed(world: Administered) -> None:
    who, key = await world.administrator(), await world.membership(Role.INTAKE)
    held = {"membershipId": global_id("Membership", key)}
    site = global_id("Location", world.site)

    bound = await world.do(who, "changeMembership", **held, siteId=site, roles=["TRAINER", "INTAKE"])
    assert bound["membership"] == {**bound["membership"], "roles": ["INTAKE", "TRAINER"], "site": {"id": site}}
    suspended = await world.do(who, "changeMembership", **held, suspended=True)
    assert (suspended["membership"]["status"], suspended["membership"]["site"]) == ("SUSPENDED", {"id": site})
    freed = await world.do(who, "changeMembership", **held, everywhere=True, suspended=False)
    assert (freed["membership"]["status"], freed["membership"]["site"]) == ("ACTIVE", None)
    both = await world.do(who, "changeMembership", **held, everywhere=True, siteId=site)
    assert codes(both) == ["INVALID_INPUT"]
    hidden = global_id("Location", uuid4())
    assert codes(await world.do(who, "changeMembership", **held, siteId=hidden)) == ["NOT_FOUND"]


async def test_a_membership_that_ended_stays_so(world: Administered) -> None:
    who = await world.administrator()
    held = {"membershipId": global_id("Membership", await world.membership())}

    ended = await world.do(who, "endMembership", **held)

    assert ended["membership"]["status"] == "LEFT"
    assert ended["membership"]["leftAt"] is not None
    assert codes(await world.do(who, "changeMembership", **held, suspended=False)) == ["TRANSITION_NOT_ALLOWED"]
    assert codes(await world.do(who, "endMembership", **held)) == ["TRANSITION_NOT_ALLOWED"]


async def test_nobody_changes_their_own_and_anyone_may_leave_but_the_last(world: Administered) -> None:
    who = await world.administrator()
    own = {"membershipId": global_id("Membership", who.membership_id)}  # type: ignore[arg-type]

    assert codes(await world.do(who, "changeMembership", **own, roles=["CASE_WORKER"])) == ["NOT_ALLOWED"]
    assert codes(await world.do(who, "endMembership", **own)) == ["NOT_ALLOWED"]
    another = await world.administrator()
    assert codes(await world.do(who, "endMembership", **own)) == []
    last = {"membershipId": global_id("Membership", another.membership_id)}  # type: ignore[arg-type]
    machine = actor(world.ours, roles=ADMINISTRATOR)
    for change in ({"suspended": True}, {"roles": ["INTAKE"]}, {"siteId": global_id("Location", world.site)}):
        assert codes(await world.do(machine, "changeMembership", **last, **change)) == ["NOT_ALLOWED"]


async def test_two_who_end_each_other_leave_one_behind(world: Administered) -> None:
    for _ in range(5):
        await world.owner.execute("UPDATE membership SET status = 'LEFT', left_at = now()")
        first, second = await world.administrator(), await world.administrator()
        ends = [
            world.do(who, "endMembership", membershipId=global_id("Membership", whom.membership_id))  # type: ignore[arg-type]
            for who, whom in ((first, second), (second, first))
        ]
        outcomes = sorted(map(codes, await asyncio.gather(*ends)))
        assert outcomes == [[], ["NOT_ALLOWED"]]
        assert await world.owner.fetchval("SELECT count(*) FROM membership WHERE status = 'ACTIVE'") == 1


async def test_whoever_administers_a_site_sees_and_makes_its_members_alone(world: Administered) -> None:
    who = await world.administrator(site=world.site)
    here, elsewhere = await world.membership(site=world.site), await world.membership()
    page = await world.ask(who, "{ memberships { nodes { id } } }")

    assert {node["id"] for node in page["memberships"]["nodes"]} == {
        global_id("Membership", key) for key in (here, who.membership_id) if key is not None
    }
    assert codes(await world.do(who, "endMembership", membershipId=global_id("Membership", elsewhere))) == ["NOT_FOUND"]
    held = {"membershipId": global_id("Membership", here)}
    assert codes(await world.do(who, "changeMembership", **held, everywhere=True)) == []
    assert (await world.row("membership", here))["site_id"] == world.site
    invited = await world.do(who, "createInvitation", **INVITE)
    assert (await world.owner.fetchval("SELECT site_id FROM invitation")) == world.site
    assert invited["problems"] == []


async def test_one_membership_of_a_kind_is_enough(world: Administered) -> None:
    who, person = await world.administrator(), await world.account()
    await world.membership(account=person, site=world.site)
    second = {"membershipId": global_id("Membership", await world.membership(account=person))}

    payload = await world.do(who, "changeMembership", **second, siteId=global_id("Location", world.site))

    assert codes(payload) == ["NOT_ALLOWED"]


async def test_who_is_asking_is_told_as_what_and_where(world: Administered) -> None:
    who = replace(actor(world.ours, roles=frozenset({Role.TRAINER, Role.INTAKE})), site_id=world.site)

    at_site = (await world.ask(who, "{ viewer { roles site { slug } } }"))["viewer"]
    anywhere = (await world.ask(actor(world.ours, roles=frozenset()), "{ viewer { roles site { slug } } }"))["viewer"]

    assert at_site == {"roles": ["INTAKE", "TRAINER"], "site": {"slug": "site"}}
    assert anywhere == {"roles": [], "site": None}
