"""Whose roles hold at one site: whom they register, see and act for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from actions.consents import record_consent
from api.database import DatabaseURLs
from auth.actor import Actor
from models.rules.vocabulary import Assent, ConsentGiver, ConsentMethod, ConsentPurpose, InformationClass
from tests.actions.network import WORDS, Network, codes, standing
from tests.actions.test_people import register


@pytest.fixture
async def network(database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(database) as ready:
        yield ready


async def place(network: Network) -> UUID:
    of = {"organization_id": network.organizations["brc"], "kind": "OFFICE"}
    return await network.add("location", id=uuid4(), **of, slug=f"site-{uuid4()}")


async def bound(network: Network) -> Actor:
    return replace(network.actor("brc"), site_id=await place(network))


async def test_they_register_there_and_nowhere_else(network: Network) -> None:
    clerk, elsewhere = await bound(network), await place(network)

    refused = await register(network, clerk, site_id=elsewhere)
    here = await register(network, clerk, given_name="Mirlande")
    there = await register(network, site_id=elsewhere, given_name="Nadège")

    assert codes(refused) == ["NOT_ALLOWED"]
    assert await network.value("SELECT site_id FROM person WHERE id = $1", here.key) == clerk.site_id
    for table in ("person_identity", "consent"):
        seen = f"SELECT array_agg(DISTINCT person_id) FROM {table}"
        assert await network.sees(clerk, seen) == [here.key]
        assert set(await network.sees("brc", seen)) == {here.key, there.key}


async def test_they_act_for_no_file_of_another_site(network: Network) -> None:
    clerk, person_id = await bound(network), await network.person()
    before = await network.everything()
    consent = {
        "recipient_organization_id": network.organizations["registry"],
        "information": [InformationClass.IDENTITY, InformationClass.NEED],
        "giver": ConsentGiver.PARENT,
        "giver_name": "Rosemène Essai",
        "assent": Assent.GIVEN,
        "method": ConsentMethod.SIGNED,
        "language": "ht",
        "purpose": ConsentPurpose.SERVICE,
    }

    assert codes(await network.do(clerk, record_consent, person_id=person_id, **consent)) == ["NOT_FOUND"]
    assert codes(await network.send(clerk, person_id=person_id, **WORDS)) == ["NOT_FOUND"]
    assert await network.everything() == before


async def test_they_see_what_was_sent_of_their_files_and_what_was_received(network: Network) -> None:
    clerk = await bound(network)
    sent_elsewhere = await network.sent()
    person_id = await network.person()
    await network.owner.execute("UPDATE person SET site_id = $2 WHERE id = $1", person_id, clerk.site_id)
    await network.consent(person_id)
    sent_here = await network.sent(person_id)
    at_the_registry = replace(network.actor("registry"), site_id=clerk.site_id)

    listed = "SELECT array_agg(id) FROM referral"
    assert await network.sees(clerk, listed) == [sent_here]
    assert set(await network.sees("brc", listed)) == {sent_here, sent_elsewhere}
    assert set(await network.sees(at_the_registry, listed)) == {sent_here, sent_elsewhere}
    told = "SELECT array_agg(DISTINCT referral_id) FROM change"
    assert await network.sees(clerk, told) == [sent_here]
