"""ID tokens: what they say, that clients of others can read them, and that nothing else takes them for anything."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from auth.assurance import Acr
from auth.openid import IdToken, InvalidIdToken, half_hash, read_hint, write_id_token
from auth.tokens import AccessToken, Behalf, InvalidToken, Profile, read_token, write_token
from tests.auth.deployment import PROFILE

KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
PUBLISHED = {str(KEY.kid): ECKey.import_key(KEY.as_dict(private=False))}
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ACCOUNT, SESSION = UUID(int=1), UUID(int=2)
BEHALF = Behalf(
    account_id=ACCOUNT,
    acr=Acr.PHISHING_RESISTANT,
    amr=("pop", "user", "mfa"),
    auth_time=datetime(2027, 3, 1, 11, 58, tzinfo=UTC),
    session_id=SESSION,
)
TOKEN = IdToken(client_id="dashboard", behalf=BEHALF, issued_at=NOW, nonce="n-1")


def written(token: IdToken = TOKEN, profile: Profile = PROFILE) -> str:
    return write_id_token(token, access_token="an.access.token", key=KEY, profile=profile)


def test_an_id_token_says_who_signed_in_when_and_how() -> None:
    read = jwt.decode(written(), KEY, algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "typ": "JWT", "kid": KEY.kid}
    at = int(NOW.timestamp())
    assert read.claims == {
        "iss": PROFILE.issuer,
        "sub": str(ACCOUNT),
        "aud": "dashboard",
        "iat": at,
        "exp": at + 300,
        "auth_time": at - 120,
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "sid": str(SESSION),
        "nonce": "n-1",
        "at_hash": half_hash("an.access.token"),
    }


def test_the_hash_of_the_access_token_is_that_of_the_standard() -> None:
    # The access token and at_hash of OpenID Connect Core, A.3 (RS256, whose hash is SHA-256 too).
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_authlibs_client_side_accepts_it_for_its_own_nonce_and_access_token_alone() -> None:
    keys = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
    read = jwt.decode(written(), keys, algorithms=["ES256"])

    def accepted(nonce: str, access_token: str) -> None:
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={"iss": {"value": PROFILE.issuer}, "aud": {"value": "dashboard"}, "nonce": {"value": nonce}},
            params={"client_id": "dashboard", "nonce": nonce, "access_token": access_token},
        )
        claims.validate(now=int(NOW.timestamp()))

    accepted("n-1", "an.access.token")
    for nonce, access_token in (("n-2", "an.access.token"), ("n-1", "another.access.token")):
        with pytest.raises(Exception, match=r"nonce|at_hash"):
            accepted(nonce, access_token)


def test_a_device_has_no_session_and_a_request_without_a_nonce_gets_none() -> None:
    device = Behalf(ACCOUNT, Acr.TWO_FACTORS, ("pwd", "otp", "mfa"), BEHALF.auth_time)
    claims = jwt.decode(written(IdToken("attendance", device, NOW)), KEY, algorithms=["ES256"]).claims
    assert not claims.keys() & {"sid", "nonce"}


def test_a_hint_is_read_as_it_was_written_however_old_it_is() -> None:
    assert read_hint(written(), keys=PUBLISHED, profile=PROFILE) == TOKEN


def forged(**changes: object) -> str:
    header = {"alg": "ES256", "typ": "JWT", "kid": KEY.kid} | {
        name: value for name, value in changes.items() if name in ("alg", "typ", "kid", "jwk", "jku")
    }
    claims = jwt.decode(written(), KEY, algorithms=["ES256"]).claims | {
        name: value for name, value in changes.items() if name not in header
    }
    return jwt.encode(header, claims, KEY, algorithms=["ES256"])


def encoded(value: dict[str, object] | bytes) -> str:
    plain = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def signed_with_the_public_key() -> str:
    """HS256 with the published key as the secret: the confusion of RFC 8725, section 2.1."""
    start = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': KEY.kid})}.{written().split('.')[1]}"
    return f"{start}.{encoded(hmac.digest(KEY.as_pem(private=False), start.encode(), hashlib.sha256))}"


OTHER_KEY = ECKey.generate_key("P-256", {"kid": KEY.kid})
FORGERIES = {
    "an access token's type": forged(typ="at+jwt"),
    "a logout token's type": forged(typ="logout+jwt"),
    "another key of the same name": jwt.encode(
        {"alg": "ES256", "typ": "JWT", "kid": KEY.kid}, {"iss": PROFILE.issuer}, OTHER_KEY, algorithms=["ES256"]
    ),
    "a key nobody published": forged(kid="another"),
    "a key it brings along": forged(jwk=OTHER_KEY.as_dict(private=False)),
    "a key it points to": forged(jku="https://other.example/jwks"),
    "HS256 with the public key": signed_with_the_public_key(),
    "another issuer": forged(iss="https://other.example"),
    "a list of audiences": forged(aud=["dashboard"]),
    "no person": forged(sub="dashboard"),
    "no text at all": "",
    "too long": "e" * 5_000,
    "not ASCII": "é.é.é",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_nothing_else_is_taken_for_a_hint(forgery: str) -> None:
    with pytest.raises(InvalidIdToken):
        read_hint(FORGERIES[forgery], keys=PUBLISHED, profile=PROFILE)


def test_an_access_token_is_no_hint_and_an_id_token_no_access_token() -> None:
    access = AccessToken(
        token_id=UUID(int=3),
        client_id="dashboard",
        organization_id=UUID(int=4),
        scopes=frozenset(),
        issued_at=NOW,
        expires_at=datetime(2027, 3, 1, 12, 10, tzinfo=UTC),
        behalf=BEHALF,
    )
    with pytest.raises(InvalidIdToken):
        read_hint(write_token(access, key=KEY, profile=PROFILE), keys=PUBLISHED, profile=PROFILE)
    with pytest.raises(InvalidToken):
        read_token(written(), keys=PUBLISHED, profile=PROFILE, now=NOW)
