"""HXL tags say what columns are, in any order and language; merged cells hold what they show; hours are kept."""

import io
from datetime import date, time
from typing import Any

import pytest
from openpyxl import Workbook

from partners.canonical import DayException, Hours
from partners.connector import Source
from partners.outgoing import Patience, asker
from partners.reading.hours import NotWeekly
from partners.records import Remote, Unreadable
from partners.settings import Settings, read_settings
from partners.sheets import feed, hours, hxl
from partners.sheets.headings import COLUMNS, heading_of
from partners.sheets.mapping import project
from partners.sheets.words import COLUMNS as READ
from partners.sheets.words import TRANSLATED, heading


def book(*rows: list[Any], merged: tuple[str, ...] = (), before: bool = False) -> bytes:
    made, written = Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    if before:
        sheet["A1"] = "Lisez-moi d'abord"
        sheet = made.create_sheet("Services")
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    made.save(written)
    return written.getvalue()


def records(body: bytes, settings: Settings) -> list[Remote]:
    _, table, _ = feed.table_in(body, settings)
    return list(feed._records(table, *feed._grouped(table, settings)))


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("#service", ("service", None)),
        ("#activity +name +ht", ("service", "ht")),
        ("#SERVICE+Name+i_fr", ("service", "fr")),
        ("#adm1+code", ("pcode_1", None)),
        ("#adm3 +code+v_pcode", ("pcode_3", None)),
        ("#contact+phone+direct", ("contact_phone", None)),
        ("#org+name+pt", None),
        ("#geo+lon", ("longitude", None)),
        ("#beneficiary+age+max", ("maximum_age", None)),
        ("#affected+killed", None),
        ("service", None),
    ],
)
def test_a_tag_means_a_column(tag: str, meant: tuple[str, str | None] | None) -> None:
    assert hxl.column_of(tag) == meant


def test_each_of_our_columns_is_read_by_its_tag_and_by_its_words() -> None:
    assert set(COLUMNS) <= set(READ)
    for column in COLUMNS:
        assert hxl.column_of(hxl.tag_of(column, None)) == (column, None)
        for language in ("fr", "ht", "es", "en"):
            assert heading(heading_of(column, None, language)) == (column, None), (column, language)
            if column in TRANSLATED:
                assert heading(heading_of(column, "ht", language)) == (column, "ht")
                assert hxl.column_of(hxl.tag_of(column, "ht")) == (column, "ht")


def test_merged_cells_and_tags_in_the_second_sheet_of_a_workbook() -> None:
    body = book(
        ["Cartographie 2026", None, None, None, None],
        ["Qui", "Quoi", "Où", None, "Tél"],
        ["#org+name", "#activity+name+ht", "#loc+name", "#adm2+code", "#contact+phone"],
        ["Fwaye", "Repa", "Cour", "HT0421", 50000101],
        [None, None, "Marché", "HT0632", "5000-0102"],
        merged=("A1:E1", "A4:A5", "B4:B5", "C2:D2"),
        before=True,
    )

    (record,) = records(body, Settings())

    assert record.where == "rows 4, 5"
    service = project(record, Settings()).item
    assert service.names == {"ht": "Repa"}  # type: ignore[union-attr]
    assert service.organization.names == {"fr": "Fwaye"}  # type: ignore[union-attr]
    told = [(p.location.names, p.location.pcode, p.phones[0].number) for p in service.places]  # type: ignore[union-attr]
    assert told == [({"fr": "Cour"}, "HT0421", "+50950000101"), ({"fr": "Marché"}, "HT0632", "+50950000102")]


def test_a_sheet_may_be_named() -> None:
    body = book(["Service"], ["Soins"], before=True)

    assert len(records(body, read_settings({"sheet": "Services"}))) == 1
    with pytest.raises(Unreadable, match="has no sheet “2025”; it has Sheet, Services"):
        records(body, read_settings({"sheet": "2025"}))


def test_two_rows_of_headings_are_one() -> None:
    body = book(["Service", "Âge", None], [None, "âge min", "âge max"], ["Cours", 6, 12], merged=("A1:A2", "B1:C1"))

    (record,) = records(body, Settings())

    service = project(record, Settings()).item
    assert (service.minimum_age, service.maximum_age) == (6, 12)  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding: str) -> None:
    (record,) = records("service,lieu\r\nBatistè,Ouanaminthe".encode(encoding), Settings())

    assert record.raw["rows"] == [{"service": "Batistè", "lieu": "Ouanaminthe"}]


def test_what_a_spreadsheet_would_run_is_unquoted() -> None:
    (record,) = records(b"service,telephone\nSoins,'+509 5000 0101", Settings())

    assert record.raw["rows"] == [{"service": "Soins", "telephone": "+509 5000 0101"}]


