"""A device takes the directory with it: signed, whole, and brought up to date by what changed since."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from api.database import DatabaseURLs
from api.exports.signing import TYPE
from api.exports.snapshots import content_digest
from auth.tokens import InvalidToken, Profile, read_token
from tests.api.exporting import ISSUER, SECRETS, Desk, open_desk, plant, service

Records = dict[tuple[str, str], Any]


@pytest.fixture
async def told(database: DatabaseURLs) -> AsyncIterator[Desk]:
    async with open_desk(database) as desk:
        await desk.tell(service("S-1"), service("S-2", "Cours"), service("S-3", "Repas"))
        yield desk


async def keys(desk: Desk) -> dict[str, Any]:
    """What /oauth/jwks says."""
    return (await desk.ring.keys(now=datetime.now(UTC))).key_set()


def manifest_of(signature: str, published: Any) -> dict[str, Any]:
    """As docs/exports.md says it."""
    checked = jws.deserialize_compact(signature, KeySet.import_key_set(published), algorithms=["ES256"])
    assert checked.headers()["typ"] == TYPE == "konbit-snapshot+jws"
    manifest: dict[str, Any] = json.loads(checked.payload)
    return manifest


def checked_json(body: bytes, published: dict[str, Any]) -> tuple[Records, list[dict[str, Any]], dict[str, Any]]:
    said, _, rest = body.rpartition(b',"signature":')
    manifest = manifest_of(json.loads(rest.strip()[:-1]), published)
    assert hashlib.sha256(said).hexdigest() == manifest["sha256"]
    read = json.loads(body)
    assert {**read["manifest"], "sha256": manifest["sha256"]} == manifest
    return {(each["kind"], each["id"]): each["document"] for each in read["records"]}, read["removed"], manifest


def opened(body: bytes, path: Path) -> sqlite3.Connection:
    path.write_bytes(body)
    return sqlite3.connect(path)


def checked_sqlite(database: sqlite3.Connection, published: dict[str, Any]) -> tuple[Records, dict[str, Any]]:
    (signature,) = database.execute("SELECT jws FROM signature").fetchone()
    manifest = manifest_of(signature, published)
    assert content_digest(database) == manifest["sha256"]
    rows = database.execute("SELECT kind, id, document FROM record")
    return {(kind, key): json.loads(document) for kind, key, document in rows}, manifest


APPLY = """
ATTACH '{path}' AS newer;
DELETE FROM record WHERE (kind, id) IN (SELECT kind, id FROM newer.removed);
INSERT OR REPLACE INTO record SELECT * FROM newer.record;
"""


async def test_both_forms_say_the_same_and_are_signed(told: Desk, tmp_path: Path) -> None:
    published = await keys(told)
    one, two = await told.get("/snapshot.json"), await told.get("/snapshot.sqlite")

    records, removed, manifest = checked_json(one.body, published)
    database = opened(two.body, tmp_path / "one.sqlite")
    also, other = checked_sqlite(database, published)

    assert records == also
    assert removed == []
    assert (manifest["iss"], manifest["since"], manifest["narrowed"]) == (ISSUER, None, {})
    assert manifest["position"] == other["position"] == int(one.headers["konbit-position"])
    assert {kind for kind, _ in records} == {"ORGANIZATION", "LOCATION", "SERVICE"}
    assert sorted(record["names"]["fr"] for (kind, _), record in records.items() if kind == "SERVICE") == [
        "Cours",
        "Repas",
        "Soins",
    ]
    names = database.execute("SELECT names ->> '$.fr', category FROM service ORDER BY 1").fetchall()
    assert names == [("Cours", "HEALTH"), ("Repas", "HEALTH"), ("Soins", "HEALTH")]
    assert database.execute("SELECT count(*) FROM place WHERE pcode = 'HT0632' AND latitude > 18").fetchone() == (3,)
    assert two.headers["content-disposition"] == 'attachment; filename="konbit-directory.sqlite"'


async def test_the_old_one_and_what_changed_since_are_the_new_one(told: Desk, tmp_path: Path) -> None:
    published = await keys(told)
    old, _, manifest = checked_json((await told.get("/snapshot.json")).body, published)
    since = f"since={manifest['position']}"
    database = opened((await told.get("/snapshot.sqlite")).body, tmp_path / "old.sqlite")

    await told.tell(service("S-1", "Soins infirmiers"), service("S-4", "Abri"))
    await told.network.owner.execute("UPDATE service SET removed_at = now() WHERE names ->> 'fr' = 'Cours'")
    await told.network.owner.execute("UPDATE service SET visibility = 'ORGANIZATION' WHERE names ->> 'fr' = 'Repas'")
    await told.written()
    changed, removed, newer = checked_json((await told.get("/snapshot.json", since)).body, published)
    new, _, latest = checked_json((await told.get("/snapshot.json")).body, published)

    gone = {(each["kind"], each["id"]) for each in removed}
    assert len([kind for kind, _ in gone if kind == "SERVICE"]) == 2
    assert {key: value for key, value in old.items() if key not in gone} | changed == new
    assert (newer["since"], newer["position"]) == (manifest["position"], latest["position"])
    (tmp_path / "newer.sqlite").write_bytes((await told.get("/snapshot.sqlite", since)).body)
    checked_sqlite(sqlite3.connect(tmp_path / "newer.sqlite"), published)
    database.executescript(APPLY.format(path=tmp_path / "newer.sqlite"))
    rows = database.execute("SELECT kind, id, document FROM record")
    assert {(kind, key): json.loads(document) for kind, key, document in rows} == new
    again, none, _ = checked_json((await told.get("/snapshot.json", f"since={latest['position']}")).body, published)
    assert (again, none) == ({}, [])


async def test_of_a_narrowed_one_what_left_it_is_gone(told: Desk) -> None:
    published = await keys(told)
    only = "category=HEALTH&pcode=HT0632"
    old, _, manifest = checked_json((await told.get("/snapshot.json", only)).body, published)

    await told.tell(service("S-2", "Cours", category="EDUCATION"), service("S-3", "Repas", fees=None))
    since = f"{only}&since={manifest['position']}"
    changed, removed, newer = checked_json((await told.get("/snapshot.json", since)).body, published)
    new, _, _ = checked_json((await told.get("/snapshot.json", only)).body, published)

    assert {kind for kind, _ in old} == {"SERVICE"}
    assert newer["narrowed"] == {"category": "HEALTH", "pcode": "HT0632"}
    gone = {(each["kind"], each["id"]) for each in removed}
    assert {key: value for key, value in old.items() if key not in gone} | changed == new
    assert len(new) == 2


async def test_what_was_hidden_is_in_no_difference(told: Desk) -> None:
    await plant(told)

    for query in ("", "since=0", "since=1", "since=3"):
        for name in ("/snapshot.json", "/snapshot.sqlite"):
            answer = await told.get(name, query, told.token("police"))
            assert answer.status == 200
            assert [word for word in SECRETS if word.encode() in answer.body] == []


async def test_a_changed_byte_is_noticed(told: Desk, tmp_path: Path) -> None:
    published = await keys(told)
    body = (await told.get("/snapshot.json")).body
    with pytest.raises(AssertionError):
        checked_json(body.replace(b"Soins", b"Saints"), published)
    said, _, rest = body.rpartition(b',"signature":')
    head, payload, signature = json.loads(rest.strip()[:-1]).split(".")
    padded = payload + "=" * (-len(payload) % 4)
    forged = orjson.dumps({**orjson.loads(base64.urlsafe_b64decode(padded)), "position": 7})
    other = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
    with pytest.raises(BadSignatureError):
        manifest_of(f"{head}.{other}.{signature}", published)
    assert said

    database = opened((await told.get("/snapshot.sqlite")).body, tmp_path / "one.sqlite")
    database.executescript("DROP VIEW service; CREATE VIEW service AS SELECT 1 AS id")
    with pytest.raises(AssertionError):
        checked_sqlite(database, published)


async def test_a_signature_is_no_token(told: Desk) -> None:
    found = await told.ring.keys(now=datetime.now(UTC))
    read = orjson.loads((await told.get("/snapshot.json")).body)

    profile = Profile(issuer=ISSUER, audience=f"{ISSUER}/graphql")
    with pytest.raises(InvalidToken):
        read_token(read["signature"], keys=found.published, profile=profile, now=datetime.now(UTC))
