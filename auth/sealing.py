"""How secrets that must be read again are kept: sealed under a key that the database never sees.

Each secret has a data key of its own (AES-256-GCM). The data key stands beside it, wrapped by a key-encryption key
(KEK), which lies in a file, in the environment or in a key management service (auth/kek.py). What a secret belongs to
is authenticated with it, so what is moved to another row does not open.
"""

import os
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
REMEMBERED = 1_000
"Data keys that are kept unwrapped, so that a key management service is not asked at each use."

_FORM = b"\x01"
"The first byte of what is sealed; then two bytes of length, the wrapped data key, the nonce and the ciphertext."


class CannotOpen(Exception):
    """A sealed secret does not open."""


class UnknownKek(CannotOpen):
    """A secret is sealed by a key-encryption key that was not given: add it after the present one (docs/keys.md)."""


class KekUnavailable(Exception):
    """The key-encryption key cannot be used right now."""


@runtime_checkable
class KeyEncryptionKey(Protocol):
    """A key that wraps other keys. One in a key management service never leaves it."""

    @property
    def name(self) -> str:
        """What `sealed_by` says: it tells this key from all others for ever, and tells nothing of the key."""

    def wrap(self, data_key: bytes) -> bytes:
        """This will encrypt 32 bytes, at most 4 KiB in answer; whatever it raises becomes KekUnavailable."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """This will decrypt what `wrap` answered; whatever it raises becomes KekUnavailable."""


class Sealer:
    """Seals by the first of its keys and opens by any, so that a key can be followed by another."""

    def __init__(self, keys: Sequence[KeyEncryptionKey]) -> None:
        self._current = keys[0]
        self._keys = {key.name: key for key in keys}
        self._unwrapped: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()

    @property
    def current(self) -> str:
        """The name of the key that seals."""
        return self._current.name

    def knows(self, sealed_by: str) -> bool:
        """Whether what that key sealed can be opened here."""
        return sealed_by in self._keys

    def seal(self, plain: bytes, *, bound: str) -> tuple[bytes, str]:
        """This will seal `plain` for `bound` ("table:key") and name the key that did, for `sealed_by`.

        Raises KekUnavailable.
        """
        data_key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        try:
            wrapped = self._current.wrap(data_key)
        except Exception as failure:
            raise KekUnavailable(self.current) from failure
        ciphertext = AESGCM(data_key).encrypt(nonce, plain, _authenticated(bound))
        return _FORM + len(wrapped).to_bytes(2) + wrapped + nonce + ciphertext, self.current

    def open(self, sealed: bytes, *, sealed_by: str | None, bound: str) -> bytes:
        """This will give back what was sealed for `bound`. None for `sealed_by`: it lies in the clear, as it is.

        Raises UnknownKek, CannotOpen, KekUnavailable.
        """
        if sealed_by is None:
            return sealed
        if not self.knows(sealed_by):
            raise UnknownKek(f"{bound} needs {sealed_by}, and there is {', '.join(self._keys)}")
        length = int.from_bytes(sealed[1:3])
        wrapped, rest = sealed[3 : 3 + length], sealed[3 + length :]
        if not sealed.startswith(_FORM) or len(wrapped) < length:
            raise CannotOpen(bound)
        data_key = self._data_key(wrapped, sealed_by)
        try:
            return AESGCM(data_key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _authenticated(bound))
        except (InvalidTag, ValueError):
            raise CannotOpen(f"{bound}, sealed by {sealed_by}, was changed, or belongs to another row") from None

    def _data_key(self, wrapped: bytes, sealed_by: str) -> bytes:
        place = (sealed_by, wrapped)
        if (known := self._unwrapped.get(place)) is not None:
            self._unwrapped.move_to_end(place)
            return known
        try:
            data_key = self._keys[sealed_by].unwrap(wrapped)
        except Exception as failure:
            raise KekUnavailable(sealed_by) from failure
        self._unwrapped[place] = data_key
        if len(self._unwrapped) > REMEMBERED:
            self._unwrapped.popitem(last=False)
        return data_key


def _authenticated(bound: str) -> bytes:
    return b"konbit:" + bound.encode()
