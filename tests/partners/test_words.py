"""What people write into feeds and sheets is understood, and what is not is left as it was."""

import csv
import io
from contextlib import suppress
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.partners import RecordKind
from models.rules.vocabulary import ServiceCategory
from partners.canonical import CannotStand, Hours
from partners.hsds import mapping as hsds_mapping
from partners.reading import hours
from partners.reading.categories import category_of
from partners.reading.languages import language_tag
from partners.reading.numbers import ages, coordinates
from partners.reading.telephones import dialled
from partners.records import Remote, Unreadable, storable
from partners.settings import Settings, WrongSetting, read_settings
from partners.sheets import feed as csv_file
from partners.sheets import mapping as csv_mapping
from partners.sheets.hxl import is_row_of_tags

WORKDAYS = ("MO", "TU", "WE", "TH", "FR")


@pytest.mark.parametrize(
    ("text", "days", "opens", "closes"),
    [
        ("lun-ven 08:00-16:00", WORKDAYS, time(8), time(16)),
        ("MO-FR 8:00 - 16:00", WORKDAYS, time(8), time(16)),
        ("du lundi au vendredi : 8h à 15h30", WORKDAYS, time(8), time(15, 30)),
        ("lendi jiska vandredi 8h-9h", WORKDAYS, time(8), time(9)),
        ("lundi, mercredi et vendredi 9h-12h", ("MO", "WE", "FR"), time(9), time(12)),
        ("sam-lun 22:00-06:00", ("MO", "SA", "SU"), time(22), time(6)),
        ("tous les jours 00:00-24:00", hours.WEEK, time(0), time(0)),
        ("24h/24", hours.WEEK, time(0), time(0)),
        ("Monday to Friday 9:00 to 17:00", WORKDAYS, time(9), time(17)),
        ("Sat 9h-10h", ("SA",), time(9), time(10)),
        ("miércoles 9h-10h", ("WE",), time(9), time(10)),
    ],
)
def test_hours_as_people_write_them(text: str, days: tuple[str, ...], opens: time, closes: time) -> None:
    assert hours.of_words(text) == (Hours(days, opens, closes),)


@pytest.mark.parametrize("text", ["sur rendez-vous", "08:00-12:00", "lun 25:00-26:00", "xyz 8h-9h", "lun", "8h lun"])
def test_hours_that_are_not_understood_are_not_guessed(text: str) -> None:
    with pytest.raises(hours.NotWeekly):
        hours.of_words(text)


def test_several_stretches_and_none() -> None:
    assert hours.of_words("lun 8h-12h; lun 14h-16h") == (
        Hours(("MO",), time(8), time(12)),
        Hours(("MO",), time(14), time(16)),
    )
    assert hours.of_words("") == ()


@pytest.mark.parametrize(
    ("given_as", "country", "written"),
    [
        ('"+44 1234 234567"', "HT", "+441234234567"),
        ("3412-3456", "HT", "+50934123456"),
        ("(509) 34 12 34 56", "HT", "+50934123456"),
        ("00 509 3412 3456", "DO", "+50934123456"),
        ("809-555-0100", "DO", "+18095550100"),
        ("1 809 555 0100", "DO", "+18095550100"),
        ("+44 (0)20 7946 0000", "GB", "+442079460000"),
        ("114", "HT", "114"),
        ("020 7946 0000", "GB", "020 7946 0000"),
        ("3412-3456 poste 2", "HT", "3412-3456 poste 2"),
        ("  appeler   le matin ", "HT", "appeler le matin"),
    ],
)
def test_telephones(given_as: str, country: str, written: str) -> None:
    assert dialled(given_as, country) == written


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("Kreyòl", "ht"),
        ("créole haïtien", "ht"),
        ("FR", "fr"),
        ("fra", "fr"),
        ("Espagnol", "es"),
        ("en", "en"),
        ("pt_br", "pt-BR"),
        ("Klingonese", None),
        ("", None),
        ("français et kreyòl", None),
    ],
)
def test_languages(said: str, tag: str | None) -> None:
    assert language_tag(said) == tag


@pytest.mark.parametrize(
    ("terms", "category"),
    [
        (["Santé"], "HEALTH"),
        (["LEGAL_AID"], "LEGAL_AID"),
        (["Cerfs-volants", "Mental Health"], "PSYCHOSOCIAL"),
        (["Appui psychosocial aux femmes"], "PSYCHOSOCIAL"),
        (["Traite des personnes"], "ANTI_TRAFFICKING"),
        (["Maison sûre"], "SAFE_HOUSE"),
        (["Manje"], "FOOD_AND_ITEMS"),
        (["santal"], "OTHER"),
        (["name", ""], "OTHER"),
        ([], "OTHER"),
    ],
)
def test_categories(terms: list[str], category: str) -> None:
    assert category_of(terms) == category


