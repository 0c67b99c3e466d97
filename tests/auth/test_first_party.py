"""The network's own programs: registered at each start, as they should be, and nothing written twice."""

import asyncio

from auth.first_party import PAGES, ensure_first_party
from auth.scopes import Scope
from auth.tokens import Profile
from tests.auth.deployment import PROFILE, Deployment

FOUND = "SELECT *, xmin::text FROM oauth_client WHERE organization_id IS NULL ORDER BY client_id"


async def _ensure(deployment: Deployment, profile: Profile = PROFILE) -> None:
    async with deployment.engine.begin() as connection:
        await ensure_first_party(connection, profile=profile, now=deployment.clock.now)


async def test_the_pages_are_public_clients_of_the_network(deployment: Deployment) -> None:
    await _ensure(deployment)
    attendance, dashboard, services = clients = await deployment.sql(FOUND)
    assert [client["client_id"] for client in clients] == ["konbit-attendance", "konbit-dashboard", "konbit-map"]
    assert services["scopes"] == ["directory:read", "openid", "profile"]
    for client in clients:
        assert (client["proof"], client["grants"]) == ("NONE", ["AUTHORIZATION_CODE", "REFRESH_TOKEN"])
        assert client["dpop_bound"]
        assert Scope.GRAPH_DOCUMENTS not in client["scopes"]
        assert Scope.GRAPH_INTROSPECTION not in client["scopes"]
    assert dashboard["redirect_uris"] == ["https://konbit.example/dashboard/"]
    assert attendance["scopes"] == [
        *("directory:read", "offline_access", "openid", "profile", "training:read", "training:write"),
    ]


async def test_a_second_start_writes_nothing_and_follows_the_address(deployment: Deployment) -> None:
    await _ensure(deployment)
    before = await deployment.sql(FOUND)
    await asyncio.gather(*(_ensure(deployment) for _ in range(4)))
    assert await deployment.sql(FOUND) == before
    elsewhere = Profile(issuer="http://127.0.0.1:8123", audience="http://127.0.0.1:8123/graphql")
    await _ensure(deployment, elsewhere)
    for client, page in zip(await deployment.sql(FOUND), sorted(PAGES, key=lambda page: page.client_id), strict=True):
        assert client["redirect_uris"] == [f"http://127.0.0.1:8123{page.path}", f"http://localhost:8123{page.path}"]


async def test_a_page_that_was_suspended_stays_so(deployment: Deployment) -> None:
    await _ensure(deployment)
    await deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = 'konbit-dashboard'")
    await _ensure(deployment)
    found = {client["client_id"]: client["status"] for client in await deployment.sql(FOUND)}
    assert found == {"konbit-attendance": "ACTIVE", "konbit-dashboard": "SUSPENDED", "konbit-map": "ACTIVE"}


async def test_no_organisations_client_is_taken_for_a_page(deployment: Deployment) -> None:
    await deployment.register("konbit-dashboard")
    await _ensure(deployment)
    [own] = await deployment.sql("SELECT organization_id, proof FROM oauth_client WHERE client_id = 'konbit-dashboard'")
    assert (own["organization_id"], own["proof"]) == (deployment.brc, "CLIENT_SECRET_BASIC")
