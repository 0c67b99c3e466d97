"""An access token is what RFC 9068 asks for, and every other token is refused: by header, signature, or claim."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from auth.scopes import Scope
from auth.tokens import LIFETIME, AccessToken, ExpiredToken, InvalidToken, Profile, UnknownKey, read_token, write_token
from tests.auth.deployment import PROFILE, START

KEY = ECKey.generate_key("P-256", auto_kid=True)
KEYS = {str(KEY.kid): ECKey.import_key(KEY.as_dict(private=False))}
ISSUED = START.replace(microsecond=0)
TOKEN = AccessToken(
    token_id=uuid4(),
    client_id="brc",
    organization_id=uuid4(),
    scopes=frozenset({Scope.DIRECTORY_READ, Scope.PEOPLE_READ}),
    issued_at=ISSUED,
    expires_at=ISSUED + LIFETIME,
)


def good() -> str:
    return write_token(TOKEN, key=KEY, profile=PROFILE)


def claims() -> dict[str, object]:
    return dict(jwt.decode(good(), KEY, algorithms=["ES256"]).claims)


def signed(claims: dict[str, object], *, key: ECKey = KEY, **header: object) -> str:
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} | header, claims, key, algorithms=["ES256"])


def read(text: str) -> AccessToken:
    return read_token(text, keys=KEYS, profile=PROFILE, now=START)


def encoded(part: dict[str, object] | bytes) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_reads_back_as_it_was_written() -> None:
    assert read(good()) == TOKEN


def test_a_token_says_what_rfc_9068_asks_and_nothing_of_roles() -> None:
    assert jws.extract_compact(good().encode()).headers() == {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}
    assert claims() == {
        "iss": "https://konbit.example",
        "aud": "https://konbit.example/graphql",
        "sub": "brc",
        "sub_kind": "client",
        "client_id": "brc",
        "organization": str(TOKEN.organization_id),
        "scope": "directory:read people:read",
        "jti": str(TOKEN.token_id),
        "iat": int(ISSUED.timestamp()),
        "exp": int(ISSUED.timestamp()) + 600,
    }


def test_a_token_ends_to_the_second() -> None:
    text = good()
    assert read_token(text, keys=KEYS, profile=PROFILE, now=TOKEN.expires_at - timedelta(microseconds=1)) == TOKEN
    with pytest.raises(ExpiredToken):
        read_token(text, keys=KEYS, profile=PROFILE, now=TOKEN.expires_at)


def unsigned() -> str:
    return f"{encoded({'alg': 'none', 'typ': 'at+jwt', 'kid': KEY.kid})}.{encoded(claims())}."


def signed_with_the_public_key() -> str:
    """HS256 with the published key as the secret: the confusion of RFC 8725, section 2.1."""
    start = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt', 'kid': KEY.kid})}.{encoded(claims())}"
    pem = KEY.as_pem(private=False)
    return f"{start}.{encoded(hmac.digest(pem, start.encode(), hashlib.sha256))}"


def another_key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)


def with_its_own_key() -> str:
    key = another_key()
    return signed(claims(), key=key, jwk=key.as_dict(private=False))


def by_rsa() -> str:
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": KEY.kid}, claims(), key, algorithms=["RS256"])


def by_hmac() -> str:
    key = OctKey.generate_key(256)
    return jwt.encode({"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid}, claims(), key, algorithms=["HS256"])


def tampered() -> str:
    header, _, signature = good().split(".")
    return f"{header}.{encoded(claims() | {'organization': str(uuid4())})}.{signature}"


FORGED = {
    "no algorithm": unsigned,
    "the public key as a secret": signed_with_the_public_key,
    "HS256": by_hmac,
    "RS256": by_rsa,
    "another key under our kid": lambda: signed(claims(), key=another_key()),
    "a key that it brings along": with_its_own_key,
    "a key that it points to": lambda: signed(claims(), jku="https://evil.example/jwks"),
    "a certificate that it points to": lambda: signed(claims(), x5u="https://evil.example/cert"),
    "type JWT": lambda: signed(claims(), typ="JWT"),
    "another organisation written in": tampered,
    "another issuer": lambda: signed(claims() | {"iss": "https://evil.example"}),
    "the issuer with a slash": lambda: signed(claims() | {"iss": "https://konbit.example/"}),
    "another audience": lambda: signed(claims() | {"aud": "https://konbit.example/other"}),
    "two audiences": lambda: signed(claims() | {"aud": [PROFILE.audience, "https://evil.example"]}),
    "another subject": lambda: signed(claims() | {"sub": "shelter"}),
    "a subject of another kind": lambda: signed(claims() | {"sub_kind": "user"}),
    "two organisations": lambda: signed(claims() | {"organization": [str(uuid4()), str(uuid4())]}),
    "an unknown scope": lambda: signed(claims() | {"scope": "everything"}),
    "scopes as a list": lambda: signed(claims() | {"scope": ["admin"]}),
    "a longer life": lambda: signed(claims() | {"exp": int(ISSUED.timestamp()) + 601}),
    "no end": lambda: signed({name: value for name, value in claims().items() if name != "exp"}),
    "an end that is not a number": lambda: signed(claims() | {"exp": "tomorrow"}),
    "an end that is NaN": lambda: signed(claims() | {"exp": float("nan")}),
    "an id that is not one": lambda: signed(claims() | {"jti": "1"}),
    "a client that is not a text": lambda: signed(claims() | {"client_id": 7, "sub": 7}),
    "no organisation": lambda: signed({name: value for name, value in claims().items() if name != "organization"}),
    "a list for claims": lambda: jws.serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}, b"[]", KEY, algorithms=["ES256"]
    ),
    "a critical header": lambda: signed(claims(), crit=["b64"], b64=True),
    "no signature": lambda: good().rsplit(".", 1)[0] + ".",
    "not three parts": lambda: "a.b",
    "nothing": lambda: "",
    "not ASCII": lambda: "é" + good(),
    "a deep header": lambda: encoded(b'{"a":' * 3000) + "..",
    "a deep payload": lambda: ".".join((good().split(".")[0], encoded(b"[" * 2000), good().split(".")[2])),
    "a kid that is a number": lambda: f"{encoded({'alg': 'ES256', 'typ': 'at+jwt', 'kid': 1})}.{encoded(claims())}.AA",
    "5,000 characters": lambda: good() + "A" * 5000,
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_refused(kind: str) -> None:
    with pytest.raises(InvalidToken):
        read(FORGED[kind]())


def test_a_key_that_is_not_published_is_told_apart() -> None:
    key = another_key()
    with pytest.raises(UnknownKey):
        read(signed(claims(), key=key, kid=key.kid))


def test_a_token_of_another_deployment_is_refused() -> None:
    elsewhere = Profile(issuer="https://other.example", audience="https://other.example/graphql")
    with pytest.raises(InvalidToken):
        read(write_token(TOKEN, key=KEY, profile=elsewhere))
