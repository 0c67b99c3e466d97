"""Rotates the keys that sign access tokens, and those that sign certificates, and says which there are."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import asyncpg

from api.database import DatabaseURLs
from auth import issuer_keys
from auth.database import open_auth_engine, or_unavailable
from auth.keys import PUBLISHED_AHEAD, rotate_keys
from auth.resealing import OF_AUTH, OF_WORKER, count_by_kek
from auth.sealing import Sealer

_MINUTE = "%Y-%m-%d %H:%M"


def rotate(url: str, *, sealer: Sealer, at_once: bool) -> str:
    """This will make the next key and say since when it signs.

    Raises RotationUnderWay, AuthenticationUnavailable, KekUnavailable.
    """
    now = datetime.now(UTC)
    kid = asyncio.run(_rotate(url, sealer=sealer, at_once=at_once, now=now))
    if at_once:
        return (
            f"Key {kid} signs from now on. Every other key is withdrawn, and its tokens are refused within 2 seconds."
        )
    return f"Key {kid} is published, and signs from {now + PUBLISHED_AHEAD:{_MINUTE}} UTC on."


async def _rotate(url: str, *, sealer: Sealer, at_once: bool, now: datetime) -> str:
    engine = open_auth_engine(url, connections=1)
    try:
        with or_unavailable():
            async with engine.begin() as connection:
                return await rotate_keys(connection, sealer=sealer, now=now, at_once=at_once)
    finally:
        await engine.dispose()


def rotate_issuer(url: str, *, sealer: Sealer, at_once: bool) -> str:
    """This will make the next key of certificates and say since when it signs.

    Raises IssuerKeyWaits, KekUnavailable.
    """
    now = datetime.now(UTC)
    key = asyncio.run(_rotate_issuer(url, sealer=sealer, at_once=at_once, now=now))
    if at_once:
        return (
            f"Key {key} signs certificates from now on. Every other key is withdrawn, and what it signed is signed"
            " anew while the program runs: whoever keeps a copy of the old file fetches it again."
        )
    since = now + issuer_keys.PUBLISHED_AHEAD
    return f"Key {key} is published, and signs certificates from {since:{_MINUTE}} UTC on."


async def _rotate_issuer(url: str, *, sealer: Sealer, at_once: bool, now: datetime) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await issuer_keys.rotate_issuer_keys(connection, sealer=sealer, now=now, at_once=at_once)
    finally:
        await connection.close()


def listed(urls: DatabaseURLs, *, sealer: Sealer) -> Iterator[str]:
    """This will say, in lines, which keys sign what and since when, and which keys seal how many secrets."""
    signing, certifying, counts = asyncio.run(_kept(urls))
    now = datetime.now(UTC)
    yield "Access tokens are signed by"
    yield from _lines(signing, now=now)
    yield "Certificates are signed by"
    yield from _lines(certifying, now=now)
    yield f"Secrets are sealed by {sealer.current}"
    for (table, sealed_by), count in sorted(counts.items(), key=str):
        yield f"  {count} of {table}: {sealed_by or 'in the clear'}{_remark(sealed_by, sealer)}"


def _lines(keys: list[asyncpg.Record], *, now: datetime) -> Iterator[str]:
    counting = (key for key in keys if key["ended"] is None or key["ended"] > now)
    current = next((key["name"] for key in counting if key["signs_from"] <= now), None)
    for key in keys:
        yield f"  {key['name']}  {_told(key)}{'  (now)' if key['name'] == current else ''}"


def _told(key: asyncpg.Record) -> str:
    if key["ended"] is not None and key["ended"] <= key["signs_from"]:
        return f"withdrawn at {key['ended']:{_MINUTE}} UTC, before it signed"
    until = "" if key["ended"] is None else f", until {key['ended']:{_MINUTE}} UTC"
    return f"from {key['signs_from']:{_MINUTE}} UTC{until}"


def _remark(sealed_by: str | None, sealer: Sealer) -> str:
    if sealed_by is not None and not sealer.knows(sealed_by):
        return " (its key is not here)"
    return "" if sealed_by == sealer.current else " (konbit keys seal brings it under the present one)"


async def _kept(
    urls: DatabaseURLs,
) -> tuple[list[asyncpg.Record], list[asyncpg.Record], dict[tuple[str, str | None], int]]:
    auth, worker = await asyncpg.connect(urls.auth), await asyncpg.connect(urls.worker)
    try:
        signing = await auth.fetch(
            "SELECT kid AS name, signs_from, retires_at AS ended FROM oauth_key ORDER BY signs_from DESC"
        )
        certifying = await worker.fetch(
            "SELECT public_key AS name, signs_from, withdrawn_at AS ended FROM issuer_key ORDER BY signs_from DESC"
        )
        counts = await count_by_kek(auth, secrets=OF_AUTH) | await count_by_kek(worker, secrets=OF_WORKER)
        return signing, certifying, counts
    finally:
        await auth.close()
        await worker.close()
