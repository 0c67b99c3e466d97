"""The OAuth endpoints over HTTP: the flow with a client library, the words of the standards, and malformed requests."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import asyncpg
import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc.jwk import ECKey, KeySet

from api.database import DatabaseURLs
from auth.lockout import BURST
from auth.metadata import UnfitIssuer, check_issuer
from auth.scopes import Scope
from tests.auth.deployment import PROFILE, SCOPES, Deployment, assertion, deployed
from tests.auth.posts import basic

KEY = ECKey.generate_key("P-256", auto_kid=True)
TOKEN, INTROSPECT, REVOKE = "/oauth/token", "/oauth/introspect", "/oauth/revoke"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database) as ready:
        await ready.register("signer", jwks={"keys": [KEY.as_dict(private=False)]})
        yield ready


@pytest.fixture(scope="module")
async def shared(module_database: DatabaseURLs) -> AsyncIterator[Deployment]:
    """For requests that are refused: they change nothing."""
    async with deployed(module_database) as ready:
        await ready.register("signer", jwks={"keys": [KEY.as_dict(private=False)]})
        yield ready


@pytest.fixture
async def refusing(shared: Deployment) -> AsyncIterator[httpx2.AsyncClient]:
    """A process of its own for each test: failures are counted per process."""
    transport = httpx2.ASGITransport(app=shared.process().app)
    async with httpx2.AsyncClient(transport=transport, base_url=PROFILE.issuer) as client:
        yield client


@pytest.fixture
async def http(deployment: Deployment) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=deployment.process().app)
    async with httpx2.AsyncClient(transport=transport, base_url=PROFILE.issuer) as client:
        yield client


def by_secret(deployment: Deployment) -> dict[str, str]:
    return {"Authorization": basic("brc", deployment.secret)}


def asserted(deployment: Deployment, **claims: object) -> dict[str, str]:
    text = assertion(KEY, now=deployment.clock.now, **claims)
    return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": text}


async def issued(http: httpx2.AsyncClient, deployment: Deployment, **form: str) -> str:
    answer = await http.post(TOKEN, data=GRANT | form, headers=by_secret(deployment))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()["error"]


async def test_the_metadata_is_valid_and_every_word_of_it_true(
    http: httpx2.AsyncClient, deployment: Deployment
) -> None:
    said = (await http.get("/.well-known/oauth-authorization-server")).json()
    assert (await http.get("/.well-known/openid-configuration")).json() == said
    for metadata in (AuthorizationServerMetadata(said), OpenIDProviderMetadata(said)):
        # Discovery wants RS256 among them; the design pins ES256, as FAPI 2.0 does.
        for key in {*metadata.REGISTRY_KEYS} - {"id_token_signing_alg_values_supported"}:
            getattr(metadata, f"validate_{key}")()
    assert said["issuer"] == PROFILE.issuer
    assert said["id_token_signing_alg_values_supported"] == ["ES256"]
    assert said["scopes_supported"] == [scope.value for scope in Scope]
    assert len((await http.get(said["jwks_uri"])).json()["keys"]) == 1
    token = await issued(http, deployment)
    for endpoint in ("token", "introspection", "revocation"):
        proofs = ["client_secret_basic", "private_key_jwt", *(["none"] if endpoint != "introspection" else [])]
        assert said[f"{endpoint}_endpoint_auth_methods_supported"] == proofs
        assert said[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] == ["ES256", "PS256", "RS256"]
        for headers, proof in ((by_secret(deployment), {}), ({}, asserted(deployment))):
            form = GRANT if endpoint == "token" else {"token": token if headers else "another"}
            answer = await http.post(said[f"{endpoint}_endpoint"], data=form | proof, headers=headers)
            assert answer.status_code == 200, answer.text
    needed = {"code": "c", "redirect_uri": "https://a.example", "refresh_token": "r", "device_code": "d"}
    for grant in said["grant_types_supported"]:
        answer = await http.post(TOKEN, data={"grant_type": grant} | needed, headers=by_secret(deployment))
        if grant != "client_credentials":
            assert refusal(answer) == (400, "unauthorized_client"), "known, but not this client's"
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        assert grant not in said["grant_types_supported"]
        answer = await http.post(TOKEN, data={"grant_type": grant}, headers=by_secret(deployment))
        assert refusal(answer) == (400, "unsupported_grant_type")


async def test_a_token_is_answered_as_rfc_6749_says(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    answer = await http.post(TOKEN, data=GRANT | {"scope": "directory:read"}, headers=by_secret(deployment))
    body = answer.json()
    assert body.pop("access_token").count(".") == 2
    assert body == {"token_type": "Bearer", "expires_in": 600, "scope": "directory:read"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"


async def test_authlibs_client_signs_in_by_secret_and_its_validator_trusts_the_token(deployment: Deployment) -> None:
    transport = httpx2.ASGITransport(app=deployment.process().app)
    async with AsyncOAuth2Client("brc", deployment.secret, scope="referrals:read", transport=transport) as client:
        token = await client.fetch_token(PROFILE.issuer + TOKEN, grant_type="client_credentials")
        keys = KeySet.import_key_set(
            (await client.request("GET", PROFILE.issuer + "/oauth/jwks", withhold_token=True)).json()
        )
        told = await client.introspect_token(PROFILE.issuer + INTROSPECT, token["access_token"], "access_token")
        assert told.json()["scope"] == "referrals:read"
        assert (await client.revoke_token(PROFILE.issuer + REVOKE, token["access_token"])).status_code == 200
        told = await client.introspect_token(PROFILE.issuer + INTROSPECT, token["access_token"])
        assert told.json() == {"active": False}
    validator = JWTBearerTokenValidator(issuer=PROFILE.issuer, resource_server=PROFILE.audience)
    validator.get_jwks = lambda: keys
    claims = validator.authenticate_token(token["access_token"])
    assert claims["organization"] == str(deployment.brc)


async def test_authlibs_client_signs_in_by_its_key(deployment: Deployment) -> None:
    transport = httpx2.ASGITransport(app=deployment.process().app)
    async with AsyncOAuth2Client(
        "signer", KEY, token_endpoint_auth_method="private_key_jwt", transport=transport
    ) as client:
        at = int(deployment.clock.now.timestamp())
        client.register_client_auth_method(
            PrivateKeyJWT(PROFILE.issuer, alg="ES256", claims={"iat": at, "exp": at + 300})
        )
        token = await client.fetch_token(PROFILE.issuer + TOKEN, grant_type="client_credentials")
    assert token["token_type"] == "Bearer"


WRONG = {
    "a wrong secret": lambda d: basic("brc", "k" * 43),
    "an unknown client": lambda d: basic("nobody", d.secret),
    "a client that signs": lambda d: basic("signer", d.secret),
    "an empty secret": lambda d: basic("brc", ""),
    "no colon": lambda d: "Basic YnJj",
    "not base64": lambda d: "Basic !!!",
    "not UTF-8": lambda d: "Basic /zo6Ov8=",
    "a null character": lambda d: basic("brc\x00", d.secret),
    "a long name": lambda d: basic("b" * 9000, d.secret),
    "a bearer": lambda d: f"Bearer {d.secret}",
    "a lone surrogate": lambda d: basic("%ED%A0%80", "%ED%A0%80"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("endpoint", [TOKEN, INTROSPECT, REVOKE])
async def test_every_wrong_proof_is_answered_alike(
    refusing: httpx2.AsyncClient, shared: Deployment, wrong: str, endpoint: str
) -> None:
    form = GRANT | {"token": "x"}
    answer = await refusing.post(endpoint, data=form, headers={"Authorization": WRONG[wrong](shared)})
    assert refusal(answer) == (401, "invalid_client")
    assert answer.json()["error_description"] == "The client could not be authenticated."
    assert answer.headers["www-authenticate"] == 'Basic realm="konbit", charset="UTF-8"'


@pytest.mark.parametrize("endpoint", [TOKEN, INTROSPECT, REVOKE])
async def test_no_proof_is_refused(refusing: httpx2.AsyncClient, shared: Deployment, endpoint: str) -> None:
    form = GRANT | {"token": "x", "client_id": "brc", "client_secret": shared.secret}
    assert refusal(await refusing.post(endpoint, data=form)) == (401, "invalid_client")


async def test_a_suspended_client_is_refused(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED'")
    answers = [
        await http.post(TOKEN, data=GRANT, headers=by_secret(deployment)),
        await http.post(TOKEN, data=GRANT | asserted(deployment)),
    ]
    assert [refusal(answer) for answer in answers] == [(401, "invalid_client")] * 2


async def test_two_proofs_at_once_are_refused(refusing: httpx2.AsyncClient, shared: Deployment) -> None:
    answer = await refusing.post(TOKEN, data=GRANT | asserted(shared), headers=by_secret(shared))
    assert refusal(answer) == (400, "invalid_request")


async def test_a_client_id_beside_the_proof_must_be_the_same(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    same = await http.post(TOKEN, data=GRANT | {"client_id": "brc"}, headers=by_secret(deployment))
    other = await http.post(TOKEN, data=GRANT | {"client_id": "signer"}, headers=by_secret(deployment))
    assert same.status_code == 200
    assert refusal(other) == (401, "invalid_client")


@pytest.mark.parametrize("client_id", ["brc", "nobody"])
async def test_after_ten_wrong_secrets_one_must_wait_whether_the_client_exists_or_not(
    refusing: httpx2.AsyncClient, shared: Deployment, client_id: str
) -> None:
    for _ in range(BURST):
        answer = await refusing.post(TOKEN, data=GRANT, headers={"Authorization": basic(client_id, "k" * 43)})
        assert refusal(answer) == (401, "invalid_client")
    answer = await refusing.post(TOKEN, data=GRANT, headers={"Authorization": basic(client_id, shared.secret)})
    assert refusal(answer) == (429, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "7"
    assert (await refusing.post(TOKEN, data=GRANT | asserted(shared))).status_code == 200, "others go on"


@pytest.mark.parametrize("claims", [{"aud": PROFILE.issuer + TOKEN}, {"exp": 0}, {"sub": "nobody", "iss": "nobody"}])
async def test_a_wrong_assertion_is_an_invalid_client(
    refusing: httpx2.AsyncClient, shared: Deployment, claims: dict[str, object]
) -> None:
    answer = await refusing.post(TOKEN, data=GRANT | asserted(shared, **claims))
    assert refusal(answer) == (401, "invalid_client")


async def test_one_assertion_used_fifty_times_at_once_wins_once(deployment: Deployment) -> None:
    form = GRANT | asserted(deployment)
    apps = [deployment.process().app for _ in range(2)]
    clients = [httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=PROFILE.issuer) for app in apps]
    try:
        answers = await asyncio.gather(*(clients[number % 2].post(TOKEN, data=form) for number in range(50)))
    finally:
        for client in clients:
            await client.aclose()
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 49
    assert {answer.json()["error"] for answer in answers if answer.status_code == 401} == {"invalid_client"}
    assert len(await deployment.sql("SELECT FROM oauth_token")) == 1


async def test_another_client_may_use_the_same_jti(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await deployment.register("second", jwks={"keys": [KEY.as_dict(private=False)]})
    for client_id in ("signer", "second"):
        form = GRANT | asserted(deployment, iss=client_id, sub=client_id, jti="one")
        assert (await http.post(TOKEN, data=form)).status_code == 200


@pytest.mark.parametrize("scope", ["people:read", "directory:read admin", "everything", "DIRECTORY:READ", '"', "  "])
async def test_a_scope_beyond_the_clients_is_refused(
    refusing: httpx2.AsyncClient, shared: Deployment, scope: str
) -> None:
    answer = await refusing.post(TOKEN, data=GRANT | {"scope": scope}, headers=by_secret(shared))
    assert refusal(answer) == (400, "invalid_scope")


async def test_without_a_scope_a_token_gets_all_of_the_clients(
    http: httpx2.AsyncClient, deployment: Deployment
) -> None:
    for form in (GRANT, GRANT | {"scope": ""}):
        answer = await http.post(TOKEN, data=form, headers=by_secret(deployment))
        assert answer.json()["scope"] == " ".join(sorted(SCOPES))


async def test_a_client_without_scopes_gets_no_token(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await deployment.sql("UPDATE oauth_client SET scopes = '{}'")
    assert refusal(await http.post(TOKEN, data=GRANT, headers=by_secret(deployment))) == (400, "invalid_scope")


async def test_a_token_is_for_the_graph_alone(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await issued(http, deployment, resource=PROFILE.audience)
    answer = await http.post(TOKEN, data=GRANT | {"resource": "https://evil.example"}, headers=by_secret(deployment))
    assert refusal(answer) == (400, "invalid_target")


async def test_introspection_tells_what_a_token_is_good_for_now(
    http: httpx2.AsyncClient, deployment: Deployment
) -> None:
    token = await issued(http, deployment)
    await deployment.sql("UPDATE oauth_client SET scopes = '{directory:read}' WHERE client_id = 'brc'")
    told = (await http.post(INTROSPECT, data={"token": token} | asserted(deployment))).json()
    at = int(deployment.clock.now.timestamp())
    assert told.pop("jti")
    assert told == {
        "active": True,
        "token_type": "Bearer",
        "iss": PROFILE.issuer,
        "aud": PROFILE.audience,
        "sub": "brc",
        "sub_kind": "client",
        "client_id": "brc",
        "organization": str(deployment.brc),
        "scope": "directory:read",
        "iat": at,
        "exp": at + 600,
    }


async def test_introspection_tells_nothing_of_other_organisations_nor_of_what_is_no_token(
    http: httpx2.AsyncClient, deployment: Deployment
) -> None:
    await deployment.register("stranger", organization_id=deployment.shelter, secret="s" * 43)
    stranger = {"Authorization": basic("stranger", "s" * 43)}
    token = await issued(http, deployment)
    for text in (token, "nonsense", "a.b.c", token + "x", "é"):
        assert (await http.post(INTROSPECT, data={"token": text}, headers=stranger)).json() == {"active": False}
    deployment.clock.advance(minutes=10)
    answer = await http.post(INTROSPECT, data={"token": token}, headers=by_secret(deployment))
    assert answer.json() == {"active": False}


async def test_a_client_revokes_its_own_tokens_and_no_others(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    token = await issued(http, deployment)
    answer = await http.post(REVOKE, data={"token": token} | asserted(deployment))
    assert refusal(answer) == (400, "invalid_grant")
    still = await http.post(INTROSPECT, data={"token": token}, headers=by_secret(deployment))
    assert still.json()["active"] is True
    for _ in range(2):
        answer = await http.post(
            REVOKE, data={"token": token, "token_type_hint": "something"}, headers=by_secret(deployment)
        )
        assert answer.status_code == 200
    (row,) = await deployment.sql("SELECT revoked_at FROM oauth_token")
    assert row["revoked_at"] == deployment.clock.now
    gone = await http.post(INTROSPECT, data={"token": token}, headers=by_secret(deployment))
    assert gone.json() == {"active": False}


@pytest.mark.parametrize("endpoint", [INTROSPECT, REVOKE])
async def test_a_token_must_be_given(refusing: httpx2.AsyncClient, shared: Deployment, endpoint: str) -> None:
    answer = await refusing.post(endpoint, data={"x": "y"}, headers=by_secret(shared))
    assert refusal(answer) == (400, "invalid_request")
    assert (await refusing.post(endpoint, data={"token": "x"}, headers=by_secret(shared))).status_code == 200


FORM = "application/x-www-form-urlencoded"
MALFORMED: dict[str, tuple[bytes, str, int]] = {
    "nothing": (b"", FORM, 400),
    "no grant": (b"scope=admin", FORM, 400),
    "an empty grant": (b"grant_type=", FORM, 400),
    "JSON": (b'{"grant_type":"client_credentials"}', "application/json", 400),
    "JSON said to be a form": (b'{"grant_type":"client_credentials"}', FORM, 400),
    "no type": (b"grant_type=client_credentials", "", 400),
    "a parameter twice": (b"grant_type=client_credentials&grant_type=client_credentials", FORM, 400),
    "an empty parameter twice": (b"grant_type=client_credentials&scope=&scope=", FORM, 400),
    "not UTF-8": (b"grant_type=client_credentials&scope=%ff", FORM, 400),
    "raw bytes": (b"grant_type=\xff\xfe", FORM, 400),
    "a null": (b"grant_type=client_credentials&scope=%00", FORM, 400),
    "a surrogate": (b"grant_type=%ED%A0%80", FORM, 400),
    "many parameters": (b"&".join(b"p%d=1" % n for n in range(40)), FORM, 400),
    "too long": (b"grant_type=" + b"x" * 16_400, FORM, 413),
    "a strange grant": (b"grant_type=%22%C3%A9%5C", FORM, 400),
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_a_malformed_request_is_a_clients_error(
    refusing: httpx2.AsyncClient, shared: Deployment, kind: str
) -> None:
    body, media_type, status = MALFORMED[kind]
    headers = by_secret(shared) | ({"Content-Type": media_type} if media_type else {})
    answer = await refusing.post(TOKEN, content=body, headers=headers)
    assert refusal(answer)[0] == status
    assert refusal(answer)[1] in {"invalid_request", "unsupported_grant_type"}


async def test_parameters_do_not_belong_in_the_address(refusing: httpx2.AsyncClient, shared: Deployment) -> None:
    answer = await refusing.post(TOKEN + "?grant_type=client_credentials", data=GRANT, headers=by_secret(shared))
    assert refusal(answer) == (400, "invalid_request")


async def test_a_header_given_twice_is_refused(refusing: httpx2.AsyncClient, shared: Deployment) -> None:
    headers = [("Authorization", basic("brc", shared.secret)), ("Authorization", basic("brc", "x"))]
    assert refusal(await refusing.post(TOKEN, data=GRANT, headers=headers)) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("endpoint", [TOKEN, INTROSPECT, REVOKE])
async def test_only_post_is_answered(refusing: httpx2.AsyncClient, endpoint: str, method: str) -> None:
    answer = await refusing.request(method, endpoint)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


async def test_random_bytes_never_fault_the_server(shared: Deployment) -> None:
    seeded = random.Random(20270301)
    app = shared.process().app
    by_form = urlencode(GRANT | asserted(shared) | {"token": "x"}).encode()
    by_header = urlencode(GRANT | {"scope": "directory:read", "token": "x"}).encode()
    seen = set()
    for number in range(400):
        body, headers = (bytearray(by_form), {}) if number % 2 else (bytearray(by_header), by_secret(shared))
        for _ in range(seeded.randrange(1, 8)):
            body[seeded.randrange(len(body))] = seeded.randrange(256)
        endpoint = (TOKEN, INTROSPECT, REVOKE)[number % 3]
        address = httpx2.ASGITransport(app=app, client=(f"192.0.2.{number % 250}", 1))
        async with httpx2.AsyncClient(transport=address, base_url=PROFILE.issuer) as http:
            answer = await http.post(endpoint, content=bytes(body), headers=headers | {"Content-Type": FORM})
        seen.add(answer.status_code)
    assert seen == {200, 400, 401}


async def test_no_token_and_no_secret_reaches_the_log(
    http: httpx2.AsyncClient, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG):
            token = await issued(http, deployment)
            await http.post(REVOKE, data={"token": token}, headers=by_secret(deployment))
    finally:
        logging.getLogger().setLevel(logging.WARNING)
    written = json.dumps([[record.getMessage(), repr(record.args)] for record in caplog.records])
    assert token not in written
    assert deployment.secret not in written


async def test_without_a_database_the_answer_is_503(http: httpx2.AsyncClient, deployment: Deployment) -> None:
    await http.get("/oauth/jwks")
    name = deployment.urls.auth.split("?")[0].rsplit("/", 1)[1]
    await cut_off(deployment, name)
    answer = await http.post(TOKEN, data=GRANT, headers=by_secret(deployment))
    assert refusal(answer) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"
    deployment.clock.advance(minutes=1)
    assert refusal(await http.get("/oauth/jwks")) == (503, "temporarily_unavailable")


async def cut_off(deployment: Deployment, name: str) -> None:
    connection = await asyncpg.connect(deployment.urls.migration.replace(f"/{name}", "/postgres"))
    try:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "issuer",
    [
        "http://konbit.example",
        "https://konbit.example/",
        "https://konbit.example/a",
        "konbit.example",
        "https://u@k.example",
    ],
)
def test_an_issuer_that_clients_could_not_trust_is_refused(issuer: str) -> None:
    with pytest.raises(UnfitIssuer):
        check_issuer(issuer)


@pytest.mark.parametrize("issuer", ["https://konbit.example", "http://127.0.0.1:8000", "http://localhost:8000"])
def test_an_issuer_on_this_machine_needs_no_tls(issuer: str) -> None:
    check_issuer(issuer)
