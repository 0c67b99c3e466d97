"""A device's code counts once, of fifty uses at once through two processes; and so does what a person decides of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest

from api.database import DatabaseURLs
from auth import devices
from auth.devices import UnknownUserCode
from auth.lockout import Lockout
from tests.api.processes import started
from tests.auth.a_device import BEGIN, DEVICE_CODE, TOKEN, a_device_program
from tests.auth.deployment import Deployment, deployed
from tests.auth.signing_in import Person, a_person

AT_ONCE = 50


@dataclass
class Two:
    """Two processes over one database, and two members of one organisation."""

    deployment: Deployment
    at: list[httpx2.AsyncClient]
    rose: Person
    jean: Person

    async def begin(self, number: int) -> dict[str, str]:
        """A device that waits; it proves no key, so that it is the code alone that decides."""
        answer = await self.at[number % 2].post(BEGIN, data={"client_id": "attendance"})
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        return told

    async def look(self, person: Person, code: str) -> str:
        async with self.deployment.engine.begin() as connection:
            await devices.look(
                connection,
                code,
                session=person.signed_in,
                address="",
                lockout=Lockout(),
                now=datetime.now(UTC),
            )
        return str(person.account_id)

    async def approve(self, person: Person, code: str) -> str:
        async with self.deployment.engine.begin() as connection:
            await devices.approve(
                connection,
                code,
                session=person.signed_in,
                membership_id=person.membership_id,
                now=datetime.now(UTC),
            )
        return "approved"

    async def deny(self, person: Person, code: str) -> str:
        async with self.deployment.engine.begin() as connection:
            await devices.deny(connection, code, session=person.signed_in, now=datetime.now(UTC))
        return "denied"

    async def count(self, of: str) -> int:
        return len(await self.deployment.sql(f"SELECT FROM {of}"))


@pytest.fixture
async def two(database: DatabaseURLs) -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        deployment = await stack.enter_async_context(deployed(database, at=datetime.now(UTC)))
        await a_device_program(deployment)
        programs = [stack.enter_context(started("authorizing.py", deployment.urls.auth)) for _ in range(2)]
        addresses = [f"http://127.0.0.1:{program.line('port').split()[1]}" for program in programs]
        at = [
            await stack.enter_async_context(httpx2.AsyncClient(base_url=address, timeout=60)) for address in addresses
        ]
        yield Two(deployment, at, *[await a_person(deployment, deployment.brc) for _ in range(2)])


async def test_of_fifty_at_once_one_gets_the_token(two: Two, prove: bool) -> None:
    for done in range(200 if prove else 3):
        told = await two.begin(done)
        await two.look(two.rose, told["user_code"])
        await two.approve(two.rose, told["user_code"])
        form = {"client_id": "attendance", "grant_type": DEVICE_CODE, "device_code": told["device_code"]}
        answers = await asyncio.gather(*(two.at[number % 2].post(TOKEN, data=form) for number in range(AT_ONCE)))
        outcomes = Counter((answer.status_code, answer.json().get("error")) for answer in answers)
        assert outcomes == {(200, None): 1, (400, "invalid_grant"): AT_ONCE - 1}
        assert await two.count("oauth_token") == done + 1
    assert await two.count("oauth_grant WHERE ended_at IS NOT NULL") == 0, "at once is impatience, not theft"


async def test_of_fifty_polls_at_once_all_wait_and_the_yes_is_not_lost(two: Two, prove: bool) -> None:
    for done in range(20 if prove else 2):
        told = await two.begin(done)
        await two.look(two.rose, told["user_code"])
        form = {"client_id": "attendance", "grant_type": DEVICE_CODE, "device_code": told["device_code"]}
        polls = [two.at[number % 2].post(TOKEN, data=form) for number in range(AT_ONCE)]
        _, *answers = await asyncio.gather(two.approve(two.rose, told["user_code"]), *polls)
        won = [answer for answer in answers if answer.status_code == 200]
        others = {answer.json()["error"] for answer in answers if answer.status_code == 400}
        assert len(won) <= 1
        assert len(won) + sum(answer.status_code == 400 for answer in answers) == AT_ONCE
        assert others <= {"authorization_pending", "slow_down", "invalid_grant"}
        late = await two.at[0].post(TOKEN, data=form)
        assert (late.status_code == 200) is (not won)
        assert await two.count("oauth_token") == done + 1


async def test_of_two_people_who_type_a_code_at_once_it_is_ones(two: Two, prove: bool) -> None:
    for done in range(20 if prove else 3):
        told = await two.begin(done)
        looking = [two.look((two.rose, two.jean)[number % 2], told["user_code"]) for number in range(AT_ONCE // 5)]
        outcomes = await asyncio.gather(*looking, return_exceptions=True)
        saw = {outcome for outcome in outcomes if isinstance(outcome, str)}
        assert len(saw) == 1
        assert {type(outcome) for outcome in outcomes if not isinstance(outcome, str)} == {UnknownUserCode}


async def test_of_yes_and_no_at_once_one_counts(two: Two, prove: bool) -> None:
    for done in range(20 if prove else 3):
        told = await two.begin(done)
        await two.look(two.rose, told["user_code"])
        before = await two.count("oauth_grant")
        answers = [(two.approve, two.deny)[number % 2](two.rose, told["user_code"]) for number in range(AT_ONCE // 5)]
        outcomes = await asyncio.gather(*answers, return_exceptions=True)
        decided = Counter(outcome if isinstance(outcome, str) else type(outcome) for outcome in outcomes)
        assert decided.pop(UnknownUserCode) == AT_ONCE // 5 - 1
        [(said, times)] = decided.items()
        assert times == 1
        assert await two.count("oauth_grant") == before + (said == "approved")
