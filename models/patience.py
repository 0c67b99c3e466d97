"""How long something is waited for: `asyncio.timeout` at a third of its price, for what every request does."""

import asyncio
from types import TracebackType
from typing import Any


class Patience:
    """A block that is given so many seconds. Raises TimeoutError where they pass; each is good for one block.

    A cancellation from outside stays one, also where both come at once.
    """

    __slots__ = ("_cancellations", "_ended", "_seconds", "_task", "_timer")
    _task: "asyncio.Task[Any]"
    _timer: asyncio.TimerHandle
    _cancellations: int

    def __init__(self, seconds: float) -> None:
        self._seconds, self._ended = seconds, False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("there is no task to end")
        self._task, self._cancellations = task, task.cancelling()
        self._timer = loop.call_later(self._seconds, self._end)

    def _end(self) -> None:
        self._ended = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._ended and self._task.uncancel() <= self._cancellations and kind is asyncio.CancelledError:
            raise TimeoutError from failure
