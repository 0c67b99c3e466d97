"""Nobody counts another organisation's places, takes them all for nobody, or speaks of them in its name."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.rules.vocabulary import ReferralKind
from tests.actions.network import Network

pytestmark = pytest.mark.anyio
ROOM = "SELECT state || n.available FROM capacity c JOIN capacity_count n ON capacity_id = c.id WHERE c.id = $1"


async def test_signposts_neither_take_nor_count_places(network: Network) -> None:
    service_id = await network.service("signposted", "registry")
    capacity = await network.capacity("signposted", 1)

    for _ in range(3):
        outcome = await network.send("outsider", service_id=service_id, kind=ReferralKind.SIGNPOST)
        assert outcome.key is not None, outcome

    assert await network.value(ROOM, capacity) == "AVAILABLE1"


async def test_an_ended_referral_takes_no_place_again(network: Network) -> None:
    service_id = await network.service("ended", "registry")
    capacity = await network.capacity("ended", 1)
    referral_id = await network.sent(service_id=service_id)
    await network.step("brc", "WITHDRAW", referral_id)

    async with network.database.session(network.actor("brc").claims()) as session:
        held = await session.connection.fetchval("SELECT hold_capacity($1, now())", referral_id)

    assert (held, await network.value(ROOM, capacity)) == (False, "AVAILABLE1")


async def test_nobody_speaks_of_anothers_room(network: Network) -> None:
    service_id = await network.service("spoken of", "registry")
    capacity = await network.capacity("spoken of", 1)
    await network.value("DELETE FROM capacity_count WHERE capacity_id = $1", capacity)
    until = datetime.now(UTC) + timedelta(days=1)
    me = network.organizations["outsider"]
    state = """INSERT INTO capacity (organization_id, service_id, service_at_location_id, state, updated_at, expires_at)
      VALUES ($1, $2, $3, 'FULL', now(), $4)"""
    numbers = "INSERT INTO capacity_count (capacity_id, organization_id, available) VALUES ($1, $2, 9)"

    await refused(network, state, me, await network.service("unspoken of", "registry"), None, until)
    await refused(network, state, network.organizations["registry"], service_id, None, until)
    await refused(network, numbers, capacity, me)


async def refused(network: Network, statement: str, *arguments: UUID | datetime | None) -> None:
    with pytest.raises((asyncpg.ForeignKeyViolationError, asyncpg.InsufficientPrivilegeError)):
        async with network.database.session(network.actor("outsider").claims()) as session:
            await session.connection.execute(statement, *arguments)
