"""Registering a person: the file in its classes, the consent to it, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.people import RegistrationConsent, register_person
from actions.perform import Outcome
from models.rules.roles import Role
from models.rules.vocabulary import (
    Assent,
    ConsentGiver,
    ConsentMethod,
    HandlingNeed,
    ReturnType,
    Sex,
    Vulnerability,
)
from tests.actions.network import GIRL_BORN, Network, codes


def given(**changed: Any) -> RegistrationConsent:
    usual: dict[str, Any] = {
        "giver": ConsentGiver.PARENT,
        "giver_name": "Rosemène Essai",
        "assent": Assent.GIVEN,
        "method": ConsentMethod.SIGNED,
        "language": "ht",
        "statistics": True,
    }
    return RegistrationConsent(**{**usual, **changed})


async def register(network: Network, who: Any = "brc", **changed: Any) -> Outcome:
    usual = {"consent": given(), "sex": Sex.FEMALE, "birth_date": GIRL_BORN}
    return await network.do(who, register_person, **{**usual, **changed})


async def test_a_file_is_opened_in_its_classes(network: Network) -> None:
    outcome = await register(
        network,
        given_name=" Mirlande ",
        phone="+50934101234",
        nationality="HT",
        handling_needs=[HandlingNeed.INTERPRETER, HandlingNeed.INTERPRETER],
        vulnerabilities=[Vulnerability.SGBV_SURVIVOR, Vulnerability.OTHER],
        crossing_point="BELLADERE",
        return_type=ReturnType.FORCED_CONFIRMED,
    )

    (person,) = await network.rows("SELECT * FROM person WHERE id = $1", outcome.key)
    assert (person["age_group"], person["handling_needs"]) == ("AGE_12_17", ["INTERPRETER"])
    assert (person["crossing_point"], person["return_type"]) == ("BELLADERE", "FORCED_CONFIRMED")
    (identity,) = await network.rows("SELECT * FROM person_identity WHERE person_id = $1", outcome.key)
    assert (identity["given_name"], identity["birth_date"], identity["estimated_on"]) == ("Mirlande", GIRL_BORN, None)
    assert await network.value("SELECT phone FROM person_contact WHERE person_id = $1", outcome.key) == "+50934101234"
    codes_ = await network.rows(
        "SELECT code, class FROM person_vulnerability WHERE person_id = $1 ORDER BY 2", outcome.key
    )
    assert [tuple(row.values()) for row in codes_] == [("OTHER", 2), ("SGBV_SURVIVOR", 3)]
    consents = await network.rows(
        "SELECT purpose, recipient_id FROM consent WHERE person_id = $1 ORDER BY 1", outcome.key
    )
    assert [tuple(row.values()) for row in consents] == [("REGISTRATION", None), ("STATISTICS", None)]


async def test_of_what_is_not_known_there_is_no_row(network: Network) -> None:
    outcome = await register(network, birth_date=None, consent=given(statistics=False))

    assert await network.value("SELECT age_group FROM person WHERE id = $1", outcome.key) == "UNKNOWN"
    for table in ("identity", "contact", "vulnerability"):
        assert await network.value(f"SELECT count(*) FROM person_{table} WHERE person_id = $1", outcome.key) == 0
    assert await network.value("SELECT count(*) FROM consent WHERE person_id = $1", outcome.key) == 1


async def test_an_estimate_is_kept_with_the_day_it_was_made(network: Network) -> None:
    outcome = await register(network, birth_date=None, estimated_age=14)

    (row,) = await network.rows(
        "SELECT estimated_age, estimated_on FROM person_identity WHERE person_id = $1", outcome.key
    )
    assert row == {"estimated_age": 14, "estimated_on": datetime.now(UTC).date()}


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"consent": given(assent=Assent.REFUSED)}, "CONSENT_REQUIRED", ("consent", "assent")),
        ({"consent": given(giver=ConsentGiver.SELF)}, "CONSENT_REQUIRED", ("consent", "giver")),
        ({"birth_date": date(1990, 1, 1)}, "CONSENT_REQUIRED", ("consent", "giver")),
        ({"consent": given(giver_name="x" * 201)}, "INVALID_INPUT", ("consent", "giverName")),
        ({"consent": given(language="?")}, "INVALID_INPUT", ("consent", "language")),
        ({"birth_date": datetime.now(UTC).date() + timedelta(days=2)}, "INVALID_INPUT", ("birthDate",)),
        ({"birth_date": None, "estimated_age": 130}, "INVALID_INPUT", ("estimatedAge",)),
        ({"phone": "3410 1234"}, "INVALID_INPUT", ("phone",)),
        ({"nationality": "Haïti"}, "INVALID_INPUT", ("nationality",)),
        ({"given_name": "x" * 201}, "INVALID_INPUT", ("givenName",)),
        ({"site_id": UUID(int=0)}, "NOT_FOUND", ("siteId",)),
    ],
)
async def test_what_cannot_be_registered_leaves_nothing_behind(
    network: Network, changed: dict[str, Any], code: str, field: tuple[str, ...]
) -> None:
    before = await network.everything()

    outcome = await register(network, **changed)

    assert [(str(problem.code), problem.field) for problem in outcome.problems] == [(code, field)]
    assert await network.everything() == before


async def test_a_site_is_a_place_one_may_see(network: Network) -> None:
    owned = {"organization_id": network.organizations["registry"], "kind": "OFFICE"}
    open_, hidden = [
        await network.add("location", id=uuid4(), **owned, visibility=visibility)
        for visibility in ("NETWORK", "ORGANIZATION")
    ]

    assert (await register(network, site_id=open_)).key is not None
    assert codes(await register(network, site_id=hidden)) == ["NOT_FOUND"]


async def test_a_role_that_does_not_work_with_people_registers_nobody(network: Network) -> None:
    analyst = network.actor("brc", roles=frozenset({Role.ANALYST, Role.COORDINATOR}))

    assert codes(await register(network, analyst)) == ["NOT_ALLOWED"]


async def test_a_file_is_nobody_elses(network: Network) -> None:
    outcome = await register(network)

    read = "SELECT reference FROM person WHERE id = $1"
    assert await network.sees("registry", read, outcome.key) is None
    assert await network.sees("brc", read, outcome.key) is not None
