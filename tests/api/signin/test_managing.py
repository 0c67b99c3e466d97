"""What administrators do on pages: as in the graph, once per form, for their own organisation alone."""

from __future__ import annotations

import re

import pytest

from auth.opaque import hash_of
from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.auth.people.household import Person


async def administrator(pages: Pages, *roles: Role, path: str = "/members") -> tuple[Browser, Person]:
    person = await pages.home.person()
    await pages.home.member(person.account_id, *(roles or (Role.ADMINISTRATOR,)))
    return await pages.signed_in(person, path=path), person


def told(browser: Browser) -> str:
    found = re.search(r'<p class="secret">([^<]+)</p>', browser.page.text)
    assert found is not None
    return found[1]


async def test_an_administrator_invites_and_the_link_is_shown_once(pages: Pages) -> None:
    browser, _ = await administrator(pages)
    form = browser.page.form("/members")
    await browser.send("/members", name="Rose Test", **{"role.TRAINER": "on"})
    link = told(browser)
    assert link.startswith("https://konbit.example/invitation/")
    guest = pages.browser()
    await guest.get(link.removeprefix("https://konbit.example"))
    assert guest.page.heading == "brc invites you"
    assert "Trainer" in guest.page.text
    browser.page.forms.append(form)
    await browser.send("/members", name="Rose Test", **{"role.TRAINER": "on"})
    assert '<p class="secret">' not in browser.page.text, "a form sent twice tells the link once"
    await browser.get("/members")
    assert browser.page.text.count("Rose Test") == 2, "one invitation: its name, and on its button"


async def test_roles_are_changed_a_member_suspended_resumed_and_removed(pages: Pages) -> None:
    browser, _ = await administrator(pages)
    other = await pages.home.person()
    membership = await pages.home.member(other.account_id, Role.TRAINER)
    path, status = f"/members/{membership}", "SELECT roles, status::text FROM membership WHERE id = $1"

    async def now() -> tuple[list[str], str]:
        row = (await pages.home.deployment.sql(status, membership))[0]
        return row["roles"], row["status"]

    await browser.get(path)
    await browser.send(path, **{"role.INTAKE": "on"})
    assert await now() == (["INTAKE"], "ACTIVE")
    for what, found in (("suspend", "SUSPENDED"), ("resume", "ACTIVE"), ("remove", "LEFT")):
        await browser.get(path)
        await browser.send(f"{path}/standing", what=what)
        assert (await now())[1] == found


async def test_nobody_else_finds_anything_here(pages: Pages) -> None:
    browser, _ = await administrator(pages, Role.CASE_WORKER)
    assert browser.answer is not None
    for path in ("/members", "/clients"):
        answer = await browser.get(path)
        assert (answer.status_code, browser.page.heading) == (403, "This is not for you")


async def test_another_organisation_s_member_is_not_there(pages: Pages) -> None:
    browser, _ = await administrator(pages)
    stranger = await pages.home.person()
    theirs = await pages.home.member(stranger.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    assert (await browser.get(f"/members/{theirs}")).status_code == 404
    mine = browser.page
    await browser.get("/members")
    fields = browser.page.form("/members").fields
    browser.page = mine
    data = {name: value for name, value in fields.items() if value} | {"what": "remove"}
    await browser.http.post(f"/members/{theirs}/standing", data=data, headers={"sec-fetch-site": "same-origin"})
    row = await pages.home.deployment.sql("SELECT status::text FROM membership WHERE id = $1", theirs)
    assert row[0]["status"] == "ACTIVE"


async def test_a_change_takes_a_proof_of_the_last_five_minutes(pages: Pages) -> None:
    browser, _ = await administrator(pages)
    pages.home.deployment.clock.advance(minutes=6)
    await browser.get("/members")
    await browser.send("/members", name="Rose Late", **{"role.TRAINER": "on"})
    assert (await browser.follow()).startswith("/confirm?next=%2Fmembers")
    rows = await pages.home.deployment.sql("SELECT FROM invitation WHERE name = 'Rose Late'")
    assert rows == []


async def test_a_program_is_registered_its_secret_told_once_and_followed_by_another(pages: Pages) -> None:
    browser, _ = await administrator(pages, path="/clients")
    await browser.get("/clients")
    await browser.send("/clients", name="Node server", kind="server", **{"scope.directory:read": "on"})
    first = told(browser)
    rows = await pages.home.deployment.sql(
        "SELECT id, secret_hash, scopes, wanted_scopes FROM oauth_client WHERE name = 'Node server'"
    )
    assert rows[0]["secret_hash"] == hash_of(first)
    assert (rows[0]["scopes"], rows[0]["wanted_scopes"]) == ([], ["directory:read"])
    path = f"/clients/{rows[0]['id']}"
    await browser.get(path)
    assert first not in browser.page.text
    await browser.send(path, what="rotate")
    second = told(browser)
    held = await pages.home.deployment.sql(
        "SELECT secret_hash, previous_secret_hash FROM oauth_client WHERE name = 'Node server'"
    )
    assert [held[0]["secret_hash"], held[0]["previous_secret_hash"]] == [hash_of(second), hash_of(first)]
    await browser.get(path)
    await browser.send(path, what="suspend")
    await browser.follow()
    assert "Suspended" in browser.page.text


async def test_the_steward_grants_what_was_asked(pages: Pages) -> None:
    browser, _ = await administrator(pages, path="/clients")
    await browser.get("/clients")
    await browser.send("/clients", name="Asking program", kind="server", **{"scope.training:read": "on"})
    steward = await pages.home.person()
    await pages.home.member(steward.account_id, Role.NETWORK_STEWARD, organization_id=pages.home.deployment.shelter)
    theirs = await pages.signed_in(steward, path="/clients")
    assert "Asking program" in theirs.page.text
    rows = await pages.home.deployment.sql("SELECT id FROM oauth_client WHERE name = 'Asking program'")
    path = f"/clients/{rows[0]['id']}"
    await theirs.get(path)
    await theirs.send(path, what="grant", **{"scope.training:read": "on"})
    granted = await pages.home.deployment.sql("SELECT scopes FROM oauth_client WHERE name = 'Asking program'")
    assert granted[0]["scopes"] == ["training:read"]
    await browser.get(path)
    assert 'value="grant"' not in browser.page.text
    answer = await browser.send(path, what="grant", **{"scope.people:read": "on"})
    assert (answer.status_code, "This is for the network&#39;s steward." in answer.text) == (422, True)
    assert await pages.home.deployment.sql("SELECT FROM oauth_client WHERE 'people:read' = ANY (scopes)") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "app", "redirect_uris": "http://elsewhere.example/back"}, "An address must be"),
        ({"kind": "server", "public_keys": '{"keys": []}'}, "keys must be public ones"),
        ({"kind": "app"}, "Nothing was done."),
    ],
)
async def test_what_cannot_be_registered_is_told(pages: Pages, fields: dict[str, str], said: str) -> None:
    browser, _ = await administrator(pages, path="/clients")
    await browser.get("/clients")
    answer = await browser.send("/clients", name="Unfit", **fields)
    assert (answer.status_code, "Nothing was done." in answer.text) == (422, True)
    assert said in answer.text.replace("&#39;", "'")
