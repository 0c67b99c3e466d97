"""An organisation's own provider signs its people in, and nothing that it or anyone says makes them anyone else."""

import asyncio
import base64
import hashlib
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from joserfc.jwk import ECKey, RSAKey

from auth import opaque
from auth.assurance import Acr
from auth.outside import Outside
from auth.people.ceremonies import CeremonyOver
from auth.providers.listing import listed
from auth.providers.registry import ProviderAway, Registry
from auth.providers.sign_in import NoSuchProvider, ProviderIdentity, ProviderSignIn, Refused
from tests.auth.an_issuer import (
    CLIENT,
    House,
    Issuer,
    as_new,
    issuing,
    new_key,
    registered,
    signed_by_public_key,
    unsigned,
)
from tests.auth.deployment import PROFILE, SEALER, START, Deployment


def short_key() -> RSAKey:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RSAKey.generate_key(1024, {"kid": "first"})


@pytest.fixture
async def deployment(shared: Deployment) -> Deployment:
    return await as_new(shared)


@pytest.fixture
def issuer(deployment: Deployment) -> Iterator[Issuer]:
    with issuing(deployment.clock) as ready:
        yield ready


async def test_a_person_signs_in(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)
    came = await House.of(deployment).signs_in(provider_id, said={"next": "/continue?request=x"})
    assert (came.identity.provider_id, came.identity.subject) == (provider_id, "person-1")
    assert came.organization_id == deployment.brc
    assert came.proof.acr is Acr.PROVIDER
    assert came.auth_time == START.replace(microsecond=0)
    assert came.said == {"next": "/continue?request=x"}


async def test_where_the_browser_is_sent(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)
    departure = await House.of(deployment).leaves(provider_id)
    assert departure.address.startswith(f"{issuer.address}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(departure.address).query).items()}
    assert asked.keys() == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "max_age"),
        *("code_challenge", "code_challenge_method"),
    }
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"{PROFILE.pages}/oauth/providers/{provider_id}/callback"
    assert asked["scope"] == "openid"
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))


async def test_nothing_that_opens_anything_is_kept_meanwhile(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)
    departure = await House.of(deployment).leaves(provider_id, said={"next": "/invitation/secret-of-a-link"})
    (row,) = await deployment.sql("SELECT said::text, hash FROM ceremony")
    asked = parse_qs(urlsplit(departure.address).query)
    for secret in (departure.browser, asked["state"][0], asked["nonce"][0], "secret-of-a-link"):
        assert secret not in row["said"]
    assert row["hash"] == opaque.hash_of(asked["state"][0])


async def test_by_keys_in_place_of_a_secret(deployment: Deployment, issuer: Issuer) -> None:
    issuer.secret = None
    issuer.client_keys = await deployment.process().server.key_set(now=deployment.clock.now)
    came = await House.of(deployment).signs_in(await registered(deployment, issuer))
    assert came.identity.subject == "person-1"


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256", "EdDSA"])
async def test_the_algorithms_of_providers(deployment: Deployment, issuer: Issuer, algorithm: str) -> None:
    issuer.key, issuer.algorithm = new_key("another", algorithm), algorithm
    came = await House.of(deployment).signs_in(await registered(deployment, issuer))
    assert came.identity.subject == "person-1"


@pytest.mark.parametrize(
    ("claims", "acr"),
    [
        ({}, Acr.PROVIDER),
        ({"amr": ["pwd"]}, Acr.PROVIDER),
        ({"amr": ["pwd", "otp", "mfa"]}, Acr.TWO_FACTORS),
        ({"acr": "phr"}, Acr.PHISHING_RESISTANT),
        ({"acr": "1", "amr": "mfa"}, Acr.PROVIDER),
        ({"acr": "urn:konbit:acr:mfa"}, Acr.PROVIDER),
    ],
)
async def test_how_surely(deployment: Deployment, issuer: Issuer, claims: dict[str, Any], acr: Acr) -> None:
    issuer.claims = claims
    came = await House.of(deployment).signs_in(await registered(deployment, issuer))
    assert came.proof.acr is acr


