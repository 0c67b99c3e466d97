"""Every part of a record is kept, once; and of a safe house every part is its organisation's alone."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.directory import Visibility
from models.partners import PartnerKind
from models.rules.vocabulary import CapacityState, LocationKind, PhoneKind, ServiceCategory
from partners.canonical import (
    Access,
    Capacity,
    Contact,
    Cost,
    DayException,
    Hours,
    Item,
    Location,
    Paper,
    Phone,
    Place,
    ServedArea,
    Service,
)  # fmt: skip
from partners.keeping.desk import Desk
from partners.keeping.holdings import Holdings, Partner
from partners.keeping.prefetching import prefetch
from partners.keeping.reconcile import keep
from partners.keeping.writing import write_changes
from partners.settings import read_settings
from partners.sync import connected
from tests.partners.conftest import NOW, Directory

PARTS = (
    *("location", "service_at_location", "phone", "contact", "cost_option", "required_document", "service_area"),
    *("accessibility", "schedule", "schedule_exception", "capacity", "capacity_count", "unmapped"),
)
SECRET = "Rue Cachée 12"
PLACE = Place(
    "p1",
    Location(
        "l1",
        LocationKind.FACILITY,
        {"fr": SECRET},
        accessibility=(Access({"fr": SECRET}),),
        contacts=(Contact(name=SECRET),),
        unmapped={"hsds": {"alternate_name": SECRET}},
    ),
    phones=(Phone("+50950000401", kind=PhoneKind.WHATSAPP, extension="4", languages=("ht",)),),
    hours=(Hours((), time(8), time(9), rule="FREQ=MONTHLY;BYDAY=1MO", notes={"fr": SECRET}),),
    contacts=(Contact(title="Accueil"),),
    exceptions=(DayException(date(2026, 12, 25)),),
    capacity=Capacity(CapacityState.AVAILABLE, NOW, available=3, maximum=4),
    unmapped={"hsds": {"url": SECRET}},
)
WHOLE = Service(
    "s1",
    {"fr": "Repas"},
    ServiceCategory.SHELTER,
    phones=(Phone("+50950000402"),),
    contacts=(Contact(name="Accueil"),),
    costs=(Cost({"fr": "Adulte"}, Decimal("2.5"), "HTG"),),
    papers=(Paper({"fr": "Carte"}),),
    areas=(ServedArea("HT0421"), ServedArea("HT9999")),
    places=(PLACE,),
    capacity=Capacity(CapacityState.FULL, NOW, available=0),
    unmapped={"hsds": {"interpretation_services": SECRET}},
)


async def keep_all(directory: Directory, *items: Item, minutes: int = 0) -> list[bool]:
    """As a sweep does it: one batch; whether each record changed anything."""
    row = await directory.one("SELECT * FROM partner WHERE name = 'sheet'")
    settings = read_settings({"visibility": "PUBLIC"})
    partner = Partner(row["id"], row["name"], row["organization_id"], PartnerKind(row["kind"]), "x", settings)
    async with connected(directory.worker) as connection, connection.transaction():
        holdings = await Holdings.load(connection, partner)
        desk = Desk(partner, holdings, NOW + timedelta(minutes=minutes))
        desk.begin_batch(await prefetch(connection, partner, holdings, items))
        changed = [keep(desk, item)[0] for item in items]
        await write_changes(connection, desk.standing)
        await holdings.keep_links(connection, partner)
    return changed


async def seen(directory: Directory, *tables: str) -> dict[str, set[str]]:
    found = {table: await directory.rows(f'SELECT visibility FROM "{table}"') for table in tables}
    return {table: {row["visibility"] for row in rows} for table, rows in found.items()}


@pytest.fixture(autouse=True)
async def entered(directory: Directory) -> None:
    await directory.enter("sheet", "/nowhere.csv", PartnerKind.CSV)


async def test_every_part_is_kept_and_the_second_time_nothing_changes(directory: Directory) -> None:
    assert await keep_all(directory, WHOLE) == [True]

    assert await seen(directory, *PARTS) == {table: {"PUBLIC"} for table in PARTS}
    areas = await directory.rows("SELECT pcode, names FROM service_area ORDER BY pcode")
    assert areas == [{"pcode": "HT0421", "names": None}, {"pcode": None, "names": {"fr": "HT9999"}}]
    cost = await directory.one("SELECT amount, currency FROM cost_option")
    assert cost == {"amount": Decimal("2.50"), "currency": "HTG"}
    before = [await directory.rows(f'SELECT ctid::text, t.* FROM "{table}" t') for table in PARTS]
    assert await keep_all(directory, WHOLE, minutes=5) == [False]
    assert [await directory.rows(f'SELECT ctid::text, t.* FROM "{table}" t') for table in PARTS] == before


HOUSE = replace(PLACE.location, kind=LocationKind.SAFE_HOUSE)


@pytest.mark.parametrize(
    "told", [HOUSE, replace(PLACE, service_id="s1", location=HOUSE)], ids=["a location", "a service at a location"]
)
async def test_a_place_that_turns_out_to_be_one_hides_what_is_given_there(directory: Directory, told: Item) -> None:
    """By a record of its own: that of the service has not changed, and is not read again before the next day."""
    await keep_all(directory, WHOLE)

    await keep_all(directory, told, minutes=5)

    assert await seen(directory, "service", *PARTS) == {table: {"ORGANIZATION"} for table in ("service", *PARTS)}
    assert (await directory.one("SELECT category FROM service"))["category"] == "SAFE_HOUSE"
    assert await directory.rows("SELECT FROM service_place WHERE visibility <> 'ORGANIZATION'") == []
    assert await keep_all(directory, told, minutes=10) == [False]


@pytest.mark.parametrize("first", [True, False], ids=["from the first", "later"])
async def test_a_safe_house_is_hidden_with_every_part(directory: Directory, first: bool) -> None:
    if not first:
        await keep_all(directory, WHOLE)
    quiet: dict[str, Any] = {} if first else {"places": (), "capacity": None}
    # Later it names no place any more: where it was is hidden all the same.
    await keep_all(directory, replace(WHOLE, category=ServiceCategory.SAFE_HOUSE, **quiet), minutes=5)

    for table, visibility in (await seen(directory, "service", *PARTS)).items():
        assert visibility <= {"ORGANIZATION"}, table


async def test_a_location_told_by_itself_waits_for_what_is_given_there(directory: Directory) -> None:
    await keep_all(directory, PLACE.location)
    assert await seen(directory, "location", "contact") == {"location": {"ORGANIZATION"}, "contact": {"ORGANIZATION"}}

    await keep_all(directory, replace(WHOLE, category=ServiceCategory.SAFE_HOUSE), minutes=5)
    assert (await seen(directory, "location"))["location"] == {"ORGANIZATION"}

    await keep_all(directory, replace(WHOLE, remote_id="s2", places=(replace(PLACE, remote_id="p2"),)), minutes=10)
    assert (await seen(directory, "location"))["location"] == {"ORGANIZATION"}, "it is shared with a safe house"


async def test_the_newest_word_on_room_counts(directory: Directory) -> None:
    await keep_all(directory, WHOLE)
    await directory.rows(
        "UPDATE capacity SET state = 'WAITLIST', updated_at = $1 WHERE service_at_location_id IS NULL",
        NOW + timedelta(minutes=10),
    )
    later = Capacity(CapacityState.AVAILABLE, NOW + timedelta(minutes=5), available=2)
    state = "SELECT state FROM capacity WHERE service_at_location_id IS NULL"

    assert await keep_all(directory, replace(WHOLE, capacity=later), minutes=6) == [False]
    assert (await directory.one(state))["state"] == "WAITLIST", "its owner reported after that"

    newest = replace(later, updated_at=NOW + timedelta(days=400))
    assert await keep_all(directory, replace(WHOLE, capacity=newest), minutes=20) == [True]
    row = await directory.one("SELECT * FROM capacity WHERE service_at_location_id IS NULL")
    assert (row["state"], row["updated_at"]) == ("AVAILABLE", NOW + timedelta(minutes=20)), "nobody tells of tomorrow"
    assert row["expires_at"] == NOW + timedelta(days=1, minutes=20)
    assert Visibility(row["visibility"]) is Visibility.PUBLIC
