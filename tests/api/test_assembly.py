"""The program put together: what an operator sets reaches the part that it is about."""

import pytest

from api.assembly import build
from api.database import DatabaseURLs
from api.settings import Settings
from tests.api.edge import Edge, Tokens

NOWHERE = "postgresql://nobody@localhost:1/nothing"
URLS = DatabaseURLs(app=NOWHERE, auth=NOWHERE, worker=NOWHERE, migration=NOWHERE)


@pytest.mark.parametrize(("origin", "status"), [("https://desk.example", 204), ("https://else.example", 405)])
async def test_pages_of_the_origins_that_are_set_may_ask(origin: str, status: int) -> None:
    edge = Edge(build(Settings(origins=("https://desk.example",)), URLS), Tokens(), "")
    flight = await edge.ask(method="OPTIONS", origin=origin, access_control_request_method="POST")
    assert flight.status == status
