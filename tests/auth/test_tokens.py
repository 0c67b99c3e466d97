"""An access token is what RFC 9068 asks for, and every other token is refused: by header, signature, or claim."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from auth.assurance import Acr
from auth.openid import IdToken, write_id_token
from auth.scopes import Scope
from auth.tokens import (
    LEEWAY,
    LIFETIME,
    AccessToken,
    Behalf,
    ExpiredToken,
    InvalidToken,
    Profile,
    SubjectKind,
    UnknownKey,
    read_token,
    write_token,
)
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
PERSON = replace(
    TOKEN,
    behalf=Behalf(
        account_id=uuid4(),
        acr=Acr.PHISHING_RESISTANT,
        amr=("pop", "user", "mfa"),
        auth_time=ISSUED - timedelta(minutes=3),
        session_id=uuid4(),
    ),
    jkt="k" * 43,
)


def good() -> str:
    return write_token(TOKEN, key=KEY, profile=PROFILE)


def claims() -> dict[str, object]:
    return dict(jwt.decode(good(), KEY, algorithms=["ES256"]).claims)


def persons() -> dict[str, object]:
    """The claims of a person's token."""
    return dict(jwt.decode(write_token(PERSON, key=KEY, profile=PROFILE), KEY, algorithms=["ES256"]).claims)


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


def test_a_persons_token_reads_back_as_it_was_written_and_so_does_a_devices() -> None:
    assert PERSON.behalf is not None
    device = replace(PERSON, behalf=replace(PERSON.behalf, session_id=None, kind=SubjectKind.DEVICE), jkt=None)
    for token in (PERSON, device):
        assert read(write_token(token, key=KEY, profile=PROFILE)) == token


def test_a_persons_token_says_who_how_surely_and_when_they_signed_in_and_which_key_it_takes() -> None:
    assert PERSON.behalf is not None
    told = {name: value for name, value in persons().items() if claims().get(name) != value}
    assert told == {
        "sub": str(PERSON.behalf.account_id),
        "sub_kind": "user",
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "auth_time": int(ISSUED.timestamp()) - 180,
        "sid": str(PERSON.behalf.session_id),
        "cnf": {"jkt": "k" * 43},
    }


def test_a_token_counts_from_its_issue_on_but_for_what_clocks_differ_by() -> None:
    text = good()
    early = ISSUED - LEEWAY
    assert read_token(text, keys=KEYS, profile=PROFILE, now=early) == TOKEN
    with pytest.raises(InvalidToken):
        read_token(text, keys=KEYS, profile=PROFILE, now=early - timedelta(microseconds=1))


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


def an_id_token() -> str:
    """Our own, well signed, for a client."""
    assert PERSON.behalf is not None
    who = IdToken("brc", PERSON.behalf, ISSUED, None)
    return write_id_token(who, access_token=good(), key=KEY, profile=PROFILE)


FORGED: dict[str, Callable[[], str]] = {
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
    "not yet valid": lambda: signed(claims() | {"nbf": int(START.timestamp()) + 31}),
    "valid from a text on": lambda: signed(claims() | {"nbf": "tomorrow"}),
    "another subject": lambda: signed(claims() | {"sub": "shelter"}),
    "a machine said to be a person": lambda: signed(claims() | {"sub_kind": "user"}),
    "a person said to be a machine": lambda: signed(persons() | {"sub_kind": "client"}),
    "a subject of no kind": lambda: signed(claims() | {"sub_kind": "root"}),
    "a person that is no account": lambda: signed(persons() | {"sub": "rose"}),
    "a person, and not how surely": lambda: signed({k: v for k, v in persons().items() if k != "acr"}),
    "a person as surely as nobody knows": lambda: signed(persons() | {"acr": "0"}),
    "a person, and not when": lambda: signed({k: v for k, v in persons().items() if k != "auth_time"}),
    "a session that is none": lambda: signed(persons() | {"sid": "1"}),
    "a binding that is not understood": lambda: signed(persons() | {"cnf": {"x5t#S256": "k" * 43}}),
    "two bindings": lambda: signed(persons() | {"cnf": {"jkt": "k" * 43, "x5t#S256": "k" * 43}}),
    "a binding that is none": lambda: signed(persons() | {"cnf": None}),
    "an ID token": an_id_token,
    "type dpop+jwt": lambda: signed(claims(), typ="dpop+jwt"),
    "type logout+jwt": lambda: signed(claims(), typ="logout+jwt"),
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
