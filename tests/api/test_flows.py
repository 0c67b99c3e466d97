"""Counts by workbook: who may send one, what is said of each row, and that it is kept once or not at all."""

import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from openpyxl import Workbook, load_workbook

from api.database import DatabaseURLs
from api.flow_template import template
from api.flows import routes
from api.graph.bucket import Buckets
from api.limits import LIMITS
from api.uploads import LARGEST_FILE, Door
from auth.scopes import Scope
from models.rules.flow_words import Column
from models.rules.roles import Role
from tests.actions.network import Network, standing
from tests.api.edge import Answer, Edge, Tokens, small_edge

HEADINGS = [str(column) for column in Column]
ENUMERATOR = frozenset({Role.ENUMERATOR})
DAY = "2026-04-10"


@dataclass
class Desk:
    """The network, two crossing points, and a desk that sends workbooks."""

    network: Network
    edge: Edge

    def token(self, who: str = "brc", *scopes: Scope, roles: frozenset[Role] = ENUMERATOR) -> str:
        token = self.edge.tokens.issue(*(scopes or (Scope.FLOWS_WRITE,)))
        actor = self.network.actor(who, roles=roles)

        self.edge.tokens.known[token] = replace(actor, scopes=self.edge.tokens.known[token].scopes)
        return token

    async def send(self, body: bytes, *, dry: bool = False, token: str | None = None, **headers: str) -> Answer:
        return await self.edge.ask(
            body,
            path="/flows/import",
            query_string=b"dryRun=true" if dry else b"",
            authorization=f"Bearer {token or self.token()}",
            content_type="",
            **headers,
        )

    async def flows(self, who: str = "brc") -> list[tuple[Any, ...]]:
        rows = await self.network.rows(
            "SELECT l.slug, day, series, version, sum(people)::int AS people FROM border_flow f JOIN location l"
            " ON l.id = location_id LEFT JOIN border_flow_part p ON p.flow_id = f.id"
            " WHERE f.organization_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            self.network.organizations[who],
        )
        return [tuple(row.values()) for row in rows]


