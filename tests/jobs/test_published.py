"""The figures published elsewhere: exactly as stated, each with its source and date, entered once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.indicators import enter as entering
from jobs.indicators.definitions import COMPUTED
from jobs.indicators.enter import PartsExceedTotal, enter, residual
from jobs.indicators.published import PUBLISHED
from models.rules.vocabulary import ReturnType
from models.session import Connection
from tests.planner.answering import actor, answering

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
STATED = {
    "CIVIL_PAPERS_OBTAINED": (1_927, False),
    "INCOME_ACTIVITIES_STARTED": (439, False),
    "CHILDREN_BACK_IN_SCHOOL": (203, False),
    "ACTORS_TRAINED": (295, False),
    "BORDER_RESOURCE_CENTERS": (4, True),
    "CHILD_TRAFFICKING_ASSISTED": (2_500, False),
    "BRACELETS_DISTRIBUTED": (20_000, False),
    "RETURNEES_REGISTERED": (229_885, True),
    "RETURNEES_FEMALE_SHARE": (320, True),
    "RETURNEES_SEPARATED_CHILDREN": (4_167, True),
    "CROSSING_POINTS_MONITORED": (50, True),
}
"""The design's page on dashboards, figure by figure, and whether a publication of it is known. 32.0 % is 320 ‰."""
ASKED = """{ indicators { code name(language: "ht") definition unit target latest {
  origin state source sourceUrl verified note(language: "en") periodStart periodEnd asOf
  total { __typename ... on Count { value rounded } }
  cells(by: [RETURN_TYPE]) { key { value label(language: "en") } figure { __typename ... on Count { value rounded } } }
} } }"""


@pytest.fixture
async def worker(database: DatabaseURLs) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.worker)
    await connection.execute("INSERT INTO organization (slug, names, kind) VALUES ('m', '{\"fr\": \"M\"}', 'MINISTRY')")
    await enter(connection, now=NOW)
    yield connection
    await connection.close()


async def asked(database: DatabaseURLs, worker: Connection) -> dict[str, Any]:
    async with answering(database) as graph:
        me = actor(await worker.fetchval("SELECT id FROM organization"), roles=frozenset())
        answered = await graph.ask(me, ASKED)
    assert "errors" not in answered
    return {each["code"]: each for each in answered["data"]["indicators"]}


async def test_each_figure_is_as_stated_with_its_source(database: DatabaseURLs, worker: Connection) -> None:
    found = await asked(database, worker)
    assert list(found) == [each.code for each in (*COMPUTED, *(one.definition for one in PUBLISHED))]
    stated = {code: each for code, each in found.items() if each["latest"]}
    assert stated.keys() == STATED.keys()
    for code, (value, verified) in STATED.items():
        latest = stated[code]["latest"]
        assert latest["total"] == {"__typename": "Count", "value": value, "rounded": False}
        assert (latest["origin"], latest["state"], latest["verified"]) == ("EXTERNAL", "APPROVED", verified)
        assert latest["source"].startswith("IOM")
        assert bool(latest["sourceUrl"]) is verified
        assert verified or latest["note"].startswith("Unverified")
        assert all(stated[code][text] for text in ("name", "definition", "unit"))
    assert stated["ACTORS_TRAINED"]["target"] == 400


async def test_the_report_of_september_2017_leaves_677_unknown(database: DatabaseURLs, worker: Connection) -> None:
    latest = (await asked(database, worker))["RETURNEES_REGISTERED"]["latest"]
    assert (latest["periodEnd"], latest["asOf"]) == ("2017-09-28", "2017-09-28T00:00:00.000000Z")
    parts = {cell["key"][0]["value"]: cell["figure"] for cell in latest["cells"]}
    assert parts == {
        "SELF_ORGANISED": {"__typename": "Count", "value": 132_995, "rounded": False},
        "FORCED_SELF_REPORTED": {"__typename": "Count", "value": 37_942, "rounded": False},
        "FORCED_CONFIRMED": {"__typename": "Count", "value": 58_271, "rounded": False},
        "UNKNOWN": {"__typename": "Count", "value": 677, "rounded": False},
    }
    assert latest["cells"][-1]["key"][0]["label"] == "Unknown"
    assert "677" in latest["note"]


async def test_the_hotline_is_no_count(database: DatabaseURLs, worker: Connection) -> None:
    assert await worker.fetchval("SELECT count(*) FROM release_cell WHERE value = 840") == 0


async def test_entering_again_changes_nothing(worker: Connection) -> None:
    before = await worker.fetch("SELECT * FROM indicator_release ORDER BY id")
    assert await enter(worker, now=NOW) == 0
    assert await worker.fetch("SELECT * FROM indicator_release ORDER BY id") == before
    assert await worker.fetchval("SELECT count(*) FROM indicator_version") == len(COMPUTED) + len(PUBLISHED)


async def test_a_later_version_is_what_is_read_and_the_one_before_stays(
    worker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = COMPUTED
    second = replace(first, version=2, definitions={**first.definitions, "fr": "Autrement."})
    monkeypatch.setattr(entering, "COMPUTED", (second, *others))
    await enter(worker, now=NOW)
    standing = "SELECT version, definitions ->> 'fr' FROM indicator WHERE code = $1"
    assert tuple(await worker.fetchrow(standing, first.code) or ()) == (2, "Autrement.")
    kept = await worker.fetch("SELECT version FROM indicator_version WHERE code = $1 ORDER BY 1", first.code)
    assert [row["version"] for row in kept] == [1, 2]
    monkeypatch.setattr(entering, "COMPUTED", COMPUTED)
    await enter(worker, now=NOW)
    assert await worker.fetchval(standing, first.code) == 2, "an older program takes nothing back"


def test_parts_beyond_the_total_are_no_figure() -> None:
    [returnees] = [each for each in PUBLISHED if each.parts]
    assert residual(returnees) == 677
    with pytest.raises(PartsExceedTotal):
        residual(replace(returnees, parts={ReturnType.UNKNOWN: returnees.total + 1}))


def test_every_text_is_there_in_four_languages() -> None:
    for definition in (*COMPUTED, *(each.definition for each in PUBLISHED)):
        assert set(definition.names) == set(definition.definitions) == {"fr", "ht", "es", "en"}
    assert all(set(each.notes) == {"fr", "ht", "es", "en"} for each in PUBLISHED if each.notes)
    assert all(each.period[0] <= each.period[1] <= date(2018, 9, 30) for each in PUBLISHED)
