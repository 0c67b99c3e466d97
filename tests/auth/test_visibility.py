"""The visibility matrix by row policies alone: each persona, each table; and no policy can be missing unnoticed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.policies.declare import Command, DatabaseRole, Policy
from auth.policies.install import POLICIES
from tests.auth.looking import becoming, looked, looked_as
from tests.auth.may_see import TABLES, Rows, may_see
from tests.auth.one_of_each import PERSONAS, Persona, World, write_world

READ = [policy for policy in POLICIES if policy.role is DatabaseRole.APP and policy.command is Command.SELECT]


@dataclass
class Matrix:
    world: World
    app: "asyncpg.Connection[asyncpg.Record]"
    role: str

    @property
    def owner(self) -> "asyncpg.Connection[asyncpg.Record]":
        return self.world.connection


@pytest.fixture(scope="module")
async def matrix(module_database: DatabaseURLs) -> AsyncIterator[Matrix]:
    owner = await asyncpg.connect(module_database.migration)
    app = await asyncpg.connect(module_database.app)
    try:
        yield Matrix(await write_world(owner), app, await app.fetchval("SELECT current_user"))
    finally:
        await app.close()
        await owner.close()


def test_every_table_that_the_app_may_read_is_in_the_matrix() -> None:
    assert sorted(TABLES) == sorted(policy.table for policy in READ)


@pytest.mark.parametrize("who", PERSONAS, ids=lambda who: who.name)
async def test_each_persona_sees_what_the_domain_says(matrix: Matrix, who: Persona) -> None:
    assert _told(await looked_as(matrix.app, matrix.world, who)) == _told(may_see(who))


async def test_without_a_transaction_nobody_is_asking(matrix: Matrix) -> None:
    assert not any((await looked(matrix.app, matrix.world)).values())


@pytest.mark.parametrize("policy", READ, ids=lambda policy: policy.table)
@pytest.mark.parametrize("change", ["opened", "dropped"])
async def test_the_matrix_fails_with_any_policy_opened_or_dropped(matrix: Matrix, policy: Policy, change: str) -> None:
    statements = {
        "opened": f'ALTER POLICY "{policy.name}" ON "{policy.table}" USING (true)',
        "dropped": f'DROP POLICY "{policy.name}" ON "{policy.table}"',
    }
    transaction = matrix.owner.transaction()
    await transaction.start()
    try:
        await matrix.owner.execute(statements[change])
        noticed = [who.name for who in PERSONAS if await _sees_otherwise(matrix, who)]
    finally:
        await transaction.rollback()
    assert noticed


async def _sees_otherwise(matrix: Matrix, who: Persona) -> bool:
    async with becoming(matrix.owner, matrix.role, who.claims(matrix.world)):
        return _told(await looked(matrix.owner, matrix.world)) != _told(may_see(who))


def _told(rows: Rows) -> dict[str, list[str]]:
    return {table: sorted(names) for table, names in rows.items()}
