"""By which keys does this program seal its secrets, and how does what is stored come under them?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from api.database import DatabaseURLs
from api.settings import Settings
from auth import resealing
from auth.kek import FILE_NAME, ensure_file, load_plugin, read_file, read_text
from auth.resealing import OF_AUTH, OF_WORKER, Sealed
from auth.sealing import KeyEncryptionKey, Sealer
from models.session import Connection


def sealer(settings: Settings) -> Sealer:
    """This will read the keys: of the plug-in, then of the environment, then of the file; the first of all seals.

    With none set, the file `kek` of the data folder is made. Raises the errors of auth.kek.
    """
    keys: list[KeyEncryptionKey] = []
    if settings.kek_plugin is not None:
        keys.append(load_plugin(settings.kek_plugin))
    if settings.kek is not None:
        keys.extend(read_text(settings.kek.get_secret_value(), place="KONBIT_KEK"))
    if settings.kek_file is not None:
        keys.extend(read_file(settings.kek_file))
    if not keys:
        own = settings.data / FILE_NAME
        ensure_file(own)
        keys.extend(read_file(own))
    return Sealer(keys)


def seal_what_is_not(settings: Settings, urls: DatabaseURLs) -> None:
    """This will seal what was stored in the clear, and see that what is sealed opens; before anyone is served.

    Raises UnknownKek, CannotOpen, KekUnavailable and the errors of auth.kek.
    """
    asyncio.run(_seal_what_is_not(sealer(settings), urls))


def seal_anew(settings: Settings, urls: DatabaseURLs) -> str:
    """This will seal everything under the first key, and say what was done. Raises as `seal_what_is_not` does."""
    current = sealer(settings)
    sealed = asyncio.run(_seal_anew(current, urls))
    return f"{sealed} sealed anew. Everything is sealed by {current.current}."


async def _seal_what_is_not(sealer: Sealer, urls: DatabaseURLs) -> None:
    async for connection, secrets in _each(urls):
        await resealing.seal_in_the_clear(connection, sealer=sealer, secrets=secrets)
        await resealing.check_opening(connection, sealer=sealer, secrets=secrets)


async def _seal_anew(sealer: Sealer, urls: DatabaseURLs) -> int:
    sealed = 0
    async for connection, secrets in _each(urls):
        sealed += await resealing.seal_anew(connection, sealer=sealer, secrets=secrets)
    return sealed


async def _each(urls: DatabaseURLs) -> AsyncIterator[tuple[Connection, tuple[Sealed, ...]]]:
    """Each role's connection, with the secrets that it keeps."""
    for url, secrets in ((urls.auth, OF_AUTH), (urls.worker, OF_WORKER)):
        async with _connected(url) as connection:
            yield connection, secrets


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()
