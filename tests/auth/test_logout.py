"""Signing out where a program asks for it: whom it sends where, when the person is asked, and what others are told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from auth import logout
from auth.assurance import Acr
from auth.logout import EVENT, SigningOut, write_logout_token
from auth.openid import IdToken, InvalidIdToken, read_hint, write_id_token
from auth.people import sessions
from auth.tokens import Behalf, InvalidToken, read_token
from tests.auth.deployment import PROFILE, Deployment, Process
from tests.auth.granting import Program, a_program
from tests.auth.signing_in import Person, a_person, signs_in

HOME, ELSEWHERE = "https://app.example/bye?tab=1", "https://elsewhere.example/bye"


@pytest.fixture
def process(deployment: Deployment) -> Process:
    return deployment.process()


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


@pytest.fixture
async def program(deployment: Deployment) -> AsyncIterator[Program]:
    await a_program(deployment, "another", post_logout_redirect_uris=[ELSEWHERE])
    return await a_program(deployment, post_logout_redirect_uris=[HOME])


async def read(process: Process, deployment: Deployment, **parameters: str) -> SigningOut:
    keys = (await process.ring.keys(now=process.clock.now)).published
    async with deployment.engine.connect() as connection:
        return await logout.read_signing_out(connection, parameters, keys=keys, profile=PROFILE)


async def hint(process: Process, program: Program, person: Person) -> str:
    return str((await program.tokens(process, person, scope="openid directory:read"))["id_token"])


async def test_a_program_with_the_sessions_id_token_ends_it_unasked_and_has_the_browser_back(
    process: Process, program: Program, rose: Person
) -> None:
    token = await hint(process, program, rose)
    process.clock.advance(hours=3)
    asked = await read(process, program.deployment, id_token_hint=token, post_logout_redirect_uri=HOME, state="a b&c")
    assert asked == SigningOut("clerks", rose.signed_in.session_id, f"{HOME}&state=a%20b%26c")
    assert not asked.must_confirm(rose.signed_in)
    assert not asked.must_confirm(None)


async def test_a_program_without_an_id_token_has_the_person_asked(
    process: Process, program: Program, rose: Person
) -> None:
    nameless = await read(process, program.deployment, post_logout_redirect_uri=HOME)
    assert nameless == SigningOut()
    named = await read(process, program.deployment, client_id="clerks", post_logout_redirect_uri=HOME)
    assert named == SigningOut("clerks", None, HOME)
    assert nameless.must_confirm(rose.signed_in)
    assert named.must_confirm(rose.signed_in)


async def test_an_id_token_of_another_session_or_person_has_the_person_asked(
    process: Process, program: Program, rose: Person
) -> None:
    asked = await read(process, program.deployment, id_token_hint=await hint(process, program, rose))
    assert asked.must_confirm(await signs_in(program.deployment, rose.account_id))
    assert asked.must_confirm((await a_person(program.deployment, program.deployment.brc)).signed_in)


async def test_an_id_token_that_is_none_has_the_person_asked(process: Process, program: Program, rose: Person) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": (await process.ring.keys(now=process.clock.now)).signing.kid})
    behalf = Behalf(rose.account_id, Acr.PHISHING_RESISTANT, (), process.clock.now, rose.signed_in.session_id)
    who = IdToken("clerks", behalf, process.clock.now)
    forged = write_id_token(who, access_token="x", key=stranger, profile=PROFILE)
    tokens = await program.tokens(process, rose, scope="openid directory:read")
    for text in (forged, tokens["access_token"], "nonsense"):
        asked = await read(process, program.deployment, id_token_hint=text)
        assert asked == SigningOut()
        assert asked.must_confirm(rose.signed_in)


@pytest.mark.parametrize(
    "address",
    [
        ELSEWHERE,
        "https://app.example/bye",
        f"{HOME}/",
        f"{HOME}&more=1",
        "https://app.example.evil.example/bye?tab=1",
        "https://app.example@evil.example/bye?tab=1",
        "https://app.example/bye?tab=1#x",
        "http://app.example/bye?tab=1",
        "HTTPS://app.example/bye?tab=1",
        "javascript:alert(1)",
    ],
)
async def test_the_browser_is_sent_nowhere_but_to_an_address_of_that_program(
    process: Process, program: Program, rose: Person, address: str
) -> None:
    token = await hint(process, program, rose)
    asked = await read(process, program.deployment, id_token_hint=token, post_logout_redirect_uri=address)
    assert asked.redirect is None
    assert asked.session_id == rose.signed_in.session_id


async def test_an_id_token_of_one_program_is_no_hint_for_another(
    process: Process, program: Program, rose: Person
) -> None:
    token = await hint(process, program, rose)
    asked = await read(
        process,
        program.deployment,
        id_token_hint=token,
        client_id="another",
        post_logout_redirect_uri=ELSEWHERE,
    )
    assert asked == SigningOut()


async def test_a_suspended_programs_addresses_are_nobodys(process: Process, program: Program, rose: Person) -> None:
    token = await hint(process, program, rose)
    await program.deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = 'clerks'")
    asked = await read(process, program.deployment, id_token_hint=token, post_logout_redirect_uri=HOME)
    assert asked == SigningOut(session_id=rose.signed_in.session_id)


async def test_a_devices_id_token_names_no_session_so_the_person_is_asked(
    process: Process, program: Program, rose: Person
) -> None:
    keys = await process.ring.keys(now=process.clock.now)
    behalf = Behalf(rose.account_id, Acr.PHISHING_RESISTANT, (), process.clock.now)
    who = IdToken("clerks", behalf, process.clock.now)
    token = write_id_token(who, access_token="x", key=keys.signing, profile=PROFILE)
    asked = await read(process, program.deployment, id_token_hint=token)
    assert asked == SigningOut("clerks")
    assert asked.must_confirm(rose.signed_in)


async def test_a_session_that_ends_leaves_a_notice_for_each_program_that_wants_one(
    process: Process, deployment: Deployment, rose: Person
) -> None:
    for client_id in ("told", "also-told"):
        program = await a_program(deployment, client_id, backchannel_logout_uri=f"https://{client_id}.example/out")
        await program.tokens(process, rose)
        await program.tokens(process, rose)
    await (await a_program(deployment, "deaf")).tokens(process, rose)
    await a_program(deployment, "never-used", backchannel_logout_uri="https://never.example/out")
    async with deployment.engine.begin() as connection:
        assert await sessions.end(connection, rose.signed_in.session_id, now=process.clock.now)
        assert not await sessions.end(connection, rose.signed_in.session_id, now=process.clock.now)
    notices = await deployment.sql("SELECT * FROM logout_notice ORDER BY client_id")
    assert [notice["client_id"] for notice in notices] == ["also-told", "told"]
    for notice in notices:
        assert (notice["session_id"], notice["account_id"]) == (rose.signed_in.session_id, rose.account_id)
        assert notice["due_at"] == notice["created_at"] == process.clock.now


KEY = ECKey.generate_key("P-256", auto_kid=True)
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def a_logout_token() -> str:
    return write_logout_token(
        client_id="clerks", account_id=UUID(int=1), session_id=UUID(int=2), now=NOW, key=KEY, profile=PROFILE
    )


def test_a_logout_token_says_which_session_ended_and_nothing_of_its_person() -> None:
    read = jwt.decode(a_logout_token(), KEY, algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "typ": "logout+jwt", "kid": KEY.kid}
    assert UUID(read.claims.pop("jti"))
    assert read.claims == {
        "iss": PROFILE.issuer,
        "sub": str(UUID(int=1)),
        "aud": "clerks",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 120,
        "sid": str(UUID(int=2)),
        "events": {EVENT: {}},
    }


def test_a_logout_token_is_neither_a_hint_nor_an_access_token() -> None:
    keys = {str(KEY.kid): KEY}
    with pytest.raises(InvalidIdToken):
        read_hint(a_logout_token(), keys=keys, profile=PROFILE)
    with pytest.raises(InvalidToken):
        read_token(a_logout_token(), keys=keys, profile=PROFILE, now=NOW)
