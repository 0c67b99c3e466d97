"""Papers by token: the sheet of participants with its dry run, the roster with its codes, certificates as PDF."""

import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook, load_workbook

from actions.certificates import issue_certificates, revoke_certificate
from actions.rosters import take_roster
from api.database import DatabaseURLs
from api.graph.bucket import Buckets
from api.limits import LIMITS
from api.papers.pdf import qr
from api.papers.print import roster_values
from api.papers.template import template
from api.papers.words import Language
from api.training_papers import paper_routes
from api.uploads import LARGEST_FILE, Door
from auth.scopes import Scope
from models.rules.roles import Role
from models.rules.vocabulary import RevocationReason
from tests.actions.network import standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.api.edge import Answer, Edge, Tokens, small_edge

HEADINGS = ["Nom et prénom", "Sexe", "Institution", "Type d’institution"]
PEOPLE = [["Rosemène Essai", "Femme", "registry", "ONG"], ["Wilner Essai", "Homme", "Mairie", "Autorité locale"]]
codes = iter(f"P-{number:03}" for number in range(1000))


@dataclass
class Desk:
    """A training with nobody in it, and a desk that hands papers out and takes sheets."""

    made: Trained
    edge: Edge

    def token(self, who: str = "brc", *scopes: Scope, roles: frozenset[Role] = TRAINERS) -> str:
        token = self.edge.tokens.issue(*(scopes or (Scope.TRAINING_READ, Scope.TRAINING_WRITE)))
        actor = self.made.network.actor(who, roles=roles)
        self.edge.tokens.known[token] = replace(actor, scopes=self.edge.tokens.known[token].scopes)
        return token

    async def ask(
        self, path: str, body: bytes | None = None, *, token: str | None = None, query: str = "", **headers: str
    ) -> Answer:
        return await self.edge.ask(
            body or b"",
            method="GET" if body is None else "POST",
            path=path,
            query_string=query.encode(),
            authorization=f"Bearer {token or self.token()}",
            content_type="",
            **headers,
        )

    async def send(self, body: bytes, *, query: str = "lang=en", **other: Any) -> Answer:
        return await self.ask(f"/trainings/Training_{self.made.training_id}/participants", body, query=query, **other)

    async def names(self) -> list[str]:
        found = await self.made.network.rows(
            "SELECT name FROM participant p JOIN enrolment e ON e.id = enrolment_id"
            " WHERE training_id = $1 ORDER BY name",
            self.made.training_id,
        )
        return [row["name"] for row in found]


@pytest.fixture(scope="module")
async def network(module_database: DatabaseURLs) -> AsyncIterator[Any]:
    async with standing(module_database) as network:
        yield network


@pytest.fixture
async def desk(network: Any) -> Desk:
    tokens = Tokens()
    routes = paper_routes(
        network.database,
        Door(tokens, Buckets(LIMITS)),
        issuer="https://konbit.example",
        clock=lambda: datetime.now(UTC),
    )
    return Desk(await trained(network, code=next(codes)), Edge(small_edge(routes=routes).app, tokens, ""))


def workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    for row in (headings, *rows):
        book.worksheets[0].append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def test_a_dry_run_tells_and_keeps_nothing_and_then_everyone_is_enrolled_once(desk: Desk) -> None:
    body = workbook(PEOPLE)

    dry = await desk.send(body, query="dryRun=true&lang=fr")
    assert (dry.status, dry.json) == (
        200,
        {"dryRun": True, "kept": False, "enrols": 2, "known": [], "problems": []},
    )
    assert await desk.names() == []

    for _ in range(2):
        assert (await desk.send(body)).json == {"dryRun": False, "kept": True, "problems": []}
    assert await desk.names() == ["Rosemène Essai", "Wilner Essai"]


