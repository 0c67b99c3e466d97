"""Codes are those of RFC 6238, may be a step early or late, and each counts once."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from auth.people import totp
from auth.sealing import CannotOpen
from tests.auth.deployment import START
from tests.auth.people.household import Household, Person, lost, won

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, expected: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    code = totp.code(RFC_SECRET, totp.step_of(now))
    assert code == expected[-6:]
    assert totp.matching_step(RFC_SECRET, code, now=now) == seconds // 30


@pytest.mark.parametrize(("late", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(late: int, right: bool) -> None:
    code = totp.code(RFC_SECRET, totp.step_of(START))
    step = totp.matching_step(RFC_SECRET, code, now=START + late * timedelta(seconds=30))
    assert (step == totp.step_of(START)) is right


@pytest.mark.parametrize("typed", ["", "94287", "942870822", "abcdef", "٩٤٢٨٧٠", "\udcff", "9" * 10_000])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, now=datetime.fromtimestamp(59, UTC)) is None


def test_the_address_says_all_that_an_app_needs() -> None:
    parts = urlsplit(totp.as_address(RFC_SECRET, issuer="Konbit", name="marie & co.4821"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Konbit:marie%20%26%20co.4821")
    assert parse_qs(parts.query) == {
        "secret": [base64.b32encode(RFC_SECRET).decode()],
        "issuer": ["Konbit"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert totp.as_text(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


async def check(home: Household, person: Person, typed: str, *, after: timedelta = timedelta()) -> bool:
    return await home.at(lambda c: totp.check(c, person.account_id, typed, sealer=home.sealer, now=START + after))


async def test_of_fifty_uses_in_two_processes_one_is_right(home: Household) -> None:
    person = await home.person()
    code = home.code(person)
    results = await home.at_once(lambda c: totp.check(c, person.account_id, code, sealer=home.sealer, now=START))
    assert lost(results) == []
    assert sorted(won(results)) == [False] * 49 + [True]


async def test_after_a_code_the_ones_before_it_count_no_more(home: Household) -> None:
    person = await home.person()
    assert await check(home, person, home.code(person, steps=1))
    assert not await check(home, person, home.code(person, steps=1))
    assert not await check(home, person, home.code(person))
    assert await check(home, person, home.code(person, steps=2), after=timedelta(seconds=30))


async def test_an_account_without_an_app_has_no_right_code(home: Household) -> None:
    account_id = await home.account()
    nobodys = totp.code(bytes(totp.SECRET_BYTES), totp.step_of(START))
    assert not await check(home, Person(account_id), nobodys)


async def test_the_secret_lies_sealed_and_opens_for_its_own_account_alone(home: Household) -> None:
    mine, other = await home.person(), await home.person()
    [row] = await home.deployment.sql("SELECT secret, sealed_by FROM totp WHERE account_id = $1", mine.account_id)
    assert mine.secret not in row["secret"]
    await home.deployment.sql("UPDATE totp SET secret = $1 WHERE account_id = $2", row["secret"], other.account_id)
    with pytest.raises(CannotOpen):
        await check(home, other, home.code(mine))
