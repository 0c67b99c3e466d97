"""Konbit's schema and a partner's become one, by each of the three composers that are in use."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, graphql_sync

from resolvers.schema import FEDERATION, build

COMPOSERS = ("apollo", "guild", "cosmo")
PARTNER = Path(__file__).parents[3] / "client_examples" / "federation" / "partner.graphql"
PAGES = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
interface Node { id: ID! }
type Query { rooms(first: Int): RoomConnection }
type RoomConnection { nodes: [Room!]! pageInfo: PageInfo! }
type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Room implements Node @key(fields: "id") { id: ID! place: Location }
type Location @key(fields: "id", resolvable: false) { id: ID! }
"""
VERSIONS: dict[str, set[str]] = {"2.4": {"apollo", "guild"}, FEDERATION: set(), "2.9": set(), "2.10": {"guild"}}
"Of the directives, and which composers refuse it."


@pytest.fixture(scope="module")
def konbit() -> str:
    """What a gateway is told by `_service`."""
    answer = graphql_sync(build()[0]._schema, "{ _service { sdl } }")
    assert answer.data
    sdl: str = answer.data["_service"]["sdl"]
    return sdl


def at_version(sdl: str, version: str) -> str:
    changed, times = re.subn(r"federation/v[\d.]+", f"federation/v{version}", sdl)
    assert times == 1
    return changed


@pytest.fixture(scope="module")
def said(programs: Path, konbit: str) -> Any:
    """What each composer says of Konbit with partners, and of each version with one: all asked at once."""
    sets = {version: {"konbit": at_version(konbit, version), "waits": PARTNER.read_text()} for version in VERSIONS}
    sets["partners"] = {"konbit": konbit, "waits": PARTNER.read_text(), "rooms": PAGES}
    asked = {
        name: [{"name": each, "url": f"http://{each}.example/graphql", "sdl": sdl} for each, sdl in sdls.items()]
        for name, sdls in sets.items()
    }
    run = subprocess.run(
        ["node", "compose.js"],
        cwd=programs, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return json.loads(run.stdout)


def test_all_three_compose_it_with_partners(said: Any) -> None:
    told = said["partners"]
    assert [told[name]["errors"] for name in COMPOSERS] == [[], [], []]
    for name in ("apollo", "guild"):
        supergraph = build_schema(told[name]["supergraph"], assume_valid_sdl=True)
        assert {"services", "referrals", "longestWaits", "rooms"} <= supergraph.type_map["Query"].fields.keys()
        assert {"name", "waitingDays"} <= supergraph.type_map["Service"].fields.keys()
    assert {"services", "referrals", "longestWaits", "rooms"} <= set(told["cosmo"]["fields"])


@pytest.mark.parametrize("version", VERSIONS)
def test_why_it_is_this_version(said: Any, version: str) -> None:
    """Older ones have no @requiresScopes, newer ones are unknown to the Guild's composer."""
    assert {name for name in COMPOSERS if said[version][name]["errors"]} == VERSIONS[version]


def test_what_a_partner_may_refer_to(konbit: str) -> None:
    """The keys of the contract; nothing of people has one."""
    found = {
        name: keys
        for name, directives in re.findall(r"^type (\w+)[^{@]*([^{]*)\{", konbit, re.MULTILINE)
        if (keys := re.findall(r'@key\(fields: "(\w+)"', directives))
    }
    assert found == {
        "Area": ["pcode"],
        "Course": ["id", "code"],
        "Indicator": ["code"],
        "Location": ["id"],
        "Organization": ["id", "slug"],
        "Service": ["id"],
        "ServiceAtLocation": ["id"],
    }