def test_every_column_has_its_place() -> None:
    body = (
        "service,statut,avis,tarif,coûts,comment accéder,documents requis,papye pou pote (ht),zones desservies,"
        "site web,courriel,contact,fonction du contact,courriel du contact,valable dès le,valable jusqu'au,lieu,"
        "comment s'y rendre,accessibilité,exceptions,capacité,places disponibles,capacité mise à jour,"
        "téléphone du service,téléphone\n"
        "Soins,suspendu,Fermé lundi,gratuit,500 HTG (adultes); 0 HTG,sur rendez-vous,Acte; Carte,Batistè,"
        "HT06; Les mornes,https://example.org,a@example.org,Jean Exemple; Marie Exemple,; infirmière,j@example.org,"
        "01/02/2026,2026-12-31,Clinique,"
        "En tap-tap,Rampe,2026-12-25; 2026-12-24 08:00-12:00,disponible,4,2026-11-21T10:00:00+00:00,"
        "5000-0101 ext. 12; 5000-0102 (whatsapp),5000-0103\n"
    )

    (record,) = records(body.encode(), Settings())
    read = project(record, Settings())
    service: Any = read.item

    assert read.problems == []
    assert (service.status, service.alerts, service.fees) == (
        "TEMPORARILY_CLOSED",
        {"fr": "Fermé lundi"},
        {"fr": "gratuit"},
    )
    assert [(str(c.amount), c.currency, c.options) for c in service.costs] == [
        ("500", "HTG", {"fr": "adultes"}),
        ("0", "HTG", None),
    ]
    assert [paper.documents for paper in service.papers] == [{"fr": "Acte", "ht": "Batistè"}, {"fr": "Carte"}]
    assert [(area.pcode, area.names) for area in service.areas] == [("HT06", None), (None, {"fr": "Les mornes"})]
    assert [(c.name, c.title, c.email) for c in service.contacts] == [
        ("Jean Exemple", None, "j@example.org"),
        ("Marie Exemple", "infirmière", None),
    ]
    assert (service.valid_from, service.valid_to) == (date(2026, 2, 1), date(2026, 12, 31))
    assert [(p.number, p.extension, p.kind) for p in service.phones] == [
        ("+50950000101", "12", "VOICE"),
        ("+50950000102", None, "WHATSAPP"),
    ]
    (place,) = service.places
    assert (place.capacity.state, place.capacity.available) == ("AVAILABLE", 4)
    assert place.exceptions == (
        DayException(date(2026, 12, 25)),
        DayException(date(2026, 12, 24), time(8), time(12)),
    )
    assert place.location.transportation == {"fr": "En tap-tap"}
    assert place.location.accessibility[0].descriptions == {"fr": "Rampe"}
    assert [phone.number for phone in place.phones] == ["+50950000103"]


@pytest.mark.parametrize("language", ["fr", "ht", "es", "en"])
@pytest.mark.parametrize(
    "told",
    [
        Hours(("MO", "TU", "WE", "TH", "FR"), time(8), time(16)),
        Hours(("MO", "WE", "SA", "SU"), time(8, 30), time(0)),
        Hours(("SU",), time(22), time(6), date(2026, 7, 1), date(2026, 8, 31)),
        Hours((), time(9), time(12), rule="FREQ=MONTHLY;BYDAY=1MO"),
        Hours((), time(9), time(12), date(2026, 7, 1), None, rule="FREQ=DAILY;INTERVAL=2"),
        Hours(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), time(0), time(0)),
    ],
)
def test_hours_are_read_as_they_are_written(told: Hours, language: str) -> None:
    assert hours.read(hours.written(told, language)) == (told,)


def test_a_day_that_is_none_is_said_so() -> None:
    with pytest.raises(NotWeekly, match="“Noël” is no day"):
        hours.read_exceptions("2026-12-24; Noël")


async def test_a_sheet_that_did_not_change_is_not_read_again(serve: Any) -> None:
    from starlette.requests import Request
    from starlette.responses import Response

    asked: list[str | None] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        known = Request(scope).headers.get("if-none-match")
        asked.append(known)
        answer = Response(status_code=304) if known == '"7"' else Response("service\nSoins", headers={"etag": '"7"'})
        await answer(scope, receive, send)

    address, cursor = serve(app), dict[str, Any]()
    settings = read_settings({"allowed_networks": ["127.0.0.0/8"]})
    seen = []
    for whole in (False, False, False, True):
        async with asker(settings.allowed_networks, Patience()) as ask:
            parts = [part async for part in feed.read(Source(address, settings, {"SERVICE": cursor}, whole), ask)]
        seen.append((len(parts) - 1, parts[-1].complete))  # type: ignore[union-attr]
        cursor = getattr(parts[-1], "cursor", None) or cursor

    assert asked == [None, None, '"7"', None]
    assert seen == [(1, True), (1, True), (0, False), (1, True)], "read twice, left alone, and read whole once a day"


async def test_a_file_that_did_not_change_is_told_by_its_hash(tmp_path: Any) -> None:
    path, cursor = tmp_path / "s.csv", dict[str, Any]()
    path.write_text("service\nSoins")
    seen = []
    for text in (None, None, "service\nCours", None):
        if text:
            path.write_text(text)
        async with asker((), Patience()) as ask:
            source = Source(str(path), Settings(), {"SERVICE": cursor}, whole=False)
            parts = [part async for part in feed.read(source, ask)]
        seen.append(len(parts) - 1)
        cursor = parts[-1].cursor  # type: ignore[union-attr,assignment]
    path.write_text("service\nCours")
    async with asker((), Patience()) as ask:
        parts = [p async for p in feed.read(Source(str(path), Settings(), {"SERVICE": cursor}, whole=False), ask)]

    assert seen == [1, 1, 1, 1]
    assert len(parts) == 1, "what it lacks is gone by its second reading, and then it is left alone"
