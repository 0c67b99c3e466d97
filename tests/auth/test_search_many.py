"""Questions that more services meet than are sorted for a page: the answer is the same, by another way."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.database import DatabaseURLs
from tests.auth.searching import BELLADERE, NEAR, Searcher, opened

MANY = 10_400
"Services, each at two places: more rows than the search sorts, and more services than are counted."
LOAD = """
INSERT INTO location (id, organization_id, kind, latitude, longitude)
  SELECT md5('l' || n)::uuid, '{owner}', 'OFFICE', {latitude} + 0.002 * (n % 700), {longitude} + 0.001 * (n % 11)
  FROM generate_series(1, {many}) AS n;
INSERT INTO service (id, organization_id, names, category, source)
  SELECT md5('s' || n)::uuid, '{owner}', jsonb_build_object('fr', 'Bureau ' || n % 997), 'OTHER', 'test'
  FROM generate_series(1, {many}) AS n;
INSERT INTO service_at_location (service_id, location_id, organization_id, source)
  SELECT md5('s' || n)::uuid, md5('l' || (n + m * 17) % {many} + 1)::uuid, '{owner}', 'test'
  FROM generate_series(1, {many}) AS n, generate_series(0, 1) AS m
"""
KEYS = """
SELECT s.id, folded(s.names ->> 'fr') AS name_key,
  (SELECT min(round(great_circle_km($1, $2, l.latitude, l.longitude) * 1000) / 1000)
   FROM service_at_location a JOIN location l ON l.id = a.location_id WHERE a.service_id = s.id) AS distance
FROM service s
"""


@pytest.fixture(scope="module")
async def crowd(module_database: DatabaseURLs) -> AsyncIterator[tuple[Searcher, list[Any]]]:
    """Someone who searches, and every service with what it is sorted by, worked out without the index."""
    async with opened(module_database) as (directory, app):
        owner = await directory.organization("owner")
        async with directory.keeper.transaction():
            await directory.keeper.execute("SET LOCAL konbit.search = 'later'")
            point = dict(zip(("latitude", "longitude"), BELLADERE, strict=True))
            await directory.keeper.execute(LOAD.format(owner=owner, many=MANY, **point))
            await directory.keeper.execute("SELECT refresh_search()")
        await directory.keeper.execute("ANALYZE")
        yield Searcher(app, owner), await directory.keeper.fetch(KEYS, *BELLADERE)


@pytest.mark.parametrize(
    ("order_by", "descending", "asked"),
    [
        ("NAME", False, {}),
        ("NAME", True, {"text": "bureau"}),
        ("NAME", False, {**NEAR, "within_km": 5000}),
        ("DISTANCE", False, {**NEAR, "within_km": 5000}),
        ("DISTANCE", False, {**NEAR, "within_km": 5000, "categories": ["OTHER"]}),
        ("DISTANCE", True, {**NEAR, "within_km": 5000}),
        ("RELEVANCE", True, {**NEAR, "within_km": 5000}),
        ("RELEVANCE", True, {"text": "bureau"}),
    ],
    ids=str,
)
async def test_pages_are_those_of_the_whole_list(
    crowd: tuple[Searcher, list[Any]], order_by: str, descending: bool, asked: dict[str, Any]
) -> None:
    searcher, rows = crowd
    by_distance = order_by == "DISTANCE" or (order_by == "RELEVANCE" and "latitude" in asked)
    sign = -1 if order_by == "DISTANCE" and descending else 1
    whole = sorted((sign * row["distance"] if by_distance else 0.0, row["name_key"], row["id"]) for row in rows)
    ranked = order_by == "RELEVANCE" and "text" in asked
    question = {**asked, "order_by": order_by, "descending": descending}

    for start, reverse in ((0, False), (37, False), (5000, False), (0, True), (400, True)):
        line = whole[::-1] if reverse else whole
        side, bound = ("below" if reverse else "above"), {}
        if start and ranked:
            continue
        if start:
            bound = dict(zip((f"{side}_key", f"{side}_name", f"{side}_id"), line[start - 1], strict=True))
        hits = await searcher.find(11, **question, **bound, reversed=reverse)
        found = [(0.0 if ranked else hit.key[0], *hit.key[1:]) for hit in hits]
        assert found == line[start : start + 11], (start, reverse)


async def test_a_count_ends_at_ten_thousand_and_one(crowd: tuple[Searcher, list[Any]]) -> None:
    searcher, rows = crowd
    near = {**NEAR, "within_km": 100.0}
    [everything] = await searcher._call("SELECT count_services", {})
    [within] = await searcher._call("SELECT count_services", near)

    assert everything[0] == 10_001 < len(rows)
    assert within[0] == sum(row["distance"] <= 100 for row in rows) > 1000
