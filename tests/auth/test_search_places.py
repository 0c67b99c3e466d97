"""Which services are near or in an area, how far, and which of several places is named."""

import pytest

from models.rules.identifiers import distance_km
from tests.auth.searching import BELLADERE, NEARBY, World, north


async def test_the_nearest_of_several_places_is_named(world: World) -> None:
    service = await world.service("Clinique mobile")
    for km in (30, 10, 20):
        place = await world.directory.given_at(
            service, await world.directory.location(world.owner, north(km)), world.owner
        )
        if km == 10:
            nearest = place
    other = await world.placed("Clinique", north(15))

    first, second = await world.anyone.find(**NEARBY, within_km=80)

    assert (first.service_id, first.place_id, first.distance_km) == (service, nearest, pytest.approx(10, abs=0.001))
    assert (second.service_id, second.distance_km) == (other, pytest.approx(15, abs=0.001))


async def test_distances_are_those_of_the_rule_rounded_to_metres(world: World) -> None:
    points = [(18.8401, -71.5907), (18.5944, -72.3074), (19.7594, -72.1982), (18.8517, -71.7728)]
    services = {await world.placed(f"Bureau {n}", point): point for n, point in enumerate(points)}

    hits = await world.anyone.find(**NEARBY, within_km=500)

    assert [hit.distance_km for hit in hits] == sorted(round(distance_km(BELLADERE, point), 3) for point in points)
    for hit in hits:
        assert hit.distance_km == round(distance_km(BELLADERE, services[hit.service_id]), 3)


async def test_a_radius_leaves_out_what_lies_beyond(world: World) -> None:
    reach = [0, 0.4, 0.6, 4.9, 5.1, 11, 39.9, 40.1, 79.9, 80.1, 299, 301, 1499, 1501]
    services = {km: await world.placed(f"Bureau {km}", north(km)) for km in reach}
    antipode = await world.placed("Antipode", (-BELLADERE[0], BELLADERE[1] + 180))

    for within_km in (0, 0.5, 1, 5, 12, 40, 80, 300, 1500, 9000, 21000):
        beyond = [antipode] if within_km > 20016 else []
        expected = [services[km] for km in reach if km <= within_km] + beyond
        assert await world.anyone.found(**NEARBY, within_km=within_km) == expected, within_km
    assert await world.anyone.found(**NEARBY, within_km=-1) == []


async def test_the_antimeridian_and_the_pole_are_no_borders(world: World) -> None:
    fiji, pole = await world.placed("Fidji", (-17.0, 179.9)), await world.placed("Pôle", (89.9, 10.0))

    around = {"latitude": -17.0, "longitude": -179.9, "order_by": "DISTANCE", "descending": False}
    assert await world.anyone.found(**around, within_km=50) == [fiji]
    assert await world.anyone.found(latitude=89.9, longitude=-170.0, within_km=50) == [pole]


async def test_a_service_without_a_place_is_found_but_not_near(world: World) -> None:
    hotline = await world.service("Ligne d'écoute")
    virtual = await world.service("Écoute en ligne")
    await world.directory.given_at(virtual, await world.directory.location(world.owner, kind="VIRTUAL"), world.owner)

    assert set(await world.anyone.found(text="écoute")) == {hotline, virtual}
    assert await world.anyone.found(**NEARBY, within_km=21000) == []


async def test_an_area_holds_those_below_it(world: World) -> None:
    for code, name, level, parent in [
        ("HT", "Haïti", 0, None),
        ("HT06", "Centre", 1, "HT"),
        ("HT0632", "Belladère", 2, "HT06"),
        ("HT0632-01", "Renthe-Mathé", 3, "HT0632"),
        ("HT0234", "Anse-à-Pître", 2, "HT"),
    ]:
        await world.directory.area(code, name, level, parent)
    services = {}
    for code in ("HT0632", "HT0632-01", "HT0234"):
        services[code] = await world.service(f"Bureau {code}")
        place = await world.directory.location(world.owner, BELLADERE, pcode=code)
        await world.directory.given_at(services[code], place, world.owner)
    centre = {services["HT0632"], services["HT0632-01"]}

    assert set(await world.anyone.found(pcode="HT06")) == centre
    assert set(await world.anyone.found(pcode="ht0632")) == centre
    assert await world.anyone.found(pcode="HT0632-01") == [services["HT0632-01"]]
    assert set(await world.anyone.found(pcode="HT")) == set(services.values())
    assert await world.anyone.found(pcode="HT99") == []
