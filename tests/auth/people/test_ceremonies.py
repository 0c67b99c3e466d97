"""A step that waits is taken up once, in time, and as what it is."""

from datetime import timedelta

import pytest

from auth.people import ceremonies
from auth.people.ceremonies import LIFETIME, CeremonyKind, CeremonyOver, Waiting
from tests.auth.deployment import START
from tests.auth.people.household import Household, lost, won

KIND = CeremonyKind.USE_PASSKEY


async def begun(home: Household) -> str:
    return await home.at(lambda c: ceremonies.begin(c, KIND, said={"challenge": "00ff"}, now=START))


async def test_of_fifty_in_two_processes_one_takes_it_up(home: Household) -> None:
    handle = await begun(home)
    results = await home.at_once(lambda c: ceremonies.take_up(c, KIND, handle, now=START))
    assert won(results) == [Waiting(None, {"challenge": "00ff"})]
    assert {type(error) for error in lost(results)} == {CeremonyOver}


@pytest.mark.parametrize(
    ("kind", "after"),
    [(CeremonyKind.CODE, timedelta()), (KIND, LIFETIME)],
    ids=["as another step", "too late"],
)
async def test_it_is_refused(home: Household, kind: CeremonyKind, after: timedelta) -> None:
    handle = await begun(home)
    with pytest.raises(CeremonyOver):
        await home.at(lambda c: ceremonies.take_up(c, kind, handle, now=START + after))


async def test_a_handle_that_never_was_is_refused_alike(home: Household) -> None:
    with pytest.raises(CeremonyOver):
        await home.at(lambda c: ceremonies.take_up(c, KIND, "\udcff guessed \x00", now=START))


async def test_the_handle_is_not_kept(home: Household) -> None:
    handle = await begun(home)
    rows = await home.deployment.sql("SELECT ceremony::text FROM ceremony")
    assert len(rows) >= 1
    assert handle not in str(rows)


async def test_those_that_are_over_are_swept_along_by_those_that_begin(home: Household) -> None:
    for _ in range(5):
        await begun(home)
    after = START + LIFETIME + timedelta(seconds=1)
    for _ in range(20):
        await home.at(lambda c: ceremonies.begin(c, KIND, said={}, now=after))
    [row] = await home.deployment.sql("SELECT count(*) FROM ceremony WHERE expires_at < $1", after)
    assert row[0] == 0
