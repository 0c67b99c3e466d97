"""A safe house is in no byte of FHIR: not read, searched, near, counted, included, nor in any history or refusal."""

import asyncio
import json
from collections.abc import Iterator

import asyncpg

from models.rules.roles import Role
from tests.api.fhir.conftest import PLANTED, World, written
from tests.api.fhir.served import Asking

EVERYWHERE = [
    "metadata",
    *(f"{type_}?_count=200" for type_ in ("Organization", "Location", "HealthcareService")),
    *(f"{type_}/_history?_count=200" for type_ in ("Organization", "Location", "HealthcareService")),
    "Location?near=18.8557|-71.7824|1000|km",
    "Location?near=18.8557|-71.7824|0.001|km",
    "Location?type=SAFE_HOUSE",
    "HealthcareService?service-category=SAFE_HOUSE",
    "HealthcareService?service-category=LEGAL_AID",
    *(f"{type_}?name:contains={word}" for type_ in ("Location", "HealthcareService") for word in PLANTED[:4]),
    "HealthcareService?_include=HealthcareService:location&_include=HealthcareService:organization&_count=200",
    "Organization?_revinclude=Location:organization&_revinclude=HealthcareService:organization&_count=200",
    "Location?_revinclude=HealthcareService:location&_count=200",
]
HIDDEN = (("HealthcareService", "Refuge"), ("HealthcareService", "Secrète"), ("Location", "Rue"), ("Location", "Cour"))


def bytes_of(asking: Asking) -> Iterator[tuple[str, str]]:
    for path in EVERYWHERE:
        for bundle in [asking.get(path)] if path == "metadata" else asking.pages(path):
            # What was asked stands in the link to itself.
            yield path, json.dumps({**bundle, "link": []}, ensure_ascii=False)


def test_no_answer_to_others_holds_a_word_of_it(world: World, stranger: Asking) -> None:
    for asking in (stranger, world.program("Voisine", roles=frozenset({Role.FOCAL_POINT, Role.INTAKE}))):
        for path, said in bytes_of(asking):
            assert [word for word in PLANTED if word in said] == [], path
        for type_, name in HIDDEN:
            for path in (f"{type_}/{world.ids[name]}", f"{type_}/{world.ids[name]}/_history"):
                said = asking.ask(path, status=404).text
                assert said == asking.ask(f"{type_}/{world.ids['Voisine']}", status=404).text, "as what is not there"
            assert asking.get(f"{type_}?_id={world.ids[name]}")["total"] == 0


def test_counts_and_places_do_not_tell_of_it(world: World, stranger: Asking) -> None:
    assert stranger.get("Location?near=18.8557|-71.7824|1000|km&_summary=count")["total"] == 1
    assert stranger.get(f"HealthcareService?location={world.ids['Cour']}&_summary=count")["total"] == 0
    assert stranger.get(f"HealthcareService?organization={world.ids['Clinique Bon Repos']}")["total"] == 3
    (place,) = stranger.get(f"HealthcareService/{world.ids['Accueil']}")["location"]
    assert place["reference"] == f"Location/{world.ids['Centre de Belladère']}"


def test_its_owner_is_told_of_its_own_but_of_no_safe_house(world: World) -> None:
    owner = world.program("Clinique Bon Repos", roles=frozenset(Role))

    assert "Réunion Secrète" in owner.names("HealthcareService?_count=200")
    said = "".join(text for _, text in bytes_of(owner))
    assert [word for word in ("Planquette", "Cachée") if word in said] == []
    owner.ask(f"HealthcareService/{world.ids['Refuge']}", status=404)
    assert owner.get("Location?type=SAFE_HOUSE")["total"] == 0


def test_what_is_hidden_later_is_hidden_in_its_past_too(world: World, stranger: Asking) -> None:
    legal = world.ids["Aide juridique"]
    stranger.ask(f"HealthcareService/{legal}")

    async def hide(visibility: str) -> None:
        connection = await asyncpg.connect(world.urls.migration)
        await connection.execute("UPDATE service SET visibility = $2 WHERE id = $1", legal, visibility)
        await connection.close()

    asyncio.run(hide("REDACTED"))
    try:
        # Before any version is written: hiding waits for nobody.
        for path in (f"HealthcareService/{legal}", f"HealthcareService/{legal}/_history/1"):
            assert stranger.client.get(
                f"{stranger.address}/fhir/{path}", headers={"authorization": f"Bearer {stranger.token}"}
            ).status_code in (404, 410)
        asyncio.run(written(world.urls))
        said = "".join(text for _, text in bytes_of(stranger))
        assert "Aide juridique" not in said
    finally:
        asyncio.run(hide("NETWORK"))
        asyncio.run(written(world.urls))
    stranger.ask(f"HealthcareService/{legal}")
