"""The benchmark of a network of partners runs, small: every partner comes in whole, and nothing changes after."""

from api.database import DatabaseURLs
from benchmarks import federation
from benchmarks.partner_feeds import ORGANIZATIONS, Feeds


async def test_two_partners_come_in_and_stay_as_they_are(database: DatabaseURLs) -> None:
    with federation.feeds(20) as port:
        figures = await federation.measure(database, partners=2, services=20, port=port)

    assert (figures.partners, figures.services) == (2, 40)
    assert figures.services_per_second > 0
    assert figures.memory_mb_peak >= figures.memory_mb_last > 0
    assert 0 <= figures.unchanged_database_ms <= figures.unchanged_database_ms_most


def test_a_partner_s_pages_hold_each_service_once() -> None:
    feeds = Feeds(25)

    pages = [feeds.say(3, "services", {"page": [str(page)], "per_page": ["10"]}) for page in (1, 2, 3)]

    listed = [each["id"] for page in pages for each in page["contents"]]  # type: ignore[attr-defined]
    assert listed == [f"s3-{number}" for number in range(25)]
    assert [page["last_page"] for page in pages] == [False, False, True]
    assert feeds.say(3, "organizations", {})["total_items"] == ORGANIZATIONS
