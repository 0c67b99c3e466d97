"""The page of whoever looks after the directory: what waits, for whom, and what deciding does."""

from __future__ import annotations

from uuid import UUID

import pytest

from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages

SERVICE = """
INSERT INTO service (organization_id, names, category, source, visibility, created_at, email)
VALUES ($1, jsonb_build_object('fr', $2::text), 'HEALTH', 'x', $3, now() - interval '1 year', $4) RETURNING id"""
SUGGEST = """
INSERT INTO suggestion (service_id, organization_id, suggested_by, origin, note, suggested_at)
SELECT id, organization_id, $2, 'MEMBER', $3, now() FROM service WHERE id = $1 RETURNING id"""


async def entry(pages: Pages, name: str, *, owner: UUID | None = None, **values: str) -> UUID:
    deployment = pages.home.deployment
    values = {"visibility": "NETWORK", "email": "a@b.example", **values}
    ((service_id,),) = await deployment.sql(
        SERVICE, owner or deployment.brc, name, values["visibility"], values["email"]
    )
    return service_id  # type: ignore[no-any-return]


async def someone(pages: Pages, *roles: Role, path: str = "/stewards") -> Browser:
    person = await pages.home.person()
    await pages.home.member(person.account_id, *roles)
    return await pages.signed_in(person, path=path)


@pytest.mark.parametrize("role", [Role.CASE_WORKER, Role.ANALYST])
async def test_nobody_else_finds_it(pages: Pages, role: Role) -> None:
    browser = await someone(pages, role)

    assert browser.page.heading == "This is not for you"


async def test_an_editor_sees_what_concerns_their_organisation_and_a_steward_all(pages: Pages) -> None:
    deployment = pages.home.deployment
    ours, theirs = await entry(pages, "Notre soin"), await entry(pages, "Leur soin", owner=deployment.shelter)
    for service_id in (ours, theirs):
        await deployment.sql(SUGGEST, service_id, deployment.shelter, "Fermé le lundi.")
    editor, steward = await someone(pages, Role.DIRECTORY_EDITOR), await someone(pages, Role.NETWORK_STEWARD)

    for queue in ("suggestions", "unchecked"):
        for browser, shown in ((editor, {"Notre soin"}), (steward, {"Notre soin", "Leur soin"})):
            await browser.get(f"/stewards/{queue}")
            assert {name for name in ("Notre soin", "Leur soin") if name in browser.page.text} == shown, queue


async def test_a_suggestion_is_decided_once(pages: Pages) -> None:
    deployment = pages.home.deployment
    service_id = await entry(pages, "À décider")
    ((key,),) = await deployment.sql(SUGGEST, service_id, deployment.shelter, "Au premier étage.")
    browser = await someone(pages, Role.DIRECTORY_EDITOR)
    await browser.get("/stewards/suggestions")
    assert "Au premier étage." in browser.page.text

    await browser.send(f"/stewards/suggestions/{key}", what="decline", note="Vu sur place.")
    await browser.follow()

    ((state, note),) = await deployment.sql("SELECT state, decision_note FROM suggestion WHERE id = $1", key)
    assert (state, note) == ("DECLINED", "Vu sur place.")
    assert "Au premier étage." not in browser.page.text
    (entry_of_audit,) = await deployment.sql("SELECT act FROM audit_entry WHERE subjects @> ARRAY[$1::uuid]", key)
    assert entry_of_audit["act"] == "decideSuggestion"


async def test_an_unchecked_entry_is_asked_about_by_letter_or_link(pages: Pages) -> None:
    deployment = pages.home.deployment
    by_letter = await entry(pages, "Par lettre")
    by_link = await entry(pages, "Par lien", email=None)  # type: ignore[arg-type]
    browser = await someone(pages, Role.NETWORK_STEWARD)
    await browser.get("/stewards/unchecked")

    await browser.send(f"/stewards/unchecked/{by_letter}", what="ask")
    await browser.follow()
    await browser.send(f"/stewards/unchecked/{by_link}", what="link")

    assert "https://konbit.example/verify/" in browser.page.text
    await browser.get("/stewards/asked")
    assert "Par lettre" in browser.page.text
    assert "By a link handed over" in browser.page.text
    told = await deployment.sql(
        "SELECT email FROM verification_request WHERE service_id = ANY($1)", [by_letter, by_link]
    )
    assert {row["email"] for row in told} == {"a@b.example", None}


async def test_what_is_hidden_is_in_no_list(pages: Pages) -> None:
    deployment = pages.home.deployment
    hidden = await entry(pages, "Maison cachée", owner=deployment.shelter, visibility="ORGANIZATION")
    await entry(pages, "Maison sûre", owner=deployment.shelter, visibility="REDACTED")
    await deployment.sql(SUGGEST, hidden, deployment.shelter, "Chez Marie")
    browser = await someone(pages, Role.NETWORK_STEWARD)

    for queue in ("suggestions", "unchecked", "asked"):
        await browser.get(f"/stewards/{queue}")
        for word in ("Maison cachée", "Maison sûre", "Chez Marie"):
            assert word not in browser.page.text


