"""The migrations end where the models are: what PostgreSQL says of both is the same, column, constraint and index."""

import re
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from api.database import DatabaseURLs
from api.postgres import Server
from migrations.run import EXTENSIONS
from models import Base
from tests.conftest import run_sql

SHAPE = """
SELECT 'column', relname, attname, concat_ws(' ', format_type(atttypid, atttypmod), attcollation::regcollation,
    attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
  FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
def from_models(cluster: Server) -> Iterator[str]:
    """A database that holds what the models declare, and nothing of the migrations."""
    name = "from_models"
    run_sql(cluster, f"CREATE DATABASE {name}")
    yield cluster.url(database=name)
    run_sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


async def shape(url: str) -> set[tuple[str, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return {tuple(row) for row in await connection.fetch(SHAPE) if row["relname"] != "alembic_version"}
    finally:
        await connection.close()


async def test_migrations_match_the_models(database: DatabaseURLs, from_models: str) -> None:
    engine = create_async_engine(re.sub("^postgresql:", "postgresql+asyncpg:", from_models))
    async with engine.begin() as connection:
        for extension in EXTENSIONS:
            await connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    declared, migrated = await shape(from_models), await shape(database.migration)
    assert len(declared) > 100
    assert sorted(migrated ^ declared) == [], "run `make migration M=...`; CHECKs are written by hand"