async def test_a_sheet_that_has_grown_enrols_those_who_are_new(desk: Desk) -> None:
    await desk.send(workbook(PEOPLE))
    grown = workbook([*PEOPLE, ["Third Essai", "F", "", "ONG"]])

    dry = await desk.send(grown, query="dryRun=true")
    assert (dry.json["enrols"], dry.json["known"]) == (1, [2, 3])
    assert (await desk.send(grown)).status == 200
    assert await desk.names() == ["Rosemène Essai", "Third Essai", "Wilner Essai"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "Cette cellule est vide : remplissez-la."),
        ("ht", "Selil sa a vid : ranpli l."),
        ("es", "Esta celda está vacía: rellénela."),
        ("en", "This cell is empty: fill it in."),
    ],
)
@pytest.mark.parametrize("dry", ["true", "false"])
async def test_each_fault_has_its_row_and_its_words_and_nobody_is_enrolled(
    desk: Desk, lang: str, words: str, dry: str
) -> None:
    body = workbook([PEOPLE[0], ["", "Femme", "", "ONG"], ["Paul", "?", "", "ONG"], PEOPLE[0]])

    answer = await desk.send(body, query=f"dryRun={dry}&lang={lang}")

    assert answer.status == 422
    assert [(each["row"], each["column"]) for each in answer.json["problems"]] == [(3, "name"), (4, "sex"), (5, "name")]
    assert answer.json["problems"][0]["message"] == words
    assert await desk.names() == []


async def test_who_may_not(desk: Desk) -> None:
    body = workbook(PEOPLE)
    reader = desk.token("brc", Scope.TRAINING_READ)
    analyst = desk.token("brc", roles=frozenset({Role.ANALYST}))
    assert (await desk.send(body, token="nobody's")).status == 401
    assert (await desk.send(body, token=reader)).codes == ["FORBIDDEN"]
    for who, code in ((analyst, "NOT_ALLOWED"), (desk.token("registry"), "NOT_ALLOWED")):
        for query in ("dryRun=true", ""):
            refused = await desk.send(body, token=who, query=query)
            assert (refused.status, refused.json["problems"][0]["code"]) == (422, code)
    assert await desk.names() == []


@pytest.mark.parametrize("query", ["dryRun=yes", "dry=true", "dryRun=true&dryrun=false"])
async def test_an_option_that_is_misspelt_keeps_nothing(desk: Desk, query: str) -> None:
    assert (await desk.send(workbook(PEOPLE), query=query)).codes == ["BAD_USER_INPUT"]
    assert await desk.names() == []


@pytest.mark.parametrize("body", [b"not a workbook", b"PK\x03\x04" + b"\0" * 100, workbook([])[:-200]])
async def test_what_is_no_workbook(desk: Desk, body: bytes) -> None:
    assert (await desk.send(body)).codes == ["BAD_USER_INPUT"]


