"""What one client may make the database look for: as many words as a search reads, however many it sends."""

from typing import Any

import pytest

from api.graph.bell import Bell
from api.graph.engine import Engine
from api.graph.execute import Graph
from models.rules.words import MAX_WORDS
from tests.actions.network import Network
from tests.resolvers.test_writes import OPERATIONS, SCHEMA, Clients

pytestmark = pytest.mark.anyio
ASKED = """query($text: String) { organizations(filter: {text: $text}) { totalCount }
                         people(filter: {text: $text}) { totalCount } }"""


async def test_words_beyond_what_a_search_reads_are_not_looked_for(network: Network) -> None:
    clients = Clients(network, Graph(SCHEMA._schema, Engine(OPERATIONS, network.database, Bell())))
    await network.person()

    async def found(text: str) -> Any:
        answer = await clients.ask("brc", ASKED, {"text": text})
        return [answer[name]["totalCount"] for name in ("organizations", "people")]

    within, beyond = "a " * (MAX_WORDS - 1) + "nowhere", "a " * 60_000 + "nowhere"
    assert await found("a") == await found(beyond) == [5, 1]
    assert await found(within) == [0, 0]
