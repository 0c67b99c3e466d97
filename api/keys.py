"""Rotates the keys that sign access tokens, and those that sign certificates, from the command line."""

import asyncio
from datetime import UTC, datetime

import asyncpg

from auth import issuer_keys
from auth.database import open_auth_engine, or_unavailable
from auth.keys import PUBLISHED_AHEAD, rotate_keys


def rotate(url: str, *, at_once: bool) -> str:
    """This will make the next key and say since when it signs. Raises RotationUnderWay, AuthenticationUnavailable."""
    now = datetime.now(UTC)
    kid = asyncio.run(_rotate(url, at_once=at_once, now=now))
    if at_once:
        return (
            f"Key {kid} signs from now on. Every other key is withdrawn, and its tokens are refused within 2 seconds."
        )
    return f"Key {kid} is published, and signs from {now + PUBLISHED_AHEAD:%Y-%m-%d %H:%M} UTC on."


async def _rotate(url: str, *, at_once: bool, now: datetime) -> str:
    engine = open_auth_engine(url, connections=1)
    try:
        with or_unavailable():
            async with engine.begin() as connection:
                return await rotate_keys(connection, now=now, at_once=at_once)
    finally:
        await engine.dispose()


def rotate_issuer(url: str, *, at_once: bool) -> str:
    """This will make the next key of certificates and say since when it signs. Raises IssuerKeyWaits."""
    now = datetime.now(UTC)
    key = asyncio.run(_rotate_issuer(url, at_once=at_once, now=now))
    if at_once:
        return (
            f"Key {key} signs certificates from now on. Every other key is withdrawn, and what it signed is signed"
            " anew while the program runs: whoever keeps a copy of the old file fetches it again."
        )
    since = now + issuer_keys.PUBLISHED_AHEAD
    return f"Key {key} is published, and signs certificates from {since:%Y-%m-%d %H:%M} UTC on."


async def _rotate_issuer(url: str, *, at_once: bool, now: datetime) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await issuer_keys.rotate_issuer_keys(connection, now=now, at_once=at_once)
    finally:
        await connection.close()