async def test_a_file_too_large_and_a_training_that_is_not_there(desk: Desk) -> None:
    assert (await desk.send(b"x" * (LARGEST_FILE + 1))).status == 413
    for name in (f"Training_{uuid4()}", "Training_x", str(desk.made.training_id)):
        answer = await desk.ask(f"/trainings/{name}/participants", workbook(PEOPLE), query="dryRun=true")
        assert answer.json["problems"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("language", Language)
async def test_the_template_filled_with_its_own_example_is_read(desk: Desk, language: Language) -> None:
    fetched = await desk.ask("/trainings/participants.xlsx", query=f"lang={language}")
    assert fetched.status == 200
    book = load_workbook(io.BytesIO(template(language)))
    filled, example = book.worksheets[:2]
    for row in example.iter_rows(min_row=2, values_only=True):
        filled.append([None if cell and str(cell).startswith("HT") else cell for cell in row])
    written = io.BytesIO()
    book.save(written)

    answer = await desk.send(written.getvalue(), query=f"dryRun=true&lang={language}")

    assert answer.json == {"dryRun": True, "kept": False, "enrols": 2, "known": [], "problems": []}


async def test_a_name_that_no_font_here_can_write_holds_up_no_roster(desk: Desk) -> None:
    await desk.send(workbook([*PEOPLE, ["Rosemène 😀 漢", "F", "", "ONG"]]))

    printed = await desk.ask(f"/trainings/Training_{desk.made.training_id}/roster.pdf")

    assert (printed.status, printed.body[:5]) == (200, b"%PDF-")


async def test_a_person_who_signed_in_long_ago_gets_no_roster_and_nothing_is_audited(desk: Desk) -> None:
    await desk.send(workbook(PEOPLE))
    path = f"/trainings/Training_{desk.made.training_id}/roster.pdf"
    audited = await desk.made.network.rows("SELECT FROM audit_entry")
    token, now = desk.token(), datetime.now(UTC)
    person = replace(desk.edge.tokens.known[token], user_id=uuid4(), auth_time=now - timedelta(minutes=6))

    desk.edge.tokens.known[token] = person
    stale = await desk.ask(path, token=token)
    assert (stale.status, stale.codes) == (401, ["STEP_UP_REQUIRED"])
    assert 'max_age="300"' in stale.headers["www-authenticate"]
    assert await desk.made.network.rows("SELECT FROM audit_entry") == audited

    desk.edge.tokens.known[token] = replace(person, user_id=None, auth_time=None)
    assert (await desk.ask(path, token=token)).status == 200, "a machine has nobody to sign in"


@pytest.mark.parametrize("language", Language)
async def test_the_roster_is_printed_for_the_organiser_and_audited(desk: Desk, language: Language) -> None:
    await desk.send(workbook(PEOPLE))
    path = f"/trainings/Training_{desk.made.training_id}/roster.pdf"

    printed = await desk.ask(path, query=f"lang={language}", x_request_id="the-print-run")

    assert (printed.status, printed.body[:5]) == (200, b"%PDF-")
    assert printed.headers["cache-control"] == "no-store"
    entries = await desk.made.network.rows(
        "SELECT act, classes, cardinality(subjects) AS people FROM audit_entry WHERE request_id = 'the-print-run'"
        " AND subjects && (SELECT array_agg(id) FROM enrolment WHERE training_id = $1)",
        desk.made.training_id,
    )
    assert entries == [{"act": "print:roster", "classes": ["IDENTITY"], "people": 2}]
    for who in (desk.token("registry"), desk.token("brc", roles=frozenset({Role.SUPERVISOR}))):
        assert (await desk.ask(path, token=who)).status == 404


async def test_the_codes_on_a_roster_are_those_that_record(desk: Desk) -> None:
    await desk.send(workbook(PEOPLE))
    network, training_id = desk.made.network, desk.made.training_id
    trainer = network.actor("brc", roles=TRAINERS)
    async with network.database.session(trainer.claims()) as session:
        kept = await take_roster(session, trainer, training_id=training_id, request_id="a-request")
    assert kept is not None

    printed = roster_values(kept, language=Language.KREYOL)["participants"]

    rows = await network.rows(
        "SELECT p.name, c.token, c.pin FROM enrolment_credential c JOIN participant p USING (enrolment_id)"
        " WHERE training_id = $1 ORDER BY p.name",
        training_id,
    )
    expected = [{"name": row["name"], "pin": row["pin"], "qr": qr(row["token"], error="q")} for row in rows]
    assert [{name: each[name] for name in ("name", "pin", "qr")} for each in printed] == expected


async def certified(desk: Desk) -> UUID:
    await desk.made.enrolled("Marie-Élise #let x = [Jean]", *["PRESENT"] * 5)
    trainer = desk.made.network.actor("brc", roles=TRAINERS)
    await desk.made.network.do(trainer, issue_certificates, training_id=desk.made.training_id)
    [row] = await desk.made.certificates("Marie-Élise #let x = [Jean]")
    key = row["id"]
    assert isinstance(key, UUID)
    return key


@pytest.mark.parametrize("language", Language)
async def test_a_certificate_is_printed_in_every_language(desk: Desk, language: Language) -> None:
    key = await certified(desk)
    printed = await desk.ask(f"/certificates/{key}.pdf", query=f"lang={language}")
    assert (printed.status, printed.body[:5]) == (200, b"%PDF-")
    assert f"/Lang ({language})".encode() in printed.body or f"/Lang({language})".encode() in printed.body
    assert (await desk.ask(f"/certificates/{key}.pdf", token=desk.token("registry"))).status == 404
    assert (await desk.ask(f"/certificates/{uuid4()}.pdf")).status == 404


async def test_a_revoked_certificate_is_printed_no_more(desk: Desk) -> None:
    key = await certified(desk)
    trainer = desk.made.network.actor("brc", roles=TRAINERS)
    reason = RevocationReason.NAME_CORRECTED
    await desk.made.network.do(trainer, revoke_certificate, certificate_id=key, reason=reason)
    assert (await desk.ask(f"/certificates/{key}.pdf")).status == 404