REFUSED: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.example"},
    "an issuer with a slash": {"iss": "SLASH"},
    "another audience": {"aud": "other"},
    "the ID token of another client": {"aud": ["other"]},
    "several audiences without azp": {"aud": [CLIENT, "other"]},
    "several audiences, written to another": {"aud": [CLIENT, "other"], "azp": "other"},
    "written to another": {"azp": "other"},
    "no audience": {"aud": None},
    "another nonce": {"nonce": "A" * 43},
    "no nonce": {"nonce": None},
    "ended": {"exp": int(START.timestamp()) - 31},
    "without an end": {"exp": None},
    "an end that is no number": {"exp": "soon"},
    "written long ago": {"iat": int(START.timestamp()) - 601},
    "written tomorrow": {"iat": int(START.timestamp()) + 86_400},
    "not yet valid": {"nbf": int(START.timestamp()) + 60},
    "signed in a day ago": {"auth_time": int(START.timestamp()) - 86_400},
    "signed in tomorrow": {"auth_time": int(START.timestamp()) + 86_400},
    "of nobody": {"sub": None},
    "of an empty name": {"sub": ""},
    "of a number": {"sub": 7},
    "of a name too long": {"sub": "x" * 256},
    "another access token": {"at_hash": "A" * 22},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED.keys())
async def test_what_an_id_token_must_not_say(deployment: Deployment, issuer: Issuer, claims: dict[str, Any]) -> None:
    if claims.get("iss") == "SLASH":
        claims = {"iss": issuer.address + "/"}
    issuer.claims = claims
    with pytest.raises(Refused):
        await House.of(deployment).signs_in(await registered(deployment, issuer))


async def test_the_access_token_that_goes_with_it(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    half = base64.urlsafe_b64encode(hashlib.sha256(b"opaque").digest()[:16]).rstrip(b"=").decode()
    issuer.claims = {"at_hash": half}
    assert (await house.signs_in(provider_id)).identity.subject == "person-1"


async def test_an_issuer_that_claims_another_organisation(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    issuer.claims = {"organization": str(deployment.shelter)}
    with pytest.raises(Refused):
        await house.signs_in(provider_id)
    issuer.claims = {"organization": ["shelter"], "organization_id": str(deployment.shelter)}
    assert (await house.signs_in(provider_id)).organization_id == deployment.brc


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"cty": "JWT"}])
async def test_a_token_of_another_type(deployment: Deployment, issuer: Issuer, header: dict[str, Any]) -> None:
    issuer.header = header
    with pytest.raises(Refused):
        await House.of(deployment).signs_in(await registered(deployment, issuer))


