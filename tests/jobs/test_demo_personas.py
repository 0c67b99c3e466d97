"""The personas' file: secret, of this installation, and true for as long as the program is started again."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.opaque import hash_of
from auth.scopes import OF_CLIENTS, Scope, parse_scopes
from jobs.demo.grants import GRANTS
from jobs.demo.organisations import PERSONAS
from jobs.demo.personas import NoDemoNetwork, write_personas
from tests.auth.deployment import SEALER
from tests.jobs.conftest import NOW

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
async def owner(demo: DatabaseURLs) -> AsyncIterator[asyncpg.Connection]:
    """Sees clients and people; forgets them afterwards."""
    connection = await asyncpg.connect(demo.migration)
    yield connection
    await connection.execute("DELETE FROM oauth_client; DELETE FROM membership; DELETE FROM account")
    await connection.close()


async def told(demo: DatabaseURLs, path: Path, issuer: str = ISSUER) -> dict[str, Any]:
    graphql = issuer + "/graphql"
    await write_personas(demo.auth, path=path, issuer=issuer, graphql=graphql, sealer=SEALER, now=NOW)
    return read(path)


def read(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text())
    return held


def secrets_of(held: dict[str, Any]) -> dict[str, str]:
    return {persona: entry["client_secret"] for persona, entry in held["personas"].items()}


async def known(owner: asyncpg.Connection) -> dict[str, bytes]:
    found = await owner.fetch("SELECT client_id, secret_hash FROM oauth_client WHERE secret_hash IS NOT NULL")
    return {row["client_id"].removeprefix("demo-"): row["secret_hash"] for row in found}


async def hold(owner: asyncpg.Connection, held: dict[str, Any]) -> None:
    """The database knows each secret that the file tells, and no other."""
    assert await known(owner) == {persona: hash_of(secret) for persona, secret in secrets_of(held).items()}


async def test_the_file_says_where_and_who(demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "new" / "demo.json"
    held = await told(demo, path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["demo.json"]
    assert (held["issuer"], held["graphql"]) == (ISSUER, ISSUER + "/graphql")
    assert {name: entry["organization"] for name, entry in held["personas"].items()} == PERSONAS
    assert all(
        set(entry) == {"client_id", "client_secret", "scope", "organization"} for entry in held["personas"].values()
    )
    assert len(set(secrets_of(held).values())) == len(PERSONAS)
    await hold(owner, held)
    for row in await owner.fetch(
        "SELECT client_id, scopes, roles, slug FROM oauth_client JOIN organization ON organization.id = organization_id"
        " WHERE client_id <> 'demo-device'"
    ):
        persona = row["client_id"].removeprefix("demo-")
        assert parse_scopes(held["personas"][persona]["scope"]) == GRANTS[persona].scopes
        assert set(row["scopes"]) == GRANTS[persona].scopes | OF_CLIENTS
        assert set(row["roles"]) == GRANTS[persona].roles
        assert row["slug"] == PERSONAS[persona]


async def test_a_second_start_changes_nothing(demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    first = await told(demo, path)
    written = path.stat().st_mtime_ns, path.stat().st_ino

    assert await told(demo, path) == first
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == written
    await hold(owner, first)


async def test_another_port_is_told_and_secrets_stay(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    first = await told(demo, tmp_path / "demo.json")
    moved = await told(demo, tmp_path / "demo.json", "http://127.0.0.1:8123")

    assert moved["graphql"] == "http://127.0.0.1:8123/graphql"
    assert secrets_of(moved) == secrets_of(first)
    await hold(owner, moved)


@pytest.mark.parametrize("damage", ["", "not json", "[]", '{"personas": {"brc": "?"}}', '{"personas": []}', None])
async def test_a_lost_file_brings_new_secrets(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path, damage: str | None
) -> None:
    path = tmp_path / "demo.json"
    first = await told(demo, path)
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage)
    path.parent.chmod(0o700)
    second = await told(demo, path)

    assert not set(secrets_of(first).values()) & set(secrets_of(second).values())
    assert path.stat().st_mode & 0o777 == 0o600
    await hold(owner, second)


async def test_a_lost_database_is_given_the_secrets_of_the_file(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    first = await told(demo, tmp_path / "demo.json")
    await owner.execute("DELETE FROM oauth_client")

    assert await told(demo, tmp_path / "demo.json") == first
    await hold(owner, first)


async def test_a_secret_that_someone_chose_is_replaced(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "demo.json"
    held = await told(demo, path)
    held["personas"]["brc"]["client_secret"] = "secret"
    path.write_text(json.dumps(held))
    again = await told(demo, path)

    assert len(again["personas"]["brc"]["client_secret"]) == 43
    assert again["personas"]["police"] == held["personas"]["police"]
    await hold(owner, again)


async def test_a_suspended_persona_and_a_changed_grant_are_put_right(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    await told(demo, tmp_path / "demo.json")
    await owner.execute("UPDATE oauth_client SET status = 'SUSPENDED', scopes = '{admin}', roles = '{ADMINISTRATOR}'")
    await told(demo, tmp_path / "demo.json")
    found = await owner.fetch("SELECT status, scopes, roles FROM oauth_client WHERE client_id = 'demo-ministry'")

    scopes = sorted({Scope.DIRECTORY_READ, Scope.INDICATORS_READ} | OF_CLIENTS)
    assert [tuple(row) for row in found] == [("ACTIVE", scopes, ["ANALYST"])]


async def test_an_empty_database_has_no_personas(database: DatabaseURLs, tmp_path: Path) -> None:
    with pytest.raises(NoDemoNetwork):
        await told(database, tmp_path / "demo.json")

    assert not (tmp_path / "demo.json").exists()


def test_scopes_are_those_the_journeys_need() -> None:
    scopes = {persona: grant.scopes for persona, grant in GRANTS.items()}

    assert set(scopes) == set(PERSONAS)
    for persona in ("brc", "registry", "outsider", "medical", "shelter", "police"):
        assert scopes[persona] >= {Scope.DIRECTORY_READ, Scope.PEOPLE_READ, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE}
        assert not scopes[persona] & {Scope.TRAINING_READ, Scope.TRAINING_WRITE}
    assert Scope.PEOPLE_WRITE in scopes["brc"]
    assert scopes["ministry"] == {Scope.DIRECTORY_READ, Scope.INDICATORS_READ}
    assert not any(Scope.ADMIN in held for held in scopes.values())