PARTNER = """
INSERT INTO partner (organization_id, name, kind, address, failures, last_failure)
VALUES ($1, $2, 'HSDS', 'https://x.example', 3, $3) RETURNING id"""
KEPT_OUT = """
INSERT INTO source_record (partner_id, kind, remote_id, raw, digest, fetched_at, status, problem, found_at, since)
VALUES ($1, 'SERVICE', $2, '{"name": "Kote kache"}', 'x', now(), 'QUARANTINED', 'It has no name.', 'row 7', now())
RETURNING id"""


async def test_a_partner_in_trouble_is_paused_and_read_again(pages: Pages) -> None:
    deployment = pages.home.deployment
    ((partner,),) = await deployment.sql(PARTNER, deployment.brc, "lente", "It did not answer.")
    await deployment.sql(PARTNER, deployment.shelter, "d-ailleurs", "It did not answer either.")
    browser = await someone(pages, Role.DIRECTORY_EDITOR)
    await browser.get("/stewards/partners")
    assert "It did not answer." in browser.page.text
    assert "d-ailleurs" not in browser.page.text

    await browser.send(f"/stewards/partners/{partner}", what="pause", note="Leur serveur déménage.")
    await browser.follow()
    assert "Leur serveur déménage." in browser.page.text or "Paused since" in browser.page.text
    await browser.send(f"/stewards/partners/{partner}", what="resume")

    ((paused, due),) = await deployment.sql("SELECT paused_at, next_at FROM partner WHERE id = $1", partner)
    assert (paused, due) == (None, deployment.clock.now)


async def test_a_quarantined_record_is_let_rest_with_a_reason(pages: Pages) -> None:
    deployment = pages.home.deployment
    ((partner,),) = await deployment.sql(PARTNER, deployment.brc, "a-quarantaine", None)
    ((record,),) = await deployment.sql(KEPT_OUT, partner, "their-7")
    browser = await someone(pages, Role.NETWORK_STEWARD)
    await browser.get("/stewards/quarantine")
    assert all(word in browser.page.text for word in ("their-7", "row 7", "It has no name."))
    assert "Kote kache" not in browser.page.text

    assert (await browser.send(f"/stewards/quarantine/{record}", what="dismiss")).status_code == 422
    await browser.send(f"/stewards/quarantine/{record}", what="dismiss", note="Une fiche d’essai.")
    await browser.follow()

    assert "their-7" not in browser.page.text
    ((why,),) = await deployment.sql("SELECT dismissal FROM source_record WHERE id = $1", record)
    assert why == "Une fiche d’essai."


PAIR = """
INSERT INTO duplicate (kind, first_id, second_id, score, reasons, found_at)
VALUES ('SERVICE', least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), 0.93, '{"name": 0.97, "phone": 1.0}', now())
RETURNING id"""


LINK = "INSERT INTO source_link (partner_id, kind, remote_id, local_id) VALUES ($1, 'SERVICE', 'theirs', $2)"


async def test_two_that_are_one_are_merged_and_made_two_again(pages: Pages) -> None:
    deployment = pages.home.deployment
    one = await entry(pages, "Cantine du pont")
    two = await entry(pages, "La cantine du pont", owner=deployment.shelter)
    ((partner,),) = await deployment.sql(PARTNER, deployment.shelter, "d-ailleurs-aussi", None)
    await deployment.sql(LINK, partner, two)
    ((pair,),) = await deployment.sql(PAIR, one, two)
    kept, merged = sorted((one, two))
    browser = await someone(pages, Role.NETWORK_STEWARD, path="/stewards/duplicates")
    await browser.get("/stewards/duplicates")
    assert "Alike: 93% (name 97%, phone 100%)" in browser.page.text
    became = "SELECT merged_into_id FROM service WHERE id = $1"

    await browser.send(f"/stewards/duplicates/{pair}", what="first")
    assert (await deployment.sql(became, merged))[0][0] == kept
    await browser.get("/stewards/merged")
    await browser.send(f"/stewards/merged/{merged}", what="split")
    assert (await deployment.sql(became, merged))[0][0] is None


async def test_an_editor_decides_on_no_pair(pages: Pages) -> None:
    deployment = pages.home.deployment
    one, two = await entry(pages, "Vestiaire"), await entry(pages, "Le vestiaire")
    ((pair,),) = await deployment.sql(PAIR, one, two)
    browser = await someone(pages, Role.DIRECTORY_EDITOR)
    assert "/stewards/duplicates" not in "".join(browser.page.links)
    await browser.get("/stewards/duplicates")
    assert "vestiaire" not in browser.page.text.lower()
    ((state,),) = await deployment.sql("SELECT state FROM duplicate WHERE id = $1", pair)
    assert state == "OPEN"
