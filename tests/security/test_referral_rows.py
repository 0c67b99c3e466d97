"""What a party may make of a referral's rows with SQL of its own: the next step, in its own name, and nothing else."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.rules.vocabulary import InformationClass
from tests.actions.network import Network

pytestmark = pytest.mark.anyio


async def alter(network: Network, who: str, statement: str, *arguments: Any, user_id: UUID | None = None) -> str:
    """What a statement did, as someone, under the row policies."""
    actor = network.actor(who, user_id=user_id)
    async with network.database.session(actor.claims()) as session:
        done: str = await session.connection.execute(statement, *arguments)
    return done


@pytest.mark.parametrize(
    "change",
    [
        "person_id = gen_random_uuid()",
        "consent_id = NULL",
        "sender_id = receiver_id, receiver_id = sender_id",
        "receiver_id = sender_id",
        "service_id = gen_random_uuid()",
        "reference = 'forged'",
        "kind = 'TRANSFER'",
        "priority = 'EMERGENCY'",
        "need = 'OTHER'",
        "created_at = '2020-01-01Z'",
        "sent_at = '2020-01-01Z'",
        "due_at = NULL",
    ],
)
@pytest.mark.parametrize("who", ["brc", "registry"])
async def test_what_was_sent_stays_as_it_was_sent(network: Network, who: str, change: str) -> None:
    referral_id = await network.sent()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await alter(network, who, f"UPDATE referral SET {change} WHERE id = $1", referral_id)


@pytest.mark.parametrize(
    ("who", "origin", "to"),
    [
        ("registry", "DECLINED", "ACCEPTED"),
        ("registry", "WITHDRAWN", "ACCEPTED"),
        ("registry", "SENT", "WITHDRAWN"),
        ("registry", "SENT", "COMPLETED"),
        ("registry", "ENTERED_IN_ERROR", "CLOSED"),
        ("brc", "SENT", "ACCEPTED"),
        ("brc", "ACCEPTED", "WITHDRAWN"),
    ],
)
async def test_a_state_follows_only_the_one_before(network: Network, who: str, origin: str, to: str) -> None:
    referral_id = await network.sent()
    await network.put_into(referral_id, origin)

    with pytest.raises(asyncpg.CheckViolationError):
        await alter(network, who, "UPDATE referral SET status = $2 WHERE id = $1", referral_id, to)


async def test_an_officer_is_named_by_the_officer(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id, "police", *InformationClass, purpose="LAW_ENFORCEMENT")  # type: ignore[arg-type]
    referral_id = await network.sent(person_id, service_id=network.services["complaint"])
    named = "UPDATE referral SET officer_id = $2 WHERE id = $1"

    for who, user_id in (("police", None), ("police", uuid4()), ("brc", None)):
        with pytest.raises(asyncpg.CheckViolationError):
            await alter(network, who, named, referral_id, uuid4(), user_id=user_id)
    assert (
        await network.sees("police", "SELECT count(*) FROM referral_subject WHERE referral_id = $1", referral_id) == 0
    )


EVENT = """INSERT INTO referral_event (referral_id, organization_id, at, kind, action, status_after)
VALUES ($1, $2, now(), $3, $4, 'SENT')"""


@pytest.mark.parametrize(
    ("who", "by", "kind", "action"),
    [
        ("registry", "brc", "ACTION", "WITHDRAW"),
        ("registry", None, "CONSENT_WITHDRAWN", None),
        ("registry", None, "EXPIRED", None),
        ("registry", None, "ACTION", "ACCEPT"),
        ("registry", "registry", "EXPIRED", None),
        ("brc", None, "ESCALATED", None),
        ("brc", "registry", "ACTION", "ACCEPT"),
    ],
)
async def test_nobody_writes_history_in_another_name(
    network: Network, who: str, by: str | None, kind: str, action: str | None
) -> None:
    referral_id = await network.sent()
    author = None if by is None else network.organizations[by]

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await alter(network, who, EVENT, referral_id, author, kind, action)


async def test_nobody_writes_a_note_beside_what_another_did(network: Network) -> None:
    referral_id = await network.sent()
    event_id = await network.value("SELECT id FROM referral_event WHERE referral_id = $1", referral_id)
    note = "INSERT INTO referral_note (event_id, referral_id, organization_id, note) VALUES ($1, $2, $3, 'forged')"

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await alter(network, "registry", note, event_id, referral_id, network.organizations["registry"])


@pytest.mark.parametrize("change", ["DELETE FROM referral", "DELETE FROM referral_event", "TRUNCATE referral CASCADE"])
async def test_nothing_of_a_referral_is_deleted(network: Network, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await alter(network, "brc", change)
