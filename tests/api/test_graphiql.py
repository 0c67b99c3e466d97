"""The editor is served whole from here, under a policy that lets nothing else in."""

from __future__ import annotations

import gzip
import re

import pytest

from api.graphiql import FILES
from tests.api.edge import Answer, Edge, small_edge

pytestmark = pytest.mark.anyio
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PERSONAS = {
    "issuer": "https://demo.example",
    "personas": {"brc": {"client_id": "brc", "client_secret": "x", "scope": "people:read", "organization": "BRC"}},
}


@pytest.fixture(scope="module")
def edge() -> Edge:
    return small_edge()


async def test_a_browser_gets_the_editor_without_a_token_and_everything_it_loads_is_here(edge: Edge) -> None:
    page = await edge.ask(method="GET", accept=BROWSER, authorization="")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'; " in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert [path for path in loaded if not path.startswith(("/graphiql/", "data:"))] == []
    for path in (*loaded[1:], "/graphiql/vendor.js"):
        answer = await edge.ask(method="GET", path=path, accept_encoding="gzip")
        assert answer.status == 200, path
        assert gzip.decompress(answer.body) == (FILES / path.rpartition("/")[2]).read_bytes()
        again = await edge.ask(method="GET", path=path, if_none_match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")


async def test_the_bare_address_leads_to_the_editor(edge: Edge) -> None:
    front = await edge.ask(method="GET", path="/", accept=BROWSER, authorization="")
    assert (front.status, front.headers["location"]) == (307, "/graphql")


async def test_nothing_else_of_the_folder_is_served(edge: Edge) -> None:
    for name in (
        "README.md",
        "LICENSES.txt",
        "build/entry.js",
        "../../pyproject.toml",
        "..",
        "missing.js",
        "index.html",
    ):
        assert (await edge.ask(method="GET", path=f"/graphiql/{name}")).status == 404, name


async def test_credentials_are_given_to_the_page_in_demo_mode_alone(edge: Edge) -> None:
    demo = await asked_who(small_edge(personas=lambda: PERSONAS))
    assert (demo.json, demo.headers["cache-control"]) == (PERSONAS, "no-store")
    assert (await asked_who(edge)).status == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("DEMO.example", 200),
        ("evil.example:8000", 404),
        ("127.0.0.1.evil.example", 404),
        ("evil.example@127.0.0.1:x[", 404),
        ("", 404),
    ],
)
async def test_credentials_are_told_under_our_own_names_alone(host: str, status: int) -> None:
    """A page of evil.example that has its name lead to this machine is of one origin with whatever answers there."""
    assert (await asked_who(small_edge(personas=lambda: PERSONAS), host=host)).status == status


async def asked_who(edge: Edge, *, host: str = "127.0.0.1:8000") -> Answer:
    return await edge.ask(method="GET", path="/graphiql/personas.json", host=host)


def test_the_bundle_says_whose_it_is() -> None:
    readme, licences = (FILES / "README.md").read_text(), (FILES / "LICENSES.txt").read_text()
    for package in ("graphiql 4.1.2", "codemirror 5.65.21", "react-dom 19.3.1"):
        assert f"## {package} (MIT)" in licences
    assert "graphiql 4.1.2" in readme
