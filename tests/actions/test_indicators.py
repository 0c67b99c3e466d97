"""Approving releases and signing for them: whose they are, in which role, once, and then nothing moves any more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.actor import Actor
from auth.scopes import Scope
from models.rules.roles import Role
from models.session import Connection, beginning
from tests.auth.one_of_each import World, write_world
from tests.planner.answering import Answering, actor, answering

APPROVE = """mutation($input: ApproveReleaseInput!) { approveRelease(input: $input) {
  release { id state approvedAt total { __typename } } problems { code message field } } }"""
SIGN = """mutation($input: SignReleaseInput!) { signRelease(input: $input) {
  release { id unsigned { slug } } problems { code field } } }"""
READ = """{ indicator(code: "SENT") { releases { id state unsigned { slug } cells(by: [SEX]) {
  key { value label } figure { __typename ... on Count { value } ... on Suppressed { reason } } } } } }"""
ANALYST = frozenset({Role.ANALYST})

UNKNOWN = "a682d8eb-fe91-4d90-b590-b9d7cf4e4e11"


@dataclass
class Releases:
    """The world with a release in each state, and who acts on them."""

    world: World
    graph: Answering
    app: Connection

    def who(self, slug: str, roles: frozenset[Role] = ANALYST) -> Actor:
        return actor(self.world.organizations[slug], roles=roles)

    def id(self, name: str) -> str:
        return f"IndicatorRelease_{self.world.keys['indicator_release', name]}"

    async def act(self, text: str, who: Actor, release: str, key: str | None = None) -> Any:
        given = {"idempotencyKey": key or str(uuid4()), "releaseId": release}
        answered = await self.graph.ask(who, text, input=given)
        assert "errors" not in answered, answered
        return next(iter(answered["data"].values()))

    async def code(self, text: str, who: Actor, release: str) -> str:
        """The one problem of an act that does nothing."""
        payload = await self.act(text, who, release)
        assert payload["release"] is None
        [problem] = payload["problems"]
        assert problem["field"] == ["releaseId"]
        return str(problem["code"])


@asynccontextmanager
async def opened(urls: DatabaseURLs) -> AsyncIterator[Releases]:
    owner, app = await asyncpg.connect(urls.migration), await asyncpg.connect(urls.app)
    async with answering(urls) as graph:
        yield Releases(await write_world(owner), graph, app)
    await owner.close()
    await app.close()


@pytest.fixture
async def releases(database: DatabaseURLs) -> AsyncIterator[Releases]:
    async with opened(database) as ready:
        yield ready


@pytest.fixture(scope="module")
async def still(module_database: DatabaseURLs) -> AsyncIterator[Releases]:
    """For what is to change nothing: shared."""
    async with opened(module_database) as ready:
        yield ready


async def test_a_release_is_approved_once_its_sole_contributor_has_signed(releases: Releases) -> None:
    waiting, ministry, brc = releases.id("waiting"), releases.who("ministry"), releases.who("brc")

    assert await releases.code(APPROVE, ministry, waiting) == "TRANSITION_NOT_ALLOWED"
    signed = await releases.act(SIGN, brc, waiting)
    assert signed == {"release": {"id": waiting, "unsigned": []}, "problems": []}
    key = str(uuid4())
    first, again = [await releases.act(APPROVE, ministry, waiting, key) for _ in range(2)]

    assert first == again
    assert (first["release"]["state"], first["problems"]) == ("APPROVED", [])
    assert first["release"]["approvedAt"]
    assert await releases.code(APPROVE, ministry, waiting) == "TRANSITION_NOT_ALLOWED"
    acts = await releases.world.connection.fetch("SELECT act, subjects FROM audit_entry WHERE act LIKE '%Release'")
    [release_id] = {UUID(waiting.partition("_")[2])}
    assert [(row["act"], row["subjects"]) for row in acts] == [
        ("signRelease", [release_id]),
        ("approveRelease", [release_id]),
    ]


async def test_before_it_is_approved_others_read_that_it_waits_and_no_figure(still: Releases) -> None:
    async def read(who: Actor) -> Any:
        listed = (await still.graph.ask(who, READ))["data"]["indicator"]["releases"]
        return next(each for each in listed if each["id"] == still.id("waiting"))

    hidden = {"__typename": "Suppressed", "reason": "NOT_APPROVED"}
    shown = {"__typename": "Count", "value": 20}
    for slug, figure, unsigned in (
        ("outsider", hidden, []),
        ("brc", shown, [{"slug": "brc"}]),
        ("ministry", shown, [{"slug": "brc"}]),
    ):
        cell = {"key": [{"value": "FEMALE", "label": "Féminin"}], "figure": figure}
        assert await read(still.who(slug)) == {
            "id": still.id("waiting"), "state": "AUDITED", "unsigned": unsigned, "cells": [cell],
        }  # fmt: skip
    assert (await read(still.who("ministry", frozenset({Role.CASE_WORKER}))))["cells"][0]["figure"] == hidden


@pytest.mark.parametrize(
    ("slug", "roles", "name", "code"),
    [
        ("brc", ANALYST, "waiting", "NOT_ALLOWED"),
        ("outsider", frozenset(Role), "waiting", "NOT_ALLOWED"),
        ("ministry", frozenset(Role) - {Role.ANALYST, Role.NETWORK_STEWARD}, "waiting", "NOT_ALLOWED"),
        ("outsider", frozenset(Role), "draft", "NOT_FOUND"),
        ("ministry", ANALYST, "draft", "TRANSITION_NOT_ALLOWED"),
        ("ministry", ANALYST, "approved", "TRANSITION_NOT_ALLOWED"),
        ("ministry", ANALYST, "superseded", "TRANSITION_NOT_ALLOWED"),
    ],
)
async def test_who_may_not_approve_changes_nothing(
    still: Releases, slug: str, roles: frozenset[Role], name: str, code: str
) -> None:
    before = await still.world.connection.fetch("SELECT * FROM indicator_release ORDER BY id")
    assert await still.code(APPROVE, still.who(slug, roles), still.id(name)) == code
    assert await still.world.connection.fetch("SELECT * FROM indicator_release ORDER BY id") == before


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "rubbish",
        "IndicatorRelease_a682d8eb-fe91-4d90-b590-b9d7cf4e4e11",
        "Referral_dc7556cd-1d4b-4e61-8d55-35f137e17e2a",
    ],
)
async def test_what_names_no_release_is_not_found(still: Releases, id_: str) -> None:
    for text in (APPROVE, SIGN):
        assert await still.code(text, still.who("ministry"), id_) == "NOT_FOUND"


async def test_only_who_is_asked_signs_and_only_once(releases: Releases) -> None:
    waiting, brc = releases.id("waiting"), releases.who("brc")
    assert await releases.code(SIGN, releases.who("clinic"), waiting) == "NOT_FOUND"
    assert await releases.code(SIGN, releases.who("brc", frozenset({Role.CASE_WORKER})), waiting) == "NOT_FOUND"
    await releases.act(SIGN, brc, waiting)
    assert await releases.code(SIGN, brc, waiting) == "TRANSITION_NOT_ALLOWED"


async def test_a_token_without_the_scope_is_refused_before_anything_runs(still: Releases) -> None:
    document = still.graph.documents.read(APPROVE)
    read_only = frozenset({str(Scope.INDICATORS_READ)})
    unmet = [each.place for each in document.operation(None).demands.requirements if not each.met_by(read_only)]
    assert unmet == ["Mutation.approveRelease"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_cell SET value = 1",
        "INSERT INTO release_member (release_id, dimension, value) SELECT id, 'SEX', 'X' FROM indicator_release",
        "DELETE FROM release_cell",
        "DELETE FROM indicator_release",
        "UPDATE indicator_release SET breakdowns = '{}'",
        "UPDATE indicator SET target = 1",
        "INSERT INTO restatement SELECT * FROM restatement",
        "DELETE FROM restatement",
        "SELECT value FROM release_count",
        "SELECT value FROM release_rounding",
    ],
)
async def test_app_may_not_even_ask_for_it(still: Releases, statement: str) -> None:
    await still.app.execute(beginning(still.who("ministry").claims(), writes=True))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await still.app.execute(statement)
    await still.app.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("slug", "client", "signed", "refused"),
    [
        ("outsider", "the-client", True, None),
        ("ministry", "someone-else", True, asyncpg.InsufficientPrivilegeError),
        ("ministry", "the-client", False, asyncpg.CheckViolationError),
    ],
)
async def test_app_approves_what_is_its_own_and_signed_and_as_itself(
    releases: Releases, slug: str, client: str, signed: bool, refused: type[Exception] | None
) -> None:
    """Past the action, in SQL: another's release is no row; another's name, and what is not signed, are refused."""
    if signed:
        await releases.act(SIGN, releases.who("brc"), releases.id("waiting"))
    approve = (
        "UPDATE indicator_release SET state = 'APPROVED', approved_at = now(), approved_client = $1"
        " WHERE state = 'AUDITED'"
    )
    await releases.app.execute(beginning(releases.who(slug, frozenset(Role)).claims(), writes=True))
    if refused is None:
        assert await releases.app.execute(approve, client) == "UPDATE 0"
    else:
        with pytest.raises(refused):
            await releases.app.execute(approve, client)
    await releases.app.execute("ROLLBACK")


@pytest.mark.parametrize("name", ["approved", "superseded"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM indicator_release WHERE id = $1",
        "UPDATE indicator_release SET as_of = now() WHERE id = $1",
        "UPDATE indicator_release SET state = 'AUDITED', approved_at = NULL WHERE id = $1",
        "UPDATE release_cell SET value = value + 1 WHERE release_id = $1",
        "DELETE FROM release_cell WHERE release_id = $1",
        "INSERT INTO release_cell (release_id, breakdown, members, value) VALUES ($1, 'X', '{}', 1)",
        "DELETE FROM release_member WHERE release_id = $1",
        "UPDATE release_count SET value = 2 WHERE release_id = $1",
        "DELETE FROM release_rounding WHERE release_id = $1",
        "UPDATE release_signoff SET signed_at = NULL WHERE release_id = $1",
    ],
)
async def test_what_was_approved_never_changes_not_even_by_its_owner(
    still: Releases, statement: str, name: str
) -> None:
    key = UUID(still.world.keys["indicator_release", name])
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await still.world.connection.execute(statement, key)
    assert refused.value.constraint_name == "ck_release_immutable"


async def test_a_restatement_takes_the_place_of_what_stood_and_the_log_says_why(still: Releases) -> None:
    text = """{ indicator(code: "SENT") { latest { id } releases(last: 1, every: MONTH) { id }
      all: releases { id version reason restates { id state restatement { id } } } } }"""
    answered = (await still.graph.ask(still.who("outsider"), text))["data"]["indicator"]
    [approved] = [each for each in answered["all"] if each["version"] == 2]
    assert approved == {
        "id": still.id("approved"),
        "version": 2,
        "reason": "Late records",
        "restates": {
            "id": still.id("superseded"),
            "state": "SUPERSEDED",
            "restatement": {"id": still.id("approved")},
        },
    }
    assert still.id("superseded") not in [each["id"] for each in answered["all"]]
    log = await still.world.connection.fetch("SELECT release_id, restated_id, reason FROM restatement")
    keys = [UUID(still.world.keys["indicator_release", name]) for name in ("approved", "superseded")]
    assert [tuple(row) for row in log] == [(*keys, "Late records")]
