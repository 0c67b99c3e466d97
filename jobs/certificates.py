"""Signs what was issued and revoked: a certificate is signed within seconds of its issue, a revocation told as soon.

It alone opens the keys. What it signs is what the tables say, so it may be killed anywhere and goes on where it was;
of several processes one signs at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.data_integrity import Document, public_text, signed
from auth.issuer_keys import ensure_issuer_key, signing_key
from auth.sealing import Sealer
from jobs.turns import lead
from models.rules.badges import credential, kept_claims
from models.rules.issuers import status_credential
from models.rules.status_list import place
from models.session import TROUBLE, Connection

PAUSE = 1.0
"Seconds between looks."
TROUBLED = 10.0
"Seconds before the next look after one that failed."
BATCH = 50
"Certificates signed in one transaction."
LOCK = 0x6B6F_6E62_6365
"The advisory lock that lets one process at a time do this."

UNSIGNED = """
SELECT id, number, claims, issued_at, valid_until FROM certificate
WHERE credential IS NULL ORDER BY number LIMIT $1"""
SIGNED_BY_STOLEN = """
SELECT c.id, c.number, c.claims, c.issued_at, c.valid_until
FROM certificate c JOIN issuer_key k USING (public_key)
WHERE k.withdrawn_at IS NOT NULL ORDER BY c.number LIMIT $1"""
KEEP = "UPDATE certificate SET credential = $2, public_key = $3, signed_at = $4 WHERE id = $1"
OUTDATED = """
WITH list AS (
  SELECT n, (SELECT count(*) FROM certificate c WHERE c.status_list = n AND c.revoked_at IS NOT NULL) AS today
  FROM generate_series(1, (SELECT status_list FROM certificate ORDER BY number DESC LIMIT 1)) AS n
)
SELECT l.n FROM list l LEFT JOIN status_list s ON s.number = l.n LEFT JOIN issuer_key k USING (public_key)
WHERE s.number IS NULL OR s.revoked <> l.today OR k.withdrawn_at IS NOT NULL ORDER BY l.n"""
REVOKED = "SELECT number FROM certificate WHERE status_list = $1 AND revoked_at IS NOT NULL"
KEEP_LIST = """
INSERT INTO status_list (number, revoked, credential, public_key, signed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (number) DO UPDATE SET revoked = excluded.revoked, credential = excluded.credential,
  public_key = excluded.public_key, signed_at = excluded.signed_at"""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What one look signed."""

    certificates: int = 0
    lists: int = 0


async def sign_what_is_due(connection: Connection, *, issuer: str, sealer: Sealer, now: datetime) -> Signatures:
    """This will sign all that waits, as role worker; `issuer` is the address that certificates are checked at.

    The lists come first, so that a certificate never names a list that is not there.
    Raises NoIssuerKey, KekUnavailable.
    """
    await ensure_issuer_key(connection, sealer=sealer, now=now)
    key = await signing_key(connection, sealer=sealer, now=now)
    lists, certificates = await _sign_lists(connection, key, issuer=issuer, now=now), 0
    while done := await _sign_some(connection, key, issuer=issuer, now=now):
        certificates += done
    return Signatures(certificates, lists)


async def _sign_lists(connection: Connection, key: Ed25519PrivateKey, *, issuer: str, now: datetime) -> int:
    outdated = await connection.fetch(OUTDATED)
    public = public_text(key.public_key())
    for (number,) in outdated:
        positions = sorted(place(row["number"])[1] for row in await connection.fetch(REVOKED, number))
        document = status_credential(issuer=issuer, status_list=number, revoked=positions, as_of=now)
        proved = await _signed(document, key, issuer=issuer, now=now)
        await connection.execute(KEEP_LIST, number, len(positions), _json(proved), public, now)
    return len(outdated)


async def _sign_some(connection: Connection, key: Ed25519PrivateKey, *, issuer: str, now: datetime) -> int:
    rows = await connection.fetch(UNSIGNED, BATCH) or await connection.fetch(SIGNED_BY_STOLEN, BATCH)
    kept = []
    for row in rows:
        document = credential(
            kept_claims(row["claims"]),
            issuer=issuer,
            certificate=row["id"],
            number=row["number"],
            issued_at=row["issued_at"],
            valid_until=row["valid_until"],
        )
        proved = await _signed(document, key, issuer=issuer, now=now)
        kept.append((row["id"], _json(proved), public_text(key.public_key()), now))
    await connection.executemany(KEEP, kept)
    return len(rows)


async def _signed(document: Document, key: Ed25519PrivateKey, *, issuer: str, now: datetime) -> Document:
    """Beside the loop: to write a document as RDF takes milliseconds."""
    return await asyncio.to_thread(signed, document, key=key, issuer=issuer, now=now)


def _json(document: Document) -> str:
    return orjson.dumps(document).decode()


async def keep_signing(
    connect: Callable[[], Awaitable[Connection]],
    *,
    issuer: str,
    sealer: Sealer,
    clock: Callable[[], datetime],
    pause: float = PAUSE,
) -> None:
    """This will look every second for as long as it runs."""
    log = structlog.get_logger(log="certificates")
    while True:
        try:
            connection = await connect()
            try:
                await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)
                await lead(connection, LOCK, retry=pause)
                while True:
                    done = await sign_what_is_due(connection, issuer=issuer, sealer=sealer, now=clock())
                    if done != Signatures():
                        log.info("signed", certificates=done.certificates, lists=done.lists)
                    await asyncio.sleep(pause)
            finally:
                connection.terminate()
        except TROUBLE as failure:
            log.warning("not signed", reason=type(failure).__name__)
        await asyncio.sleep(TROUBLED)
