"""A client assertion is good for one client, one server and five minutes (RFC 7523); every other one is refused."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from auth.assertions import NOBODY, InvalidAssertion, claimed_client, read_assertion
from tests.auth.deployment import PROFILE, START, assertion

KEY = ECKey.generate_key("P-256", auto_kid=True)
RSA = RSAKey.generate_key(2048, auto_kid=True)
KEYS = KeySet([ECKey.import_key(KEY.as_dict(private=False)), RSAKey.import_key(RSA.as_dict(private=False))])
AT = int(START.timestamp())


def read(text: str, keys: KeySet = KEYS) -> str:
    return read_assertion(text, keys=keys, client_id=claimed_client(text), issuer=PROFILE.issuer, now=START).jti


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_rsa_keys_may_sign(algorithm: str) -> None:
    claims = {"iss": "signer", "sub": "signer", "aud": PROFILE.issuer, "exp": AT + 300, "jti": "one"}
    assert read(jwt.encode({"alg": algorithm}, claims, RSA, algorithms=[algorithm])) == "one"


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({}, {}),
        ({"kid": KEY.kid}, {}),
        ({"kid": "a name that the client did not register"}, {}),
        ({"typ": "client-authentication+jwt"}, {}),
        ({}, {"aud": [PROFILE.issuer]}),
        ({}, {"exp": AT + 330}),
        ({}, {"exp": AT - 29}),
        ({}, {"iat": None}),
        ({}, {"iat": AT + 30, "nbf": AT + 30}),
        ({}, {"exp": AT + 59.5}),
    ],
)
def test_what_rfc_7523_allows_is_accepted(header: dict[str, object], claims: dict[str, object]) -> None:
    assert (
        read(
            assertion(KEY, now=START, header=header, jti="one", **claims)
            if claims != {}
            else assertion(KEY, now=START, header=header, jti="one")
        )
        == "one"
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another"},
        {"aud": PROFILE.issuer + "/oauth/token"},
        {"aud": PROFILE.issuer + "/"},
        {"aud": [PROFILE.issuer, "https://evil.example"]},
        {"aud": None},
        {"exp": AT + 331 + 1},
        {"exp": AT - 31},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"iat": AT + 60},
        {"nbf": AT + 60},
        {"nbf": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 256},
        {"jti": "a\x00b"},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(InvalidAssertion):
        read(assertion(KEY, now=START, **claims))


@pytest.mark.parametrize(
    "header",
    [{"typ": "at+jwt"}, {"jwk": KEY.as_dict(private=False)}, {"jku": "https://evil.example/keys"}, {"b64": True}],
    ids=lambda header: next(iter(header)),
)
def test_a_wrong_header_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(InvalidAssertion):
        read(assertion(KEY, now=START, header=header))


def test_another_key_is_refused() -> None:
    with pytest.raises(InvalidAssertion):
        read(assertion(ECKey.generate_key("P-256"), now=START))


def test_a_client_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidAssertion):
        read(assertion(KEY, now=START), keys=NOBODY)


def test_the_public_key_is_no_secret() -> None:
    claims = {"iss": "signer", "sub": "signer", "aud": PROFILE.issuer, "exp": AT + 60, "jti": "one"}
    key = OctKey.import_key(KEY.as_pem(private=False).hex())
    with pytest.raises(InvalidAssertion):
        read(jwt.encode({"alg": "HS256"}, claims, key, algorithms=["HS256"]))


@pytest.mark.parametrize("text", ["", "a.b.c", "é.b.c", "." * 3, "x" * 9000, "e30.e30.e30", "W10.W10.W10"])
def test_what_is_no_assertion_is_refused(text: str) -> None:
    with pytest.raises(InvalidAssertion):
        claimed_client(text)


def test_clocks_may_differ_by_half_a_minute() -> None:
    text = assertion(KEY, now=START)
    for difference in (timedelta(seconds=-29), timedelta(seconds=60 + 28)):
        read_assertion(text, keys=KEYS, client_id="signer", issuer=PROFILE.issuer, now=START + difference)
