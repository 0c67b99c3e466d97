"""Whatever counts once counts once, of fifty uses at once through two processes, and nobody meets a fault."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from api.database import DatabaseURLs
from tests.api.processes import started
from tests.auth.deployment import Deployment, deployed
from tests.auth.granting import ASKED, BACK, SECRET, VERIFIER, Program, a_program
from tests.auth.posts import basic
from tests.auth.signing_in import Person, a_person

AT_ONCE = 50
TOKEN, REVOKE = "/oauth/token", "/oauth/revoke"


@dataclass
class Two:
    """Two processes over one database, a program that people let act, and a person."""

    deployment: Deployment
    at: list[httpx2.AsyncClient]
    program: Program
    rose: Person

    def begin(self) -> None:
        """The processes go by the real clock, and so does what is made for them."""
        self.deployment.clock.now = datetime.now(UTC)

    async def ask(self, *requests: tuple[str, dict[str, str]]) -> list[httpx2.Response]:
        """All at once, to the processes by turns, in the program's name."""
        by = {"authorization": basic(self.program.client_id, SECRET)}
        posts = [self.at[n % 2].post(path, data=form, headers=by) for n, (path, form) in enumerate(requests)]
        return list(await asyncio.gather(*posts))

    async def tokens(self) -> dict[str, Any]:
        [answer] = await self.ask((TOKEN, redeeming(await self.program.code(self.rose))))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def count(self, of: str) -> int:
        return len(await self.deployment.sql(f"SELECT FROM {of}"))


@pytest.fixture
async def two(database: DatabaseURLs) -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        deployment = await stack.enter_async_context(deployed(database, at=datetime.now(UTC)))
        programs = [stack.enter_context(started("authorizing.py", deployment.urls.auth)) for _ in range(2)]
        addresses = [f"http://127.0.0.1:{program.line('port').split()[1]}" for program in programs]
        at = [
            await stack.enter_async_context(httpx2.AsyncClient(base_url=address, timeout=60)) for address in addresses
        ]
        yield Two(deployment, at, await a_program(deployment), await a_person(deployment, deployment.brc))


def redeeming(code: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}


def refreshing(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token}


def rounds(prove: bool) -> int:
    return 200 if prove else 3


async def test_a_code_is_redeemed_once(two: Two, prove: bool) -> None:
    for done in range(rounds(prove)):
        two.begin()
        form = redeeming(await two.program.code(two.rose))
        answers = await two.ask(*[(TOKEN, form)] * AT_ONCE)
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * (AT_ONCE - 1)
        assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
        assert await two.count("oauth_token") == await two.count("oauth_refresh") == done + 1
    assert await two.count("oauth_grant WHERE ended_at IS NOT NULL") == 0, "at once is impatience, not theft"


async def test_a_refresh_token_has_one_successor(two: Two, prove: bool) -> None:
    token = (await two.tokens())["refresh_token"]
    for done in range(rounds(prove)):
        answers = await two.ask(*[(TOKEN, refreshing(token))] * AT_ONCE)
        assert {answer.status_code for answer in answers} == {200}
        [following] = {answer.json()["refresh_token"] for answer in answers}
        assert following != token
        assert await two.count("oauth_refresh") == done + 2
        token = following
    assert await two.count("oauth_refresh WHERE used_at IS NULL") == 1


async def test_a_pushed_request_is_opened_once(two: Two, prove: bool) -> None:
    for done in range(rounds(prove)):
        two.begin()
        [pushed] = await two.ask(("/oauth/par", dict(ASKED)))
        query = urlencode({"client_id": two.program.client_id, "request_uri": pushed.json()["request_uri"]})
        answers = await asyncio.gather(*(two.at[n % 2].get(f"/oauth/authorize?{query}") for n in range(AT_ONCE)))
        assert sorted(answer.status_code for answer in answers) == [303] + [400] * (AT_ONCE - 1)
        assert await two.count("oauth_request WHERE NOT pushed") == done + 1


async def test_revoking_beats_refreshing_however_they_meet(two: Two, prove: bool) -> None:
    held, met = [], {200: 0, 400: 0}
    for _ in range(rounds(prove)):
        two.begin()
        token = (await two.tokens())["refresh_token"]
        requests = [(TOKEN, refreshing(token)), (TOKEN, refreshing(token)), (REVOKE, {"token": token})]
        shares = [requests[(n * 7) % 3] for n in range(AT_ONCE)]
        answers = await two.ask(*shares)
        refreshed = [answer for answer, (path, _) in zip(answers, shares, strict=True) if path == TOKEN]
        assert {answer.status_code for answer in answers if answer not in refreshed} == {200}
        assert {answer.status_code for answer in refreshed} <= {200, 400}
        for answer in refreshed:
            met[answer.status_code] += 1
        won = [answer.json() for answer in refreshed if answer.status_code == 200]
        assert len({body["refresh_token"] for body in won}) <= 1
        held += [token for body in won for token in (body["access_token"], body["refresh_token"])]
        assert await two.count("oauth_grant WHERE ended_at IS NULL") == 0
        late = await two.ask(*((TOKEN, refreshing(body["refresh_token"])) for body in won[:1]))
        assert all(answer.json()["error"] == "invalid_grant" for answer in late)
    assert met[400], "revoking won at times"
    told = await two.ask(*(("/oauth/introspect", {"token": token}) for token in held[:AT_ONCE]))
    assert all(answer.json() == {"active": False} for answer in told)
