"""A block is ended when its seconds pass, and by nothing else; what ends it is told apart from a cancellation."""

import asyncio

import pytest

from models.patience import Patience


async def test_what_ends_in_time_is_left_alone() -> None:
    with Patience(0.02):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)


async def test_what_takes_longer_times_out_and_the_task_goes_on() -> None:
    with pytest.raises(TimeoutError), Patience(0.01):
        await asyncio.sleep(5)
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_an_error_within_stays_that_error() -> None:
    with pytest.raises(LookupError), Patience(1):
        raise LookupError


async def test_a_cancellation_from_outside_stays_one() -> None:
    async def wait() -> None:
        with Patience(1):
            await asyncio.sleep(5)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_from_outside_stays_one_though_the_time_is_over_too() -> None:
    async def wait() -> None:
        with Patience(0.01):
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                await asyncio.sleep(0.05)
                raise

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.03)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_of_two_is_the_one_that_times_out() -> None:
    with Patience(1):
        with pytest.raises(TimeoutError), Patience(0.01):
            await asyncio.sleep(5)
        await asyncio.sleep(0)
