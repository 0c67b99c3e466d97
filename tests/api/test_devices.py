"""A device over HTTP: its code guessed, shown to the wrong person, redeemed twice; what its tokens are good for."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from api.database import DatabaseURLs
from auth import devices
from auth.devices import UnknownUserCode
from auth.expiry import forget_ended
from auth.lockout import Lockout
from auth.server import DEVICES_AT_ONCE
from auth.tokens import InvalidToken
from models.oauth import ClientGrant
from tests.auth.a_device import BEGIN, DEVICE_CODE, TOKEN, Device, a_device_program
from tests.auth.deployment import PROFILE, Deployment, deployed
from tests.auth.posts import basic
from tests.auth.signing_in import Person, a_person, signs_in


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database) as ready:
        await a_device_program(ready)
        yield ready


@pytest.fixture
async def http(deployment: Deployment) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=deployment.process().app), base_url=PROFILE.issuer
    ) as client:
        yield client


@pytest.fixture
def device(http: httpx2.AsyncClient, deployment: Deployment) -> Device:
    return Device(http, deployment)


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


async def types(deployment: Deployment, person: Person, code: str, *, allow: bool = True) -> None:
    """What the page does when the person types the code and decides."""
    now = deployment.clock.now
    async with deployment.engine.begin() as connection:
        await devices.look(connection, code, session=person.signed_in, address="192.0.2.1", lockout=Lockout(), now=now)
        if allow:
            membership_id = person.membership_id
            await devices.approve(connection, code, session=person.signed_in, membership_id=membership_id, now=now)
        else:
            await devices.deny(connection, code, session=person.signed_in, now=now)


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["error"]


async def test_a_device_is_given_a_code_to_show_and_where_to_type_it(device: Device) -> None:
    told = await device.begin(scope="training:read")
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", told["user_code"])
    assert len(told.pop("device_code")) == 43
    assert told == {
        "user_code": told["user_code"],
        "verification_uri": f"{PROFILE.pages}/device",
        "verification_uri_complete": f"{PROFILE.pages}/device?user_code={told['user_code']}",
        "expires_in": 600,
        "interval": 5,
    }
    kept = await device.deployment.sql("SELECT * FROM oauth_device")
    assert [row["scopes"] for row in kept] == [["training:read"]]


async def test_a_device_waits_and_then_acts_for_the_person_who_said_yes(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    assert refusal(await device.ask(told["device_code"])) == (400, "authorization_pending")
    await types(deployment, rose, told["user_code"].lower())
    deployment.clock.advance(seconds=5)
    answer = await device.ask(told["device_code"])
    assert answer.status_code == 200, answer.text
    token = answer.json()
    assert (token["token_type"], token["expires_in"]) == ("DPoP", 600)
    assert token["scope"] == "directory:read openid training:read training:write"
    actor = await deployment.process().authenticator.actor(token["access_token"], now=deployment.clock.now)
    assert (actor.user_id, actor.organization_id) == (rose.account_id, deployment.brc)
    assert (actor.kind, actor.session_id, actor.membership_id) == ("device", None, rose.membership_id)
    assert device.key is not None
    assert actor.jkt == device.key.thumbprint()


async def test_its_id_token_says_who_and_names_no_session(device: Device, deployment: Deployment, rose: Person) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    token = (await device.ask(told["device_code"])).json()
    keys = KeySet.import_key_set((await device.http.get("/oauth/jwks")).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == (PROFILE.issuer, "attendance", str(rose.account_id))
    assert not claims.keys() & {"sid", "nonce"}
    with pytest.raises(InvalidToken):
        await deployment.process().authenticator.actor(token["id_token"], now=deployment.clock.now)


async def test_asking_too_soon_costs_five_seconds_more_each_time(device: Device, deployment: Deployment) -> None:
    code = (await device.begin())["device_code"]
    answers = []
    for seconds in (0, 4, 10, 9, 15, 14.9, 21):
        deployment.clock.advance(seconds=seconds)
        answers.append(refusal(await device.ask(code))[1])
    pending, slow = "authorization_pending", "slow_down"
    assert answers == [pending, slow, pending, slow, pending, slow, pending]
    [row] = await deployment.sql("SELECT interval_seconds FROM oauth_device")
    assert row["interval_seconds"] == 20


async def test_a_hasty_device_gets_its_token_all_the_same(device: Device, deployment: Deployment, rose: Person) -> None:
    told = await device.begin()
    await device.ask(told["device_code"])
    await types(deployment, rose, told["user_code"])
    assert (await device.ask(told["device_code"])).status_code == 200


async def test_a_device_that_was_refused_is_told_so(device: Device, deployment: Deployment, rose: Person) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"], allow=False)
    assert refusal(await device.ask(told["device_code"])) == (400, "access_denied")
    assert await deployment.sql("SELECT FROM oauth_grant") == []


@pytest.mark.parametrize("approved", [False, True])
async def test_after_ten_minutes_a_code_has_expired_approved_or_not(
    device: Device, deployment: Deployment, rose: Person, approved: bool
) -> None:
    told = await device.begin()
    if approved:
        await types(deployment, rose, told["user_code"])
    deployment.clock.advance(minutes=10)
    assert refusal(await device.ask(told["device_code"])) == (400, "expired_token")
    assert await deployment.sql("SELECT FROM oauth_token") == []


async def test_a_device_code_cannot_be_guessed_nor_made_of_the_user_code(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    for guess in (told["user_code"], "x" * 43, told["device_code"][:-1], told["device_code"] + "A", "\u00e9"):
        assert refusal(await device.ask(guess)) == (400, "invalid_grant")
    assert (await device.ask(told["device_code"])).status_code == 200


async def test_a_code_is_worth_nothing_to_another_program(device: Device, deployment: Deployment, rose: Person) -> None:
    await a_device_program(deployment, "another")
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    thief = Device(device.http, deployment, "another")
    assert refusal(await thief.ask(told["device_code"])) == (400, "invalid_grant")
    assert (await device.ask(told["device_code"])).status_code == 200


async def test_a_stolen_code_is_worth_nothing_without_the_devices_key(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    for key in (ECKey.generate_key("P-256"), None):
        thief = Device(device.http, deployment, key=key)
        assert refusal(await thief.ask(told["device_code"])) == (400, "invalid_grant")
    assert (await device.ask(told["device_code"])).status_code == 200


async def test_redeemed_a_second_time_it_is_refused_and_after_ten_seconds_all_ends(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    token = (await device.ask(told["device_code"])).json()
    process = deployment.process()
    deployment.clock.advance(seconds=10)
    assert refusal(await device.ask(told["device_code"])) == (400, "invalid_grant")
    await process.authenticator.actor(token["access_token"], now=deployment.clock.now)
    deployment.clock.advance(seconds=1)
    assert refusal(await device.ask(told["device_code"])) == (400, "invalid_grant")
    deployment.clock.advance(seconds=2)
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(token["access_token"], now=deployment.clock.now)
    answer = await device.post(TOKEN, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert refusal(answer) == (400, "invalid_grant")


async def test_shown_to_the_wrong_person_a_code_is_nothing_and_the_device_waits_on(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    """Who reads it over a shoulder after it was typed, and who is no member where the program works."""
    jean = await a_person(deployment, deployment.brc)
    told = await device.begin()
    now = deployment.clock.now
    async with deployment.engine.begin() as connection:
        await devices.look(
            connection, told["user_code"], session=rose.signed_in, address="", lockout=Lockout(), now=now
        )
    with pytest.raises(UnknownUserCode):
        await types(deployment, jean, told["user_code"])
    await a_device_program(deployment, "shelters-own", organization_id=deployment.shelter)
    shelters = Device(device.http, deployment, "shelters-own")
    theirs = await shelters.begin()
    with pytest.raises(UnknownUserCode):
        await types(deployment, jean, theirs["user_code"])
    for waiting, code in ((device, told["device_code"]), (shelters, theirs["device_code"])):
        assert refusal(await waiting.ask(code)) == (400, "authorization_pending")


@pytest.mark.parametrize(
    "scope", ["referrals:read", "training:read people:read", "profile", "offline_access", "nonsense"]
)
async def test_a_device_cannot_even_ask_for_more_than_trainings(device: Device, scope: str) -> None:
    assert refusal(await device.post(BEGIN, scope=scope)) == (400, "invalid_scope")
    assert await device.deployment.sql("SELECT FROM oauth_device") == []


async def test_a_device_asks_for_the_graph_and_for_nothing_else(device: Device) -> None:
    assert refusal(await device.post(BEGIN, resource="https://elsewhere.example")) == (400, "invalid_target")
    told = await device.begin(resource=PROFILE.audience)
    other = await device.ask(told["device_code"], resource="https://elsewhere.example")
    assert refusal(other) == (400, "invalid_target")
    same = await device.ask(told["device_code"], resource=PROFILE.audience)
    assert refusal(same) == (400, "authorization_pending")


async def test_scopes_that_the_program_lost_meanwhile_are_not_in_the_token(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    await deployment.sql("UPDATE oauth_client SET scopes = ARRAY['training:read'] WHERE client_id = 'attendance'")
    assert (await device.ask(told["device_code"])).json()["scope"] == "training:read"


async def test_its_refresh_token_is_bound_to_its_key_and_turns(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    first = (await device.ask(told["device_code"])).json()["refresh_token"]
    thief = Device(device.http, deployment)
    for other in (thief, Device(device.http, deployment, key=None)):
        answer = await other.post(TOKEN, grant_type="refresh_token", refresh_token=first)
        assert refusal(answer) == (400, "invalid_grant")
    second = await device.post(TOKEN, grant_type="refresh_token", refresh_token=first)
    assert second.status_code == 200, second.text
    assert second.json()["refresh_token"] != first
    deployment.clock.advance(seconds=11)
    stale = await device.post(TOKEN, grant_type="refresh_token", refresh_token=first)
    assert refusal(stale) == (400, "invalid_grant")
    after = await device.post(TOKEN, grant_type="refresh_token", refresh_token=second.json()["refresh_token"])
    assert refusal(after) == (400, "invalid_grant"), "the whole grant has ended"


async def test_without_a_key_a_device_acts_for_ten_minutes_and_no_longer(
    http: httpx2.AsyncClient, deployment: Deployment, rose: Person
) -> None:
    plain = Device(http, deployment, key=None)
    told = await plain.begin()
    await types(deployment, rose, told["user_code"])
    token = (await plain.ask(told["device_code"])).json()
    assert token["token_type"] == "Bearer"
    assert "refresh_token" not in token
    [grant] = await deployment.sql("SELECT expires_at FROM oauth_grant")
    assert (grant["expires_at"] - deployment.clock.now).total_seconds() == 600


async def test_who_has_left_since_their_yes_is_acted_for_no_more(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    await deployment.sql("UPDATE membership SET status = 'SUSPENDED' WHERE id = $1", rose.membership_id)
    assert refusal(await device.ask(told["device_code"])) == (400, "invalid_grant")


async def test_a_device_rests_on_who_vouched_for_its_person(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    provider_id = uuid4()
    await deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, 'https://id.example', 'Test', 'konbit', now())",
        *(provider_id, deployment.brc),
    )
    told = await device.begin()
    vouched = await signs_in(deployment, rose.account_id, provider_id=provider_id)
    await types(deployment, replace(rose, signed_in=vouched), told["user_code"])
    token = (await device.ask(told["device_code"])).json()
    process = deployment.process()
    await process.authenticator.actor(token["access_token"], now=deployment.clock.now)
    await deployment.sql("UPDATE identity_provider SET suspended_at = $1", deployment.clock.now)
    deployment.clock.advance(seconds=2)
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(token["access_token"], now=deployment.clock.now)
    answer = await device.post(TOKEN, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert refusal(answer) == (400, "invalid_grant")


async def test_only_programs_for_devices_are_given_codes(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await a_device_program(
        deployment, "a-page", grants=[ClientGrant.AUTHORIZATION_CODE], redirect_uris=["https://page.example/back"]
    )
    assert refusal(await Device(http, deployment, "a-page").post(BEGIN)) == (400, "unauthorized_client")
    assert refusal(await Device(http, deployment, "nobody").post(BEGIN)) == (401, "invalid_client")
    machine = await http.post(BEGIN, headers={"Authorization": basic("brc", deployment.secret)})
    assert refusal(machine) == (400, "invalid_request"), "no form at all"
    form, proven = {"scope": "directory:read"}, {"Authorization": basic("brc", deployment.secret)}
    assert refusal(await http.post(BEGIN, data=form, headers=proven)) == (400, "unauthorized_client")
    asked = {"grant_type": DEVICE_CODE, "client_id": "a-page", "device_code": "x"}
    assert refusal(await http.post(TOKEN, data=asked)) == (400, "unauthorized_client")
    assert refusal(await Device(http, deployment).post(TOKEN, grant_type=DEVICE_CODE)) == (400, "invalid_request")


async def test_a_whole_class_may_ask_at_once_but_nobody_fills_the_table(device: Device, deployment: Deployment) -> None:
    asked = {"client_id": "attendance"}
    answers = [await device.http.post(BEGIN, data=asked) for _ in range(DEVICES_AT_ONCE + 1)]
    assert [answer.status_code for answer in answers] == [200] * DEVICES_AT_ONCE + [429]
    assert refusal(answers[-1]) == (429, "temporarily_unavailable")
    assert answers[-1].headers["retry-after"] == "2"
    deployment.clock.advance(seconds=2)
    assert (await device.http.post(BEGIN, data=asked)).status_code == 200


async def test_a_day_after_its_end_a_code_is_forgotten_and_the_grant_goes_on(
    device: Device, deployment: Deployment, rose: Person
) -> None:
    told = await device.begin()
    await types(deployment, rose, told["user_code"])
    refresh_token = (await device.ask(told["device_code"])).json()["refresh_token"]
    deployment.clock.advance(hours=25)
    async with deployment.engine.begin() as connection:
        await forget_ended(connection, now=deployment.clock.now)
    assert await deployment.sql("SELECT FROM oauth_device") == []
    answer = await device.post(TOKEN, grant_type="refresh_token", refresh_token=refresh_token)
    assert answer.status_code == 200, answer.text
