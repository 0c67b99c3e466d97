import asyncpg, pytest
@pytest.mark.parametrize("n", range(3))
async def test_db2(database, n):
    c = await asyncpg.connect(database.migration); await c.close()
