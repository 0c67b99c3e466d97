"""How does the program start without what writes each standard? Their routes are made at the first request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from starlette.routing import Route, Router

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send


class AtFirstUse:
    """Routes that `make` makes when the first request reaches them; it imports what they need."""

    def __init__(self, make: Callable[[], Sequence[BaseRoute]]) -> None:
        self._make = make

    @cached_property
    def _router(self) -> Router:
        return Router(self._make(), redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)


def below(path: str, make: Callable[[], Sequence[BaseRoute]]) -> list[Route]:
    """This will leave `path` and all below it to the routes of `make`."""
    made = AtFirstUse(make)
    return [Route(path, made), Route(path + "/{rest:path}", made)]
