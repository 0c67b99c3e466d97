"""Rotates the keys that sign access tokens, from the command line."""

import asyncio
from datetime import UTC, datetime

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
