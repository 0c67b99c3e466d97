"""Every root field of the graph, in every situation that the one who asks can be in, by every transport.

Nothing is listed by hand but the situations: fields come from the schema, and what they ask for from what is printed.
"""

from collections.abc import AsyncIterator

import pytest

from api.database import DatabaseURLs
from tests.api.matrix import Matrix, standing_matrix
from tests.api.questions import Question, pairs, questions
from tests.api.situations import SITUATIONS
from tests.api.transports import Outcome, Transport, ask

REFUSED = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "STEP_UP_REQUIRED": 401}
"By code, the status of what was refused before it ran."


@pytest.fixture(scope="module")
async def matrix(module_database: DatabaseURLs) -> AsyncIterator[Matrix]:
    async with standing_matrix(module_database) as made:
        yield made


@pytest.mark.parametrize("transport", Transport, ids=str)
@pytest.mark.parametrize("name", SITUATIONS)
async def test_every_root_field_answers_as_the_profile_says(matrix: Matrix, name: str, transport: Transport) -> None:
    made, verdict = SITUATIONS[name]
    token = await made(matrix)

    wrong = {}
    for question in questions(matrix.schema):
        outcome = await ask(matrix.app, transport, token, question.text)
        if (complaint := _complaint(question, verdict(question), transport, outcome)) is not None:
            wrong[f"{question.operation} {question.field}"] = complaint, question.text, outcome

    assert wrong == {}


def _complaint(question: Question, code: str | None, transport: Transport, outcome: Outcome) -> str | None:
    """How an outcome differs from what the profile says of a question that is to be refused so, or to run."""
    if code is None and question.operation == "subscription" and transport is Transport.HTTP:
        return None if (outcome.status, outcome.codes) == (400, ["BAD_USER_INPUT"]) else "it has no stream to go by"
    if code is None:
        return None if outcome.ran and not outcome.codes else "it did not run"
    if transport is Transport.WEBSOCKET and code == "UNAUTHENTICATED":
        return None if (outcome.status, outcome.told) == (4401, {}) else "it was let in"
    if outcome.ran or outcome.codes != [code]:
        return f"it is not {code}"
    if transport is Transport.WEBSOCKET:
        return None if outcome.status == 0 else "it was closed"
    wanted = 200 if transport is Transport.SSE and code == "FORBIDDEN" else REFUSED[code]
    if outcome.status != wanted:
        return f"its status is {outcome.status}"
    return None if wanted == 200 or outcome.challenge.startswith("Bearer ") else "it has no challenge"


async def test_whatever_another_organisation_has_answers_as_what_there_is_not(matrix: Matrix) -> None:
    rows = matrix.rows()
    ours, theirs = await matrix.machine(), await matrix.machine("outsider")
    told = 0
    for pair in pairs(matrix.schema, rows):
        texts = (pair.known.text, pair.unknown.text)
        known, unknown = [await ask(matrix.app, Transport.HTTP, theirs, text) for text in texts]
        assert known.told == unknown.told, pair.known
        assert known.ran, pair.known
        if pair.known.operation == "query":
            seen = [await ask(matrix.app, Transport.HTTP, ours, text) for text in texts]
            told += seen[0].told != seen[1].told
        else:
            [payload] = known.told["data"].values()
            assert payload["problems"], pair.known

    assert len(rows) >= 10
    assert told >= 10, "those whose rows they are do see them"


async def test_no_list_of_another_organisation_holds_what_is_hidden_from_it(matrix: Matrix) -> None:
    theirs, hidden = await matrix.machine("outsider"), {key for keys in matrix.hidden().values() for key in keys}
    shown = set()
    for question in questions(matrix.schema):
        if question.operation != "query":
            continue
        outcome = await ask(matrix.app, Transport.HTTP, theirs, question.text)
        shown |= {key for key in matrix.world.keys.values() if key in str(outcome.told)}

    assert {matrix.world.labels[key] for key in shown & hidden} == set()
    assert shown
