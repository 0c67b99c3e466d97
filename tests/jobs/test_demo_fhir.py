"""The demo network as FHIR: every page of every type and history is valid, and each record is told once."""

import asyncio
import json
from datetime import UTC, datetime

import asyncpg

from api.database import DatabaseURLs
from jobs.versions import drain
from partners.sync import connected
from tests.api.fhir.served import served
from tests.partners.fhir.schema import broken, needed

TYPES = {"Organization": "organization", "Location": "location", "HealthcareService": "service"}
HIDDEN = """
SELECT names::text FROM service WHERE visibility = 'REDACTED' OR category = 'SAFE_HOUSE'
UNION SELECT names::text FROM location WHERE kind = 'SAFE_HOUSE' AND names IS NOT NULL"""


async def told(demo: DatabaseURLs) -> tuple[str, list[str]]:
    """The versions of all records; and whose eyes to look through, and what they must not see."""
    async with connected(demo.worker) as worker:
        await drain(worker, now=datetime.now(UTC))
    owner = await asyncpg.connect(demo.migration)
    reader = await owner.fetchval("SELECT id FROM organization ORDER BY id LIMIT 1")
    hidden = [row[0] for row in await owner.fetch(HIDDEN)]
    await owner.close()
    return reader, [word for each in hidden for word in each.split('"')[3::4]]


async def undone(demo: DatabaseURLs) -> None:
    async with connected(demo.worker) as worker:
        await worker.execute("DELETE FROM directory_version")
        await worker.execute("SELECT note_everything()")


@needed
def test_every_page_is_valid_and_tells_each_record_once(demo: DatabaseURLs) -> None:
    reader, hidden = asyncio.run(told(demo))
    assert hidden, "the demo network has safe houses"
    try:
        with served(demo) as there:
            asking = there.program(reader)  # type: ignore[arg-type]
            for type_ in TYPES:
                for path in (f"{type_}?_count=100", f"{type_}/_history?_count=100"):
                    found = []
                    for bundle in asking.pages(path):
                        assert broken(bundle) == []
                        text = json.dumps(bundle, ensure_ascii=False)
                        assert [word for word in hidden if f'"{word}"' in text] == []
                        found += [entry["fullUrl"] for entry in bundle["entry"]]
                    assert len(found) == len(set(found)) == asking.get(f"{type_}?_summary=count")["total"] > 100
    finally:
        asyncio.run(undone(demo))