@pytest.fixture(scope="module")
async def network(module_database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(module_database) as network:
        for slug, name, owner in (
            ("passage-belladere", "Belladère", "brc"),
            ("passage-malpasse", "Malpasse", "brc"),
            ("passage-autre", "Malpasse", "ibesr"),
        ):
            await network.add(
                "location",
                id=uuid4(),
                organization_id=network.organizations[owner],
                slug=slug,
                kind="CROSSING_POINT",
                names=orjson.dumps({"fr": name}).decode(),
            )
        yield network


@pytest.fixture
async def desk(network: Network) -> Desk:
    await network.owner.execute("TRUNCATE border_flow, border_flow_part, idempotency")
    tokens = Tokens()
    return Desk(
        network, Edge(small_edge(routes=routes(network.database, Door(tokens, Buckets(LIMITS)))).app, tokens, "")
    )


def workbook(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for _ in range(above):
        sheet.append(["Comptages du mois"])
    for row in (headings, *rows):
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def row(*cells: Any, **named: Any) -> list[Any]:
    """A sound row: twelve women at Belladère; with other cells by column."""
    usual = dict(
        zip(HEADINGS, ["passage-belladere", DAY, "OBSERVED", "FORCED_CONFIRMED", "F", "25-59", 12], strict=False)
    )
    return [({**usual, **named}).get(heading) for heading in HEADINGS]


def told(answer: Answer) -> list[tuple[int | None, str | None, str]]:
    return [(each["row"], each["column"], each["code"]) for each in answer.json["problems"]]


async def test_a_sheet_is_kept_with_what_it_left_unknown(desk: Desk) -> None:
    body = workbook(
        [
            row(total=20),
            row(sexe="M", groupe_d_age="5-11", personnes=3),
            row(serie="REGISTERED", personnes=4),
            row(
                point_de_passage="passage-malpasse",
                type_de_retour=None,
                sexe=None,
                groupe_d_age=None,
                personnes=None,
                total=140,
            ),
        ]
    )

    answer = await desk.send(body)

    assert (answer.status, answer.json) == (
        200,
        {"dryRun": False, "kept": True, "counts": 3, "people": 164, "problems": []},
    )
    assert await desk.flows() == [
        ("passage-belladere", date(2026, 4, 10), "OBSERVED", 1, 20),
        ("passage-belladere", date(2026, 4, 10), "REGISTERED", 1, 4),
        ("passage-malpasse", date(2026, 4, 10), "OBSERVED", 1, 140),
    ]
    residuals = await desk.network.rows("SELECT people FROM border_flow_part WHERE NOT stated ORDER BY 1")
    assert [each["people"] for each in residuals] == [5, 140]


async def test_a_dry_run_says_the_same_and_keeps_nothing(desk: Desk) -> None:
    before = await desk.network.everything()

    sound = await desk.send(workbook([row(total=20), row(jour="2026-04-11")]), dry=True)
    unsound = await desk.send(workbook([row(total=1)]), dry=True)

    assert (sound.status, sound.json) == (
        200,
        {"dryRun": True, "kept": False, "counts": 2, "people": 32, "problems": []},
    )
    assert (unsound.status, told(unsound)) == (422, [(2, "total", "INVALID_INPUT")])
    assert await desk.network.everything() == before


async def test_the_same_file_is_kept_once(desk: Desk) -> None:
    body = workbook([row()])

    answers = [await desk.send(body) for _ in range(3)]

    assert [answer.json for answer in answers] == [answers[0].json] * 3
    assert len(await desk.flows()) == 1


async def test_a_key_of_ones_own_is_of_one_file(desk: Desk) -> None:
    first = await desk.send(workbook([row()]), idempotency_key="april")
    other = await desk.send(workbook([row(jour="2026-04-11")]), idempotency_key="april")

    assert first.status == 200
    assert (other.status, told(other)) == (422, [(None, "idempotencyKey", "IDEMPOTENCY_KEY_REUSED")])


async def test_a_correction_comes_by_sheet_too(desk: Desk) -> None:
    await desk.send(workbook([row()]))

    again = await desk.send(workbook([row(personnes=11)]))
    corrected = await desk.send(workbook([row(personnes=11, corrige_version=1, motif="Recompté.")]))

    assert (again.status, told(again)) == (422, [(2, "corrige_version", "STALE_VERSION")])
    assert corrected.status == 200
    assert [flow[3:] for flow in await desk.flows()] == [(1, 12), (2, 11)]


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        ({"point_de_passage": "nulle-part"}, [(3, "point_de_passage", "INVALID_INPUT")]),
        ({"point_de_passage": "Malpasse"}, [(3, "point_de_passage", "INVALID_INPUT")]),
        ({"point_de_passage": None}, [(3, "point_de_passage", "INVALID_INPUT")]),
        ({"jour": "hier"}, [(3, "jour", "INVALID_INPUT")]),
        ({"jour": TOMORROW}, [(3, "jour", "INVALID_INPUT")]),
        ({"serie": "les deux"}, [(3, "serie", "INVALID_INPUT")]),
        ({"type_de_retour": "x"}, [(3, "type_de_retour", "INVALID_INPUT")]),
        ({"sexe": "x"}, [(3, "sexe", "INVALID_INPUT")]),
        ({"groupe_d_age": date(2026, 11, 5)}, [(3, "groupe_d_age", "INVALID_INPUT")]),
        ({"personnes": -1}, [(3, "personnes", "INVALID_INPUT")]),
        ({"personnes": 1.5}, [(3, "personnes", "INVALID_INPUT")]),
        ({"personnes": "douze"}, [(3, "personnes", "INVALID_INPUT")]),
        ({"personnes": "=1/0"}, [(3, "personnes", "INVALID_INPUT")]),
        ({"personnes": None}, [(3, "personnes", "INVALID_INPUT")]),
        ({"total": 3}, [(3, "total", "INVALID_INPUT")]),
        ({"corrige_version": 1}, [(3, "motif", "INVALID_INPUT"), (3, "corrige_version", "STALE_VERSION")]),
        ({"motif": "Pourquoi pas."}, [(3, "motif", "INVALID_INPUT")]),
        ({"jour": "1999-01-01"}, [(3, "jour", "INVALID_INPUT")]),
        ({"sexe": "x", "jour": "?"}, [(3, "jour", "INVALID_INPUT"), (3, "sexe", "INVALID_INPUT")]),
    ],
)
async def test_each_row_that_is_wrong_is_named_with_its_column(
    desk: Desk, cells: dict[str, Any], problems: list[tuple[int, str, str]]
) -> None:
    body = workbook([row(), row(**{"jour": "2026-04-12", **cells})])

    for dry in (True, False):
        answer = await desk.send(body, dry=dry)
        assert (answer.status, told(answer)) == (422, problems)
        assert all(each["message"].endswith((".", "?")) for each in answer.json["problems"])
    assert await desk.flows() == []


