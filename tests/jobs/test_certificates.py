"""Signing what was issued and revoked: all of it, once, by the key that signs, wherever the job was killed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from actions.certificates import issue_certificates, revoke_certificate
from api.database import DatabaseURLs
from auth.data_integrity import public_key, verifies
from auth.issuer_keys import PUBLISHED_AHEAD, IssuerKeyWaits, rotate_issuer_keys
from jobs.certificates import Signatures, keep_signing, sign_what_is_due
from models.rules.badges import claims_of, kept_claims
from models.rules.issuers import method_of
from models.rules.status_list import is_set
from models.rules.vocabulary import RevocationReason
from models.session import Connection
from tests.actions.network import Network, standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.auth.deployment import SEALER
from tests.jobs.signing import worker

ISSUER = "http://127.0.0.1:8000"
NOW = datetime.now(UTC)
NAMES = ("Ti Jan", "Rosemène", "Wilner")


@dataclass
class Issued:
    """Three certificates that nobody has signed yet."""

    network: Network
    made: Trained
    signer: Connection

    async def sign(self, *, after: timedelta = timedelta()) -> Signatures:
        return await sign_what_is_due(self.signer, issuer=ISSUER, sealer=SEALER, now=NOW + after)

    async def rows(self) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self.signer.fetch("SELECT * FROM certificate ORDER BY number")
        return rows

    async def status_list(self) -> asyncpg.Record:
        [row] = await self.signer.fetch("SELECT * FROM status_list")
        return row

    async def revoke(self, certificate_id: UUID) -> None:
        trainer = self.network.actor("brc", roles=TRAINERS)
        reason = RevocationReason.OTHER
        told = await self.network.do(trainer, revoke_certificate, certificate_id=certificate_id, reason=reason)
        assert told.problems == ()


@pytest.fixture
async def issued(database: DatabaseURLs) -> AsyncIterator[Issued]:
    async with standing(database, size=2) as network, worker(database) as signer:
        made = await trained(network)
        for name in NAMES:
            await made.enrolled(name, *["PRESENT"] * 5)
        trainer = network.actor("brc", roles=TRAINERS)
        outcome = await network.do(trainer, issue_certificates, training_id=made.training_id)
        assert outcome.problems == ()
        yield Issued(network, made, signer)


async def test_everything_is_signed_once_and_says_what_was_issued(issued: Issued) -> None:
    assert await issued.sign() == Signatures(certificates=3, lists=1)
    assert await issued.sign() == Signatures()

    rows = await issued.rows()

    assert [claims_of(row["credential"]) for row in rows] == [kept_claims(row["claims"]) for row in rows]
    assert {claims_of(row["credential"]).name for row in rows} == set(NAMES)
    for row in rows:
        assert verifies(row["credential"], keys={method_of(ISSUER, row["public_key"]): public_key(row["public_key"])})
        assert row["credential"]["id"] == f"{ISSUER}/certificates/{row['id']}"


async def test_a_revocation_changes_its_bit_and_no_other(issued: Issued) -> None:
    await issued.sign()
    revoked, *others = await issued.rows()
    await issued.revoke(revoked["id"])

    assert await issued.sign() == Signatures(lists=1)

    listed = (await issued.status_list())["credential"]["credentialSubject"]["encodedList"]
    bits = {row["id"]: int(row["credential"]["credentialStatus"]["statusListIndex"]) for row in (revoked, *others)}
    assert {key: is_set(listed, bit) for key, bit in bits.items()} == {
        revoked["id"]: True,
        **{row["id"]: False for row in others},
    }


async def test_no_claim_is_changed_by_anyone_and_no_key_is_read_by_the_app(issued: Issued) -> None:
    await issued.sign()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await issued.signer.execute("UPDATE certificate SET claims = '{}'")
    claims = issued.network.actor("brc", roles=TRAINERS).claims()
    for forbidden in (
        "UPDATE certificate SET claims = '{}'",
        "UPDATE certificate SET credential = NULL, signed_at = NULL, public_key = NULL",
        "SELECT private_key FROM issuer_key",
        "SELECT public_key FROM issuer_key",
        "DELETE FROM certificate",
        "UPDATE status_list SET revoked = 0",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with issued.network.database.session(claims) as session:
                await session.connection.execute(forbidden)


async def test_a_revocation_is_never_undone(issued: Issued) -> None:
    revoked, *_ = await issued.rows()
    await issued.revoke(revoked["id"])
    claims = issued.network.actor("brc", roles=TRAINERS).claims()
    async with issued.network.database.session(claims) as session:
        undone = await session.connection.execute("UPDATE certificate SET revoked_at = NULL, revocation = NULL")
    assert undone == "UPDATE 2"  # those that were not revoked, to what they were: the revoked row is out of reach
    assert await issued.network.value("SELECT count(*) FROM certificate WHERE revoked_at IS NOT NULL") == 1


async def test_the_next_key_signs_from_tomorrow_and_the_first_goes_on_counting(issued: Issued) -> None:
    await issued.sign()
    first = (await issued.rows())[0]["public_key"]
    following = await rotate_issuer_keys(issued.signer, sealer=SEALER, now=NOW)
    with pytest.raises(IssuerKeyWaits):
        await rotate_issuer_keys(issued.signer, sealer=SEALER, now=NOW)
    await issued.revoke((await issued.rows())[0]["id"])

    await issued.sign(after=timedelta(hours=1))
    assert (await issued.status_list())["public_key"] == first
    await issued.revoke((await issued.rows())[1]["id"])
    await issued.sign(after=PUBLISHED_AHEAD)

    assert (await issued.status_list())["public_key"] == following
    assert {row["public_key"] for row in await issued.rows()} == {first}


async def test_a_stolen_key_signs_nothing_any_more(issued: Issued) -> None:
    await issued.sign()
    before = await issued.rows()
    fresh = await rotate_issuer_keys(issued.signer, sealer=SEALER, now=NOW + timedelta(minutes=1), at_once=True)

    assert await issued.sign(after=timedelta(minutes=2)) == Signatures(certificates=3, lists=1)

    after = await issued.rows()
    assert {row["public_key"] for row in after} == {fresh}
    assert [row["claims"] for row in after] == [row["claims"] for row in before]
    assert [row["issued_at"] for row in after] == [row["issued_at"] for row in before]


async def test_two_processes_do_not_sign_the_same(issued: Issued, database: DatabaseURLs) -> None:
    """Both look until everything is signed; what was signed first stays."""

    async def connect() -> Connection:
        return await asyncpg.connect(database.worker)

    both = [
        asyncio.create_task(
            keep_signing(connect, issuer=ISSUER, sealer=SEALER, clock=lambda: datetime.now(UTC), pause=0.02)
        )
        for _ in range(2)
    ]
    try:
        async with asyncio.timeout(20):
            while any(row["credential"] is None for row in await issued.rows()):  # noqa: ASYNC110 - another's work
                await asyncio.sleep(0.02)
            signed = [row["signed_at"] for row in await issued.rows()]
            await asyncio.sleep(0.2)
    finally:
        for each in both:
            each.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    assert [row["signed_at"] for row in await issued.rows()] == signed
    assert await issued.signer.fetchval("SELECT count(*) FROM issuer_key") == 1
