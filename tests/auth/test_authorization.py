"""An authorization request is read word by word, waits, and is answered once, for one membership, by whom is said."""

import asyncio
import random
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from auth import authorization
from auth.asking import Unanswerable
from auth.assurance import PASSWORD_AND_CODE
from auth.authorization import NothingGranted, NotYourOrganisation, ProofWanted
from auth.authorization_request import (
    Refusal,
    UnknownProgram,
    UnknownRedirect,
    UnreadableRequest,
    Unshowable,
    check_request,
)
from auth.scopes import Scope
from auth.stored_requests import RequestOver
from models.oauth import ClientGrant
from tests.auth.deployment import PROFILE, START, Deployment
from tests.auth.granting import ASKED, BACK, CHALLENGE, Program, a_program, told
from tests.auth.signing_in import Person, a_membership, a_person, signs_in
from tests.auth.test_redirects import OTHER


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment)


@pytest.fixture(scope="module")
async def refusing(shared: Deployment) -> Program:
    """Whose requests are refused: they change nothing."""
    return await a_program(shared)


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


async def decided(program: Program, handle: str, person: Person, **changed: object) -> str:
    """What approving says, with what is given put in place of the usual."""
    usual: dict[str, object] = {
        "session": person.signed_in,
        "membership_id": person.membership_id,
        "scopes": list(Scope),
        "profile": PROFILE,
        "now": program.deployment.clock.now,
    }
    async with program.deployment.engine.begin() as connection:
        return await authorization.approve(connection, handle, **(usual | changed))  # type: ignore[arg-type]


async def denied(program: Program, handle: str, error: str = "access_denied") -> str:
    now = program.deployment.clock.now
    async with program.deployment.engine.begin() as connection:
        return await authorization.deny(connection, handle, error=error, profile=PROFILE, now=now)


async def test_a_request_says_what_the_pages_need(program: Program, deployment: Deployment) -> None:
    request = await program.read(
        nonce="n", ui_locales="ht fr", login_hint="rose", prompt="login", max_age="60", resource=PROFILE.audience
    )
    assert request.program.name == "The program clerks"
    assert request.program.organization_id == deployment.brc
    assert request.scopes == {Scope.DIRECTORY_READ, Scope.REFERRALS_READ}
    assert (request.nonce, request.login_hint, request.ui_locales) == ("n", "rose", ("ht", "fr"))
    assert request.asked_at == deployment.clock.now
    assert request.serves(deployment.brc)
    assert not request.serves(deployment.shelter)


async def test_a_request_that_waits_reads_back_as_it_was(program: Program, deployment: Deployment) -> None:
    request = await program.read(nonce="n")
    handle = await program.wait(nonce="n")
    deployment.clock.advance(minutes=29)
    async with deployment.engine.connect() as connection:
        again = await authorization.find(connection, handle, profile=PROFILE, now=deployment.clock.now)
    assert again == request
    deployment.clock.advance(minutes=1)
    async with deployment.engine.connect() as connection:
        with pytest.raises(RequestOver):
            await authorization.find(connection, handle, profile=PROFILE, now=deployment.clock.now)


async def test_the_answer_holds_a_code_the_state_and_who_gives_it(program: Program, rose: Person) -> None:
    answer = await program.approved(rose)
    assert answer.keys() == {"code", "state", "iss"}
    assert answer["state"] == "a state"
    assert answer["iss"] == PROFILE.issuer
    assert len(answer["code"]) == 43


async def test_a_denial_says_so_and_who_gives_it(program: Program) -> None:
    address = await denied(program, await program.wait())
    assert told(address) == {"error": "access_denied", "state": "a state", "iss": PROFILE.issuer}


async def test_without_scope_everything_is_asked_for_that_opens_something(program: Program) -> None:
    assert (await program.read(scope="")).scopes == {
        Scope.DIRECTORY_READ,
        Scope.REFERRALS_READ,
        Scope.TRAINING_READ,
    }


@pytest.mark.parametrize("kind", [*OTHER, "none"])
async def test_an_address_that_is_not_the_clients_is_never_sent_anything(refusing: Program, kind: str) -> None:
    with pytest.raises((UnknownRedirect, UnreadableRequest)):
        await refusing.read(redirect_uri=OTHER.get(kind, ""))