def test_a_partner_s_own_terms_come_first() -> None:
    own = read_settings({"categories": {"Santé": "PSYCHOSOCIAL", "Cerfs-volants": "EDUCATION"}}).categories

    assert category_of(["cerfs volants"], own) is ServiceCategory.EDUCATION
    assert category_of(["SANTÉ"], own) is ServiceCategory.PSYCHOSOCIAL


def test_degrees_and_ages_that_cannot_be_are_left_out() -> None:
    assert coordinates("18,85", "-71.77") == ((18.85, -71.77), None)
    assert coordinates(None, None) == ((None, None), None)
    assert coordinates(18, None)[0] == (None, None)
    assert coordinates(0, 0.0)[1] == "Latitude 0 and longitude 0 lie in the Gulf of Guinea."
    assert coordinates("nan", "inf")[0] == (None, None)
    assert ages("12", 100) == ((12, 100), None)
    assert ages("", None) == ((None, None), None)
    assert ages(-1, 5)[0] == (None, None)
    assert ages("adult", 5)[0] == (None, None)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"colums": {}}, "“colums” is no setting of a partner."),
        ({"columns": ["a"]}, "“columns” must be a mapping of text to text."),
        ({"key": "id"}, "“key” must be a list of texts."),
        ({"visibility": "REDACTED"}, "“visibility” cannot be “REDACTED”. It may be NETWORK, ORGANIZATION, PUBLIC."),
        ({"categories": {"x": "NOTHING"}}, "“categories” cannot be “NOTHING”."),
        ({"organization_kind": "CLUB"}, "“organization_kind” cannot be “CLUB”."),
        ({"language": "french"}, "“language” must be a BCP 47 tag, such as fr or ht."),
        ({"country": "ht"}, "“country” must be two capital letters"),
        ({"fresh_days": 0}, "“fresh_days” must be a number of days from 1 to 3650."),
        ({"allowed_networks": ["here"]}, "“allowed_networks”: “here” is no network, such as 127.0.0.0/8."),
    ],
)
def test_settings_that_cannot_be_followed(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read_settings(said)
    assert str(refused.value).startswith(complaint)


ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        7,
        10**30,
        1.5,
        float("nan"),
        "",
        " ",
        "x",
        "fr",
        "MO",
        "08:00",
        "\ud800\0",
        [],
        {},
        [None],
        [[]],
    ]
)
FIELDS = [
    *("id", "name", "description", "status", "minimum_age", "maximum_age", "organization", "organization_id"),
    *("phones", "number", "schedules", "byday", "opens_at", "languages", "code", "attributes", "taxonomy_term"),
    *("service_at_locations", "service", "location", "latitude", "longitude", "addresses"),
]
PARTS = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6)
RECORDS = st.dictionaries(
    st.sampled_from(FIELDS),
    ODD | PARTS | st.lists(st.dictionaries(st.sampled_from(FIELDS), ODD | PARTS, max_size=6), max_size=3),
)


@given(st.sampled_from([RecordKind.ORGANIZATION, RecordKind.SERVICE, RecordKind.SERVICE_AT_LOCATION]), RECORDS)
def test_no_record_breaks_the_mapping(kind: RecordKind, raw: dict[str, Any]) -> None:
    with suppress(CannotStand):
        hsds_mapping.project(Remote(kind, "1", storable(raw), "here"), Settings())


@given(st.text(st.characters(), max_size=400))
def test_no_sheet_breaks_the_reading(text: str) -> None:
    for whole in (text, f"service,{text}"):
        with suppress(Unreadable):
            for record in csv_file.records(whole, Settings()):
                if not record.unreadable:
                    csv_mapping.project(record, Settings())


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=30))
def test_every_row_of_a_sheet_is_kept(rows: list[tuple[str, str, str]]) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([("service", "lieu", "notes"), *rows])
    clean = [tuple(cell.replace("\u00a0", " ").strip() for cell in row) for row in rows]
    said = [row for row in clean if any(row)]
    if said and is_row_of_tags(list(said[0])):
        said = said[1:]

    records = csv_file.records(sheet.getvalue(), Settings())

    kept = [tuple(row.get(name, "") for name in ("service", "lieu", "notes")) for r in records for row in r.raw["rows"]]
    assert set(kept) == set(said)
    assert len([row for row in kept if row[0]]) == len([row for row in said if row[0]])


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoding(body: bytes) -> None:
    assert isinstance(csv_file.decoded(body)[0], str)


def test_what_is_nested_too_deep_is_kept_as_text() -> None:
    deep: Any = "end"
    for _ in range(150):
        deep = [deep]

    kept = storable(deep)

    for _ in range(101):
        (kept,) = kept
    assert kept.startswith("[[[")
    assert "end" in kept
