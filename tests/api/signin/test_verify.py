"""The page behind a verification link: what it shows to whoever holds it, and what an answer does."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from auth import opaque
from jobs.versions import drain
from tests.api.signin.conftest import Pages

SERVICE = """
INSERT INTO service (organization_id, names, category, source, visibility, fees)
VALUES ($1, '{"fr": "Dispensaire", "ht": "Dispansè"}', 'HEALTH', 'x', $2, '{"fr": "Gratuit"}') RETURNING id"""
PLACE = """
WITH l AS (
  INSERT INTO location (organization_id, kind, names, locality, address_lines, visibility)
  VALUES ($1, 'FACILITY', '{"fr": "Centre"}', $3, '{12 rue du Pont}', $4) RETURNING id
), a AS (
  INSERT INTO service_at_location (organization_id, service_id, location_id, source, visibility)
  SELECT $1, $2, id, 'x', 'NETWORK' FROM l RETURNING id
) INSERT INTO schedule (organization_id, service_at_location_id, weekdays, opens, closes)
SELECT $1, id, '{MO,TU}', '08:00', '16:00' FROM a"""
ASK = """
INSERT INTO verification_request (service_id, organization_id, asked_at, sent_at, next_try_at, token_hash)
VALUES ($1, $2, $3, $3, $3, $4)"""


async def asked(pages: Pages, *, visibility: str = "NETWORK") -> tuple[UUID, str]:
    """A service with an open and a hidden place, and a link that asks about it."""
    deployment = pages.home.deployment
    token, hashed = opaque.make()
    ((service_id,),) = await deployment.sql(SERVICE, deployment.brc, visibility)
    await deployment.sql(PLACE, deployment.brc, service_id, "Belladère", "NETWORK")
    await deployment.sql(PLACE, deployment.brc, service_id, "Secretville", "ORGANIZATION")
    await deployment.sql(ASK, service_id, deployment.brc, deployment.clock.now, hashed)
    connection = await asyncpg.connect(deployment.urls.worker)
    try:
        await drain(connection, now=deployment.clock.now)
    finally:
        await connection.close()
    return service_id, f"/verify/{token}"


async def test_the_entry_is_shown_as_the_network_sees_it(pages: Pages) -> None:
    _, path = await asked(pages)
    browser = pages.browser(language="ht")

    answer = await browser.get(path)

    assert answer.status_code == 200
    for word in ("Dispansè", "Belladère", "12 rue du Pont", "len, mad 08:00–16:00", "Gratuit"):
        assert word in browser.page.text
    assert "Secretville" not in browser.page.text
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_looking_answers_nothing_and_an_answer_counts_once(pages: Pages) -> None:
    service_id, path = await asked(pages)
    browser = pages.browser()
    for _ in range(3):
        await browser.get(path)
    form = browser.page.form(path)

    await browser.send(path, answer="RIGHT")
    await browser.follow()

    assert browser.page.heading == "Thank you"
    ((verified,),) = await pages.home.deployment.sql("SELECT verified_at FROM service WHERE id = $1", service_id)
    assert verified == pages.home.deployment.clock.now
    browser.page.forms.append(form)
    assert (await browser.send(path, answer="CLOSED")).status_code == 404
    assert (await browser.get(path)).status_code == 404


async def test_what_changed_must_be_said_and_nothing_typed_is_lost(pages: Pages) -> None:
    service_id, path = await asked(pages)
    browser = pages.browser()
    await browser.get(path)

    assert (await browser.send(path, answer="CHANGED")).status_code == 422
    assert (await browser.send(path, note="Nous ouvrons à neuf heures.")).status_code == 422
    assert "Nous ouvrons à neuf heures." in browser.page.text
    await browser.send(path, answer="CHANGED", note="Nous ouvrons à neuf heures.")

    told = await pages.home.deployment.sql("SELECT note, closed FROM suggestion WHERE service_id = $1", service_id)
    assert [tuple(row) for row in told] == [("Nous ouvrons à neuf heures.", False)]


@pytest.mark.parametrize("way", ["hidden", "late", "made up"])
async def test_a_link_that_is_over_says_what_to_do(pages: Pages, way: str) -> None:
    service_id, path = await asked(pages)
    deployment = pages.home.deployment
    if way == "hidden":
        await deployment.sql("UPDATE service SET visibility = 'REDACTED' WHERE id = $1", service_id)
    elif way == "late":
        then = deployment.clock.now - timedelta(days=31)
        await deployment.sql("UPDATE verification_request SET sent_at = $2 WHERE service_id = $1", service_id, then)
    else:
        path = "/verify/made-up"
    browser = pages.browser()

    answer = await browser.get(path)

    assert (answer.status_code, browser.page.heading) == (404, "This link is over")


async def test_a_form_from_elsewhere_answers_nothing(pages: Pages) -> None:
    service_id, path = await asked(pages)
    browser = pages.browser()
    await browser.get(path)
    form = browser.page.form(path)
    stranger = pages.browser()
    await stranger.get(path)
    stranger.page.forms[:] = [form]

    assert (await stranger.send(path, answer="RIGHT")).status_code == 403

    ((verified,),) = await pages.home.deployment.sql("SELECT verified_at FROM service WHERE id = $1", service_id)
    assert verified is None
