"""The directory as files: what may be seen and no more, the same again when it is sent back, nothing that runs."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from actions.imports import enqueue
from api.database import DatabaseURLs
from auth.scopes import Scope
from models.rules.roles import Role
from partners.push.taking import take_in
from tests.api.exporting import EDITOR, SECRETS, Desk, open_desk, plant, service, texts

FILES = (".csv", ".xlsx", ".geojson", "/snapshot.json", "/snapshot.sqlite")


@pytest.fixture(scope="module")
async def told(module_database: DatabaseURLs) -> AsyncIterator[Desk]:
    """A directory of three services, and what is hidden beside them."""
    async with open_desk(module_database) as desk:
        await desk.tell(service("S-1"))
        await desk.tell(
            service("S-2", "=HYPERLINK(0)", category="EDUCATION", languages=["es"], phones=[], places=[]),
            service("S-3", "@cours", category="EDUCATION", descriptions=texts(fr="-2+3", ht="Ak\nliy"), status=None),
            who="ibesr",
        )
        await plant(desk)
        assert await desk.network.value("SELECT count(*) FROM service WHERE names ->> 'fr' = 'Kay Flanboyan'") == 3
        yield desk


def table(body: bytes) -> list[dict[str, str]]:
    headings, _tags, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [dict(zip(headings, row, strict=True)) for row in rows]


def unpacked(body: bytes) -> bytes:
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("who", ["brc", "police"])
async def test_a_safe_house_is_in_no_byte(told: Desk, name: str, who: str) -> None:
    for roles in (frozenset({Role.CASE_WORKER}), frozenset(Role)):
        for query in ("", "language=ht", "category=SHELTER", "category=SAFE_HOUSE", "pcode=HT0632"):
            answer = await told.get(name, query, told.token(who, roles=roles))
            body = unpacked(answer.body)
            assert answer.status == 200, answer.body
            found = [
                word for word in SECRETS for form in (word.encode(), word.encode("unicode_escape")) if form in body
            ]
            assert found == []


async def test_differences_tell_nothing_of_it_either(told: Desk) -> None:
    for name in FILES[3:]:
        answer = await told.get(name, "since=0", told.token("police", roles=frozenset(Role)))
        assert [word for word in SECRETS if word.encode() in answer.body] == []


async def test_a_sheet_has_words_and_tags_above_it(told: Desk) -> None:
    answer = await told.get(".csv", "language=fr")

    headings, tags, *rows = csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""))
    assert answer.headers["content-disposition"] == 'attachment; filename="directory.csv"'
    assert (len(headings), len(rows)) == (len(tags), 5)
    named = dict(zip(headings, tags, strict=True))
    assert named["service (fr)"] == "#service+name+fr"
    assert named["service (ht)"] == "#service+name+ht"
    assert (named["p-code"], named["téléphone"]) == ("#adm+code+v_pcode", "#contact+phone")
    (first, second) = [row for row in table(answer.body) if row["service (fr)"] == "Soins"]
    assert (first["lieu (fr)"], first["p-code"], first["latitude"]) == ("Clinique", "HT0632", "18.8562")
    assert (second["lieu (fr)"], second["latitude"]) == ("Antenne", "")
    assert first["horaires"] == (
        "lun-ven 08:00-16:00; [FREQ=MONTHLY;BYDAY=1SA] 08:00-12:00; (2026-07-01..2026-08-31) dim 09:00-11:00"
    )
    assert (first["capacité"], first["places disponibles"], first["places en tout"]) == ("AVAILABLE", "3", "10")
    assert "lendi-vandredi 08:00-16:00" in (await told.get(".csv", "language=ht")).body.decode()


@pytest.mark.parametrize("name", [".csv", ".xlsx"])
async def test_nothing_in_it_runs(told: Desk, name: str) -> None:
    body = (await told.get(name)).body
    if name == ".xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(body)).worksheets[0].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
        cells = [cell for cell in cells if cell.data_type == "s"]
        values = [str(cell.value) for cell in cells if cell.value is not None]
    else:
        values = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in row]
    assert {"'=HYPERLINK(0)", "'@cours", "'-2+3"} <= set(values)
    assert {value for value in values if value.startswith(("=", "+", "-", "@", "\t", "\r"))} <= {"-71.7801"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("category=EDUCATION", {"'=HYPERLINK(0)", "'@cours"}),
        ("pcode=ht0421", {"Soins", "'@cours"}),
        ("pcode=HT06&category=HEALTH", {"Soins"}),
        ("spoken=es", {"'=HYPERLINK(0)"}),
        ("pcode=HT04&spoken=es", set()),
    ],
)
async def test_it_may_be_narrowed(told: Desk, query: str, names: set[str]) -> None:
    rows = table((await told.get(".csv", f"{query}&language=fr")).body)

    assert {row["service (fr)"] for row in rows} == names
    if "pcode" in query:
        assert len({row["p-code"] for row in rows}) <= 1


async def test_places_are_features(told: Desk) -> None:
    body = (await told.get(".geojson", "language=ht")).json

    assert body["type"] == "FeatureCollection"
    located = [each for each in body["features"] if each["geometry"]]
    assert [each["geometry"] for each in located] == 2 * [{"type": "Point", "coordinates": [-71.7801, 18.8562]}]
    properties = next(each["properties"] for each in located if each["properties"]["category"] == "HEALTH")
    assert (properties["name"], properties["capacity"]) == ("Soins (kreyòl)", "AVAILABLE")
    assert properties["phones"] == ["+50950000101", "+50950000100"]
    assert len(body["features"]) == 4


@pytest.mark.parametrize("name", [".csv", ".xlsx"])
@pytest.mark.parametrize("language", ["fr", "ht", "es", "en"])
async def test_what_is_sent_back_is_the_same_again(told: Desk, name: str, language: str) -> None:
    before = {each["id"]: plain(each) for each in await told.documents()}
    body = (await told.get(name, f"category=HEALTH&language={language}")).body
    actor = told.network.actor("registry", roles=EDITOR)

    now = datetime.now(UTC)

    async with told.network.database.session(actor.claims()) as session:
        key = await enqueue(session, actor, now, content=body, media_type="text/csv", dry_run=True)
    report = await take_in(told.worker, key, now=now)

    assert report is not None
    assert report.findings == []
    assert report.counts.told() == {"new": 0, "changed": 1, "unchanged": 0, "gone": 0, "quarantined": 0}
    changes = orjson.loads(await told.network.value("SELECT report FROM partner_import WHERE id = $1", key))["changes"]
    assert changes == [{"remoteId": "S-1", "change": "CHANGED", "name": "Soins", "fields": []}], "no field differs"
    assert {each["id"]: plain(each) for each in await told.documents()} == before


def plain(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: plain(value) for name, value in document.items() if name != "id"}
    return [plain(each) for each in document] if isinstance(document, list) else document


@pytest.mark.parametrize("name", FILES)
async def test_who_may_not_is_refused(told: Desk, name: str) -> None:
    assert (await told.get(name, token="none")).codes == ["UNAUTHENTICATED"]
    assert (await told.get(name, token=told.token("brc", Scope.PEOPLE_READ))).codes == ["FORBIDDEN"]
    for query in ("category=X", "pcode=US", "spoken=!", "colour=red"):
        assert (await told.get(name, query)).codes == ["BAD_USER_INPUT"]
    since = await told.get(name, "since=999999999")
    assert since.status == 400
    assert ("beyond what there is" in since.body.decode()) is ("snapshot" in name)