async def test_rows_of_one_count_must_agree(desk: Desk) -> None:
    body = workbook([row(total=40), row(sexe="M", total=41), row(sexe="M"), row(sexe="Inconnu", personnes=2)])

    answer = await desk.send(body)

    assert told(answer) == [(3, "total", "INVALID_INPUT"), (4, "personnes", "INVALID_INPUT")]


@pytest.mark.parametrize(
    "headings",
    [
        ["Point de passage", "Date", "Série", "Type de retour", "Sexe", "Groupe d’âge", "Nombre", "Total"],
        ["Crossing point", "Day", "Series", "Return type", "Sex", "Age group", "People", "Total"],
        ["Pwen pasaj", "Jou", "Seri", "Tip retou", "Sèks", "Gwoup laj", "Moun", "Total"],
    ],
)
async def test_headings_and_words_are_understood_as_people_write_them(desk: Desk, headings: list[str]) -> None:
    rows = [
        ["#loc+crossing", "#date", "#meta+series", "#affected", "#affected", "#affected", "#affected", "#affected"],
        ["Belladère", "10/04/2026", "Observés", "Spontané", "Femmes", "60 et plus", "1 200", None],
        ["BELLADÈRE", date(2026, 4, 10), "obsève", "Officially deported", "gason", "5–11", 7.0, None],
        [None, None, "  ", None, None, None, None, None],
    ]

    answer = await desk.send(workbook(rows, headings=headings, above=2))

    assert answer.json == {"dryRun": False, "kept": True, "counts": 1, "people": 1207, "problems": []}
    parts = await desk.network.rows("SELECT return_type, sex, age_group FROM border_flow_part ORDER BY people")
    assert [tuple(part.values()) for part in parts] == [
        ("FORCED_CONFIRMED", "MALE", "AGE_5_11"),
        ("SELF_ORGANISED", "FEMALE", "AGE_60_PLUS"),
    ]


@pytest.mark.parametrize("rows", [0, 2_001])
async def test_1_to_2000_counts_come_in_one_sheet(desk: Desk, rows: int) -> None:
    days = [(date(2020, 1, 1) + timedelta(days=number)).isoformat() for number in range(rows)]

    answer = await desk.send(workbook([row(jour=day) for day in days]), dry=True)

    assert (answer.status, told(answer)) == (422, [(1, None, "INVALID_INPUT")])


async def test_a_whole_year_of_two_crossing_points_comes_in_one_sheet(desk: Desk) -> None:
    days = [(date(2024, 1, 1) + timedelta(days=number)).isoformat() for number in range(366)]
    places = ("passage-belladere", "passage-malpasse")
    rows = [row(point_de_passage=place, jour=day, sexe=sex) for place in places for day in days for sex in "FM"]

    answer = await desk.send(workbook(rows))

    assert answer.json == {"dryRun": False, "kept": True, "counts": 732, "people": 17_568, "problems": []}


