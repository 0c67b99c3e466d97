"""Who signed in, over HTTP: what an ID token and userinfo say to whom, and to whom they say nothing."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from api.database import DatabaseURLs
from auth.tokens import InvalidToken
from tests.auth.deployment import PROFILE, Deployment, Process, deployed
from tests.auth.granting import Key, Program, a_program
from tests.auth.posts import issue
from tests.auth.proving import proof
from tests.auth.signing_in import Person, a_person

USERINFO = "/oauth/userinfo"
EVERYTHING = "openid profile directory:read offline_access"


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database) as ready:
        yield ready


@pytest.fixture
def process(deployment: Deployment) -> Process:
    return deployment.process()


@pytest.fixture
async def http(process: Process) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=process.app), base_url=PROFILE.issuer) as client:
        yield client


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc, name="Rose Test")


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def challenged(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == b""
    return answer.status_code, answer.headers["www-authenticate"]


async def test_authlibs_client_side_accepts_the_id_token_and_userinfo_agrees_with_it(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope=EVERYTHING, nonce="n-0S6_WzA2Mj")
    keys = KeySet.import_key_set((await http.get("/oauth/jwks")).json())
    read = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={"iss": {"value": PROFILE.issuer}, "aud": {"value": program.client_id}},
        params={
            "client_id": program.client_id,
            "nonce": "n-0S6_WzA2Mj",
            "access_token": tokens["access_token"],
            "max_age": 300,
        },
    )
    claims.validate(now=int(process.clock.now.timestamp()))
    assert claims["auth_time"] == int(rose.signed_in.auth_time.timestamp())
    assert (claims["acr"], claims["amr"]) == ("phr", ["pop", "user", "mfa"])
    assert claims["sid"] == str(rose.signed_in.session_id)
    told = UserInfo((await http.get(USERINFO, headers=bearer(tokens["access_token"]))).json())
    assert told == {
        "sub": claims["sub"],
        "name": "Rose Test",
        "locale": "ht",
        "organization": str(program.deployment.brc),
    }
    assert told.sub == str(rose.account_id)


async def test_a_refreshed_token_comes_with_a_new_id_token_of_the_same_signing_in(
    process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope=EVERYTHING, nonce="n-1")
    process.clock.advance(minutes=7)
    fresh = (await program.refresh(process, tokens["refresh_token"])).body
    keys = (await process.ring.keys(now=process.clock.now)).signing
    before, after = (jwt.decode(each["id_token"], keys, algorithms=["ES256"]).claims for each in (tokens, fresh))
    assert "nonce" not in after
    assert after["iat"] == before["iat"] + 420
    same = {"iss", "sub", "aud", "auth_time", "acr", "amr", "sid"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


async def test_without_openid_there_is_no_id_token_and_no_userinfo(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope="directory:read profile")
    assert "id_token" not in tokens
    answer = await http.get(USERINFO, headers=bearer(tokens["access_token"]))
    assert challenged(answer) == (403, 'Bearer realm="konbit", error="insufficient_scope"')


async def test_without_profile_userinfo_is_who_and_for_whom_and_no_more(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope="openid directory:read")
    told = (await http.post(USERINFO, headers=bearer(tokens["access_token"]))).json()
    assert told == {"sub": str(rose.account_id), "organization": str(program.deployment.brc)}


async def test_a_language_nobody_chose_is_not_told(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope=EVERYTHING)
    await program.deployment.sql("UPDATE account SET language = NULL")
    told = (await http.get(USERINFO, headers=bearer(tokens["access_token"]))).json()
    assert told.keys() == {"sub", "name", "organization"}


async def test_a_machine_has_nobody_to_tell_of(
    http: httpx2.AsyncClient, process: Process, deployment: Deployment
) -> None:
    token = await issue(process, deployment.secret)
    assert challenged(await http.get(USERINFO, headers=bearer(token)))[0] == 403


async def test_an_id_token_opens_neither_userinfo_nor_anything_else(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope=EVERYTHING)
    answer = await http.get(USERINFO, headers=bearer(tokens["id_token"]))
    assert challenged(answer) == (401, 'Bearer realm="konbit", error="invalid_token"')
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(tokens["id_token"], now=process.clock.now)
    told = await process.server.introspect(program.post({"token": tokens["id_token"]}), now=process.clock.now)
    assert told.body == {"active": False}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_a_token_one_is_told_how_to_send_it(http: httpx2.AsyncClient, method: str) -> None:
    answer = await http.request(method, USERINFO)
    assert challenged(answer) == (401, 'Bearer realm="konbit", DPoP realm="konbit", algs="ES256"')


async def test_a_token_that_ended_or_whose_session_did_tells_nothing(
    http: httpx2.AsyncClient, process: Process, program: Program, rose: Person
) -> None:
    tokens = await program.tokens(process, rose, scope="openid directory:read")
    await program.deployment.sql("UPDATE browser_session SET ended_at = $1", process.clock.now)
    invalid = (401, 'Bearer realm="konbit", error="invalid_token"')
    assert challenged(await http.get(USERINFO, headers=bearer(tokens["access_token"]))) == invalid
    offline = await program.tokens(process, await a_person(program.deployment, program.deployment.brc), scope="openid")
    process.clock.advance(minutes=10)
    assert challenged(await http.get(USERINFO, headers=bearer(offline["access_token"]))) == invalid


async def test_a_bound_token_tells_only_whoever_holds_the_key(
    http: httpx2.AsyncClient, process: Process, deployment: Deployment, rose: Person
) -> None:
    program = await a_program(deployment, "a-page", public=True, key=Key())
    assert program.key is not None
    token = (await program.tokens(process, rose, scope="openid directory:read"))["access_token"]

    async def asked(key: ECKey, scheme: str = "DPoP") -> httpx2.Response:
        assert program.key is not None
        shown = proof(
            key,
            now=process.clock.now,
            method="GET",
            address=PROFILE.issuer + USERINFO,
            nonce=program.key.nonce,
            token=token,
        )
        return await http.get(USERINFO, headers={"Authorization": f"{scheme} {token}", "DPoP": shown})

    assert (await asked(program.key.key)).json()["sub"] == str(rose.account_id)
    assert challenged(await asked(ECKey.generate_key("P-256")))[0] == 401
    assert challenged(await asked(program.key.key, scheme="Bearer"))[0] == 401
    assert challenged(await http.get(USERINFO, headers=bearer(token)))[0] == 401
