"""Certificates before an independent verifier: a good one holds, one changed anywhere does not, a revoked one says so.

Everything the verifier sees came over HTTP from the public addresses, as it would for anyone.
"""

import copy
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette

from actions.certificates import issue_certificates, revoke_certificate
from api.certificates import certificate_routes
from api.database import DatabaseURLs
from auth.issuer_keys import rotate_issuer_keys
from jobs.certificates import sign_what_is_due
from models.rules.vocabulary import RevocationReason
from models.session import Connection
from tests.actions.network import standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.api.packages import CannotInstall, installed
from tests.api.verifying import VERIFIER, Verdict, verdicts
from tests.auth.deployment import SEALER
from tests.jobs.signing import worker

ISSUER = "https://konbit.example:8443"
NOW = datetime.now(UTC)
NAMES = ("Marie-Élise Jean-Baptiste", "Wilner Ntò “Ti Wil” <b>", "Rosario Núñez")


@pytest.fixture(scope="module")
def verifier() -> Path:
    try:
        return installed(VERIFIER)
    except CannotInstall as why:
        pytest.skip(str(why))


@dataclass
class Public:
    """What anyone can fetch, and the training behind it."""

    client: AsyncClient
    made: Trained
    signer: Connection
    place: Path

    async def sign(self) -> None:
        await sign_what_is_due(self.signer, issuer=ISSUER, sealer=SEALER, now=datetime.now(UTC))

    async def fetched(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer
        return answer.json()

    async def credentials(self) -> list[Any]:
        rows = await self.made.certificates(*NAMES)
        return [await self.fetched(f"/certificates/{row['id']}.json") for row in rows]

    async def documents(self) -> dict[str, Any]:
        did = await self.fetched("/.well-known/did.json")
        status = await self.fetched("/certificates/status/1")
        return {did["id"]: did, status["id"]: status}

    async def judged(self, *credentials: Any, **changed: Any) -> list[Verdict]:
        return verdicts(self.place, list(credentials), await self.documents() | changed)


@pytest.fixture(scope="module")
async def public(module_database: DatabaseURLs, verifier: Path) -> AsyncIterator[Public]:
    async with standing(module_database, size=4) as network, worker(module_database) as signer:
        made = await trained(network, mark=60)
        for name in NAMES:
            await made.enrolled(name, *["PRESENT"] * 5, score=15)
        trainer = network.actor("brc", roles=TRAINERS)
        issued = await network.do(trainer, issue_certificates, training_id=made.training_id)
        assert issued.problems == ()
        app = Starlette(routes=certificate_routes(network.database, issuer=ISSUER, clock=lambda: datetime.now(UTC)))
        async with AsyncClient(transport=ASGITransport(app), base_url=ISSUER) as client:
            ready = Public(client, made, signer, verifier)
            await ready.sign()
            yield ready


async def test_it_verifies_with_a_program_that_shares_nothing_with_us(public: Public) -> None:
    found = await public.judged(*await public.credentials())

    assert found == [Verdict(verified=True, revoked=False, reason=())] * len(NAMES)


async def test_any_changed_byte_fails(public: Public) -> None:
    """Each text of the credential in turn, changed by one sign; and a claim added, and one taken away."""
    [good, *_] = await public.credentials()
    forged = [*_each_changed(good), _without(good, "validUntil"), good | {"description": "with distinction"}]

    found = await public.judged(*forged)

    assert len(forged) > 40
    assert [verdict.verified for verdict in found] == [False] * len(forged)


async def test_a_proof_of_another_certificate_fails(public: Public) -> None:
    first, second, *_ = await public.credentials()
    [found] = await public.judged(first | {"proof": second["proof"]})
    assert (found.verified, found.reason[-1]) == (False, "Invalid signature.")


async def test_a_status_list_that_was_changed_fails(public: Public) -> None:
    [good, *_] = await public.credentials()
    documents = await public.documents()
    address = good["credentialStatus"]["statusListCredential"]
    forged = copy.deepcopy(documents[address])
    forged["credentialSubject"]["ttl"] += 1
    [found] = verdicts(public.place, [good], documents | {address: forged})
    assert found.verified is False


async def test_a_revoked_one_says_so_and_the_others_do_not(public: Public) -> None:
    _, revoked, _ = await public.made.certificates(*NAMES)
    trainer = public.made.network.actor("brc", roles=TRAINERS)
    given = {"certificate_id": revoked["id"], "reason": RevocationReason.MISUSED}
    assert (await public.made.network.do(trainer, revoke_certificate, **given)).problems == ()

    await public.sign()

    found = await public.judged(*await public.credentials())
    assert [verdict.revoked for verdict in found] == [False, True, False]
    assert all(verdict.verified for verdict in found)


async def test_after_a_theft_everything_is_signed_anew_and_the_thief_signs_for_nobody(public: Public) -> None:
    stolen = await public.credentials()
    await rotate_issuer_keys(public.signer, sealer=SEALER, now=datetime.now(UTC), at_once=True)

    await public.sign()

    fresh = await public.credentials()
    assert [each["credentialSubject"] for each in fresh] == [each["credentialSubject"] for each in stolen]
    assert [each.verified for each in await public.judged(*fresh)] == [True] * 3
    assert [each.verified for each in await public.judged(*stolen)] == [False] * 3


def _each_changed(document: Any) -> Iterator[Any]:
    for path in _texts(document):
        changed = copy.deepcopy(document)
        *parents, last = path
        at = changed
        for step in parents:
            at = at[step]
        at[last] = not at[last] if isinstance(at[last], bool) else _one_sign_on(at[last])
        yield changed


def _texts(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(part, *path, key)
    else:
        yield path


def _one_sign_on(text: str) -> str:
    """The last letter or digit is the next one, so that a date or an address stays one."""
    at = max(position for position, sign in enumerate(text) if sign.isalnum())
    return f"{text[:at]}{'1' if text[at] != '1' else '2'}{text[at + 1 :]}"


def _without(document: Any, name: str) -> Any:
    return {key: value for key, value in document.items() if key != name}
