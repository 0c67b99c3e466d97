"""Asking whether an entry is still right, what becomes of the answers, and of what others propose."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from actions.suggestions import decide_suggestion, suggest_change
from actions.verification import cancel_verification, request_verification
from auth import opaque
from auth.actor import Actor
from models.rules.roles import Role
from tests.actions.network import Network, codes

ADDRESS = "accueil@registre.example"


def steward(network: Network) -> Actor:
    return network.actor("brc", roles=frozenset({Role.NETWORK_STEWARD}))


def editor(network: Network, who: str = "registry") -> Actor:
    return network.actor(who, roles=frozenset({Role.DIRECTORY_EDITOR}))


async def answered(network: Network, token: str, said: str, note: str | None = None) -> bool:
    """As the page answers: by whoever holds the link, as nobody."""
    async with network.database.transaction("BEGIN") as connection:
        taken: bool = await connection.fetchval(
            "SELECT answer_verification($1, $2, $3, $4)", opaque.hash_of(token), said, note, datetime.now(UTC)
        )
    return taken


async def linked(network: Network, name: str, **values: Any) -> tuple[UUID, str]:
    """A service, and a link that asks about it."""
    service_id = await network.service(name, "registry", **values)
    asked = await network.do(steward(network), request_verification, service_id=service_id, by_link=True)
    assert asked.secret, asked
    return service_id, asked.secret


async def test_who_may_ask(network: Network) -> None:
    service_id = await network.service("asked", "registry", email=ADDRESS)

    by_stranger = await network.do(editor(network, "outsider"), request_verification, service_id=service_id)
    by_case_worker = await network.do("registry", request_verification, service_id=service_id)
    by_editor = await network.do(editor(network), request_verification, service_id=service_id)
    again = await network.do(steward(network), request_verification, service_id=service_id)

    assert [codes(each) for each in (by_stranger, by_case_worker, by_editor, again)] == [
        ["NOT_ALLOWED"],
        ["NOT_ALLOWED"],
        [],
        ["NOT_ALLOWED"],
    ]
    (request,) = await network.rows("SELECT * FROM verification_request WHERE service_id = $1", service_id)
    assert (request["email"], request["token_hash"], request["sent_at"]) == (ADDRESS, None, None)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID_INPUT", "email"),
        ({"email": "nobody"}, "INVALID_INPUT", "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "INVALID_INPUT", "email"),
        ({"email": "a@b.example,c@d.example"}, "INVALID_INPUT", "email"),
        ({"email": ADDRESS, "language": "de"}, "INVALID_INPUT", "language"),
        ({"email": ADDRESS, "service_id": UUID(int=0)}, "NOT_FOUND", "serviceId"),
    ],
)
async def test_what_cannot_be_asked(network: Network, given: dict[str, Any], code: str, field: str) -> None:
    service_id = await network.service(f"unasked-{uuid4()}", "registry")

    asked = await network.do(steward(network), request_verification, **{"service_id": service_id, **given})

    assert [(problem.code, problem.field) for problem in asked.problems] == [(code, (field,))]


@pytest.mark.parametrize("visibility", ["REDACTED", "ORGANIZATION"])
async def test_nobody_is_asked_by_a_link_about_what_is_hidden(network: Network, visibility: str) -> None:
    service_id = await network.service(f"hidden-{visibility}", "registry", visibility=visibility, email=ADDRESS)

    asked = await network.do(editor(network), request_verification, service_id=service_id)

    assert codes(asked) == ["NOT_ALLOWED"]


async def test_a_link_is_good_once_and_marks_the_entry_as_checked(network: Network) -> None:
    service_id, token = await linked(network, "right")

    assert [await answered(network, token, "RIGHT") for _ in range(2)] == [True, False]

    verified = await network.value("SELECT verified_at FROM service WHERE id = $1", service_id)
    assert datetime.now(UTC) - verified < timedelta(minutes=1)
    assert not await network.rows("SELECT FROM suggestion WHERE service_id = $1", service_id)


async def test_what_changed_or_closed_is_for_people_to_decide(network: Network) -> None:
    service_id, token = await linked(network, "closed")

    await answered(network, token, "CLOSED", "We moved away.")

    (suggestion,) = await network.rows("SELECT * FROM suggestion WHERE service_id = $1", service_id)
    assert (suggestion["origin"], suggestion["closed"], suggestion["note"]) == ("VERIFICATION", True, "We moved away.")
    assert await network.value("SELECT removed_at FROM service WHERE id = $1", service_id) is None


async def test_a_link_that_is_over_opens_nothing(network: Network) -> None:
    _, cancelled = await linked(network, "cancelled")
    hidden_id, hidden = await linked(network, "turned-hidden")
    _, late = await linked(network, "late")
    request = await network.value(
        "SELECT id FROM verification_request WHERE token_hash = $1", opaque.hash_of(cancelled)
    )
    await network.do(steward(network), cancel_verification, request_id=request)
    await network.owner.execute("UPDATE service SET visibility = 'REDACTED' WHERE id = $1", hidden_id)
    await network.owner.execute(
        "UPDATE verification_request SET sent_at = now() - interval '31 days' WHERE token_hash = $1",
        opaque.hash_of(late),
    )

    links = (cancelled, hidden, late, "made-up")

    assert [await answered(network, token, "RIGHT") for token in links] == [False] * 4


async def test_a_request_reads_no_link(network: Network) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with network.database.transaction("BEGIN READ ONLY") as connection:
            await connection.fetchval("SELECT token_hash FROM verification_request LIMIT 1")


async def test_a_suggestion_is_decided_by_whose_service_it_is(network: Network) -> None:
    service_id = await network.service("suggested", "registry")

    suggested = await network.do("brc", suggest_change, service_id=service_id, note="It opens at nine.")
    wish = {"suggestion_id": suggested.key, "accepted": False, "note": "At eight, since May."}
    by_stranger = await network.do(editor(network, "outsider"), decide_suggestion, **wish)
    by_its_author = await network.do(editor(network, "brc"), decide_suggestion, **wish)
    by_its_editor = await network.do(editor(network), decide_suggestion, **wish)
    twice = await network.do(steward(network), decide_suggestion, **wish)

    assert codes(by_stranger) == codes(by_its_author) == ["NOT_FOUND"]
    assert (codes(by_its_editor), codes(twice)) == ([], ["TRANSITION_NOT_ALLOWED"])
    (told,) = await network.rows("SELECT state, decision_note FROM suggestion WHERE id = $1", suggested.key)
    assert told == {"state": "DECLINED", "decision_note": "At eight, since May."}


async def test_nothing_is_suggested_of_what_is_not_there_or_without_words(network: Network) -> None:
    service_id = await network.service("hidden-from-brc", "registry", visibility="ORGANIZATION")
    seen = await network.service("wordless", "registry")

    hidden = await network.do("brc", suggest_change, service_id=service_id, note="Hm.")
    wordless = await network.do("brc", suggest_change, service_id=seen, note="  ")

    assert (codes(hidden), codes(wordless)) == (["NOT_FOUND"], ["INVALID_INPUT"])


async def test_what_was_asked_and_said_of_what_is_hidden_since_is_its_organisation_s(network: Network) -> None:
    service_id, _ = await linked(network, "hidden since", email=ADDRESS)
    await network.do(editor(network, "outsider"), suggest_change, service_id=service_id, note="Moved to Rue Cachée.")
    await network.rows("UPDATE service SET visibility = 'ORGANIZATION' WHERE id = $1", service_id)
    told = "SELECT email, NULL AS note FROM verification_request WHERE service_id = $1"
    told += " UNION ALL SELECT NULL, note FROM suggestion WHERE service_id = $1"

    async def seen(who: Actor) -> int:
        async with network.database.session(who.claims(), writes=False) as session:
            return len(await session.connection.fetch(told, service_id))

    assert [await seen(who) for who in (steward(network), editor(network), editor(network, "outsider"))] == [0, 2, 1]
