"""What must a migration change? The models beside a database at the last migration, drafted as the next one."""

import asyncio
import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

import migrations
from api.database import create_if_missing
from api.postgres import throwaway
from migrations.run import upgrade

HERE = Path(migrations.__file__).parent
DATABASE = "draft"


class NothingToMigrate(Exception):
    """The models are as the last migration left them: there is nothing to draft."""


def draft(what: str) -> Path:
    """This will write migrations/versions/NNNN_what.py, to be read and corrected, and say where it is.

    CHECK constraints, row policies and functions are not compared: policies and functions install themselves at every
    migration, a changed CHECK is written by hand. Raises NothingToMigrate.
    """
    number = f"{1 + max((int(path.stem[:4]) for path in (HERE / 'versions').glob('[0-9]*.py')), default=0):04}"
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with throwaway() as server:
        asyncio.run(create_if_missing(server, DATABASE))
        upgrade(server.url(database=DATABASE), tables_only=True)
        asyncio.run(compare(server.url(database=DATABASE), config, number, what))
    written = next((HERE / "versions").glob(f"{number}_*.py"), None)
    if written is None:
        raise NothingToMigrate
    return written


async def compare(url: str, config: Config, number: str, what: str) -> None:
    engine = create_async_engine(re.sub("^postgresql:", "postgresql+asyncpg:", url))

    def revise(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.revision(config, what, autogenerate=True, rev_id=number)

    async with engine.connect() as connection:
        await connection.run_sync(revise)
    await engine.dispose()