async def test_a_sheet_without_headings_is_told_what_it_needs(desk: Desk) -> None:
    answer = await desk.send(workbook([], headings=["a", "b"]))

    assert (answer.status, told(answer)) == (422, [(1, None, "INVALID_INPUT")])
    assert "point_de_passage, jour, serie" in answer.json["problems"][0]["message"]


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def lying() -> bytes:
    """A part that says it is empty and holds forty million bytes."""
    sound = packed(xl=b"0" * 40_000_000)
    return sound.replace((40_000_000).to_bytes(4, "little"), (0).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "body",
    [b"", b"not a workbook", b"PK\x03\x04 nor this", packed(a=b"b"), packed(xl=b"0" * 40_000_000), lying()],
    ids=["empty", "text", "torn", "other", "bomb", "lying bomb"],
)
async def test_what_is_no_workbook_is_refused(desk: Desk, body: bytes) -> None:
    answer = await desk.send(body)

    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
    assert "workbook" in answer.json["errors"][0]["message"]


async def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    answer = await desk.send(b"0" * (LARGEST_FILE + 1))

    assert (answer.status, answer.codes) == (413, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("query", [b"dryRun=yes", b"dryrun=true", b"dryRun=true&x=1"])
async def test_an_option_that_is_not_understood_keeps_nothing(desk: Desk, query: bytes) -> None:
    answer = await desk.edge.ask(
        workbook([row()]), path="/flows/import", query_string=query, authorization=f"Bearer {desk.token()}"
    )

    assert (answer.status, await desk.flows()) == (400, [])


@pytest.mark.parametrize(("method", "path"), [("POST", "/flows/import"), ("GET", "/flows/template.xlsx")])
async def test_strangers_and_wrong_scopes_are_refused(desk: Desk, method: str, path: str) -> None:
    before = await desk.network.everything()
    body = workbook([row()]) if method == "POST" else b""

    nobody = await desk.edge.ask(body, method=method, path=path, authorization="")
    made_up = await desk.edge.ask(body, method=method, path=path, authorization="Bearer made-up")
    reader = await desk.edge.ask(
        body, method=method, path=path, authorization=f"Bearer {desk.token('brc', Scope.FLOWS_READ)}"
    )

    assert [(answer.status, answer.codes) for answer in (nobody, made_up, reader)] == [
        (401, ["UNAUTHENTICATED"]),
        (401, ["UNAUTHENTICATED"]),
        (403, ["FORBIDDEN"]),
    ]
    assert nobody.headers["www-authenticate"] == 'Bearer realm="konbit", DPoP realm="konbit", algs="ES256"'
    assert await desk.network.everything() == before


async def test_a_role_that_does_not_count_keeps_nothing(desk: Desk) -> None:
    token = desk.token(roles=frozenset({Role.CASE_WORKER, Role.SUPERVISOR}))

    for dry in (True, False):
        answer = await desk.send(workbook([row()]), dry=dry, token=token)
        assert (answer.status, told(answer)) == (422, [(None, None, "NOT_ALLOWED")])
    assert await desk.flows() == []


async def test_each_organisation_enters_its_own(desk: Desk) -> None:
    body = workbook([row()])

    assert (await desk.send(body)).json["counts"] == (await desk.send(body, token=desk.token("outsider"))).json[
        "counts"
    ]

    assert len(await desk.flows("brc")) == len(await desk.flows("outsider")) == 1


async def test_the_template_filled_in_as_its_example_is_kept(desk: Desk) -> None:
    got = await desk.edge.ask(
        method="GET", path="/flows/template.xlsx", authorization=f"Bearer {desk.token()}", content_type=""
    )
    assert got.headers["content-disposition"] == 'attachment; filename="konbit-flows.xlsx"'
    book = load_workbook(io.BytesIO(got.body))
    assert book.sheetnames == ["comptages", "exemple", "codes"]
    listed = [cell.value for cell in book["codes"]["A"] if cell.value][2:]
    assert listed == ["passage-autre", "passage-belladere", "passage-malpasse"]
    for number, cells in enumerate(list(book["exemple"].iter_rows(min_row=3, max_row=5, values_only=True)), 3):
        for position, value in enumerate(cells, 1):
            book["comptages"].cell(number, position, value)
    filled = io.BytesIO()
    book.save(filled)

    answer = await desk.send(filled.getvalue())

    assert answer.json == {"dryRun": False, "kept": True, "counts": 2, "people": 93, "problems": []}


def test_an_empty_template_is_sound_and_small() -> None:
    assert len(template([])) < 60_000
