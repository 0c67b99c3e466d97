"""The installable pages are served whole, under a policy that lets nothing in from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
from urllib.parse import urljoin

import pytest

from api.pages import SITES, WEB, files
from tests.api.edge import Edge, small_edge

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def edge() -> Edge:
    return small_edge()


@pytest.mark.parametrize("site", SITES)
async def test_a_page_and_all_it_names_is_here(edge: Edge, site: str) -> None:
    bare = await edge.ask(method="GET", path=f"/{site}", authorization="")
    assert (bare.status, bare.headers["location"]) == (308, f"/{site}/")
    page = await edge.ask(method="GET", path=f"/{site}/", authorization="")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert re.search(rb"<script(?! [^>]*src=)| on\w+=| style=", page.body) is None
    for named in re.findall(r'(?:src|href)="([^"#]+)"', page.body.decode()):
        path = urljoin(f"/{site}/", named)
        answer = await edge.ask(method="GET", path=path, authorization="")
        assert answer.status == 200, path
        assert answer.body == (WEB / path.removeprefix("/")).read_bytes()


@pytest.mark.parametrize("site", SITES)
async def test_every_module_that_is_imported_is_kept_for_when_there_is_no_network(site: str) -> None:
    kept = json.loads(files()[f"/{site}/kept.js"].plain.decode().partition("=")[2].rstrip(";\n"))["files"]
    for path in (each for each in kept if each.endswith(".js") and each.startswith(f"/{site}/")):
        for named in re.findall(r'(?:from|import) "([^"]+)"', files()[path].plain.decode()):
            assert urljoin(path, named) in kept, (path, named)


async def test_a_file_is_sent_small_and_once(edge: Edge) -> None:
    packed = await edge.ask(method="GET", path="/shared/base.css", accept_encoding="gzip", authorization="")
    assert gzip.decompress(packed.body) == (WEB / "shared" / "base.css").read_bytes()
    again = await edge.ask(method="GET", path="/shared/base.css", if_none_match=packed.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "name", ["README.md", "../graphiql/page.js", "..%2f..%2fpyproject.toml", "nothing.js", "index.html"]
)
async def test_nothing_else_is_served(edge: Edge, name: str) -> None:
    assert (await edge.ask(method="GET", path=f"/dashboard/{name}")).status == 404
