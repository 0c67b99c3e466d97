"""A person chooses among what they are a member of, and leaves it, but never without an administrator."""

import asyncio
from uuid import UUID, uuid4

import pytest

from auth.people import memberships
from auth.people.memberships import Choice, LastAdministrator, NoSuchMembership
from models.rules.roles import Role
from tests.auth.deployment import START
from tests.auth.people.household import Household


async def an_organisation(home: Household) -> UUID:
    organization_id = uuid4()
    await home.deployment.sql(
        "INSERT INTO organization (id, slug, names, language, kind)"
        """ VALUES ($1, $2, '{"fr": "Abri", "ht": "Abri a"}', 'fr', 'NGO')""",
        *(organization_id, str(organization_id)),
    )
    return organization_id


async def of(home: Household, account_id: UUID, provider_id: UUID | None = None) -> list[Choice]:
    return await home.at(lambda c: memberships.of(c, account_id, provider_id=provider_id))


async def leave(home: Household, membership_id: UUID, account_id: UUID, process: int = 0) -> None:
    await home.at(lambda c: memberships.leave(c, membership_id, account_id=account_id, now=START), process)


async def test_the_chooser_shows_what_one_may_act_as(home: Household) -> None:
    account_id, organization_id, site_id = await home.account(), await an_organisation(home), uuid4()
    await home.deployment.sql(
        "INSERT INTO location (id, organization_id, kind, names, language)"
        """ VALUES ($1, $2, 'OFFICE', '{"ht": "Bèladè", "fr": "Belladère"}', 'ht')""",
        *(site_id, organization_id),
    )
    everywhere = await home.member(account_id, Role.ADMINISTRATOR, organization_id=organization_id)
    at_site = await home.member(account_id, Role.INTAKE, organization_id=home.deployment.brc)
    await home.deployment.sql("UPDATE membership SET site_id = $1 WHERE id = $2", site_id, at_site)
    await home.deployment.sql("UPDATE membership SET created_at = now() - interval '1 day' WHERE id = $1", everywhere)
    suspended = await home.member(account_id, Role.TRAINER, organization_id=home.deployment.shelter)
    await home.deployment.sql("UPDATE membership SET status = 'SUSPENDED' WHERE id = $1", suspended)
    first, second = await of(home, account_id)
    assert (first.membership_id, first.organization_id, first.roles) == (
        everywhere,
        organization_id,
        (Role.ADMINISTRATOR,),
    )
    assert (first.organization_names, first.organization_language) == ({"fr": "Abri", "ht": "Abri a"}, "fr")
    assert (first.site_id, first.site_names) == (None, None)
    assert (second.membership_id, second.site_id, second.site_names, second.site_language) == (
        at_site,
        site_id,
        {"ht": "Bèladè", "fr": "Belladère"},
        "ht",
    )


async def test_whom_a_provider_vouched_for_acts_for_its_organisation_alone(home: Household) -> None:
    account_id, provider_id = await home.account(), uuid4()
    await home.deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, 'https://idp.example', 'theirs', 'konbit', now())",
        *(provider_id, home.deployment.shelter),
    )
    await home.member(account_id, Role.INTAKE, organization_id=home.deployment.brc)
    assert await of(home, account_id, provider_id) == []
    theirs = await home.member(account_id, Role.INTAKE, organization_id=home.deployment.shelter)
    assert [each.membership_id for each in await of(home, account_id, provider_id)] == [theirs]
    assert len(await of(home, account_id)) == 2


async def test_one_leaves_ones_own_membership_alone_and_once(home: Household) -> None:
    account_id, stranger = await home.account(), await home.account()
    membership_id = await home.member(account_id, Role.INTAKE)
    with pytest.raises(NoSuchMembership):
        await leave(home, membership_id, stranger)
    await leave(home, membership_id, account_id)
    assert await of(home, account_id) == []
    with pytest.raises(NoSuchMembership):
        await leave(home, membership_id, account_id)


async def test_the_last_administrator_stays(home: Household) -> None:
    organization_id = await an_organisation(home)
    people = [await home.account() for _ in range(2)]
    mine, theirs = [await home.member(each, Role.ADMINISTRATOR, organization_id=organization_id) for each in people]
    await leave(home, theirs, people[1])
    with pytest.raises(LastAdministrator):
        await leave(home, mine, people[0])
    assert [each.membership_id for each in await of(home, people[0])] == [mine]


async def test_all_administrators_leaving_at_once_leave_one_behind(home: Household) -> None:
    organization_id = await an_organisation(home)
    people = [await home.account() for _ in range(12)]
    ids = [await home.member(each, Role.ADMINISTRATOR, organization_id=organization_id) for each in people]
    leaving = [leave(home, ids[n], people[n], n % 2) for n in range(len(people))]
    results = await asyncio.gather(*leaving, return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [LastAdministrator]
    assert results.count(None) == len(people) - 1
