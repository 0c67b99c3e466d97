"""The page that checks a certificate: it shows what was signed and what it is worth, and nothing to those who guess."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette

from actions.certificates import issue_certificates, revoke_certificate
from api.certificates import certificate_routes
from api.database import DatabaseURLs
from api.papers.words import Language, validity
from jobs.certificates import sign_what_is_due
from models.rules.certificates import Validity
from models.rules.vocabulary import RevocationReason
from tests.actions.network import standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.auth.deployment import SEALER
from tests.jobs.signing import worker

ISSUER = "https://konbit.example"
NAME = "Marie-Élise <script>alert(1)</script> & fils"
PEOPLE = (NAME, "Revoked", "Forged", "Unsigned")


class Clock:
    """What time the page believes it is."""

    now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Pages:
    client: AsyncClient
    made: Trained
    ids: dict[str, UUID]
    clock: Clock

    async def get(self, name: str, **headers: str) -> Any:
        return await self.client.get(f"/certificates/{name}", headers=headers)

    async def of(self, person: str, *, language: str = "fr") -> str:
        answer = await self.client.get(f"/certificates/{self.ids[person]}", params={"lang": language})
        assert answer.status_code == 200
        return str(answer.text)


@pytest.fixture(scope="module")
async def pages(module_database: DatabaseURLs) -> AsyncIterator[Pages]:
    async with standing(module_database, size=4) as network, worker(module_database) as signer:
        made = await trained(network)
        trainer = network.actor("brc", roles=TRAINERS)
        for name in PEOPLE:
            await made.enrolled(name, *["PRESENT"] * 5)
            if name == "Unsigned":
                await sign_what_is_due(signer, issuer=ISSUER, sealer=SEALER, now=datetime.now(UTC))
            told = await network.do(trainer, issue_certificates, training_id=made.training_id)
            assert told.problems == ()
        ids = {name: row["id"] for name in PEOPLE for row in await made.certificates(name)}
        reason = RevocationReason.MISUSED
        await network.do(trainer, revoke_certificate, certificate_id=ids["Revoked"], reason=reason)
        await network.owner.execute(
            "UPDATE certificate SET credential = jsonb_set(credential, '{credentialSubject,term}', '\"T-2\"')"
            " WHERE id = $1",
            ids["Forged"],
        )
        clock = Clock()
        app = Starlette(routes=certificate_routes(network.database, issuer=ISSUER, clock=clock))
        async with AsyncClient(transport=ASGITransport(app), base_url=ISSUER) as client:
            yield Pages(client, made, ids, clock)


@pytest.mark.parametrize(
    ("person", "worth"),
    [
        (NAME, Validity.VALID),
        ("Revoked", Validity.REVOKED),
        ("Forged", Validity.NOT_PROVED),
        ("Unsigned", Validity.UNSIGNED),
    ],
)
@pytest.mark.parametrize("language", Language)
async def test_it_says_what_a_certificate_is_worth(
    pages: Pages, person: str, worth: Validity, language: Language
) -> None:
    text = await pages.of(person, language=language)

    others = [each for each in Validity if each is not worth]
    assert validity(worth, language) in text
    assert not any(validity(other, language) in text for other in others)
    assert f'<html lang="{language}">' in text


async def test_an_expired_one_says_so(pages: Pages) -> None:
    pages.clock.now = datetime.now(UTC) + timedelta(days=3 * 366)
    try:
        assert validity(Validity.EXPIRED, Language.FRENCH) in await pages.of(NAME)
    finally:
        pages.clock.now = datetime.now(UTC)


async def test_it_shows_the_signed_claims_and_runs_nothing(pages: Pages) -> None:
    text = await pages.of(NAME)

    assert "Marie-Élise &lt;script&gt;alert(1)&lt;/script&gt; &amp; fils" in text
    assert "<script" not in text
    assert not re.search(r"\son\w+=|javascript:", text)
    for claim in ("Droits humains à la frontière", "du 2 mars 2026 au 6 mars 2026", "5 sur 5", str(pages.ids[NAME])):
        assert claim in text


async def test_why_it_was_revoked_and_who_came_is_nobodys_business(pages: Pages) -> None:
    for person in PEOPLE:
        text = await pages.of(person, language="en")
        assert "MISUSED" not in text
        assert not any(str(enrolment) in text for enrolment in pages.made.enrolments.values())
        assert not any(other in text for other in PEOPLE[1:] if other not in (person, "Revoked"))


async def test_an_unknown_id_and_none_at_all_are_answered_alike(pages: Pages) -> None:
    asked = [str(uuid4()), "0", "x" * 500, str(pages.ids[NAME]).upper(), str(pages.ids[NAME]) + " ", "%00"]
    answers = [await pages.get(name) for name in asked]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert {(await pages.get(f"{name}.json")).status_code for name in asked} == {404}
    assert {(await pages.get(f"{name}.json")).content for name in asked} == {b""}


async def test_nothing_of_it_is_kept_or_found_by_search(pages: Pages) -> None:
    for name in (str(pages.ids[NAME]), str(uuid4())):
        headers = (await pages.get(name)).headers
        assert "noindex" in headers["x-robots-tag"]
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "answered"),
    [("ht", "ht"), ("es-DO,es;q=0.9", "es"), ("de, en;q=0.5", "en"), ("de", "fr"), ("", "fr"), ("*;q=x,,", "fr")],
)
async def test_without_a_choice_the_browser_chooses_the_language(pages: Pages, accepted: str, answered: str) -> None:
    found = await pages.get(str(pages.ids[NAME]), **{"accept-language": accepted})
    assert found.headers["content-language"] == answered


async def test_the_signed_file(pages: Pages) -> None:
    found = await pages.get(f"{pages.ids[NAME]}.json")

    assert (found.status_code, found.headers["content-type"]) == (200, "application/vc")
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.json()["id"] == f"{ISSUER}/certificates/{pages.ids[NAME]}"
    assert (await pages.get(f"{pages.ids['Unsigned']}.json")).status_code == 503


async def test_the_did_document_and_the_lists(pages: Pages) -> None:
    document = (await pages.client.get("/.well-known/did.json")).json()
    listed = await pages.get("status/1")

    assert document["id"] == "did:web:konbit.example"
    assert [method["type"] for method in document["verificationMethod"]] == ["Multikey"]
    assert "private" not in str(document).lower()
    assert listed.json()["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (await pages.get("status/2")).status_code == 404
    for no_number in (f"{2**70}", "9" * 5_000, "-1", "٣"):
        assert (await pages.get(f"status/{no_number}")).status_code == 404
