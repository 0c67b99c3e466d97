"""A code is worth tokens once, to the client it was made for, which shows what it hid; and whose tokens those are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from auth.actor import Actor
from auth.assurance import Acr
from auth.scopes import Scope
from auth.tokens import InvalidToken, SubjectKind
from models.oauth import ClientGrant
from models.rules.roles import Role
from tests.auth.deployment import Deployment
from tests.auth.granting import CHALLENGE, Key, Program, a_program
from tests.auth.signing_in import Person, a_membership, a_person, signs_in


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment)


@pytest.fixture
async def rose(deployment: Deployment) -> Person:
    return await a_person(deployment, deployment.brc)


async def test_the_actor_is_the_person_at_the_organisation_of_the_membership(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    body = await program.tokens(process, rose)
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["scope"] == "directory:read referrals:read"
    now = deployment.clock.now.replace(microsecond=0)
    actor = await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    assert actor == Actor(
        organization_id=deployment.brc,
        client_id="clerks",
        user_id=rose.account_id,
        scopes=frozenset({Scope.DIRECTORY_READ, Scope.REFERRALS_READ}),
        roles=frozenset({Role.TRAINER}),
        token_id=actor.token_id,
        expires_at=now + timedelta(minutes=10),
        kind=SubjectKind.USER,
        membership_id=rose.membership_id,
        site_id=None,
        session_id=rose.signed_in.session_id,
        acr=Acr.PHISHING_RESISTANT,
        auth_time=now,
        jkt=None,
    )
    assert actor.claims()["konbit.user"] == str(rose.account_id)


async def test_a_token_is_for_one_membership_and_another_takes_another_grant(
    deployment: Deployment, rose: Person
) -> None:
    process = deployment.process()
    network = await a_program(deployment, "dashboard", network=True)
    elsewhere = await a_membership(deployment, rose.account_id, deployment.shelter, roles=("INTAKE",))
    organizations = {}
    for membership_id in (rose.membership_id, elsewhere):
        answer = await network.redeem(process, (await network.approved(rose, membership_id=membership_id))["code"])
        actor = await process.authenticator.actor(answer.body["access_token"], now=deployment.clock.now)
        organizations[actor.organization_id] = actor.roles
    assert organizations == {deployment.brc: {Role.TRAINER}, deployment.shelter: {Role.INTAKE}}


CHANGES = {
    "the grant ended": "UPDATE oauth_grant SET ended_at = now()",
    "the grant's time passed": "UPDATE oauth_grant SET expires_at = '2027-03-01 12:00:01+00'",
    "the membership suspended": "UPDATE membership SET status = 'SUSPENDED'",
    "the person left": "UPDATE membership SET status = 'LEFT', left_at = now()",
    "the account suspended": "UPDATE account SET status = 'SUSPENDED'",
    "the session ended": "UPDATE browser_session SET ended_at = now()",
    "the session's time passed": "UPDATE browser_session SET expires_at = '2027-03-01 12:00:01+00'",
    "the client suspended": "UPDATE oauth_client SET status = 'SUSPENDED'",
    "the client given to another organisation": "UPDATE oauth_client SET organization_id = "
    "(SELECT id FROM organization WHERE slug = 'shelter') WHERE client_id = 'clerks'",
    "the grant forgotten": "DELETE FROM oauth_grant",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_persons_token_ends_within_two_seconds_with_what_it_rests_on(
    deployment: Deployment, program: Program, rose: Person, change: str
) -> None:
    processes = [deployment.process(), deployment.process()]
    token = (await program.tokens(processes[0], rose))["access_token"]
    for process in processes:
        await process.authenticator.actor(token, now=deployment.clock.now)
    await deployment.sql(CHANGES[change])
    deployment.clock.advance(seconds=2)
    for process in processes:
        with pytest.raises(InvalidToken):
            await process.authenticator.actor(token, now=deployment.clock.now)


async def test_with_offline_access_a_token_outlives_the_session(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose, scope="directory:read offline_access"))["access_token"]
    await deployment.sql("UPDATE browser_session SET ended_at = now()")
    actor = await process.authenticator.actor(token, now=deployment.clock.now)
    assert actor.user_id == rose.account_id


async def test_roles_and_scopes_that_are_taken_away_tell_within_two_seconds(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    token = (await program.tokens(process, rose))["access_token"]
    await process.authenticator.actor(token, now=deployment.clock.now)
    await deployment.sql("UPDATE membership SET roles = '{ANALYST}'")
    await deployment.sql("UPDATE oauth_client SET scopes = '{directory:read,admin}'")
    deployment.clock.advance(seconds=2)
    actor = await process.authenticator.actor(token, now=deployment.clock.now)
    assert actor.roles == {Role.ANALYST}
    assert actor.scopes == {Scope.DIRECTORY_READ}


async def test_how_a_client_may_ask_goes_by_the_client_and_not_by_the_token(
    deployment: Deployment, rose: Person
) -> None:
    process = deployment.process()
    asking = await a_program(deployment, "explorer", scopes=[Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS])
    body = await asking.tokens(process, rose, scope="directory:read graph:documents")
    assert body["scope"] == "directory:read", "a person grants nothing of it"
    actor = await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    assert actor.scopes == {Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}


WRONG: dict[str, dict[str, str]] = {
    "no verifier": {"code_verifier": ""},
    "the challenge as the verifier": {"code_verifier": CHALLENGE},
    "another verifier": {"code_verifier": "w" * 43},
    "a short verifier": {"code_verifier": "v" * 42},
    "a long verifier": {"code_verifier": "v" * 129},
    "a verifier of other characters": {"code_verifier": "v" * 42 + "+"},
    "no address": {"redirect_uri": ""},
    "another address": {"redirect_uri": "https://app.example/other"},
    "the address with a slash": {"redirect_uri": "https://app.example/back/"},
    "the address in capitals": {"redirect_uri": "https://app.example/Back"},
    "another resource": {"resource": "https://evil.example/graphql"},
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_code_with_something_wrong_is_refused(
    deployment: Deployment, program: Program, rose: Person, kind: str
) -> None:
    answer = await program.redeem(deployment.process(), await program.code(rose), **WRONG[kind])
    assert answer.status == 400
    assert answer.body["error"] in ("invalid_grant", "invalid_request", "invalid_target")
    assert await deployment.sql("SELECT FROM oauth_token") == []


async def test_nobody_guesses_a_verifier_twice(deployment: Deployment, program: Program, rose: Person) -> None:
    process = deployment.process()
    code = await program.code(rose)
    assert (await program.redeem(process, code, code_verifier="w" * 43)).body["error"] == "invalid_grant"
    assert (await program.redeem(process, code)).body["error"] == "invalid_grant"
    [grant] = await deployment.sql("SELECT expires_at FROM oauth_grant")
    assert grant["expires_at"] == deployment.clock.now + timedelta(minutes=1), (
        "nothing is left of what was not redeemed"
    )


async def _vouched_for(deployment: Deployment, person: Person) -> Person:
    [provider] = await deployment.sql(
        "INSERT INTO identity_provider (organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, 'https://brc.example', 'BRC', 'konbit', now()) RETURNING id",
        deployment.brc,
    )
    return replace(person, signed_in=await signs_in(deployment, person.account_id, provider_id=provider["id"]))


async def test_an_organisations_provider_makes_nobody_a_steward_of_the_network(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    await deployment.sql("UPDATE membership SET roles = '{NETWORK_STEWARD,INTAKE}' WHERE id = $1", rose.membership_id)
    roles = []
    for signed_in in (rose, await _vouched_for(deployment, rose)):
        body = await program.tokens(process, signed_in, scope="directory:read")
        roles.append((await process.authenticator.actor(body["access_token"], now=deployment.clock.now)).roles)
    assert roles == [{Role.NETWORK_STEWARD, Role.INTAKE}, {Role.INTAKE}]


async def test_with_who_vouched_for_the_person_everything_they_granted_stops(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    vouched = await _vouched_for(deployment, rose)
    body = await program.tokens(process, vouched, scope="directory:read offline_access")
    await deployment.sql("UPDATE identity_provider SET suspended_at = now()")
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    assert (await program.refresh(process, body["refresh_token"])).body["error"] == "invalid_grant"


async def test_the_code_of_another_client_is_refused_and_stays_good(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    public = await a_program(deployment, "public", public=True)
    code = await program.code(rose)
    for thief in (other, public):
        assert (await thief.redeem(process, code)).body["error"] == "invalid_grant"
    assert (await program.redeem(process, code)).status == 200


async def test_a_code_ends_after_a_minute(deployment: Deployment, program: Program, rose: Person) -> None:
    code = await program.code(rose)
    deployment.clock.advance(seconds=60)
    assert (await program.redeem(deployment.process(), code)).body["error"] == "invalid_grant"


async def test_a_code_shown_twice_at_once_is_refused_and_later_ends_all_of_it(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    code = await program.code(rose)
    token = (await program.redeem(process, code)).body["access_token"]
    deployment.clock.advance(seconds=9)
    assert (await program.redeem(process, code)).body["error"] == "invalid_grant"
    await process.authenticator.actor(token, now=deployment.clock.now)
    deployment.clock.advance(seconds=2)
    assert (await program.redeem(process, code)).body["error"] == "invalid_grant"
    with pytest.raises(InvalidToken):
        await process.authenticator.actor(token, now=deployment.clock.now)


async def test_another_client_cannot_end_a_grant_with_an_old_code(
    deployment: Deployment, program: Program, rose: Person
) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    code = await program.code(rose)
    token = (await program.redeem(process, code)).body["access_token"]
    deployment.clock.advance(seconds=11)
    await other.redeem(process, code)
    assert (await process.authenticator.actor(token, now=deployment.clock.now)).user_id == rose.account_id


GONE: dict[str, str] = {
    "suspended": "UPDATE membership SET status = 'SUSPENDED'",
    "signed out": "UPDATE browser_session SET ended_at = now()",
    "no client": "UPDATE oauth_client SET scopes = '{}'",
}


@pytest.mark.parametrize("change", GONE)
async def test_a_code_is_worth_nothing_once_its_person_or_client_is_stopped(
    deployment: Deployment, program: Program, rose: Person, change: str
) -> None:
    code = await program.code(rose)
    await deployment.sql(GONE[change])
    answer = await program.redeem(deployment.process(), code)
    assert answer.status == 400
    assert answer.body["error"] in ("invalid_grant", "invalid_scope")


async def test_a_client_that_has_another_grant_alone_is_refused(deployment: Deployment, rose: Person) -> None:
    process = deployment.process()
    only_codes = await a_program(deployment, "only-codes", grants=[ClientGrant.AUTHORIZATION_CODE])
    body = await only_codes.tokens(process, rose)
    assert "refresh_token" not in body
    assert (await only_codes.refresh(process, "r" * 43)).body["error"] == "unauthorized_client"
    assert (await only_codes.ask(process, grant_type="client_credentials")).body["error"] == "unauthorized_client"
    [grant] = await deployment.sql("SELECT expires_at FROM oauth_grant")
    assert grant["expires_at"] == deployment.clock.now + timedelta(minutes=10)


async def test_a_code_for_a_key_takes_that_key(deployment: Deployment, rose: Person) -> None:
    process = deployment.process()
    held, other = Key(), Key()
    public = await a_program(deployment, "page", public=True, key=held)
    for key in (None, other):
        code = await public.code(rose, dpop_jkt=held.jkt)
        public.key = key
        assert (await public.redeem(process, code)).body["error"] == "invalid_grant"
        public.key = held
    body = (await public.redeem(process, await public.code(rose, dpop_jkt=held.jkt))).body
    assert body["token_type"] == "DPoP"
    actor = await process.authenticator.actor(body["access_token"], now=deployment.clock.now)
    assert actor.jkt == held.jkt


@pytest.mark.parametrize("make", [lambda: "", lambda: "c" * 43, lambda: str(uuid4()), lambda: "é\x7f"])
async def test_what_is_no_code_is_refused(deployment: Deployment, program: Program, make: Callable[[], str]) -> None:
    answer = await program.redeem(deployment.process(), make())
    assert answer.status == 400
    assert answer.body["error"] in ("invalid_grant", "invalid_request")