async def test_on_loopback_any_port_will_do_and_the_answer_goes_to_the_one_asked_for(
    deployment: Deployment, rose: Person
) -> None:
    app = await a_program(deployment, "app", public=True, redirect_uris=["http://127.0.0.1/back"])
    handle = await app.wait(redirect_uri="http://127.0.0.1:49152/back")
    address = await decided(app, handle, rose)
    assert address.startswith("http://127.0.0.1:49152/back?code=")
    code = address.partition("code=")[2].partition("&")[0]
    process = deployment.process()
    answer = await app.redeem(process, code, redirect_uri="http://127.0.0.1:49153/back")
    assert answer.body["error"] == "invalid_grant", "the code is for the port that it was sent to"


@pytest.mark.parametrize("client_id", ["", "nobody", "Clerks", "clerks ", "clerks\x00", "é", "c" * 5000])
async def test_an_unknown_program_is_never_sent_anything(refusing: Program, client_id: str) -> None:
    with pytest.raises(UnknownProgram):
        await refusing.read(client_id=client_id)


async def test_a_suspended_program_is_unknown_also_while_its_request_waits(program: Program, rose: Person) -> None:
    handle = await program.wait()
    await program.deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED'")
    with pytest.raises(UnknownProgram):
        await program.read()
    for attempt in (decided(program, handle, rose), denied(program, handle)):
        with pytest.raises(RequestOver):
            await attempt


async def test_an_address_taken_from_the_client_is_sent_nothing_more(program: Program, rose: Person) -> None:
    handle = await program.wait()
    await program.deployment.sql("UPDATE oauth_client SET redirect_uris = '{https://app.example/new}'")
    with pytest.raises(UnknownRedirect):
        await decided(program, handle, rose)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no response_type": ({"response_type": ""}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "a fragment wanted": ({"response_mode": "fragment"}, "invalid_request"),
    "a form wanted": ({"response_mode": "form_post"}, "invalid_request"),
    "PKCE absent": ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
    "PKCE plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "PKCE plain by leaving the method out": ({"code_challenge_method": ""}, "invalid_request"),
    "PKCE s256 in small letters": ({"code_challenge_method": "s256"}, "invalid_request"),
    "a challenge too short": ({"code_challenge": CHALLENGE[:42]}, "invalid_request"),
    "a challenge with padding": ({"code_challenge": CHALLENGE + "="}, "invalid_request"),
    "a scope that there is not": ({"scope": "everything"}, "invalid_scope"),
    "a scope beyond the client's": ({"scope": "directory:read admin"}, "invalid_scope"),
    "another resource": ({"resource": "https://evil.example/graphql"}, "invalid_target"),
    "a request object": ({"request": "a.b.c"}, "request_not_supported"),
    "a registration": ({"registration": "{}"}, "registration_not_supported"),
    "a prompt that there is not": ({"prompt": "create"}, "invalid_request"),
    "no prompt and another": ({"prompt": "none login"}, "invalid_request"),
    "an age that is no number": ({"max_age": "-1"}, "invalid_request"),
    "a key that is no thumbprint": ({"dpop_jkt": "k"}, "invalid_request"),
    "a nonce without end": ({"nonce": "n" * 501}, "invalid_request"),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_refusal_is_told_to_the_program_with_its_state_and_who_refuses(refusing: Program, kind: str) -> None:
    asked, error = REFUSED[kind]
    with pytest.raises(Refusal) as refusal:
        await refusing.read(**asked)
    answer = told(refusal.value.address)
    assert answer.pop("error_description")
    assert answer == {"error": error, "state": "a state", "iss": PROFILE.issuer}


async def test_a_client_that_must_push_its_requests_is_refused_otherwise(deployment: Deployment) -> None:
    program = await a_program(deployment, "careful", requires_par=True)
    with pytest.raises(Refusal):
        await program.read()


async def test_a_client_without_codes_is_refused(deployment: Deployment) -> None:
    program = await a_program(deployment, "tablet", grants=[ClientGrant.DEVICE_CODE])
    with pytest.raises(Refusal) as refusal:
        await program.read()
    assert refusal.value.error == "unauthorized_client"


