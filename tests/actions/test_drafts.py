"""Entries made by hand: drafted, approved by another, published as an import, and seen by the network only then."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.drafts import approve_draft, draft_service, publish_draft, withdraw_draft
from api.database import DatabaseURLs
from auth.actor import Actor
from models.rules.roles import Role
from partners.push.taking import take_in
from tests.actions.network import Network, codes

EDITOR, ADMINISTRATOR = frozenset({Role.DIRECTORY_EDITOR}), frozenset({Role.ADMINISTRATOR})
ENTRY: dict[str, Any] = {
    "remoteId": "ecoute",
    "names": [{"language": "fr", "text": "Écoute du soir"}, {"language": "ht", "text": "Koute leswa"}],
    "category": "PSYCHOSOCIAL",
}


async def editor(network: Network, who: str = "registry", roles: frozenset[Role] = EDITOR) -> Actor:
    account = await network.add("account", id=uuid4(), display_name="Someone")
    return network.actor(who, roles=roles, user_id=account)


async def drafted(network: Network, by: Actor, **more: Any) -> UUID:
    outcome = await network.do(by, draft_service, service=ENTRY, **more)
    assert outcome.key, outcome
    return outcome.key


async def test_two_editors_bring_an_entry_into_the_directory(network: Network, module_database: DatabaseURLs) -> None:
    author, other = await editor(network), await editor(network)
    key = await drafted(network, author)

    alone = await network.do(author, approve_draft, draft_id=key)
    early = await network.do(author, publish_draft, draft_id=key)
    await network.do(other, approve_draft, draft_id=key)
    published = await network.do(author, publish_draft, draft_id=key)
    again = await network.do(author, publish_draft, draft_id=key)

    assert [codes(each) for each in (alone, early, published, again)] == [
        ["NOT_ALLOWED"],
        ["TRANSITION_NOT_ALLOWED"],
        [],
        ["TRANSITION_NOT_ALLOWED"],
    ]
    found = "SELECT names ->> 'ht' FROM service WHERE names ->> 'fr' = 'Écoute du soir'"
    assert await network.sees("brc", found) is None
    import_id = await network.value("SELECT import_id FROM draft WHERE id = $1", key)
    await take_in(module_database.worker, import_id, now=datetime.now(UTC))
    assert await network.sees("brc", found) == "Koute leswa"


async def test_an_administrator_approves_their_own_and_a_change_voids_it(network: Network) -> None:
    one = await editor(network, roles=ADMINISTRATOR)
    key = await drafted(network, one)
    assert codes(await network.do(one, approve_draft, draft_id=key)) == []

    await drafted(network, one, draft_id=key)

    (row,) = await network.rows("SELECT state, approved_at FROM draft WHERE id = $1", key)
    assert row == {"state": "DRAFT", "approved_at": None}


async def test_a_draft_is_its_editors_alone(network: Network) -> None:
    key = await drafted(network, await editor(network))
    seen = "SELECT content FROM draft WHERE id = $1"

    for stranger in (
        network.actor("registry"),
        await editor(network, "outsider"),
        network.actor("brc", roles=frozenset({Role.NETWORK_STEWARD})),
    ):
        assert codes(await network.do(stranger, approve_draft, draft_id=key)) == ["NOT_FOUND"]
        async with network.database.session(stranger.claims(), writes=False) as session:
            assert await session.connection.fetchval(seen, key) is None


async def test_who_edits_nothing_drafts_nothing(network: Network) -> None:
    assert codes(await network.do("registry", draft_service, service=ENTRY)) == ["NOT_ALLOWED"]


@pytest.mark.parametrize("verb", [approve_draft, publish_draft, withdraw_draft])
async def test_what_was_withdrawn_stays_so(network: Network, verb: Any) -> None:
    by = await editor(network, roles=ADMINISTRATOR)
    key = await drafted(network, by)
    await network.do(by, withdraw_draft, draft_id=key)

    assert codes(await network.do(by, verb, draft_id=key)) == ["TRANSITION_NOT_ALLOWED"]
