"""Registering programs and providers: secrets told once, keys and addresses checked, scopes asked for and granted."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey

from actions.client_standing import FOLLOW
from api.database import DatabaseURLs
from auth.opaque import hash_of
from planner.ids import global_id
from tests.planner.answering import actor
from tests.resolvers.administered import ADMINISTRATOR, STEWARD, Administered, administered, codes

MACHINE = {"name": "Case system", "grants": ["CLIENT_CREDENTIALS"], "roles": ["INTAKE"], "scopes": ["directory:read"]}
APP = {"name": "App", "grants": ["AUTHORIZATION_CODE", "REFRESH_TOKEN"], "public": True}
HOME = "https://app.example/back"


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[Administered]:
    async with administered(database) as ready:
        yield ready


def keys(*, private: bool = False) -> str:
    return json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=private)]})


async def test_a_secret_is_told_once_and_its_hash_alone_is_kept(world: Administered) -> None:
    who, key = await world.administrator(), {"idempotencyKey": "once"}

    first = await world.do(who, "registerClient", **MACHINE, **key)
    again = await world.do(who, "registerClient", **MACHINE, **key)

    assert first["client"] == {
        **first["client"],
        "proof": "CLIENT_SECRET_BASIC",
        "grants": ["CLIENT_CREDENTIALS"],
        "scopes": [],
        "wantedScopes": ["directory:read"],
    }
    assert (again["secret"], again["client"], again["problems"]) == (None, first["client"], [])
    [kept] = await world.owner.fetch("SELECT * FROM oauth_client")
    assert kept["secret_hash"] == hash_of(first["secret"])
    assert kept["organization_id"] == world.ours
    assert first["secret"] not in str(await world.everything())


@pytest.mark.parametrize("of", ["publicKeys", "publicKeysUrl", "public"])
async def test_who_has_keys_or_is_public_has_no_secret(world: Administered, of: str) -> None:
    given: dict[str, Any] = {
        "publicKeys": {**MACHINE, "publicKeys": keys()},
        "publicKeysUrl": {**MACHINE, "publicKeysUrl": "https://keys.example/jwks"},
        "public": {**APP, "redirectUris": [HOME]},
    }[of]

    payload = await world.do(await world.administrator(), "registerClient", **given)

    assert (payload["problems"], payload["secret"]) == ([], None)
    assert payload["client"]["proof"] == ("NONE" if of == "public" else "PRIVATE_KEY_JWT")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({**MACHINE, "publicKeys": "not json"}, "publicKeys"),
        ({**MACHINE, "publicKeys": "[]"}, "publicKeys"),
        ({**MACHINE, "publicKeys": keys(private=True)}, "publicKeys"),
        ({**MACHINE, "publicKeysUrl": "http://keys.example/"}, "publicKeysUrl"),
        ({**MACHINE, "publicKeysUrl": "app.example:/keys"}, "publicKeysUrl"),
        ({**MACHINE, "publicKeys": keys(), "public": True}, "public"),
        ({**MACHINE, "grants": []}, "grants"),
        ({**MACHINE, "public": True}, "grants"),
        ({**MACHINE, "scopes": ["everything"]}, "scopes"),
        (APP, "grants"),
        ({**APP, "redirectUris": ["https://user@app.example/"]}, "redirectUris"),
        ({**APP, "redirectUris": ["https://app.example/#f"]}, "redirectUris"),
        ({**APP, "redirectUris": ["http://app.example/"]}, "redirectUris"),
        ({**APP, "redirectUris": ["https://*.example/"]}, "redirectUris"),
        ({**APP, "redirectUris": [f"{HOME}/{n}" for n in range(21)]}, "redirectUris"),
        ({**APP, "redirectUris": [HOME], "postLogoutRedirectUris": ["ftp://a/"]}, "postLogoutRedirectUris"),
        ({**APP, "redirectUris": [HOME], "backchannelLogoutUri": "http://a.example/"}, "backchannelLogoutUri"),
        ({**APP, "redirectUris": [HOME], "name": " "}, "name"),
    ],
)
async def test_an_unfit_program_is_not_registered(world: Administered, given: dict[str, Any], field: str) -> None:
    payload = await world.do(await world.administrator(), "registerClient", **given)

    assert [(each["code"], each["field"]) for each in payload["problems"]] == [("INVALID_INPUT", [field])]
    assert (payload["client"], payload["secret"]) == (None, None)


async def test_a_secret_is_followed_by_another_with_an_overlap(world: Administered) -> None:
    who, key = await world.administrator(), await world.client(secret_hash=hash_of("before"))
    held = {"clientId": global_id("Client", key)}

    payload = await world.do(who, "rotateClientSecret", **held, overlapHours=2, idempotencyKey="once")
    again = await world.do(who, "rotateClientSecret", **held, overlapHours=2, idempotencyKey="once")

    row = await world.row("oauth_client", key)
    assert row["secret_hash"] == hash_of(payload["secret"])
    assert row["previous_secret_hash"] == hash_of("before")
    left = row["previous_secret_until"] - datetime.now(UTC)
    assert timedelta(minutes=119) < left <= timedelta(hours=2)
    assert (again["secret"], again["problems"]) == (None, [])
    assert (await world.row("oauth_client", key))["secret_hash"] == row["secret_hash"]
    at_once = await world.do(who, "rotateClientSecret", **held, overlapHours=0)
    stolen = await world.row("oauth_client", key)
    assert (stolen["previous_secret_hash"], stolen["previous_secret_until"]) == (None, None)
    assert stolen["secret_hash"] == hash_of(at_once["secret"])
    assert codes(await world.do(who, "rotateClientSecret", **held, overlapHours=169)) == ["INVALID_INPUT"]


async def test_the_secret_of_a_stewards_program_is_told_to_stewards_alone(world: Administered) -> None:
    key = await world.client(secret_hash=hash_of("before"), roles=["NETWORK_STEWARD"])
    who, wish = await world.administrator(), {"clientId": global_id("Client", key)}
    payload = await world.do(who, "rotateClientSecret", **wish)
    assert (codes(payload), payload["secret"]) == (["NOT_ALLOWED"], None)
    async with world.graph.session(who) as session:
        assert await session.value(FOLLOW, key=key, hash=hash_of("mine"), until=None) is False
    assert (await world.row("oauth_client", key))["secret_hash"] == hash_of("before")
    steward = actor(world.ours, roles=ADMINISTRATOR | STEWARD)
    assert codes(await world.do(steward, "rotateClientSecret", **wish)) == []


async def test_who_has_no_secret_gets_none(world: Administered) -> None:
    public = await world.client(proof="NONE", secret_hash=None, grants=["DEVICE_CODE"])
    wish = {"clientId": global_id("Client", public)}
    assert codes(await world.do(await world.administrator(), "rotateClientSecret", **wish)) == ["NOT_ALLOWED"]


async def test_scopes_are_asked_for_by_one_and_granted_by_another(world: Administered) -> None:
    who, steward = await world.administrator(), actor(world.theirs, roles=STEWARD)
    key = await world.client()
    held = {"clientId": global_id("Client", key)}
    asking = "{ clients(filter: {asking: true}) { nodes { id organization { slug } wantedScopes } } }"

    wished = await world.do(who, "requestClientScopes", **held, scopes=["people:read", "directory:read"])
    assert (wished["client"]["scopes"], wished["client"]["wantedScopes"]) == ([], ["directory:read", "people:read"])
    waiting = (await world.ask(steward, asking))["clients"]["nodes"]
    assert [(each["id"], each["organization"]["slug"]) for each in waiting] == [(held["clientId"], "ours")]
    granted = await world.do(steward, "grantClientScopes", **held, scopes=["directory:read"])
    assert (granted["client"]["scopes"], granted["client"]["wantedScopes"]) == (["directory:read"], [])
    assert (await world.ask(steward, asking))["clients"]["nodes"] == []
    mine = actor(world.ours, roles=ADMINISTRATOR | STEWARD)
    assert codes(await world.do(mine, "grantClientScopes", **held, scopes=["admin"])) == []
    assert codes(await world.do(who, "grantClientScopes", **held, scopes=["admin"])) == ["NOT_ALLOWED"]
    unknown = {"clientId": global_id("Client", UUID(int=1)), "scopes": []}
    assert codes(await world.do(steward, "grantClientScopes", **unknown)) == ["NOT_FOUND"]
    assert codes(await world.do(steward, "grantClientScopes", **held, scopes=["root"])) == ["INVALID_INPUT"]


async def test_a_steward_sees_every_organisations_programs_and_changes_none(world: Administered) -> None:
    steward, client = actor(world.theirs, roles=STEWARD | ADMINISTRATOR), {}
    client["clientId"] = global_id("Client", await world.client())
    before = await world.everything()
    for mutation in ("suspendClient", "rotateClientSecret", "updateClient"):
        assert codes(await world.do(steward, mutation, **client)) == ["NOT_FOUND"]
    assert await world.everything() == before


async def test_the_networks_own_program_is_nobodys_to_grant(world: Administered) -> None:
    key = await world.client(grants=["AUTHORIZATION_CODE"], proof="NONE", secret_hash=None)
    await world.owner.execute("UPDATE oauth_client SET organization_id = NULL WHERE id = $1", key)
    wish = {"clientId": global_id("Client", key), "scopes": ["admin"]}
    assert codes(await world.do(actor(world.ours, roles=STEWARD), "grantClientScopes", **wish)) == ["NOT_FOUND"]


async def test_a_program_is_said_anew(world: Administered) -> None:
    who = await world.administrator()
    usual = {"grants": ["AUTHORIZATION_CODE"], "proof": "PRIVATE_KEY_JWT", "secret_hash": None}
    key = await world.client(**usual, jwks_uri="https://a.example/", redirect_uris=[HOME], known_keys='{"keys": []}')
    held = {"clientId": global_id("Client", key)}

    said = await world.do(who, "updateClient", **held, name="New", roles=["TRAINER"], redirectUris=[HOME, HOME + "2"])
    assert said["client"] == {
        "id": held["clientId"],
        "name": "New",
        "roles": ["TRAINER"],
        "redirectUris": [HOME, HOME + "2"],
        "publicKeysUrl": "https://a.example/",
    }
    assert (await world.row("oauth_client", key))["known_keys"] is not None
    moved = await world.do(who, "updateClient", **held, publicKeysUrl="https://b.example/")
    assert moved["client"]["publicKeysUrl"] == "https://b.example/"
    assert (await world.row("oauth_client", key))["known_keys"] is None
    own = await world.do(who, "updateClient", **held, publicKeys=keys())
    assert own["client"]["publicKeysUrl"] is None
    assert codes(await world.do(who, "updateClient", **held, redirectUris=[])) == ["INVALID_INPUT"]
    secret = {"clientId": global_id("Client", await world.client())}
    assert codes(await world.do(who, "updateClient", **secret, publicKeys=keys())) == ["NOT_ALLOWED"]


async def test_a_machine_is_bound_to_ones_own_issuer_of_machines(world: Administered) -> None:
    who, key = await world.administrator(), await world.client()
    held = {"clientId": global_id("Client", key), "subject": "machine-1"}
    machines = {"providerId": global_id("IdentityProvider", await world.provider(machines=True))}
    people = {"providerId": global_id("IdentityProvider", await world.provider())}
    theirs = {"providerId": global_id("IdentityProvider", await world.provider(of=world.theirs, machines=True))}

    assert codes(await world.do(who, "bindClientToIssuer", **held, **people)) == ["NOT_FOUND"]
    assert codes(await world.do(who, "bindClientToIssuer", **held, **theirs)) == ["NOT_FOUND"]
    bound = await world.do(who, "bindClientToIssuer", **held, **machines)
    assert (bound["client"]["proof"], bound["client"]["subject"]) == ("TRUSTED_ISSUER", "machine-1")
    assert bound["client"]["provider"]["id"] == machines["providerId"]
    assert (await world.row("oauth_client", key))["secret_hash"] is None
    second = {"clientId": global_id("Client", await world.client()), "subject": "machine-1"}
    assert codes(await world.do(who, "bindClientToIssuer", **second, **machines)) == ["NOT_ALLOWED"]
    app = await world.client(grants=["AUTHORIZATION_CODE"], proof="NONE", secret_hash=None)
    wish = {"clientId": global_id("Client", app), "subject": "machine-2"}
    assert codes(await world.do(who, "bindClientToIssuer", **wish, **machines)) == ["NOT_ALLOWED"]


async def test_an_issuer_vouches_for_one_organisation(world: Administered) -> None:
    ours, theirs = await world.administrator(), await world.administrator(of=world.theirs)
    wish = {"issuer": "https://login.example/realms/a", "name": "Login", "clientId": "konbit"}

    made = await world.do(ours, "registerIdentityProvider", **wish, machines=True)
    assert (made["identityProvider"]["people"], made["identityProvider"]["machines"]) == (True, True)
    assert codes(await world.do(theirs, "registerIdentityProvider", **wish)) == ["NOT_ALLOWED"]
    assert codes(await world.do(ours, "registerIdentityProvider", **wish)) == ["NOT_ALLOWED"]
    key = {"providerId": made["identityProvider"]["id"]}
    assert (await world.do(ours, "suspendIdentityProvider", **key))["identityProvider"]["suspendedAt"] is not None
    assert (await world.do(ours, "resumeIdentityProvider", **key))["identityProvider"]["suspendedAt"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"issuer": "http://login.example"}, "issuer"),
        ({"issuer": "https://login.example/?a=b"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"people": False}, "people"),
        ({"name": ""}, "name"),
        ({"clientId": ""}, "clientId"),
    ],
)
async def test_an_unfit_issuer_is_not_registered(world: Administered, given: dict[str, Any], field: str) -> None:
    wish = {"issuer": "https://login.example", "name": "Login", "clientId": "konbit"} | given
    payload = await world.do(await world.administrator(), "registerIdentityProvider", **wish)
    assert [(each["code"], each["field"]) for each in payload["problems"]] == [("INVALID_INPUT", [field])]
