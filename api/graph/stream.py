"""One subscription as it runs: its events, each sent only while the token that asked for them still holds."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from graphql import OperationType

from api.errors import Code, Refused
from api.graph.bearer import BadToken, actor_of
from api.graph.execute import subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from api.graph.account import Account
    from api.graph.bearer import Authenticator
    from api.graph.gate import Admitted, Gate
    from auth.actor import Actor


class TokenEnded(Refused):
    """The access token has ended. Get another, and go on from the last cursor."""

    code = Code.UNAUTHENTICATED


class GrantsChanged(Refused):
    """What the token may see has changed. Subscribe again from the last cursor."""

    code = Code.FORBIDDEN


async def standing(authenticator: Authenticator, bearer: str, actor: Actor) -> None:
    """This will ask again who holds the token. Raises TokenEnded, GrantsChanged, Unavailable."""
    now = datetime.now(UTC)
    try:
        current = await actor_of(authenticator, bearer, now=now)
    except BadToken:
        raise TokenEnded from None
    if (current.scopes, current.claims()) != (actor.scopes, actor.claims()):
        raise GrantsChanged


async def answers(
    gate: Gate, authenticator: Authenticator, admitted: Admitted, bearer: str, account: Account
) -> AsyncGenerator[bytes | None]:
    """This will yield the bodies of any operation: of a query or a mutation its one, of a subscription its events."""
    if admitted.operation.kind is not OperationType.SUBSCRIPTION:
        yield await gate.answer(admitted, account=account, now=datetime.now(UTC))
        return
    async with aclosing(events(gate, authenticator, admitted, bearer, account)) as stream:
        async for body in stream:
            yield body


async def events(
    gate: Gate, authenticator: Authenticator, admitted: Admitted, bearer: str, account: Account
) -> AsyncGenerator[bytes | None]:
    """This will yield a body per event, and None when there was none for a while. Raises Refused when it must end.

    An event is made under the grants of the request and sent only if they are still the same: what was made
    meanwhile under older ones is dropped, and the client takes it up again from its cursor, or may not.
    """
    actor, silence = admitted.request.actor, gate.limits.keep_alive_seconds
    pause, spoken = min(silence, gate.limits.standing_seconds), monotonic()
    with gate.stream(actor), gate.faults(account):
        async with aclosing(subscribe(gate.graph, admitted.request)) as bodies:
            coming = asyncio.ensure_future(anext(bodies, None))
            try:
                while True:
                    left = (actor.expires_at - datetime.now(UTC)).total_seconds()
                    await asyncio.wait({coming}, timeout=max(0.0, min(pause, left)))
                    await standing(authenticator, bearer, actor)
                    if not coming.done():
                        if monotonic() - spoken >= silence:
                            spoken = monotonic()
                            yield None
                        continue
                    body = coming.result()
                    if body is None:
                        return
                    coming, spoken = asyncio.ensure_future(anext(bodies, None)), monotonic()
                    yield body
            finally:
                await put_down(coming)


async def put_down(task: asyncio.Future[Any]) -> None:
    """This will cancel a task and wait until it has ended, however it ends."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