@pytest.mark.parametrize("text", ["a\x00b", "a\r\nb", "\ud800"])
async def test_control_characters_are_not_handed_on(refusing: Program, text: str) -> None:
    with pytest.raises(UnreadableRequest):
        await refusing.read(state=text)


async def test_a_request_is_answered_once(program: Program, rose: Person) -> None:
    handle = await program.wait()
    await decided(program, handle, rose)
    for attempt in (decided(program, handle, rose), denied(program, handle)):
        with pytest.raises(RequestOver):
            await attempt
    handle = await program.wait()
    await denied(program, handle)
    with pytest.raises(RequestOver):
        await decided(program, handle, rose)


async def test_of_many_answers_at_once_one_counts(program: Program, rose: Person) -> None:
    handle = await program.wait()
    answers = await asyncio.gather(*(decided(program, handle, rose) for _ in range(20)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["RequestOver"] * 19 + ["str"]
    assert len(await program.deployment.sql("SELECT FROM oauth_grant")) == 1
    assert len(await program.deployment.sql("SELECT FROM oauth_code")) == 1


async def test_an_organisations_program_is_for_its_members_alone(program: Program) -> None:
    deployment = program.deployment
    jean = await a_person(deployment, deployment.shelter)
    handle = await program.wait()
    with pytest.raises(NotYourOrganisation):
        await decided(program, handle, jean)
    membership_id = await a_membership(deployment, jean.account_id, deployment.brc)
    await decided(program, handle, jean, membership_id=membership_id)


async def test_nobody_acts_by_anothers_membership_nor_by_one_that_is_over(program: Program, rose: Person) -> None:
    jean = await a_person(program.deployment, program.deployment.brc)
    handle = await program.wait()
    for membership_id in (jean.membership_id, uuid4()):
        with pytest.raises(NotYourOrganisation):
            await decided(program, handle, rose, membership_id=membership_id)
    for stopped in (
        "UPDATE membership SET status = 'SUSPENDED'",
        "UPDATE membership SET status = 'LEFT', left_at = now()",
    ):
        await program.deployment.sql(stopped)
        with pytest.raises(NotYourOrganisation):
            await decided(program, handle, rose)


async def test_whom_a_provider_vouches_for_acts_for_its_organisation_alone(deployment: Deployment) -> None:
    network = await a_program(deployment, "dashboard", network=True)
    rose = await a_person(deployment, deployment.brc)
    elsewhere = await a_membership(deployment, rose.account_id, deployment.shelter)
    [provider] = await deployment.sql(
        "INSERT INTO identity_provider (organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, 'https://shelter.example', 'Shelter', 'konbit', now()) RETURNING id",
        deployment.shelter,
    )
    vouched = replace(rose, signed_in=await signs_in(deployment, rose.account_id, provider_id=provider["id"]))
    handle = await network.wait()
    with pytest.raises(NotYourOrganisation):
        await decided(network, handle, vouched)
    await decided(network, handle, vouched, membership_id=elsewhere)


async def test_a_person_may_grant_less_than_was_asked_for_and_never_more(program: Program, rose: Person) -> None:
    handle = await program.wait()
    with pytest.raises(NothingGranted):
        await decided(program, handle, rose, scopes=[Scope.ADMIN, Scope.TRAINING_READ])
    await decided(program, handle, rose, scopes=[Scope.DIRECTORY_READ, Scope.ADMIN])
    [grant] = await program.deployment.sql("SELECT scopes, offline FROM oauth_grant")
    assert (grant["scopes"], grant["offline"]) == (["directory:read"], False)


async def agreed(program: Program, membership_id: UUID, **asked: str) -> bool:
    request = await program.read(**asked)
    async with program.deployment.engine.connect() as connection:
        return await authorization.is_agreed(connection, request, membership_id=membership_id)


async def test_what_was_agreed_to_is_not_asked_again_and_what_is_new_is(program: Program, rose: Person) -> None:
    elsewhere = await a_membership(program.deployment, rose.account_id, program.deployment.shelter)
    assert not await agreed(program, rose.membership_id)
    await decided(program, await program.wait(), rose)
    assert await agreed(program, rose.membership_id)
    assert await agreed(program, rose.membership_id, scope="directory:read")
    assert not await agreed(program, rose.membership_id, scope="directory:read training:read")
    assert not await agreed(program, elsewhere), "at another organisation it is another matter"
    await decided(program, await program.wait(scope="training:read"), rose)
    assert await agreed(program, rose.membership_id, scope="directory:read referrals:read training:read")


async def test_the_networks_own_programs_are_agreed_to_and_apps_that_others_can_pose_as_never(
    deployment: Deployment, rose: Person
) -> None:
    network = await a_program(deployment, "dashboard", network=True)
    assert await agreed(network, rose.membership_id)
    await decided(network, await network.wait(), rose)
    assert await deployment.sql("SELECT FROM oauth_consent") == []
    app = await a_program(deployment, "app", public=True, redirect_uris=["org.example.app:/back"])
    await decided(app, await app.wait(redirect_uri="org.example.app:/back"), rose)
    assert not await agreed(app, rose.membership_id, redirect_uri="org.example.app:/back")


async def test_approving_takes_the_proof_that_the_program_asks_for(program: Program, rose: Person) -> None:
    deployment = program.deployment
    deployment.clock.advance(minutes=2)
    for asked in ({"max_age": "60"}, {"max_age": "0"}, {"prompt": "login"}):
        handle = await program.wait(**asked)
        with pytest.raises(ProofWanted):
            await decided(program, handle, rose)
        again = replace(rose, signed_in=await signs_in(deployment, rose.account_id))
        deployment.clock.advance(minutes=1)
        assert await decided(program, handle, again), "time spent deciding makes nobody prove themselves twice"


async def test_approving_takes_the_level_that_the_program_asks_for(program: Program, rose: Person) -> None:
    deployment = program.deployment
    deployment.clock.advance(minutes=2)
    weaker = await signs_in(deployment, rose.account_id, proof=PASSWORD_AND_CODE)
    deployment.clock.advance(minutes=2)
    handle = await program.wait(acr_values="phr")
    with pytest.raises(ProofWanted):
        await decided(program, handle, replace(rose, signed_in=weaker))
    for_this = await signs_in(deployment, rose.account_id, proof=PASSWORD_AND_CODE)
    with pytest.raises(Unanswerable):
        await decided(program, handle, replace(rose, signed_in=for_this))
    assert await decided(program, handle, rose)


async def test_a_wrong_handle_is_over_and_never_begun(program: Program, rose: Person) -> None:
    for handle in ("", "h" * 43, "é"):
        with pytest.raises(RequestOver):
            await decided(program, handle, rose)


ODD = [
    "",
    " ",
    "\x00",
    "\n",
    "é",
    "🙂",
    "%00",
    "%2e%2e",
    "#",
    "@",
    "\\\\",
    "'",
    '"',
    "<",
    "none",
    "S256",
    "a" * 9000,
    "\u202e",
    "-1",
    "9" * 40,
]


async def test_no_request_is_a_fault_whatever_it_says(refusing: Program) -> None:
    program = (await refusing.read()).program
    dice = random.Random(20270301)
    whole = ASKED | {"prompt": "login", "max_age": "9", "acr_values": "phr", "nonce": "n", "dpop_jkt": CHALLENGE}
    told = {"read": 0, "refused": 0, "not shown": 0}
    answered = []
    for _ in range(3000):
        asked = dict(whole)
        for name in dice.sample([*whole, "request", "request_uri", "resource", "login_hint", "ui_locales"], 2):
            asked[name] = dice.choice(ODD) + (asked.get(name, "") if dice.random() < 0.5 else "") + dice.choice(ODD)
        try:
            answered.append(check_request(asked, program, profile=PROFILE, pushed=True, now=START).redirect_uri)
            told["read"] += 1
        except Refusal as refusal:
            answered.append(refusal.address)
            told["refused"] += 1
        except Unshowable:
            told["not shown"] += 1
    assert all(told.values()), told
    assert all(address.isascii() and address.partition("?")[0] == BACK for address in answered)


def test_what_cannot_be_shown_has_words_for_people() -> None:
    for kind in (Unshowable, UnknownProgram, UnknownRedirect, UnreadableRequest, RequestOver):
        assert str(kind.__doc__).count("\n") == 0
