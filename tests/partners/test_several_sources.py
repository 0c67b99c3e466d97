"""What more than one source says of a service: a steward's word over it, two made one, and one made two again."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.directory_merging import keep_apart, merge_records, split_records
from actions.directory_overrides import lift_override, override_service
from api.database import DatabaseURLs
from auth.actor import Actor
from models.partners import PartnerKind
from models.rules.roles import Role
from models.session import Database
from tests.actions.network import Network, codes
from tests.partners.conftest import NOW, Directory

HEADINGS = "id,service,description,catégorie,lieu,téléphone,horaires,organisation"
OURS = "1,Sant Sante,Soins de base,santé,Bureau du pont,5000-0401,24h/24,Association du Pont"
THEIRS = "9,Centre de santé du pont,Consultations,santé,Pont de Ouanaminthe,5000-0402,24h/24,Fondation Sante"
KEPT = (
    *("service", "location", "service_at_location", "phone", "schedule", "opening", "service_term", "unmapped"),
    *("capacity", "capacity_count", "contact", "cost_option", "claim", "source_link", "source_record", "organization"),
)
Sheet = Callable[..., str]


@pytest.fixture
def sheets(tmp_path: Path) -> Sheet:
    def write(name: str, *lines: str) -> str:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([HEADINGS, *lines]))
        return str(path)

    return write


@pytest.fixture
async def people(directory: Directory, database: DatabaseURLs) -> AsyncIterator[Network]:
    opened = await Database(database.app, size=2).open()
    network = Network(opened, directory.connection, {"steward": uuid4(), "stranger": uuid4()})
    for slug, key in network.organizations.items():
        await directory.rows(
            "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, '{\"fr\": \"S\"}', 'NGO')", key, slug
        )
    yield network
    await opened.close()


def steward(people: Network) -> Actor:
    return people.actor("steward", roles=frozenset({Role.NETWORK_STEWARD}))


async def two(directory: Directory, sheets: Sheet) -> tuple[UUID, UUID]:
    """Two partners that tell of one service; the second is trusted less."""
    for name, line in (("ours", OURS), ("theirs", THEIRS)):
        await directory.enter(name, sheets(name, line), PartnerKind.CSV)
        await directory.rows("UPDATE partner SET trust = $2 WHERE name = $1", name, 60 if name == "ours" else 40)
        await directory.pull(name)
    return (await directory.service("Sant Sante"))["id"], (await directory.service("Centre de santé du pont"))["id"]


async def everything(directory: Directory) -> dict[str, list[str]]:
    return {
        table: sorted(
            json.dumps(row["said"], sort_keys=True)
            for row in await directory.rows(f'SELECT to_jsonb(t) AS said FROM "{table}" t')
        )
        for table in KEPT
    }


async def test_a_steward_s_word_stands_until_it_is_lifted(directory: Directory, people: Network, sheets: Sheet) -> None:
    service, _ = await two(directory, sheets)
    before = await directory.service("Sant Sante")
    email: dict[str, Any] = {"email": "akey@example.org", "alerts": [{"language": "fr", "text": "Fermé ce mois"}]}

    done = await people.do(steward(people), override_service, service_id=service, reason="vu sur place", **email)
    sheets("ours", OURS.replace("Soins de base", "Soins et vaccins"))
    await directory.pull("ours", now=NOW + timedelta(minutes=5))

    assert codes(done) == []
    row = await directory.service("Sant Sante")
    assert (row["email"], row["alerts"]) == ("akey@example.org", {"fr": "Fermé ce mois"})
    assert row["descriptions"] == {"fr": "Soins et vaccins"}, "what nobody overrode follows the source"

    lifted = await people.do(steward(people), lift_override, service_id=service)
    assert codes(lifted) == []
    row = await directory.service("Sant Sante")
    assert (row["email"], row["alerts"], row["names"]) == (None, None, before["names"])
    assert await directory.rows("SELECT FROM claim") == []


async def test_who_may_override_and_what(directory: Directory, people: Network, sheets: Sheet) -> None:
    service, _ = await two(directory, sheets)
    owner = (await directory.service("Sant Sante"))["organization_id"]
    people.organizations["owner"] = owner

    def editor(name: str) -> Actor:
        return people.actor(name, roles=frozenset({Role.DIRECTORY_EDITOR}))

    async def say(who: Actor, **given: Any) -> list[str]:
        said: dict[str, Any] = {"service_id": service, "reason": "vu", "email": "a@example.org", **given}
        return codes(await people.do(who, override_service, **said))

    assert await say(editor("stranger")) == ["NOT_ALLOWED"]
    assert await say(people.actor("owner")) == ["NOT_ALLOWED"]
    assert await say(editor("owner")) == []
    assert await say(steward(people), category="SAFE_HOUSE") == ["NOT_ALLOWED"]
    assert await say(steward(people), reason=" ") == ["INVALID_INPUT"]
    assert await say(steward(people), service_id=uuid4()) == ["NOT_FOUND"]
    await directory.rows("UPDATE service SET visibility = 'ORGANIZATION' WHERE id = $1", service)
    assert await say(steward(people)) == ["NOT_FOUND"], "what one may not see does not exist"
    assert codes(await people.do(editor("stranger"), merge_records, kept_id=service, merged_id=service)) == [
        "NOT_ALLOWED"
    ]


async def test_merged_and_split_again_all_is_as_before(directory: Directory, people: Network, sheets: Sheet) -> None:
    kept, merged = await two(directory, sheets)
    await directory.rows(
        "INSERT INTO capacity (service_id, organization_id, state, updated_at, expires_at) "
        "SELECT id, organization_id, 'AVAILABLE', now(), now() + interval '1 day' FROM service WHERE id = $1",
        merged,
    )
    before = await everything(directory)

    done = await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)

    assert codes(done) == []
    gone = await directory.one("SELECT * FROM service WHERE id = $1", merged)
    assert (gone["merged_into_id"], gone["removed_at"] is not None) == (kept, True)
    assert gone["names"] == {"fr": "Centre de santé du pont"}, "referrals that name it go on naming it"
    stands = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert (stands["names"], stands["descriptions"]) == ({"fr": "Sant Sante"}, {"fr": "Soins de base"})
    assert len(await directory.rows("SELECT FROM service_at_location WHERE service_id = $1", kept)) == 2
    assert await directory.rows("SELECT FROM service_at_location WHERE service_id = $1", merged) == []
    assert await directory.rows("SELECT FROM service_place WHERE service_id = $1", merged) == []
    links = await directory.rows("SELECT local_id FROM source_link WHERE kind = 'SERVICE'")
    assert {link["local_id"] for link in links} == {kept}

    done = await people.do(steward(people), split_records, merged_id=merged)

    assert codes(done) == []
    assert await everything(directory) == before


async def test_both_sources_go_on_telling_of_the_merged_one(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)
    phones = "SELECT number FROM phone WHERE service_id = $1 OR service_at_location_id IN (SELECT id FROM "
    phones += "service_at_location WHERE service_id = $1) ORDER BY 1"

    sheets("theirs", THEIRS.replace("Consultations", "Consultations du soir").replace("0402", "0403"))
    report = await directory.pull("theirs", now=NOW + timedelta(minutes=5))
    sheets("ours", OURS.replace(",Soins de base,", ",,"))
    await directory.pull("ours", now=NOW + timedelta(minutes=5))

    assert report.counts.new == 0
    assert len(await directory.rows("SELECT FROM service WHERE removed_at IS NULL")) == 1
    row = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert (row["names"], row["descriptions"]) == ({"fr": "Sant Sante"}, {"fr": "Consultations du soir"})
    assert [each["number"] for each in await directory.rows(phones, kept)] == ["+50950000401", "+50950000403"]
    claims = await directory.rows("SELECT source, said ->> 'names' AS names FROM claim ORDER BY source")
    assert [claim["source"] for claim in claims] == ["ours", "theirs"]

    await people.do(steward(people), split_records, merged_id=merged)

    theirs = await directory.one("SELECT * FROM service WHERE id = $1", merged)
    assert (theirs["names"], theirs["removed_at"]) == ({"fr": "Centre de santé du pont"}, None)
    assert theirs["descriptions"] == {"fr": "Consultations du soir"}, "as its source says by now"
    assert (await directory.one("SELECT * FROM service WHERE id = $1", kept))["descriptions"] is None
    for name in ("ours", "theirs"):
        await directory.pull(name, now=NOW + timedelta(minutes=10))
    assert len(await directory.rows("SELECT FROM service WHERE removed_at IS NULL")) == 2
    assert [each["number"] for each in await directory.rows(phones, merged)] == ["+50950000403"]


async def test_what_one_source_no_longer_gives_stays_while_another_does(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)
    other = "2,Repas,,repas,Cour,,,"

    sheets("ours", other)
    for minutes in (5, 10):
        await directory.pull("ours", now=NOW + timedelta(minutes=minutes), accept_losses=True)
    assert (await directory.one("SELECT removed_at FROM service WHERE id = $1", kept))["removed_at"] is None
    await directory.pull("theirs", now=NOW + timedelta(minutes=15))
    row = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert row["names"] == {"fr": "Centre de santé du pont"}, "who still gives it names it"

    sheets("theirs", other)
    await directory.pull("theirs", now=NOW + timedelta(minutes=20), accept_losses=True)
    assert (await directory.one("SELECT removed_at FROM service WHERE id = $1", kept))["removed_at"] is not None


async def test_what_is_hidden_or_of_one_source_is_not_merged(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    sheets("ours", OURS, "2,Repas,,repas,Cour,,,", "3,Maison A,,maison sûre,Rue cachée,,,")
    await directory.pull("ours", now=NOW + timedelta(minutes=5))
    meals, house = (await directory.service("Repas"))["id"], (await directory.service("Maison A"))["id"]

    async def merge(first: UUID, second: UUID) -> list[str]:
        return codes(await people.do(steward(people), merge_records, kept_id=first, merged_id=second))

    assert await merge(kept, meals) == ["NOT_ALLOWED"]
    assert await merge(merged, house) == await merge(house, merged) == ["NOT_FOUND"]
    assert await merge(kept, kept) == await merge(kept, uuid4()) == ["NOT_FOUND"]
    assert await directory.rows("SELECT FROM claim") == []
    assert await merge(kept, merged) == []
    assert await merge(kept, merged) == ["NOT_ALLOWED"]
    assert codes(await people.do(steward(people), split_records, merged_id=kept)) == ["NOT_FOUND"]
    assert codes(await people.do(steward(people), keep_apart, duplicate_id=uuid4())) == ["NOT_FOUND"]


HIDDEN = """
SELECT 'service' AS kind, id FROM service WHERE id = $1 AND visibility <> 'ORGANIZATION' UNION ALL
SELECT 'place', id FROM service_at_location WHERE service_id = $1 AND visibility <> 'ORGANIZATION' UNION ALL
SELECT 'location', l.id FROM location l JOIN service_at_location a ON a.location_id = l.id
  WHERE a.service_id = $1 AND l.visibility <> 'ORGANIZATION' UNION ALL
