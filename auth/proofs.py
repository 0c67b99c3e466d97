"""How a client proves who it is to the token, introspection and revocation endpoints. Every refusal reads the same."""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from joserfc.jwk import KeySet
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth import assertions
from auth.assertions import Assertion, InvalidAssertion
from auth.client_keys import KeysWanted, are_wanted, keys_of
from auth.clients import check_public_keys
from auth.lockout import LockedOut, Lockout
from auth.opaque import hash_of
from models.oauth import ClientProof, ClientStatus, OAuthAssertion, OAuthClient

_CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]{3,100}", re.ASCII)
_NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Post:
    """A request to one of the endpoints, its form already read: no parameter twice, none empty."""

    address: str
    "Where it came from; kept in memory alone, to count failures."
    authorization: str | None
    "The Authorization header."
    form: dict[str, str]
    proof: str | None = None
    "The DPoP header (RFC 9449)."


class TooManyAttempts(OAuth2Error):
    """Too many failed attempts."""

    error = "temporarily_unavailable"
    status_code = 429

    def __init__(self, lockout: LockedOut) -> None:
        super().__init__(description="Too many failed attempts. Wait, then try again.")
        self.seconds = int(lockout.wait.total_seconds()) + 1


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Checks proofs within one transaction. A client that does not exist costs the same work as one that does."""

    session: Session
    lockout: Lockout
    issuer: str
    now: datetime
    asks: bool
    "Whether clients' keys can be asked for: a proof that cannot be judged without them raises KeysWanted."

    def prove(self, post: Post) -> OAuthClient:
        """This will say which client sent the request.

        Raises InvalidClientError, InvalidRequestError (two proofs at once: RFC 6749, section 2.3), TooManyAttempts,
        KeysWanted.
        """
        asserted = "client_assertion" in post.form or "client_assertion_type" in post.form
        if asserted and post.authorization is not None:
            raise InvalidRequestError("More than one way of client authentication was used.")
        if asserted:
            return self._prove_by_assertion(post)
        if post.authorization is not None:
            return self._prove_by_secret(post)
        if "client_id" in post.form and "client_secret" not in post.form:
            return self._name_itself(post.form["client_id"], post)
        raise InvalidClientError

    def _name_itself(self, client_id: str, post: Post) -> OAuthClient:
        """A public client can only say who it is; what it asks for is proved by PKCE and DPoP (RFC 6749, 2.1)."""
        return self._conclude(self._find(client_id, ClientProof.NONE, post), client_id, post)

    def _prove_by_secret(self, post: Post) -> OAuthClient:
        client_id, secret = _read_basic(post.authorization or "")
        client = self._find(client_id, ClientProof.CLIENT_SECRET_BASIC, post)
        given = hash_of(secret)
        # Both are compared whatever the first one says, so that the time does not tell which it was.
        proven = [hmac.compare_digest(stored, given) for stored in self._secrets(client)]
        return self._conclude(client if any(proven) else None, client_id, post)

    def _secrets(self, client: OAuthClient | None) -> tuple[bytes, bytes]:
        """The hashes of a client's secret and of the one before it, while that counts beside it."""
        if client is None:
            return _NO_HASH, _NO_HASH
        until = client.previous_secret_until
        previous = client.previous_secret_hash if until is not None and until > self.now else None
        return client.secret_hash or _NO_HASH, previous or _NO_HASH

    def _prove_by_assertion(self, post: Post) -> OAuthClient:
        text = post.form.get("client_assertion", "")
        try:
            client_id = assertions.claimed_client(text)
        except InvalidAssertion as error:
            raise InvalidClientError from error
        client = self._find(client_id, ClientProof.PRIVATE_KEY_JWT, post)
        if self.asks and client is not None and are_wanted(client, kid=assertions.claimed_key(text), now=self.now):
            raise KeysWanted(client_id)
        keys = assertions.NOBODY if client is None else self._keys(client)
        try:
            if post.form.get("client_assertion_type") != assertions.TYPE:
                raise InvalidAssertion
            proof = assertions.read_assertion(text, keys=keys, client_id=client_id, issuer=self.issuer, now=self.now)
        except InvalidAssertion:
            return self._conclude(None, client_id, post)
        proven = self._conclude(client, client_id, post)
        if not self._consume(proof):
            raise InvalidClientError
        return proven

    def _keys(self, client: OAuthClient) -> KeySet:
        if client.jwks_uri is None:
            return check_public_keys(client.jwks or {})
        return keys_of(client, now=self.now) or assertions.NOBODY

    def _find(self, client_id: str, proof: ClientProof, post: Post) -> OAuthClient | None:
        try:
            self.lockout.check(client_id[:100], post.address, now=self.now)
        except LockedOut as lockout:
            raise TooManyAttempts(lockout) from lockout
        client = self.session.get(OAuthClient, client_id) if _CLIENT_ID.fullmatch(client_id) else None
        return client if client is not None and client.proof is proof else None

    def _conclude(self, client: OAuthClient | None, client_id: str, post: Post) -> OAuthClient:
        if client is None:
            self.lockout.failed(client_id[:100], post.address, now=self.now)
            raise InvalidClientError
        if client.status is not ClientStatus.ACTIVE or post.form.get("client_id", client_id) != client_id:
            raise InvalidClientError
        self.lockout.succeeded(client_id, post.address)
        return client

    def _consume(self, assertion: Assertion) -> bool:
        """One statement decides: of any number of uses at once, the one that inserts the row wins."""
        used = insert(OAuthAssertion).values(
            client_id=assertion.client_id, jti=assertion.jti, expires_at=assertion.ends_at
        )
        first = used.on_conflict_do_nothing().returning(OAuthAssertion.jti)
        return self.session.execute(first).first() is not None


def _read_basic(authorization: str) -> tuple[str, str]:
    """RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. Raises InvalidClientError."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClientError
    try:
        decoded = base64.b64decode(credentials.strip(" "), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise InvalidClientError from error
    client_id, colon, secret = decoded.partition(":")
    if not colon:
        raise InvalidClientError
    return unquote_plus(client_id), unquote_plus(secret)
