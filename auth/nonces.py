"""The nonces that DPoP proofs must hold (RFC 9449, sections 8 and 9). Nobody keeps them: each is a mark on its minutes.

A nonce is the number of its two minutes and an HMAC over it, under a secret that every process derives from the keys
that sign tokens. It holds for the two minutes it names and for those beside them, because clocks differ.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta

TURN = timedelta(minutes=2)
"After which another nonce is given out."

_NUMBER, _MARK = 5, 16
"Bytes."


def write_nonce(secret: bytes, *, now: datetime) -> str:
    """This will write the nonce of this moment: 28 characters of base64url."""
    return _written(secret, int(now.timestamp() // TURN.total_seconds()))


def is_current(nonce: str, secrets: Iterable[bytes], *, now: datetime) -> bool:
    """Whether the nonce was written, under one of the secrets, at most 4 minutes ago."""
    turn = int(now.timestamp() // TURN.total_seconds())
    try:
        said = int.from_bytes(urlsafe_b64decode(nonce)[:_NUMBER])
    except ValueError:
        return False
    if abs(turn - said) > 1:
        return False
    given = nonce.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(_written(secret, said).encode(), given) for secret in secrets)


def _written(secret: bytes, turn: int) -> str:
    number = turn.to_bytes(_NUMBER)
    mark = hmac.digest(secret, b"nonce" + number, "sha256")[:_MARK]
    return urlsafe_b64encode(number + mark).decode()
