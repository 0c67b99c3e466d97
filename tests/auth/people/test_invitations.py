"""An invitation makes one person a member, once, as offered, and tells nobody who has an account."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from auth.people import invitations, memberships
from auth.people.invitations import (
    LIFETIME,
    AnothersIdentity,
    Identity,
    InvitationOver,
    ProviderNeeded,
    UnfitInvitation,
)
from models.rules.roles import Role
from tests.auth.deployment import START
from tests.auth.people.household import Household, lost, won

ROLES = (Role.INTAKE, Role.CASE_WORKER)


async def invited(home: Household, *roles: Role, organization_id: UUID | None = None, **more: object) -> str:
    _, token = await home.at(
        lambda c: invitations.make(
            c,
            organization_id=organization_id or home.deployment.brc,
            name="Marie, akèy",
            roles=roles or ROLES,
            now=START,
            **more,  # type: ignore[arg-type]
        )
    )
    return token


async def accept(
    home: Household, token: str, account_id: UUID, *, after: timedelta = timedelta(), identity: Identity | None = None
) -> UUID:
    return await home.at(
        lambda c: invitations.accept(c, token, account_id=account_id, identity=identity, now=START + after)
    )


async def roles_of(home: Household, account_id: UUID) -> list[tuple[Role, ...]]:
    return [each.roles for each in await home.at(lambda c: memberships.of(c, account_id, provider_id=None))]


async def test_of_fifty_people_at_once_one_becomes_a_member(home: Household) -> None:
    token = await invited(home)
    people = [await home.account() for _ in range(50)]
    waiting = iter(people)
    results = await home.at_once(lambda c: invitations.accept(c, token, account_id=next(waiting), now=START))
    assert len(won(results)) == 1
    assert {type(error) for error in lost(results)} == {InvitationOver}
    rows = await home.deployment.sql("SELECT account_id FROM membership WHERE account_id = ANY($1)", people)
    assert len(rows) == 1


async def test_it_offers_what_it_gives(home: Household) -> None:
    inviter = await home.account("Administratè Test")
    await home.member(inviter, Role.ADMINISTRATOR)
    token = await invited(home, invited_by=inviter)
    offer = await home.at(lambda c: invitations.look(c, token, now=START))
    assert (offer.organization_id, offer.organization_names) == (home.deployment.brc, {"fr": "brc"})
    assert offer.site_names is None
    assert offer.roles == (Role.CASE_WORKER, Role.INTAKE)
    assert (offer.name, offer.invited_by) == ("Marie, akèy", "Administratè Test")
    assert (offer.provider_id, offer.expires_at) == (None, START + LIFETIME)
    account_id = await home.account()
    await accept(home, token, account_id)
    assert await roles_of(home, account_id) == [(Role.CASE_WORKER, Role.INTAKE)]


async def over(home: Household, token: str, *, after: timedelta = timedelta()) -> None:
    account_id = await home.account()
    with pytest.raises(InvitationOver):
        await home.at(lambda c: invitations.look(c, token, now=START + after))
    with pytest.raises(InvitationOver):
        await accept(home, token, account_id, after=after)
    assert await roles_of(home, account_id) == []


async def test_it_ends(home: Household) -> None:
    await over(home, await invited(home), after=LIFETIME)
    await over(home, "never was \udcff\x00")


async def test_it_can_be_withdrawn(home: Household) -> None:
    invitation_id, token = await home.at(
        lambda c: invitations.make(c, organization_id=home.deployment.brc, name="x", roles=ROLES, now=START)
    )
    await home.deployment.sql("UPDATE invitation SET revoked_at = now() WHERE id = $1", invitation_id)
    await over(home, token)


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE membership SET status = 'SUSPENDED' WHERE account_id = $1",
        "UPDATE membership SET status = 'LEFT', left_at = now() WHERE account_id = $1",
        "UPDATE membership SET roles = '{INTAKE}' WHERE account_id = $1",
        "DELETE FROM membership WHERE account_id = $1",
    ],
    ids=["suspended", "left", "no administrator", "never a member"],
)
async def test_it_ends_with_its_inviters_being_an_administrator(home: Household, ended: str) -> None:
    inviter = await home.account()
    await home.member(inviter, Role.ADMINISTRATOR)
    token = await invited(home, invited_by=inviter)
    await home.deployment.sql(ended, inviter)
    await over(home, token)


async def test_a_member_is_given_the_roles_beside_those_they_have(home: Household) -> None:
    account_id = await home.account()
    membership_id = await home.member(account_id, Role.TRAINER, Role.INTAKE)
    assert await accept(home, await invited(home), account_id) == membership_id
    assert await roles_of(home, account_id) == [(Role.CASE_WORKER, Role.INTAKE, Role.TRAINER)]


async def test_it_does_not_bring_back_who_is_suspended(home: Household) -> None:
    account_id = await home.account()
    await home.member(account_id, Role.TRAINER)
    await home.deployment.sql("UPDATE membership SET status = 'SUSPENDED' WHERE account_id = $1", account_id)
    token = await invited(home)
    with pytest.raises(InvitationOver):
        await accept(home, token, account_id)
    assert await roles_of(home, account_id) == []


async def test_who_left_may_be_invited_again(home: Household) -> None:
    account_id = await home.account()
    before = await home.member(account_id, Role.TRAINER)
    await home.deployment.sql("UPDATE membership SET status = 'LEFT', left_at = now() WHERE id = $1", before)
    assert await accept(home, await invited(home), account_id) != before
    assert await roles_of(home, account_id) == [(Role.CASE_WORKER, Role.INTAKE)]


async def a_provider(home: Household, organization_id: UUID) -> UUID:
    provider_id = uuid4()
    await home.deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, $3, 'theirs', 'konbit', now())",
        *(provider_id, organization_id, f"https://{provider_id}.example"),
    )
    return provider_id


async def test_one_by_a_provider_takes_a_sign_in_there(home: Household) -> None:
    provider_id = await a_provider(home, home.deployment.brc)
    elsewhere = await a_provider(home, home.deployment.brc)
    account_id, token = await home.account(), await invited(home, provider_id=provider_id)
    for identity in (None, Identity(elsewhere, "marie")):
        with pytest.raises(ProviderNeeded):
            await accept(home, token, account_id, identity=identity)
    await accept(home, token, account_id, identity=Identity(provider_id, "marie"))
    assert await home.at(lambda c: invitations.known_as(c, Identity(provider_id, "marie"))) == account_id
    assert await home.at(lambda c: invitations.known_as(c, Identity(elsewhere, "marie"))) is None


async def test_a_subject_that_is_someone_elses_is_refused(home: Household) -> None:
    provider_id = await a_provider(home, home.deployment.brc)
    first, second, identity = await home.account(), await home.account(), Identity(provider_id, "marie")
    await accept(home, await invited(home, provider_id=provider_id), first, identity=identity)
    token = await invited(home, provider_id=provider_id)
    with pytest.raises(AnothersIdentity):
        await accept(home, token, second, identity=identity)
    assert await home.at(lambda c: invitations.known_as(c, identity)) == first
    assert await roles_of(home, second) == []
    assert (await home.at(lambda c: invitations.look(c, token, now=START))).provider_id == provider_id


async def test_no_organisation_invites_by_anothers_provider_or_as_nothing(home: Household) -> None:
    theirs = await a_provider(home, home.deployment.shelter)
    with pytest.raises(UnfitInvitation):
        await invited(home, provider_id=theirs)
    with pytest.raises(UnfitInvitation):
        await home.at(
            lambda c: invitations.make(c, organization_id=home.deployment.brc, name=" ", roles=ROLES, now=START)
        )
    with pytest.raises(UnfitInvitation):
        await home.at(lambda c: invitations.make(c, organization_id=home.deployment.brc, name="x", roles=[], now=START))


async def test_the_link_is_not_kept(home: Household) -> None:
    token = await invited(home)
    rows = await home.deployment.sql("SELECT i::text FROM invitation i")
    assert rows
    assert token not in str(rows)
