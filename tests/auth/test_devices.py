"""What a person may decide of a device that waits: who sees its code, for whom it may act, and what it is let do."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth import devices
from auth.assurance import PASSWORD_AND_CODE
from auth.clients import register_client
from auth.device_grant import begin
from auth.devices import Asking, NotYourOrganisation, UnknownUserCode
from auth.lockout import BURST, LockedOut, Lockout
from auth.people.sessions import SignedIn
from auth.scopes import Scope
from auth.user_codes import make_user_code, shown
from models.oauth import ClientGrant
from tests.auth.deployment import Deployment
from tests.auth.signing_in import a_membership, a_person, signs_in

ASKED = (Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE)
ADDRESS = "192.0.2.7"


class Page:
    """What the page calls, each time in a transaction of its own, as one process."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment, self.lockout = deployment, Lockout()

    async def register(self, client_id: str, *, organization_id: UUID | None) -> None:
        async with self.deployment.engine.begin() as connection:
            await register_client(
                connection,
                organization_id=organization_id,
                name=f"The program {client_id}",
                client_id=client_id,
                grants=[ClientGrant.DEVICE_CODE, ClientGrant.REFRESH_TOKEN],
                public=True,
                scopes=[*ASKED, Scope.OPENID, Scope.REFERRALS_READ],
                now=self.deployment.clock.now,
            )

    async def device(self, client_id: str = "attendance", *, scopes: Iterable[Scope] = ASKED) -> str:
        """A device begins to wait; what it shows."""
        now = self.deployment.clock.now
        async with AsyncSession(self.deployment.engine) as session, session.begin():
            _, code = await session.run_sync(begin, client_id=client_id, scopes=scopes, jkt=None, now=now)
        return shown(code)

    async def look(self, code: str, session: SignedIn, *, address: str = ADDRESS) -> Asking:
        async with self.deployment.engine.begin() as connection:
            return await devices.look(
                connection, code, session=session, address=address, lockout=self.lockout, now=self.deployment.clock.now
            )

    async def approve(self, code: str, session: SignedIn, membership_id: UUID) -> UUID:
        async with self.deployment.engine.begin() as connection:
            return await devices.approve(
                connection, code, session=session, membership_id=membership_id, now=self.deployment.clock.now
            )

    async def deny(self, code: str, session: SignedIn) -> None:
        async with self.deployment.engine.begin() as connection:
            await devices.deny(connection, code, session=session, now=self.deployment.clock.now)

    async def grants(self) -> int:
        return len(await self.deployment.sql("SELECT FROM oauth_grant"))


@pytest.fixture
async def page(deployment: Deployment) -> AsyncIterator[Page]:
    page = Page(deployment)
    await page.register("attendance", organization_id=None)
    await page.register("shelters-own", organization_id=deployment.shelter)
    return page


async def test_a_person_sees_which_program_asks_and_for_what(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.shelter)
    code = await page.device("shelters-own")
    asking = await page.look(code.lower().replace("-", " "), rose.signed_in)
    assert asking == Asking(
        user_code=code.replace("-", ""),
        client_id="shelters-own",
        client_name="The program shelters-own",
        organization_id=page.deployment.shelter,
        scopes=ASKED,
        expires_at=asking.expires_at,
    )
    assert (asking.expires_at - page.deployment.clock.now).total_seconds() == 600
    assert await page.look(code, rose.signed_in) == asking, "a page may be loaded again"


async def test_what_is_approved_is_a_grant_for_a_device_at_one_organisation(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc, proof=PASSWORD_AND_CODE)
    elsewhere = await a_membership(page.deployment, rose.account_id, page.deployment.shelter)
    code = await page.device()
    await page.look(code, rose.signed_in)
    grant_id = await page.approve(code, rose.signed_in, elsewhere)
    [grant] = await page.deployment.sql("SELECT * FROM oauth_grant")
    assert grant["id"] == grant_id
    assert (grant["account_id"], grant["membership_id"]) == (rose.account_id, elsewhere)
    assert grant["organization_id"] == page.deployment.shelter
    assert (grant["for_device"], grant["offline"], grant["session_id"]) == (True, True, None)
    assert grant["scopes"] == list(ASKED)
    assert (grant["acr"], grant["amr"]) == (rose.signed_in.acr.value, ["pwd", "otp", "mfa"])
    assert grant["auth_time"] == rose.signed_in.auth_time
    [device] = await page.deployment.sql("SELECT status, grant_id FROM oauth_device")
    assert (device["status"], device["grant_id"]) == ("APPROVED", grant_id)


