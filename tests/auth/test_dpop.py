"""A DPoP proof is good for one key, one request and one minute (RFC 9449, section 4.3); every other one is refused."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from auth.dpop import InvalidProof, Sent, read_proof
from auth.nonces import TURN, is_current, write_nonce
from tests.auth.deployment import PROFILE, START
from tests.auth.proving import TOKEN, proof, shared_secret

KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
P384, RSA = ECKey.generate_key("P-384"), RSAKey.generate_key(2048)
PUBLIC = KEY.as_dict(private=False)
HERE = Sent("POST", {TOKEN})
GRAPH = Sent("POST", {PROFILE.audience}, "the token")
AT = int(START.timestamp())
FIRST, SECOND = bytes(32), bytes(31) + b"1"


def made(**otherwise: Any) -> str:
    return proof(KEY, **({"now": START} | otherwise))


@pytest.mark.parametrize(
    "otherwise",
    [
        {},
        {"iat": AT - 59},
        {"iat": AT + 60},
        {"iat": AT + 0.5},
        {"address": TOKEN + "?a=b#c"},
        {"address": "HTTPS://KONBIT.example:443/oauth/token"},
        {"address": PROFILE.issuer + "/oauth/%74oken"},
        {"header": {"jwk": PUBLIC | {"kid": "any", "use": "sig", "ext": True, "key_ops": ["verify"]}}},
        {"nbf": AT, "exp": AT + 60, "sub": "whatever else is said"},
    ],
)
def test_what_rfc_9449_allows_is_read(otherwise: dict[str, Any]) -> None:
    read = read_proof(made(jti="one", **otherwise), HERE, now=START)

    assert (read.jkt, read.jti, read.nonce) == (KEY.thumbprint(), "one", None)
    assert read.ends_at > START + timedelta(minutes=1)


def test_a_proof_for_a_resource_names_the_token() -> None:
    text = made(address=PROFILE.audience, token="the token", nonce="n")
    assert read_proof(text, GRAPH, now=START).nonce == "n"


REFUSED: dict[str, dict[str, Any]] = {
    "another method": {"method": "GET"},
    "the method in small letters": {"method": "post"},
    "no method": {"htm": None},
    "another path": {"address": PROFILE.issuer + "/oauth/revoke"},
    "a longer path": {"address": TOKEN + "/"},
    "another host": {"address": "https://konbit.example.evil/oauth/token"},
    "another port": {"address": "https://konbit.example:8443/oauth/token"},
    "a port that is none": {"address": "https://konbit.example:port/oauth/token"},
    "http": {"address": "http://konbit.example/oauth/token"},
    "a user in the address": {"address": "https://konbit.example@konbit.example/oauth/token"},
    "a path alone": {"address": "/oauth/token"},
    "no address": {"htu": None},
    "an address that is no text": {"htu": [TOKEN]},
    "issued 61 s ago": {"iat": AT - 61},
    "issued in 61 s": {"iat": AT + 62},
    "no time": {"iat": None},
    "a time in words": {"iat": str(AT)},
    "true for a time": {"iat": True},
    "no id": {"jti": None},
    "an empty id": {"jti": ""},
    "a long id": {"jti": "x" * 256},
    "a number for an id": {"jti": 7},
    "a nonce that is no text": {"nonce": 7},
    "another type": {"header": {"typ": "JWT"}},
    "no type": {"header": {"typ": None}},
    "an access token's type": {"header": {"typ": "at+jwt"}},
    "no key": {"header": {"jwk": None}},
    "a key by its id": {"header": {"jwk": None, "kid": KEY.thumbprint()}},
    "a key elsewhere": {"header": {"jku": "https://evil.example/keys"}},
    "the private key": {"header": {"jwk": KEY.as_dict(private=True)}},
    "another's key": {"header": {"jwk": OTHER.as_dict(private=False)}},
    "a key off the curve": {"header": {"jwk": PUBLIC | {"x": "A" * 43}}},
    "half a key": {"header": {"jwk": {"kty": "EC", "crv": "P-256", "x": PUBLIC["x"]}}},
    "a key with a shorter number": {"header": {"jwk": PUBLIC | {"x": str(PUBLIC["x"])[:-1]}}},
    "an RSA key": {"header": {"jwk": RSA.as_dict(private=False)}},
    "HS256 with the public key": {"header": {"alg": "HS256"}, "signed_with": shared_secret(KEY)},
    "HS256 with a key of its own": {
        "header": {"alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0c2VjcmV0"}},
        "signed_with": OctKey.generate_key(256),
    },
    "none": {"header": {"alg": "none"}},
    "ES384": {"header": {"alg": "ES384", "jwk": P384.as_dict(private=False)}, "signed_with": P384},
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("how", REFUSED)
def test_every_other_proof_is_refused(how: str) -> None:
    with pytest.raises(InvalidProof):
        read_proof(made(**REFUSED[how]), HERE, now=START)


@pytest.mark.parametrize("otherwise", [{}, {"token": "another"}, {"ath": "the token"}, {"ath": 7}, {"ath": ""}])
def test_a_proof_that_does_not_name_the_token_is_refused(otherwise: dict[str, Any]) -> None:
    with pytest.raises(InvalidProof):
        read_proof(made(address=PROFILE.audience, **otherwise), GRAPH, now=START)


def test_a_proof_with_another_signature_is_refused() -> None:
    with pytest.raises(InvalidProof):
        read_proof(made(signed_with=OTHER), HERE, now=START)


def _bare(header: str, claims: str) -> str:
    return ".".join(urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (header, claims, "x" * 64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        "....",
        "x" * 5000,
        "é.é.é",
        _bare("null", "{}"),
        _bare("[]", "{}"),
        _bare('{"typ": "dpop+jwt", "alg": "ES256", "jwk": {}}', "{}"),
        _bare('{"typ": "dpop+jwt", "alg": "ES256", "jwk": null}', "null"),
        _bare('{"typ": "dpop+jwt", "alg": "ES256", "jwk": []}', "{}"),
        _bare("[" * 1500, "{}"),
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(InvalidProof):
        read_proof(text, HERE, now=START)


def test_a_nonce_holds_for_two_turns_under_either_secret() -> None:
    nonce = write_nonce(FIRST, now=START)

    assert is_current(nonce, [FIRST], now=START + TURN)
    assert is_current(nonce, [SECOND, FIRST], now=START)
    assert is_current(nonce, [FIRST], now=START - TURN), "another machine's clock may be behind"


@pytest.mark.parametrize("nonce", ["", "x", "é", "A" * 28, "=" * 28, write_nonce(SECOND, now=START)])
def test_what_is_no_nonce_of_ours_is_not_current(nonce: str) -> None:
    assert not is_current(nonce, [FIRST], now=START)


def test_an_old_nonce_and_one_whose_time_was_changed_are_not_current() -> None:
    nonce = write_nonce(FIRST, now=START)
    later = write_nonce(FIRST, now=START + 2 * TURN)

    assert not is_current(nonce, [FIRST], now=START + 2 * TURN)
    assert not is_current(later[:7] + nonce[7:], [FIRST], now=START + 2 * TURN)
