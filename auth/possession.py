"""Whether whoever sends a request holds the key that it names (RFC 9449): the proof read, its nonce ours, used once."""

from collections import deque
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncEngine

from auth.database import or_unavailable
from auth.dpop import InvalidProof, Proof, Sent, read_proof, spending
from auth.keys import KeyRing
from auth.nonces import is_current, write_nonce


class NonceWanted(InvalidProof):
    """The DPoP proof must hold the nonce of the DPoP-Nonce header."""


class Possession:
    """Checks proofs for one server. A nonce that one process gave out is good at every other."""

    def __init__(self, engine: AsyncEngine, ring: KeyRing) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._ring = ring
        self._secrets: deque[tuple[str | None, bytes]] = deque(maxlen=2)

    async def nonce(self, *, now: datetime) -> str:
        """This will say which nonce the next proof should hold. Raises AuthenticationUnavailable."""
        return write_nonce((await self._known(now=now))[0], now=now)

    async def read(self, text: str, sent: Sent, *, now: datetime) -> Proof:
        """This will check a proof, and leave it to the caller to spend it. No statement.

        Raises InvalidProof, NonceWanted, AuthenticationUnavailable.
        """
        proof = read_proof(text, sent, now=now)
        if proof.nonce is None or not is_current(proof.nonce, await self._known(now=now), now=now):
            raise NonceWanted
        return proof

    async def prove(self, text: str, sent: Sent, *, jkt: str, now: datetime) -> None:
        """This will check that the sender holds the key of that thumbprint, and spend the proof. One statement.

        Raises InvalidProof, NonceWanted, AuthenticationUnavailable.
        """
        proof = await self.read(text, sent, now=now)
        if proof.jkt != jkt:
            raise InvalidProof
        with or_unavailable():
            async with self._engine.connect() as connection:
                if (await connection.execute(spending(proof))).first() is None:
                    raise InvalidProof

    async def _known(self, *, now: datetime) -> list[bytes]:
        """The secret of the key that signs now, and that of the key before: processes do not change at one moment."""
        signing = (await self._ring.keys(now=now)).signing
        if not self._secrets or self._secrets[0][0] != signing.kid:
            self._secrets.appendleft((signing.kid, _secret(signing)))
        return [secret for _, secret in self._secrets]


def _secret(key: ECKey) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"konbit dpop nonce")
    return derive.derive(str(key.as_dict(private=True)["d"]).encode("ascii"))