async def test_a_device_is_never_let_near_a_case_whatever_its_row_says(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    code = await page.device(scopes=[*Scope])
    assert set((await page.look(code, rose.signed_in)).scopes) == {*ASKED, Scope.OPENID}
    await page.approve(code, rose.signed_in, rose.membership_id)
    [grant] = await page.deployment.sql("SELECT scopes FROM oauth_grant")
    assert set(grant["scopes"]) == {*ASKED, Scope.OPENID}


async def test_a_code_is_nothing_to_the_second_person_who_types_it(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    jean = await a_person(page.deployment, page.deployment.brc)
    code = await page.device()
    await page.look(code, rose.signed_in)
    for attempt in (
        page.look(code, jean.signed_in),
        page.approve(code, jean.signed_in, jean.membership_id),
        page.deny(code, jean.signed_in),
    ):
        with pytest.raises(UnknownUserCode):
            await attempt
    await page.approve(code, rose.signed_in, rose.membership_id)
    [grant] = await page.deployment.sql("SELECT account_id FROM oauth_grant")
    assert grant["account_id"] == rose.account_id


async def test_a_code_is_nothing_to_those_who_are_no_members_where_the_program_works(page: Page) -> None:
    jean = await a_person(page.deployment, page.deployment.brc)
    rose = await a_person(page.deployment, page.deployment.shelter)
    code = await page.device("shelters-own")
    with pytest.raises(UnknownUserCode):
        await page.look(code, jean.signed_in)
    assert (await page.look(code, rose.signed_in)).client_id == "shelters-own", "and it is still to be had"


@pytest.mark.parametrize("status", ["SUSPENDED", "LEFT"])
async def test_who_was_a_member_is_one_no_more(page: Page, status: str) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    code = await page.device()
    await page.look(code, rose.signed_in)
    left_at = page.deployment.clock.now if status == "LEFT" else None
    await page.deployment.sql("UPDATE membership SET status = $1, left_at = $2", status, left_at)
    with pytest.raises(NotYourOrganisation):
        await page.approve(code, rose.signed_in, rose.membership_id)
    with pytest.raises(UnknownUserCode):
        await page.look(await page.device(), rose.signed_in)
    assert await page.grants() == 0


async def test_nobody_approves_for_an_organisation_that_is_not_theirs_or_not_the_programs(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.shelter)
    elsewhere = await a_membership(page.deployment, rose.account_id, page.deployment.brc)
    jean = await a_person(page.deployment, page.deployment.shelter)
    code = await page.device("shelters-own")
    await page.look(code, rose.signed_in)
    for membership_id in (elsewhere, jean.membership_id, uuid4()):
        with pytest.raises(NotYourOrganisation):
            await page.approve(code, rose.signed_in, membership_id)
    assert await page.grants() == 0
    await page.approve(code, rose.signed_in, rose.membership_id)


async def test_whom_a_provider_vouched_for_acts_for_its_organisation_alone(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    elsewhere = await a_membership(page.deployment, rose.account_id, page.deployment.shelter)
    [provider] = await page.deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, 'https://id.example', 'Test', 'konbit', now()) RETURNING id",
        *(uuid4(), page.deployment.shelter),
    )
    vouched = await signs_in(page.deployment, rose.account_id, provider_id=provider["id"])
    code = await page.device()
    await page.look(code, vouched)
    with pytest.raises(NotYourOrganisation):
        await page.approve(code, vouched, rose.membership_id)
    await page.approve(code, vouched, elsewhere)
    code = await page.device("shelters-own")
    await page.deployment.sql("UPDATE membership SET status = 'SUSPENDED' WHERE id = $1", elsewhere)
    with pytest.raises(UnknownUserCode):
        await page.look(code, vouched)


async def test_only_who_looked_may_decide(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    code = await page.device()
    for attempt in (page.approve(code, rose.signed_in, rose.membership_id), page.deny(code, rose.signed_in)):
        with pytest.raises(UnknownUserCode):
            await attempt
    assert await page.grants() == 0


async def test_a_code_is_decided_once(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    approved, denied = await page.device(), await page.device()
    for code in (approved, denied):
        await page.look(code, rose.signed_in)
    await page.approve(approved, rose.signed_in, rose.membership_id)
    await page.deny(denied, rose.signed_in)
    for code in (approved, denied):
        for attempt in (
            page.look(code, rose.signed_in),
            page.approve(code, rose.signed_in, rose.membership_id),
            page.deny(code, rose.signed_in),
        ):
            with pytest.raises(UnknownUserCode):
                await attempt
    assert await page.grants() == 1


async def test_after_ten_minutes_there_is_no_such_code(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    seen, unseen = await page.device(), await page.device()
    page.deployment.clock.advance(minutes=9, seconds=59)
    await page.look(seen, rose.signed_in)
    page.deployment.clock.advance(seconds=1)
    for attempt in (page.look(unseen, rose.signed_in), page.approve(seen, rose.signed_in, rose.membership_id)):
        with pytest.raises(UnknownUserCode):
            await attempt


async def test_a_suspended_programs_device_waits_in_vain(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    code = await page.device()
    await page.deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = 'attendance'")
    with pytest.raises(UnknownUserCode):
        await page.look(code, rose.signed_in)


async def test_guessing_codes_is_counted_by_person_in_every_browser_and_address(page: Page) -> None:
    rose = await a_person(page.deployment, page.deployment.brc)
    code = await page.device()
    for number in range(BURST):
        browser = await signs_in(page.deployment, rose.account_id)
        with pytest.raises(UnknownUserCode):
            await page.look(make_user_code() if number else "nonsense", browser, address=f"192.0.2.{number}")
    with pytest.raises(LockedOut) as locked:
        await page.look(code, rose.signed_in, address="198.51.100.1")
    assert 0 < locked.value.wait.total_seconds() <= 6
    jean = await a_person(page.deployment, page.deployment.brc)
    await page.look(code, jean.signed_in)


async def test_guessing_codes_is_counted_by_address_whoever_it_is(page: Page) -> None:
    code = await page.device()
    for _ in range(BURST):
        guesser = await a_person(page.deployment, page.deployment.brc)
        with pytest.raises(UnknownUserCode):
            await page.look(make_user_code(), guesser.signed_in)
    rose = await a_person(page.deployment, page.deployment.brc)
    with pytest.raises(LockedOut):
        await page.look(code, rose.signed_in)
    page.deployment.clock.advance(seconds=7)
    await page.look(code, rose.signed_in)