async def test_no_signature_and_one_by_the_public_key(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    for forged in (unsigned, signed_by_public_key(issuer.key)):
        issuer.sign = forged
        with pytest.raises(Refused):
            await house.signs_in(provider_id)


async def test_a_key_that_a_token_brings_along_or_points_to(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    thief = new_key(str(issuer.key.kid))
    issuer.published, honest = [issuer.key], issuer.key
    for header in (
        {"jwk": thief.as_dict(private=False)},
        {"jku": f"{issuer.address}/keys"},
        {"x5u": f"{issuer.address}/keys"},
    ):
        for key in (thief, honest):
            issuer.key, issuer.header = key, header
            with pytest.raises(Refused):
                await house.signs_in(provider_id)
    issuer.key, issuer.header = thief, {}
    with pytest.raises(Refused):
        await house.signs_in(provider_id)


async def test_a_key_of_another_kind_under_the_same_id(deployment: Deployment, issuer: Issuer) -> None:
    issuer.published = [new_key("first", "RS256")]
    with pytest.raises(Refused):
        await House.of(deployment).signs_in(await registered(deployment, issuer))


@pytest.mark.parametrize(
    "key",
    [
        ECKey.generate_key("P-256", {"kid": "first", "use": "enc", "alg": "ECDH-ES"}),
        ECKey.generate_key("P-384", {"kid": "first"}),
        ECKey.generate_key("P-256", {"kid": "first", "key_ops": ["deriveKey"]}),
        short_key(),
    ],
    ids=["for encryption", "another curve", "for agreeing on keys", "short"],
)
async def test_a_key_that_is_not_for_this(deployment: Deployment, issuer: Issuer, key: ECKey | RSAKey) -> None:
    issuer.published = [key]
    with pytest.raises(ProviderAway):
        await House.of(deployment).signs_in(await registered(deployment, issuer))


async def test_an_answer_counts_once(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    await house.returns(provider_id, answer, departure)
    for process in (house, House.of(deployment)):
        with pytest.raises(CeremonyOver):
            await process.returns(provider_id, answer, departure)


async def test_of_fifty_at_once_one_comes_in(deployment: Deployment, issuer: Issuer) -> None:
    houses, provider_id = [House.of(deployment) for _ in range(2)], await registered(deployment, issuer)
    departure = await houses[0].leaves(provider_id)
    answer = await houses[0].visits(departure)
    came = await asyncio.gather(
        *(houses[number % 2].returns(provider_id, answer, departure) for number in range(50)), return_exceptions=True
    )
    assert len([each for each in came if isinstance(each, ProviderIdentity)]) == 1
    assert [type(each) for each in came if isinstance(each, Exception)] == [CeremonyOver] * 49
    assert issuer.asked["/token"] == 1


async def test_an_answer_that_was_refused_is_not_tried_again(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    with pytest.raises(Refused):
        await house.returns(provider_id, answer | {"code": "another"}, departure)
    with pytest.raises(CeremonyOver):
        await house.returns(provider_id, answer, departure)


@pytest.mark.parametrize("state", ["", "x", "A" * 43])
async def test_a_state_that_we_did_not_give(deployment: Deployment, issuer: Issuer, state: str) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    with pytest.raises(CeremonyOver):
        await house.returns(provider_id, answer | {"state": state}, departure)


async def test_another_browser_does_not_come_back(deployment: Deployment, issuer: Issuer) -> None:
    """Whoever sends a victim to the end of their own sign-in does not sign them in as themselves."""
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    for browser in (None, opaque.make()[0]):
        answer = await house.visits(await house.leaves(provider_id))
        with pytest.raises(Refused):
            await house.sign_in.finish(provider_id, answer, browser=browser, now=deployment.clock.now)


async def test_two_tabs_of_one_browser(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    first = await house.leaves(provider_id)
    second = await house.leaves(provider_id, browser=first.browser)
    assert second.browser == first.browser
    for departure in (second, first):
        came = await house.returns(provider_id, await house.visits(departure), departure)
        assert came.identity.subject == "person-1"


async def test_too_late(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    deployment.clock.advance(minutes=10)
    with pytest.raises(CeremonyOver):
        await house.returns(provider_id, answer, departure)


@pytest.mark.parametrize(
    "more", [{"iss": "https://id.example"}, {"iss": ""}, {"error": "access_denied"}, {"code": ""}, {"code": "x" * 3000}]
)
async def test_an_answer_that_is_not_the_issuers_own(
    deployment: Deployment, issuer: Issuer, more: dict[str, str]
) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    with pytest.raises(Refused):
        await house.returns(provider_id, answer | more, departure)
    assert issuer.asked["/token"] == 0


async def test_an_issuer_that_names_itself_always_does(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    del answer["iss"]
    with pytest.raises(Refused):
        await house.returns(provider_id, answer, departure)


@pytest.mark.parametrize("names_itself", [True, False])
async def test_mix_up(deployment: Deployment, issuer: Issuer, names_itself: bool) -> None:
    """What began at one issuer and is answered by another is neither's, whichever way it comes back."""
    with issuing(deployment.clock, names_itself=names_itself) as other:
        issuer.names_itself = names_itself
        house = House.of(deployment)
        honest = await registered(deployment, issuer)
        evil = await registered(deployment, other, organization_id=deployment.shelter)
        # The person chose the evil one, which sends them on to the honest one for its code.
        departure = await house.leaves(evil)
        asked = urlsplit(departure.address).query
        answer = await house.visits(type(departure)(f"{issuer.address}/authorize?{asked}", departure.browser))
        with pytest.raises(Refused):
            await house.returns(honest, answer, departure)
        assert other.asked["/token"] == 0

        departure = await house.leaves(evil)
        asked = urlsplit(departure.address).query
        answer = await house.visits(type(departure)(f"{issuer.address}/authorize?{asked}", departure.browser))
        with pytest.raises(Refused):
            await house.returns(evil, answer, departure)
        # Only an issuer that names itself is told apart before the code is shown; the other gets a code that the
        # honest issuer never redeems: it was asked for at another redirect address, by a challenge it does not know.
        assert other.asked["/token"] == (0 if names_itself else 1)


async def test_colliding_subjects_are_two_people(deployment: Deployment, issuer: Issuer) -> None:
    with issuing(deployment.clock) as other:
        house = House.of(deployment)
        ours = await registered(deployment, issuer)
        theirs = await registered(deployment, other, organization_id=deployment.shelter)
        one, two = await house.signs_in(ours), await house.signs_in(theirs)
        assert one.identity.subject == two.identity.subject
        assert one.identity != two.identity
        assert (one.organization_id, two.organization_id) == (deployment.brc, deployment.shelter)


async def test_a_provider_that_is_suspended_or_for_machines_signs_nobody_in(
    deployment: Deployment, issuer: Issuer
) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    departure = await house.leaves(provider_id)
    answer = await house.visits(departure)
    await deployment.sql("UPDATE identity_provider SET suspended_at = now()")
    deployment.clock.advance(seconds=2)
    with pytest.raises(NoSuchProvider):
        await house.leaves(provider_id)
    with pytest.raises(NoSuchProvider):
        await house.returns(provider_id, answer, departure)
    await deployment.sql("UPDATE identity_provider SET suspended_at = NULL, people = false")
    deployment.clock.advance(seconds=2)
    with pytest.raises(NoSuchProvider):
        await house.leaves(provider_id)


async def test_proving_anew(deployment: Deployment, issuer: Issuer) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    issuer.signed_in_at = (START.timestamp()) - 3600
    usual = await house.signs_in(provider_id)
    assert usual.auth_time.timestamp() == issuer.signed_in_at // 1
    departure = await house.leaves(provider_id, again=True)
    asked = parse_qs(urlsplit(departure.address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    again = await house.returns(provider_id, await house.visits(departure), departure)
    assert again.auth_time == START.replace(microsecond=0)


@pytest.mark.parametrize("auth_time", [None, int(START.timestamp()) - 60])
async def test_an_issuer_that_does_not_prove_anew(
    deployment: Deployment, issuer: Issuer, auth_time: int | None
) -> None:
    house, provider_id = House.of(deployment), await registered(deployment, issuer)
    issuer.claims = {"auth_time": auth_time}
    with pytest.raises(Refused):
        await house.signs_in(provider_id, again=True)


async def test_an_issuer_that_does_not_say_when_says_nothing_recent(deployment: Deployment, issuer: Issuer) -> None:
    issuer.claims = {"auth_time": None}
    came = await House.of(deployment).signs_in(await registered(deployment, issuer))
    assert (START - came.auth_time).total_seconds() == 12 * 3600


LYING: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://id.example"},
    "no issuer": {"issuer": None},
    "keys without https": {"jwks_uri": "http://keys.example/keys"},
    "keys on a file": {"jwks_uri": "file:///etc/passwd"},
    "no keys": {"jwks_uri": None},
    "a page without https": {"authorization_endpoint": "http://id.example/authorize"},
    "a page by script": {"authorization_endpoint": "javascript:alert(1)"},
    "a password in an address": {"token_endpoint": "https://a:b@id.example/token"},
}


@pytest.mark.parametrize("metadata", LYING.values(), ids=LYING.keys())
async def test_metadata_that_cannot_be_used(deployment: Deployment, issuer: Issuer, metadata: dict[str, Any]) -> None:
    issuer.metadata = metadata
    with pytest.raises(ProviderAway):
        await House.of(deployment).leaves(await registered(deployment, issuer))


async def test_an_issuer_inside_is_not_asked_unless_it_is_allowed(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)
    registry = Registry(deployment.engine, Outside())
    sign_in = ProviderSignIn(registry, profile=PROFILE, ring=deployment.process().ring, sealer=SEALER)
    with pytest.raises(ProviderAway):
        await sign_in.begin(provider_id, now=deployment.clock.now)
    assert issuer.asked.total() == 0


async def test_organisations_are_found_by_name(deployment: Deployment, issuer: Issuer) -> None:
    provider_id = await registered(deployment, issuer)

    async def found(text: str) -> list[UUID]:
        async with deployment.engine.connect() as connection:
            return [each.provider_id for each in await listed(connection, organization=text)]

    assert await found("ministry") == await found(" BRC ") == [provider_id]
    for nobody in ("", "b", "shelter", "%%", "__"):
        assert await found(nobody) == []
    await deployment.sql("UPDATE identity_provider SET suspended_at = now()")
    assert await found("brc") == []
