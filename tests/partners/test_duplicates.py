"""Which services of different sources are proposed as one, and which never are."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.partners import PartnerKind
from partners.duplicates import Found, find_duplicates
from partners.likeness import Described, likeness
from partners.sync import connected
from tests.partners.conftest import NOW, Directory

HEADINGS = "id,service,catégorie,lieu,latitude,longitude,pcode,téléphone,organisation"
OURS = (
    "1,Centre de santé du Pont,santé,Pont,19.5500,-71.7250,HT0421,5000-0401,Association du Pont",
    "2,Hébergement de nuit,hébergement,Pont,19.5500,-71.7250,HT0421,5000-0402,Association du Pont",
    "3,Maison Cachée,maison sûre,Rue Secrète,19.5501,-71.7251,HT0421,5000-0499,Association du Pont",
)
THEIRS = (
    "a,Centre de sante du pont,santé,Au pont,19.5510,-71.7251,HT0421,5000-0401,Fondation A",
    "b,École du pont,éducation,Au pont,19.5500,-71.7250,HT0421,5000-0402,Fondation A",
    "c,Maison Cachée,maison sûre,Rue Secrète,19.5501,-71.7251,HT0421,5000-0499,Fondation A",
    "d,Centre de santé du Pont,santé,Loin,18.5400,-72.3400,HT0133,5000-0777,Fondation A",
)


@pytest.fixture
def sheets(tmp_path: Path) -> Callable[..., str]:
    def write(name: str, *lines: str) -> str:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([HEADINGS, *lines]))
        return str(path)

    return write


async def look(directory: Directory, *, minutes: int = 0) -> Found:
    async with connected(directory.worker) as connection:
        return await find_duplicates(connection, now=NOW + timedelta(minutes=minutes))


async def pairs(directory: Directory) -> list[dict[str, Any]]:
    return await directory.rows(
        "SELECT d.id, d.first_id, d.second_id, d.state, d.reasons, a.names ->> 'fr' AS first, b.names ->> 'fr' AS "
        "second FROM duplicate d JOIN service a ON a.id = d.first_id JOIN service b ON b.id = d.second_id ORDER BY d.id"
    )


async def test_what_looks_alike_is_proposed_once_and_what_is_hidden_never(
    directory: Directory, sheets: Callable[..., str]
) -> None:
    for name, lines in (("ours", OURS), ("theirs", THEIRS)):
        await directory.enter(name, sheets(name, *lines), PartnerKind.CSV)
        report = await directory.pull(name)
        assert report.counts.new == len(lines), report

    found = await look(directory)

    (pair,) = await pairs(directory)
    assert {pair["first"], pair["second"]} == {"Centre de santé du Pont", "Centre de sante du pont"}
    assert (pair["reasons"]["name"], pair["reasons"]["phone"], pair["reasons"]["pcode"]) == (1, 1, 1)
    assert 0.8 < pair["reasons"]["distance"] < 1
    assert (found.proposed, found.new, found.withdrawn) == (1, 1, 0)
    hidden = {row["id"] for row in await directory.rows("SELECT id FROM service WHERE category = 'SAFE_HOUSE'")}
    assert len(hidden) == 2
    assert not hidden & {pair["first_id"], pair["second_id"]}

    again = await look(directory, minutes=5)
    assert (again.proposed, again.new, await pairs(directory)) == (1, 0, [pair])


async def test_a_decision_stays_and_a_proposal_goes_with_what_it_was_made_of(
    directory: Directory, sheets: Callable[..., str]
) -> None:
    for name, lines in (("ours", OURS), ("theirs", THEIRS)):
        await directory.enter(name, sheets(name, *lines), PartnerKind.CSV)
        await directory.pull(name)
    await look(directory)
    (pair,) = await pairs(directory)

    await directory.rows("UPDATE duplicate SET state = 'DISTINCT', decided_at = now()")
    assert (await look(directory)).new == 0
    assert [each["state"] for each in await pairs(directory)] == ["DISTINCT"]

    await directory.rows("UPDATE duplicate SET state = 'OPEN'")
    hidden: UUID = pair["first_id"]
    await directory.rows("UPDATE service SET visibility = 'ORGANIZATION' WHERE id = $1", hidden)
    assert (await look(directory)).withdrawn == 1
    assert await pairs(directory) == []


@pytest.mark.parametrize(
    ("other", "proposed"),
    [
        (Described(("clinique du pont",)), True),
        (Described(("pont clinique",), frozenset(), ((19.55, -71.72),)), True),
        (Described(("clinique du pont",), frozenset({"+50950000002"}), ((18.5, -72.3),)), False),
        (Described(("ecole du pont",), frozenset({"+50950000001"}), ((19.55, -71.72),)), False),
        (Described(("notariat",), frozenset({"+50950000001"}), ((19.55, -71.72),)), False),
    ],
    ids=["the name is all that is known", "words in another order", "another town", "another service", "one house"],
)
def test_how_alike(other: Described, proposed: bool) -> None:
    one = Described(("clinique du pont",), frozenset({"+50950000001"}), ((19.55, -71.72),))

    assert likeness(one, other).proposed is proposed
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one).score == 1
