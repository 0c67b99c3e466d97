"""What is taken from a person is taken from what they have open too: event streams and sockets end within 5 s."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from api.database import DatabaseURLs
from auth.scopes import Scope
from tests.api.matrix import EVERYTHING, Matrix, standing_matrix
from tests.api.transports import Transport, listening

CHANGES = "subscription { referralChanges { cursor kind } }"
ENDED = {
    "membership left": "UPDATE membership SET status = 'LEFT', left_at = now() WHERE account_id = $1",
    "membership suspended": "UPDATE membership SET status = 'SUSPENDED' WHERE account_id = $1",
    "account suspended": "UPDATE account SET status = 'SUSPENDED' WHERE id = $1",
    "session ended": "UPDATE browser_session SET ended_at = now() WHERE account_id = $1",
    "grant ended": "UPDATE oauth_grant SET ended_at = now() WHERE account_id = $1",
}
CHANGED = {
    "a role lost": "UPDATE membership SET roles = '{INTAKE}' WHERE account_id = $1",
    "sent to one site": "UPDATE membership SET site_id = (SELECT id FROM location LIMIT 1) WHERE account_id = $1",
}


@pytest.fixture(scope="module")
async def matrix(module_database: DatabaseURLs) -> AsyncIterator[Matrix]:
    async with standing_matrix(module_database) as made:
        yield made


async def followed(matrix: Matrix, transport: Transport, change: str) -> tuple[float, str]:
    """Someone follows, something is changed about them: after how many seconds they are told, and everything told."""
    token, person = await matrix.person(scopes=EVERYTHING - {Scope.OFFLINE_ACCESS})
    async with listening(matrix.app, transport, token, CHANGES) as heard, asyncio.timeout(20):
        while "CHECKPOINT" not in await heard.get():
            pass
        await matrix.put(change, person.account_id)
        began, told = monotonic(), ""
        while "closed" not in told:
            told += await heard.get()
        return monotonic() - began, told


@pytest.mark.parametrize("transport", [Transport.SSE, Transport.WEBSOCKET], ids=str)
@pytest.mark.parametrize("what", ENDED)
async def test_who_may_not_act_any_more_is_told_within_five_seconds(
    matrix: Matrix, transport: Transport, what: str
) -> None:
    seconds, told = await followed(matrix, transport, ENDED[what])

    assert seconds < 5
    if transport is Transport.SSE:
        assert '"code":"UNAUTHENTICATED"' in told
    else:
        assert told.endswith("closed 4401")


@pytest.mark.parametrize("transport", [Transport.SSE, Transport.WEBSOCKET], ids=str)
@pytest.mark.parametrize("what", CHANGED)
async def test_whose_roles_or_site_change_subscribes_again(matrix: Matrix, transport: Transport, what: str) -> None:
    seconds, told = await followed(matrix, transport, CHANGED[what])

    assert seconds < 5
    if transport is Transport.SSE:
        assert '"code":"FORBIDDEN"' in told
    else:
        assert told.endswith("closed 4403")
