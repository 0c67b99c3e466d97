"""Who may stand before the graph, each with the token that they hold, and what the profile says of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from auth.scopes import OF_CLIENTS, Scope, scope_text
from auth.tokens import Profile
from models.rules.roles import Role
from tests.api.matrix import EVERYTHING, Matrix
from tests.api.questions import Question
from tests.auth.a_device import TRAINING
from tests.auth.deployment import PROFILE
from tests.auth.granting import Key, a_program
from tests.auth.signing_in import a_person

Verdict = Callable[[Question], str | None]
"""The code with which a question is refused before it runs; None: it runs."""


def runs(question: Question) -> str | None:
    return None


def nobody(question: Question) -> str | None:
    return "UNAUTHENTICATED"


def forbidden(question: Question) -> str | None:
    return "FORBIDDEN"


def without_scopes(question: Question) -> str | None:
    return "FORBIDDEN" if question.scopes - OF_CLIENTS else None


def without_introspection(question: Question) -> str | None:
    return "FORBIDDEN" if Scope.GRAPH_INTROSPECTION in question.scopes else None


def beyond_trainings(question: Question) -> str | None:
    return "FORBIDDEN" if question.scopes - OF_CLIENTS - set(TRAINING) else None


def signed_in_long_ago(question: Question) -> str | None:
    return "STEP_UP_REQUIRED" if question.recently else None


Situation = Callable[[Matrix], Any]
SITUATIONS: dict[str, tuple[Situation, Verdict]] = {}


def situation(verdict: Verdict) -> Callable[[Situation], Situation]:
    def named(made: Situation) -> Situation:
        SITUATIONS[made.__name__.replace("_", " ")] = made, verdict
        return made

    return named


@situation(runs)
async def a_machine_of_the_organisation(matrix: Matrix) -> str:
    return await matrix.machine()


@situation(runs)
async def a_machine_of_another_organisation(matrix: Matrix) -> str:
    return await matrix.machine("outsider")


@situation(runs)
async def a_person_who_has_just_signed_in(matrix: Matrix) -> str:
    return (await matrix.person())[0]


@situation(signed_in_long_ago)
async def a_person_who_signed_in_six_minutes_ago(matrix: Matrix) -> str:
    return (await matrix.person(ago=timedelta(minutes=6)))[0]


@situation(nobody)
async def no_token(matrix: Matrix) -> None:
    return None


@situation(nobody)
async def a_membership_that_was_left(matrix: Matrix) -> str:
    token, person = await matrix.person()
    ended = "UPDATE membership SET status = 'LEFT', left_at = now() WHERE id = $1"
    await matrix.put(ended, person.membership_id)
    return token


@situation(nobody)
async def a_suspended_membership(matrix: Matrix) -> str:
    token, person = await matrix.person()
    await matrix.put("UPDATE membership SET status = 'SUSPENDED' WHERE id = $1", person.membership_id)
    return token


@situation(nobody)
async def a_suspended_account(matrix: Matrix) -> str:
    token, person = await matrix.person()
    await matrix.put("UPDATE account SET status = 'SUSPENDED' WHERE id = $1", person.account_id)
    return token


@situation(nobody)
async def a_person_whose_session_has_ended(matrix: Matrix) -> str:
    token, person = await matrix.person(scopes=EVERYTHING - {Scope.OFFLINE_ACCESS})
    await matrix.put("UPDATE browser_session SET ended_at = now() WHERE id = $1", person.signed_in.session_id)
    return token


@situation(nobody)
async def a_grant_that_has_ended(matrix: Matrix) -> str:
    token, person = await matrix.person()
    await matrix.put("UPDATE oauth_grant SET ended_at = now() WHERE account_id = $1", person.account_id)
    return token


@situation(nobody)
async def a_person_whose_program_is_suspended(matrix: Matrix) -> str:
    return await _suspended(matrix, (await matrix.person())[0])


@situation(nobody)
async def a_suspended_client(matrix: Matrix) -> str:
    return await _suspended(matrix, await matrix.machine())


@situation(nobody)
async def a_revoked_token(matrix: Matrix) -> str:
    token = await matrix.machine()
    await matrix.put("UPDATE oauth_token SET revoked_at = now() WHERE jti = $1", matrix.said(token).token_id)
    return token


@situation(nobody)
async def a_machines_expired_token(matrix: Matrix) -> str:
    return _expired(matrix, await matrix.machine())


@situation(nobody)
async def a_persons_expired_token(matrix: Matrix) -> str:
    return _expired(matrix, (await matrix.person())[0])


@situation(nobody)
async def a_token_for_another_audience(matrix: Matrix) -> str:
    elsewhere = Profile(issuer=PROFILE.issuer, audience="https://konbit.example/another")
    return matrix.rewritten(await matrix.machine(), profile=elsewhere)


@situation(nobody)
async def a_token_of_another_issuer(matrix: Matrix) -> str:
    elsewhere = Profile(issuer="https://another.example", audience=PROFILE.audience)
    return matrix.rewritten(await matrix.machine(), profile=elsewhere)


@situation(nobody)
async def a_token_that_claims_another_organisation(matrix: Matrix) -> str:
    other: UUID = matrix.world.organizations["outsider"]
    return matrix.rewritten(await matrix.machine(), organization_id=other)


@situation(nobody)
async def a_bound_token_as_a_bearers(matrix: Matrix) -> str:
    program = await a_program(matrix.deployment, f"bound-{uuid4()}", scopes=frozenset(Scope), key=Key())
    person = await a_person(matrix.deployment, matrix.deployment.brc, roles=tuple(Role))
    held = await program.tokens(matrix.process, person, scope=scope_text(EVERYTHING))
    return str(held["access_token"])


@situation(without_scopes)
async def a_machine_with_too_little_scope(matrix: Matrix) -> str:
    return await matrix.machine(scopes=OF_CLIENTS)


@situation(without_scopes)
async def a_person_with_too_little_scope(matrix: Matrix) -> str:
    return (await matrix.person(scopes=frozenset({Scope.OPENID})))[0]


@situation(beyond_trainings)
async def a_device_of_a_person(matrix: Matrix) -> str:
    return await matrix.device()


@situation(without_introspection)
async def a_client_without_introspection(matrix: Matrix) -> str:
    return await matrix.machine(scopes=frozenset(Scope) - {Scope.GRAPH_INTROSPECTION})


@situation(forbidden)
async def a_client_without_documents_of_its_own(matrix: Matrix) -> str:
    return await matrix.machine(scopes=frozenset(Scope) - {Scope.GRAPH_DOCUMENTS})


async def _suspended(matrix: Matrix, token: str) -> str:
    suspended = "UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = $1"
    await matrix.put(suspended, matrix.said(token).client_id)
    return token


def _expired(matrix: Matrix, token: str) -> str:
    ended = datetime.now(UTC) - timedelta(seconds=1)
    return matrix.rewritten(token, issued_at=ended - timedelta(minutes=5), expires_at=ended)
