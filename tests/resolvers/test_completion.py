"""Completion in the graph is the rule's: for every mixture of statuses, rules, scores, conflicts and sessions."""

import json
from collections.abc import AsyncIterator
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

import pytest

from api.database import DatabaseURLs
from models.rules.completion import CompletionRule, completion
from models.rules.vocabulary import AttendanceStatus
from planner.ids import global_id
from tests.actions.network import standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.planner.answering import Answering, actor, answering

ASKED = """query($id: ID!) { training(id: $id) { enrolments(first: 100) { totalCount nodes { id
  completion { sessions counted attended completed unsettled scoreBefore scoreAfter }
  certificate { id revokedAt address credential } } } } }"""
TRAININGS = 24
PEOPLE = 8
codes = (f"C-{number}" for number in count())


@pytest.fixture(scope="module")
async def graph(module_database: DatabaseURLs) -> AsyncIterator[tuple[Answering, Any]]:
    async with standing(module_database, size=2) as network, answering(module_database) as graph:
        yield graph, network


async def _written(network: Any, chance: Random) -> tuple[Trained, dict[str, dict[str, Any]]]:
    """A training of chance, and what the rule says of everyone in it."""
    share, mark = chance.randint(1, 100), chance.choice([None, 1, 50, 60, 100])
    made = await trained(network, code=next(codes), share=share, mark=mark, sessions=chance.randint(1, 7))
    rule, expected = CompletionRule(share=share, pass_mark=mark), {}
    for number in range(PEOPLE):
        statuses = [chance.choice(list(AttendanceStatus)) for _ in made.sessions][: chance.randint(0, 7)]
        score, conflict = chance.choice([None, 0, 11, 12, 13, 20]), bool(statuses) and chance.random() < 0.2
        enrolment = await made.enrolled(f"P{number}", *statuses, score=score, conflict=conflict)
        if statuses and chance.random() < 0.2:
            await network.owner.execute(
                "UPDATE attendance SET void = true WHERE id = $1", made.attendances[f"P{number}", 0]
            )
            attended = dict(zip(made.sessions[1:], statuses[1:], strict=False))
        else:
            attended = dict(zip(made.sessions, statuses, strict=False))
        after = None if score is None else Fraction(score, 20)
        found = completion(rule, made.sessions, attended, post_test=after)
        expected[global_id("Enrolment", enrolment)] = {
            "sessions": found.sessions,
            "counted": found.counted,
            "attended": found.attended,
            "completed": found.completed,
            "unsettled": conflict,
            "scoreBefore": None,
            "scoreAfter": None if after is None else int(after * 100),
        }
    return made, expected


@pytest.mark.parametrize("seed", range(TRAININGS))
async def test_the_graph_says_what_the_rule_says(graph: tuple[Answering, Any], seed: int) -> None:
    asking, network = graph
    made, expected = await _written(network, Random(seed))
    who = actor(made.organizer, roles=TRAINERS)

    answered = await asking.ask(who, ASKED, id=global_id("Training", made.training_id))

    nodes = answered["data"]["training"]["enrolments"]["nodes"]
    assert {node["id"]: node["completion"] for node in nodes} == expected


async def test_the_chances_reach_every_case(graph: tuple[Answering, Any]) -> None:
    """Both answers to each question, so that agreeing on them says something."""
    _, network = graph
    told = [each for seed in range(40, 60) for each in (await _written(network, Random(seed)))[1].values()]
    for name in ("attended", "completed", "unsettled"):
        assert {each[name] for each in told} == {True, False}


async def test_the_certificate_that_counts_is_shown_before_those_revoked(graph: tuple[Answering, Any]) -> None:
    asking, network = graph
    made = await trained(network, code=next(codes))
    enrolment, own = await made.enrolled("Both"), {"organization_id": made.organizer}
    now = await network.value("SELECT now()")
    for revoked_at in (None, now):
        why = {"revoked_at": revoked_at, "revocation": "OTHER" if revoked_at else None}
        claims = json.dumps({})
        await network.add("certificate", id=await network.value("SELECT gen_random_uuid()"), **own,
                          enrolment_id=enrolment, issued_at=now, claims=claims, **why)  # fmt: skip

    asked = {"id": global_id("Training", made.training_id)}
    answered = await asking.ask(actor(made.organizer, roles=TRAINERS), ASKED, **asked)
    stranger = await asking.ask(actor(network.organizations["registry"], roles=TRAINERS), ASKED, **asked)

    [node] = answered["data"]["training"]["enrolments"]["nodes"]
    assert node["certificate"]["revokedAt"] is None
    assert (node["certificate"]["address"], node["certificate"]["credential"]) == (None, None)
    assert stranger["data"]["training"]["enrolments"] == {"totalCount": 0, "nodes": []}
