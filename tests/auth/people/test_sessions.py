"""A session is known by its cookie alone, lasts so long, is seen by its person, and takes with it what hung on it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from auth.assurance import PASSKEY, PASSWORD_AND_CODE
from auth.people import accounts, changing, expiry, sessions
from auth.people.sessions import IDLE, LASTS, SEEN_EVERY, SessionOver, SignedIn
from models.rules.roles import Role
from tests.auth.deployment import START
from tests.auth.people.household import Household

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"


async def find(home: Household, cookie: str, *, after: timedelta = timedelta()) -> SignedIn | None:
    return await home.at(lambda c: sessions.find(c, cookie, now=START + after))


async def a_grant(
    home: Household, signed_in: SignedIn, *, offline: bool = False, told: bool = True
) -> tuple[UUID, str]:
    """A program that the person let act in this session: its grant, and what it is called."""
    membership_id = await home.member(signed_in.account_id, Role.INTAKE)
    client_id, grant_id = f"program_{uuid4().hex}", uuid4()
    await home.deployment.sql(
        "INSERT INTO oauth_client (client_id, organization_id, name, proof, grants, backchannel_logout_uri, created_at)"
        " VALUES ($1, $2, $1, 'NONE', '{AUTHORIZATION_CODE}', $3, now())",
        *(client_id, home.deployment.brc, "https://program.example/logout" if told else None),
    )
    await home.deployment.sql(
        "INSERT INTO oauth_grant (id, client_id, account_id, membership_id, organization_id, session_id, offline,"
        " auth_time, acr, secret, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'phr', $9, $8, $10)",
        *(grant_id, client_id, signed_in.account_id, membership_id, home.deployment.brc, signed_in.session_id),
        *(offline, START, bytes(32), START + timedelta(days=90)),
    )
    return grant_id, client_id


async def ended(home: Household, grant_id: UUID) -> bool:
    [row] = await home.deployment.sql("SELECT ended_at FROM oauth_grant WHERE id = $1", grant_id)
    return row["ended_at"] is not None


async def told(home: Household, session_id: UUID) -> set[str]:
    rows = await home.deployment.sql("SELECT client_id FROM logout_notice WHERE session_id = $1", session_id)
    return {row["client_id"] for row in rows}


async def test_the_cookie_says_who_is_there(home: Household) -> None:
    account_id = await home.account("Wozlò Test")
    cookie, signed_in = await home.signed_in(account_id)
    assert await find(home, cookie) == signed_in
    assert signed_in == SignedIn(
        session_id=signed_in.session_id,
        account_id=account_id,
        display_name="Wozlò Test",
        language="ht",
        provider_id=None,
        auth_time=START,
        acr=PASSKEY.acr,
        amr=PASSKEY.amr,
    )
    assert await find(home, cookie[:-1]) is None
    assert await find(home, str(signed_in.session_id)) is None


async def test_signing_in_always_makes_a_new_cookie_and_ends_the_one_it_replaces(home: Household) -> None:
    account_id = await home.account()
    before, first = await home.signed_in(account_id)
    after, second = await home.at(
        lambda c: sessions.begin(
            c, account_id=account_id, proof=PASSKEY, user_agent=None, replaces=first.session_id, now=START
        )
    )
    assert after != before
    assert second.session_id != first.session_id
    assert await find(home, before) is None
    assert await find(home, after) == second


async def test_nothing_of_the_cookie_or_the_browser_is_kept(home: Household) -> None:
    account_id = await home.account()
    cookie, _ = await home.at(
        lambda c: sessions.begin(c, account_id=account_id, proof=PASSKEY, user_agent=FIREFOX, now=START)
    )
    [row] = await home.deployment.sql("SELECT s::text AS row FROM browser_session s WHERE account_id = $1", account_id)
    assert cookie not in row["row"]
    assert "Firefox, Android" in row["row"]
    assert "Mozilla" not in row["row"]


async def test_it_ends_two_hours_after_it_was_last_seen(home: Household) -> None:
    cookie, _ = await home.signed_in(await home.account())
    assert await find(home, cookie, after=IDLE - timedelta(seconds=1))
    assert await find(home, cookie, after=2 * IDLE - timedelta(seconds=2))
    assert await find(home, cookie, after=3 * IDLE - timedelta(seconds=2)) is None


async def test_it_ends_twelve_hours_after_it_began_however_often_it_is_seen(home: Household) -> None:
    cookie, _ = await home.signed_in(await home.account())
    for hours in range(1, 12):
        assert await find(home, cookie, after=timedelta(hours=hours))
    assert await find(home, cookie, after=LASTS - timedelta(seconds=1))
    assert await find(home, cookie, after=LASTS) is None


async def test_being_seen_is_written_once_a_minute_at_most(home: Household) -> None:
    account_id = await home.account()
    cookie, _ = await home.signed_in(account_id)

    async def seen_at(after: timedelta) -> timedelta:
        await find(home, cookie, after=after)
        [listed] = await home.at(lambda c: sessions.listed(c, account_id, now=START + after))
        return listed.last_seen_at - START

    assert await seen_at(SEEN_EVERY - timedelta(seconds=1)) == timedelta()
    assert await seen_at(SEEN_EVERY) == SEEN_EVERY
    assert await seen_at(SEEN_EVERY + timedelta(seconds=59)) == SEEN_EVERY


async def test_a_person_sees_their_sessions_and_ends_the_others(home: Household) -> None:
    account_id = await home.account()
    lost, _ = await home.at(
        lambda c: sessions.begin(c, account_id=account_id, proof=PASSKEY, user_agent=FIREFOX, now=START)
    )
    mine, signed_in = await home.signed_in(account_id, proof=PASSWORD_AND_CODE)
    stranger, _ = await home.signed_in(await home.account())
    listed = await home.at(lambda c: sessions.listed(c, account_id, now=START))
    assert sorted((each.device, each.last_seen_at) for each in listed) == [("", START), ("Firefox, Android", START)]
    assert await home.at(lambda c: sessions.end_others(c, signed_in, now=START)) == 1
    assert await find(home, lost) is None
    assert await find(home, mine)
    assert await find(home, stranger)


async def test_nobody_ends_anothers_session(home: Household) -> None:
    cookie, signed_in = await home.signed_in(await home.account())
    other = await home.account()
    assert not await home.at(lambda c: sessions.end(c, signed_in.session_id, account_id=other, now=START))
    assert await find(home, cookie)


async def test_with_it_end_the_grants_that_are_not_offline_and_programs_are_told_once(home: Household) -> None:
    _, signed_in = await home.signed_in(await home.account())
    quiet, _ = await a_grant(home, signed_in, told=False)
    await home.deployment.sql(
        "UPDATE membership SET status = 'LEFT', left_at = now() WHERE account_id = $1", signed_in.account_id
    )
    online, online_client = await a_grant(home, signed_in)
    await home.deployment.sql(
        "UPDATE membership SET status = 'LEFT', left_at = now() WHERE account_id = $1", signed_in.account_id
    )
    offline, offline_client = await a_grant(home, signed_in, offline=True)
    assert await home.at(lambda c: sessions.end(c, signed_in.session_id, now=START))
    assert [await ended(home, each) for each in (quiet, online, offline)] == [True, True, False]
    assert await told(home, signed_in.session_id) == {online_client, offline_client}
    assert not await home.at(lambda c: sessions.end(c, signed_in.session_id, now=START))
    rows = await home.deployment.sql("SELECT count(*) FROM logout_notice WHERE session_id = $1", signed_in.session_id)
    assert rows[0][0] == 2


async def test_one_that_ran_out_ends_with_all_that_hangs_on_it(home: Household) -> None:
    _, signed_in = await home.signed_in(await home.account())
    grant_id, client_id = await a_grant(home, signed_in)
    await home.at(lambda c: expiry.end_and_forget(c, now=START + IDLE - timedelta(seconds=1)))
    assert not await ended(home, grant_id)
    await home.at(lambda c: expiry.end_and_forget(c, now=START + IDLE))
    assert await ended(home, grant_id)
    assert await told(home, signed_in.session_id) == {client_id}


async def test_long_after_its_end_it_is_forgotten_unless_a_grant_names_it(home: Household) -> None:
    account_id = await home.account()
    _, forgotten = await home.signed_in(account_id)
    _, named = await home.signed_in(account_id)
    await a_grant(home, named)
    await home.at(lambda c: sessions.end_all(c, account_id, now=START))
    await home.at(lambda c: expiry.end_and_forget(c, now=START + expiry.KEPT + timedelta(seconds=1)))
    rows = await home.deployment.sql("SELECT id FROM browser_session WHERE account_id = $1", account_id)
    assert [row["id"] for row in rows] == [named.session_id]
    assert forgotten.session_id != named.session_id


async def test_suspending_an_account_ends_all_of_it_at_once(home: Household) -> None:
    account_id = await home.account()
    cookie, signed_in = await home.signed_in(account_id)
    offline, _ = await a_grant(home, signed_in, offline=True)
    await home.at(lambda c: accounts.suspend(c, account_id, now=START))
    assert await find(home, cookie) is None
    assert await ended(home, offline)
    with pytest.raises(SessionOver):
        await home.signed_in(account_id)
    await home.at(lambda c: accounts.resume(c, account_id))
    assert await find(home, cookie) is None
    assert await find(home, (await home.signed_in(account_id))[0])


async def test_a_suspended_provider_vouches_for_nobody(home: Household) -> None:
    account_id, provider_id = await home.account(), uuid4()
    await home.deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, $3, 'theirs', 'konbit', now())",
        *(provider_id, home.deployment.shelter, f"https://{provider_id}.example"),
    )
    an_hour_ago = START - timedelta(hours=1)
    cookie, signed_in = await home.at(
        lambda c: sessions.begin(
            c,
            account_id=account_id,
            proof=PASSWORD_AND_CODE,
            user_agent=None,
            provider_id=provider_id,
            auth_time=an_hour_ago,
            now=START,
        )
    )
    assert (signed_in.provider_id, signed_in.auth_time) == (provider_id, an_hour_ago)
    await home.deployment.sql("UPDATE identity_provider SET suspended_at = now() WHERE id = $1", provider_id)
    assert await find(home, cookie) is None


async def test_whoever_let_programs_in_before_a_new_password_is_out(home: Household) -> None:
    """As a thief does who was signed in for a while: `offline_access` would outlive the password by ninety days."""
    person = await home.person()
    _, thief = await home.signed_in(person.account_id)
    _, signed_in = await home.signed_in(person.account_id)
    theirs, _ = await a_grant(home, thief, offline=True)
    [row] = await home.deployment.sql(
        "INSERT INTO oauth_grant (client_id, account_id, membership_id, organization_id, session_id, offline,"
        " auth_time, acr, secret, created_at, expires_at) SELECT client_id, account_id, membership_id,"
        " organization_id, $2, offline, auth_time, acr, secret, created_at, expires_at FROM oauth_grant WHERE id = $1"
        " RETURNING id",
        *(theirs, signed_in.session_id),
    )
    mine = row["id"]
    await home.at(lambda c: sessions.end(c, thief.session_id, now=START))
    assert not await ended(home, theirs)
    await home.at(lambda c: changing.change_password(c, signed_in, "a hash", now=START))
    assert [await ended(home, each) for each in (theirs, mine)] == [True, False]
