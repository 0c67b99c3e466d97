"""The demo's people: at every persona's organisation, with what they sign in with; the same at each start."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.database import open_auth_engine
from auth.people import passwords, totp
from auth.people.passwords import Passwords
from jobs.demo.organisations import PERSONAS
from models.rules.passwords import check
from models.rules.roles import RESERVED, Role
from tests.auth.deployment import SEALER
from tests.jobs.conftest import NOW
from tests.jobs.test_demo_personas import owner, told

__all__ = ["owner"]
MEMBERSHIPS = """
SELECT s.name, o.slug, l.slug AS site, m.roles, m.status FROM membership m JOIN sign_in_name s USING (account_id)
JOIN organization o ON o.id = m.organization_id LEFT JOIN location l ON l.id = m.site_id"""


def _as_told(people: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {
        (each["sign_in_name"], post["organization"], post["site"], tuple(post["roles"]), "ACTIVE")
        for each in people.values()
        for post in each["memberships"]
    }


async def test_everyone_is_a_member_as_the_file_tells(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    people = (await told(demo, tmp_path / "demo.json"))["people"]
    rows = await owner.fetch(MEMBERSHIPS)
    assert {(row[0], row[1], row[2], tuple(row[3]), row[4]) for row in rows} == _as_told(people)
    at = {persona: people[persona]["memberships"][0]["organization"] for persona in PERSONAS}
    assert at == PERSONAS
    for persona in PERSONAS:
        assert people[f"{persona}-administrator"]["memberships"] == [
            {"organization": PERSONAS[persona], "roles": ["ADMINISTRATOR"], "site": None}
        ]
    assert [post["organization"] for post in people["two-organizations"]["memberships"]] == [
        PERSONAS["brc"],
        PERSONAS["shelter"],
    ]
    assert people["at-a-site"]["memberships"][0]["site"] == "brc-belladere"
    stewards = {key for key, each in people.items() if set(each["memberships"][0]["roles"]) & RESERVED}
    assert stewards == {"steward"}
    assert Role.NETWORK_STEWARD in people["steward"]["memberships"][0]["roles"]


async def test_they_sign_in_with_what_the_file_tells(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    people = (await told(demo, tmp_path / "demo.json"))["people"]
    hashing, engine = Passwords(), open_auth_engine(demo.auth, connections=1)
    try:
        async with engine.begin() as connection:
            for key in ("brc", "steward-administrator", "at-a-site"):
                name, password = people[key]["sign_in_name"], people[key]["password"]
                check(password, own=[name, people[key]["name"]])
                account = await owner.fetchval("SELECT account_id FROM sign_in_name WHERE name = $1", name)
                verdict = await hashing.verify(await passwords.stored(connection, UUID(str(account))), password)
                assert verdict.right
                secret = base64.b32decode(people[key]["totp_secret"])
                for late in (0, 30):
                    now = NOW + timedelta(seconds=late)
                    code = totp.code(secret, totp.step_of(now))
                    assert await totp.check(connection, account, code, sealer=SEALER, now=now)
                    assert not await totp.check(connection, account, code, sealer=SEALER, now=now)
    finally:
        hashing.close()
        await engine.dispose()


async def test_a_second_start_writes_nothing(demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path) -> None:
    written = "SELECT max(xmin::text::bigint), count(*) FROM {}"
    tables = ("account", "membership", "sign_in_name", "password", "totp")
    first = await told(demo, tmp_path / "demo.json")
    before = [tuple(await owner.fetchrow(written.format(table))) for table in tables]
    assert await told(demo, tmp_path / "demo.json") == first
    assert [tuple(await owner.fetchrow(written.format(table))) for table in tables] == before


async def test_who_was_suspended_or_has_left_is_not_brought_back(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    first = await told(demo, tmp_path / "demo.json")
    await owner.execute("UPDATE membership SET status = 'LEFT', left_at = now()")
    assert await told(demo, tmp_path / "demo.json") == first
    assert await owner.fetchval("SELECT count(*) FROM membership WHERE status <> 'LEFT'") == 0


async def test_a_lost_database_is_given_what_the_file_tells(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    first = await told(demo, tmp_path / "demo.json")
    await owner.execute("DELETE FROM membership; DELETE FROM account")
    assert await told(demo, tmp_path / "demo.json") == first


@pytest.mark.parametrize("damage", ["[]", "{}", '{"brc": {"password": "password1234", "totp_secret": 5}}', "null"])
async def test_a_lost_file_brings_other_secrets(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "demo.json"
    first = await told(demo, path)
    path.write_text(json.dumps({**first, "people": json.loads(damage)}))
    again = await told(demo, path)
    for key, each in again["people"].items():
        assert each["password"] != first["people"][key]["password"]
        assert each["totp_secret"] != first["people"][key]["totp_secret"]
        assert each["memberships"] == first["people"][key]["memberships"]
    assert again["personas"] == first["personas"]


async def test_the_trainers_telephone_may_do_no_more_than_a_device(
    demo: DatabaseURLs, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    device = (await told(demo, tmp_path / "demo.json"))["device"]
    row = await owner.fetchrow("SELECT * FROM oauth_client WHERE client_id = $1", device["client_id"])
    assert (row["proof"], row["grants"]) == ("NONE", ["DEVICE_CODE", "REFRESH_TOKEN"])
    assert set(device["scope"].split()) == {"directory:read", "openid", "training:read", "training:write"}
    assert set(row["scopes"]) - set(device["scope"].split()) == {"graph:documents"}
