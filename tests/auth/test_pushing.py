"""A request that is pushed proves who asks, and its handle opens it once, for that client (RFC 9126)."""

import pytest

from auth.authorization_request import UnknownProgram, UnreadableRequest
from auth.server import PUSHES_AT_ONCE
from auth.stored_requests import RequestOver
from tests.auth.deployment import Deployment
from tests.auth.granting import BACK, Key, Program, a_program
from tests.auth.signing_in import a_person

EMPTY = dict.fromkeys(
    ("response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"), ""
)
"Nothing but the handle: what a browser brings after a push."


@pytest.fixture
async def program(deployment: Deployment) -> Program:
    return await a_program(deployment, requires_par=True)


async def test_what_is_pushed_is_what_is_asked(deployment: Deployment, program: Program) -> None:
    answer = await program.push(deployment.process(), scope="training:read", nonce="n")
    assert answer.status == 201
    assert answer.body["expires_in"] == 60
    assert answer.body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    request = await program.read(**EMPTY, request_uri=answer.body["request_uri"])
    assert (request.redirect_uri, request.nonce) == (BACK, "n")
    assert request.scopes == {"training:read"}


async def test_what_the_browser_says_beside_the_handle_means_nothing(deployment: Deployment, program: Program) -> None:
    pushed = (await program.push(deployment.process(), scope="training:read")).body["request_uri"]
    request = await program.read(scope="directory:read", redirect_uri="https://evil.example", request_uri=pushed)
    assert request.scopes == {"training:read"}
    assert request.redirect_uri == BACK


async def test_a_handle_counts_once_for_a_minute_and_for_its_own_client(
    deployment: Deployment, program: Program
) -> None:
    process = deployment.process()
    other = await a_program(deployment, "other")
    pushed = (await program.push(process)).body["request_uri"]
    with pytest.raises(RequestOver):
        await other.read(**EMPTY, request_uri=pushed)
    await program.read(**EMPTY, request_uri=pushed)
    with pytest.raises(RequestOver):
        await program.read(**EMPTY, request_uri=pushed)
    late = (await program.push(process)).body["request_uri"]
    deployment.clock.advance(seconds=60)
    with pytest.raises(RequestOver):
        await program.read(**EMPTY, request_uri=late)


@pytest.mark.parametrize("request_uri", ["https://evil.example/request", "urn:ietf:params:oauth:request_uri", "x"])
async def test_a_request_that_lies_elsewhere_is_not_fetched(
    deployment: Deployment, program: Program, request_uri: str
) -> None:
    with pytest.raises(UnreadableRequest):
        await program.read(**EMPTY, request_uri=request_uri)


async def test_the_handle_of_the_pages_is_no_handle_of_a_push_nor_the_other_way(
    deployment: Deployment, program: Program
) -> None:
    rose = await a_person(deployment, deployment.brc)
    plain = await a_program(deployment, "plain")
    handle = await plain.wait()
    with pytest.raises(RequestOver):
        await plain.read(**EMPTY, request_uri="urn:ietf:params:oauth:request_uri:" + handle)
    pushed = (await program.push(deployment.process())).body["request_uri"]
    with pytest.raises(RequestOver):
        await program.approved(rose, handle=pushed.rpartition(":")[2])


async def test_a_push_is_refused_as_the_request_would_be(deployment: Deployment, program: Program) -> None:
    process = deployment.process()
    for asked, error in (
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/back"}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"resource": "https://evil.example"}, "invalid_target"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"client_id": "other"}, "invalid_client"),
    ):
        answer = await program.push(process, **asked)
        assert answer.body["error"] == error, asked
    assert await deployment.sql("SELECT FROM oauth_request") == []


async def test_nobody_pushes_in_anothers_name(deployment: Deployment, program: Program) -> None:
    process = deployment.process()
    for secret in (None, "t" * 43):
        answer = await Program(deployment, program.client_id, secret).push(process)
        assert (answer.status, answer.body["error"]) == (401, "invalid_client")


async def test_a_public_client_pushes_by_its_name_and_binds_the_code_to_its_key(deployment: Deployment) -> None:
    process = deployment.process()
    rose = await a_person(deployment, deployment.brc)
    page = await a_program(deployment, "page", public=True, key=Key())
    assert page.key is not None
    answer = await page.push(process, dpop_jkt=Key().jkt)
    assert answer.body["error"] == "invalid_request"
    pushed = (await page.push(process)).body["request_uri"]
    handle = await page.wait(**EMPTY, request_uri=pushed)
    code = (await page.approved(rose, handle=handle))["code"]
    thief = Program(deployment, "page", None, Key())
    assert (await thief.redeem(process, code)).body["error"] == "invalid_grant"


async def test_a_client_suspended_after_its_push_is_unknown(deployment: Deployment, program: Program) -> None:
    pushed = (await program.push(deployment.process())).body["request_uri"]
    await deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED'")
    with pytest.raises(UnknownProgram):
        await program.read(**EMPTY, request_uri=pushed)


async def test_nobody_fills_the_table_by_pushing_and_who_proves_itself_goes_on(
    deployment: Deployment, program: Program
) -> None:
    process = deployment.process()
    page = await a_program(deployment, "page", public=True)
    answers = [await page.push(process) for _ in range(PUSHES_AT_ONCE + 1)]
    assert [answer.status for answer in answers] == [201] * PUSHES_AT_ONCE + [429]
    assert dict(answers[-1].headers) == {"Retry-After": "1"}
    assert (await program.push(process)).status == 201
    deployment.clock.advance(seconds=0.1)
    assert (await page.push(process)).status == 201