SELECT 'phone', id FROM phone WHERE service_id = $1 AND visibility <> 'ORGANIZATION' UNION ALL
SELECT 'capacity', id FROM capacity WHERE service_id = $1 AND visibility <> 'ORGANIZATION'"""
"What of a service somebody else than its organisation sees."


async def test_a_source_does_not_come_to_own_the_safe_house_that_its_entry_was_made_one_with(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)
    owner = (await directory.service("Sant Sante"))["organization_id"]
    await directory.rows(
        "INSERT INTO capacity (service_id, organization_id, state, updated_at, expires_at) "
        "VALUES ($1, $2, 'AVAILABLE', now(), now() + interval '1 day')",
        kept,
        owner,
    )

    sheets("ours", OURS.replace("santé,Bureau", "maison sûre,Bureau"))
    await directory.pull("ours", now=NOW + timedelta(minutes=5))
    assert await directory.rows(HIDDEN, kept) == []
    sheets("theirs", THEIRS.replace("Consultations", "Consultations du soir"))
    report = await directory.pull("theirs", now=NOW + timedelta(minutes=6))

    assert await directory.rows(HIDDEN, kept) == []
    row = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert (row["organization_id"], row["names"]) == (owner, {"fr": "Sant Sante"})
    assert (await directory.one("SELECT organization_id FROM capacity"))["organization_id"] == owner
    assert report.findings == [], "whoever hears that it is one learns of it"


async def test_one_that_a_source_hides_is_neither_the_source_s_nor_the_other_s_to_read(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)
    owner = (await directory.service("Sant Sante"))["organization_id"]

    sheets("theirs", "9,Kay Trankil,Secret,maison sûre,Ri Kache 77,5000-0777,24h/24,Fondation Sante")
    await directory.pull("theirs", now=NOW + timedelta(minutes=5))
    sheets("ours", OURS.replace("Soins de base", "Soins du jour"))
    await directory.pull("ours", now=NOW + timedelta(minutes=6))

    assert await directory.rows(HIDDEN, kept) == []
    row = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert (row["organization_id"], row["names"], row["category"]) == (owner, {"fr": "Sant Sante"}, "HEALTH")
    for table in ("service", "location", "phone", "claim"):
        said = str(await directory.rows(f'SELECT to_jsonb(t)::text AS said FROM "{table}" t'))
        assert not any(word in said for word in ("Trankil", "Kache", "0777")), table

    assert codes(await people.do(steward(people), split_records, merged_id=merged)) == []
    assert await directory.rows(HIDDEN, kept) == await directory.rows(HIDDEN, merged) == []
    for name in ("ours", "theirs"):
        await directory.pull(name, now=NOW + timedelta(minutes=10))

    row = await directory.one("SELECT * FROM service WHERE id = $1", kept)
    assert (row["visibility"], row["descriptions"]) == ("NETWORK", {"fr": "Soins du jour"})
    house = await directory.service("Kay Trankil")
    assert (house["id"], house["visibility"], house["category"]) == (merged, "ORGANIZATION", "SAFE_HOUSE")
    assert await directory.rows(HIDDEN, merged) == []


async def test_what_a_merged_one_said_is_hidden_with_the_one_it_was_kept_as(
    directory: Directory, people: Network, sheets: Sheet
) -> None:
    kept, merged = await two(directory, sheets)
    await directory.rows(
        "INSERT INTO directory_version (record_id, version, kind, operation, position, at, current, organization_id, "
        "visibility, document, parts, digest) SELECT id, 1, 'SERVICE', 'CREATED', 1, now(), true, organization_id, "
        "visibility, '{}', '{}', '' FROM service WHERE id = $1",
        merged,
    )
    await people.do(steward(people), merge_records, kept_id=kept, merged_id=merged)

    sheets("ours", OURS.replace("santé,Bureau", "maison sûre,Bureau"))
    await directory.pull("ours", now=NOW + timedelta(minutes=5))

    version = await directory.one(
        "SELECT v.visibility, o.slug FROM directory_version v JOIN organization o ON o.id = v.organization_id"
    )
    assert version == {"visibility": "ORGANIZATION", "slug": "theirs-fondation-sante"}
