"""A trainer's phone without a network: what is recorded on it reaches the server once, whatever happens in between."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Error, Page, Route, expect

from tests.api.processes import processes_in, soon
from tests.web.conftest import Konbit, opened, page_of, thrown
from tests.web.film import film_of
from tests.web.trainer import (
    PASSPHRASE,
    SIGN_IN,
    Trainer,
    by,
    choose,
    device_of,
    set_up,
    sign_in,
    type_pin,
    unlock,
    waiting,
)

GRAPH = "**/graphql"
KEPT_RAW = """async () => {
  const open = indexedDB.open("konbit-attendance");
  const store = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const all = (name) => new Promise((resolve) => {
    const request = store.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  const text = (value) => new TextDecoder("latin1").decode(value);
  const plain = (_, each) => (each instanceof ArrayBuffer || ArrayBuffer.isView(each) ? text(each) : each);
  const words = (value) => JSON.stringify(value, plain);
  const [kept, events] = [await all("kept"), await all("events")];
  return { number: kept.length, events: events.length, words: words(kept) + words(events) };
}"""

EMPTIED = """async () => {
  const open = indexedDB.open("konbit-attendance");
  const store = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const transaction = store.transaction(["kept"], "readwrite");
  transaction.objectStore("kept").clear();
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
}"""


@pytest.fixture(scope="module")
def trainer(konbit: Konbit) -> Trainer:
    return Trainer(konbit)


@pytest.fixture(scope="module")
def training(trainer: Trainer) -> dict[str, Any]:
    """What is being given now, with nothing recorded yet but by these tests: each takes a session of its own."""
    return trainer.trainings()[0]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def page(browsers: BrowserType, profile: Path) -> Iterator[Page]:
    with opened(browsers, profile) as context:
        yield page_of(context)


def people(training: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = training["enrolments"]["nodes"]
    return found


def sent(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for request in requests for event in request["events"]]


def watched(page: Page) -> list[dict[str, Any]]:
    """The batches that a page sends from now on, as they leave it."""
    batches: list[dict[str, Any]] = []

    def see(request: Any) -> None:
        body = request.post_data or ""
        if request.url.endswith("/graphql") and "mutation RecordAttendance" in body:
            batches.append(json.loads(body)["variables"]["input"])

    page.on("request", see)
    return batches


def test_thirty_people_without_a_network_and_a_closed_browser_are_recorded_once(
    browsers: BrowserType, profile: Path, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, thirty = training["sessions"][0]["id"], people(training)[:30]
    with opened(browsers, profile) as context:
        page = page_of(context)
        set_up(page, trainer)
        choose(page, training, 0)
        context.set_offline(True)
        by(page, "pin")
        for person in thirty[:20]:
            type_pin(page, person["pin"])
            expect(page.locator(".last")).to_contain_text(person["participant"]["name"])
        by(page, "list")
        for person in thirty[20:]:
            page.click(f"[data-token='{person['token']}'] .round")
        waiting(page, 30)
        expect(page.locator(".here")).to_contain_text("30")
    assert trainer.attended(session) == {}

    with opened(browsers, profile, offline=True) as context:
        page = page_of(context)
        page.goto(f"{trainer.konbit.address}/attendance/")
        waiting(page, 30)
        unlock(page)
        waiting(page, 30)
        expect(page.locator(".here")).to_contain_text("30")
        batches = watched(page)
        context.set_offline(False)
        waiting(page, 0)

        events = sent(batches)
        assert [event["deviceSequence"] for event in events] == list(range(1, 31))
        assert all(
            re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", event["eventId"])
            for event in events
        )
        page.click(".bar .state")
        expect(page.locator("[data-outcome=RECORDED]")).to_have_count(30)
    assert trainer.attended(session) == {person["token"]: ("PRESENT", 1) for person in thirty}


def killed(profile: Path) -> None:
    """Ends a browser as an empty battery does: kill -9 for each of its processes."""
    for pid in processes_in(profile):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert soon(lambda: processes_in(profile) == [])
    (profile / "SingletonLock").unlink(missing_ok=True)


def test_killed_between_sending_and_hearing_the_answer_nothing_counts_twice(
    browsers: BrowserType, profile: Path, trainer: Trainer, training: dict[str, Any]
) -> None:
    """The server has recorded the batch when the browser is killed: nobody told the device."""
    session, few = training["sessions"][1]["id"], people(training)[:5]
    with suppress(Error), opened(browsers, profile) as context:
        page = page_of(context)
        set_up(page, trainer)
        choose(page, training, 1)
        lost: list[int] = []

        def lose(route: Route) -> None:
            if "mutation RecordAttendance" in (route.request.post_data or ""):
                lost.append(route.fetch().status)
                return  # never answered: the page is left waiting
            route.continue_()

        context.set_offline(True)
        by(page, "pin")
        for person in few:
            type_pin(page, person["pin"])
        waiting(page, 5)
        page.route(GRAPH, lose)
        context.set_offline(False)
        assert soon(lambda: page.wait_for_timeout(50) or bool(lost), within=20)
        waiting(page, 5)
        killed(profile)
    assert lost == [200]
    assert len(trainer.attended(session)) == 5

    with opened(browsers, profile) as context:
        page = page_of(context)
        page.goto(f"{trainer.konbit.address}/attendance/")
        waiting(page, 5)
        unlock(page)
        waiting(page, 0)
        page.click(".bar .state")
        expect(page.locator("[data-sequence]")).to_have_count(5)
        expect(page.locator("[data-outcome=RECORDED], [data-outcome=DUPLICATE]")).to_have_count(5)
    assert trainer.attended(session) == {person["token"]: ("PRESENT", 1) for person in few}


@pytest.mark.parametrize("trouble", ["401", "500", "timeout", "not JSON"])
def test_whatever_the_server_answers_the_event_waits_until_it_is_answered_for(
    page: Page, trainer: Trainer, training: dict[str, Any], trouble: str
) -> None:
    session, person = (
        training["sessions"][2]["id"],
        people(training)[["401", "500", "timeout", "not JSON"].index(trouble)],
    )
    set_up(page, trainer)
    choose(page, training, 2)
    tried: list[str] = []

    def answer(route: Route) -> None:
        if "mutation RecordAttendance" not in (route.request.post_data or ""):
            route.continue_()
            return
        tried.append(trouble)
        if trouble == "timeout":
            route.abort("timedout")
        else:
            route.fulfill(status=200 if trouble == "not JSON" else int(trouble), body="<h1>Nothing to see</h1>")

    page.route(GRAPH, answer)
    by(page, "pin")
    type_pin(page, person["pin"])
    expect(page.locator(".bar .state .small").first).to_contain_text(re.compile("No answer|Sign in again"))
    waiting(page, 1)
    assert tried
    assert person["token"] not in trainer.attended(session)
    page.unroute(GRAPH)
    page.click(".bar .first")
    waiting(page, 0)
    assert trainer.attended(session)[person["token"]] == ("PRESENT", 1)


def test_a_batch_that_is_sent_again_soon_is_the_same_to_the_letter(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    set_up(page, trainer)
    choose(page, training, 3)
    batches = watched(page)
    page.route(
        GRAPH, lambda route: route.abort() if "mutation" in (route.request.post_data or "") else route.continue_()
    )
    by(page, "pin")
    type_pin(page, people(training)[0]["pin"])
    assert soon(lambda: page.wait_for_timeout(50) or len(batches) > 1, within=20)
    type_pin(page, people(training)[1]["pin"])
    waiting(page, 2)
    page.unroute(GRAPH)
    page.click(".bar .first")
    waiting(page, 0)
    first, *again, last = batches
    assert len(first["events"]) == 1
    assert again
    assert all(each == first for each in again)
    assert (last["events"][0]["deviceSequence"], last["idempotencyKey"] != first["idempotencyKey"]) == (2, True)


def test_a_correction_names_what_it_corrects_and_why_and_nothing_is_taken_back(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, person = training["sessions"][4]["id"], people(training)[0]
    set_up(page, trainer)
    choose(page, training, 4)
    batches = watched(page)
    row = page.locator(f"[data-token='{person['token']}']")
    row.locator(".round").click()
    expect(row).to_contain_text("Sent")
    row.locator(".name").click()
    page.click("dialog [data-status=EXCUSED]")
    expect(page.locator("dialog [role=alert]")).to_contain_text("Choose a reason first.")
    page.select_option("#reason", "reasonMistake")
    page.click("dialog [data-status=EXCUSED]")
    expect(row).to_contain_text("Excused")
    waiting(page, 0)
    observed, corrected = sent(batches)
    assert "correctsEventId" not in observed
    assert (corrected["correctsEventId"], corrected["reason"]) == (observed["eventId"], "Recorded by mistake")
    assert trainer.attended(session) == {person["token"]: ("EXCUSED", 2)}


def test_what_the_server_knew_before_is_corrected_by_its_version(
    browsers: BrowserType, tmp_path: Path, page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, person = training["sessions"][5]["id"], people(training)[0]
    set_up(page, trainer)
    choose(page, training, 5)
    page.click(f"[data-token='{person['token']}'] .round")
    expect(page.locator(f"[data-token='{person['token']}']")).to_contain_text("Sent")
    with opened(browsers, tmp_path / "another") as context:
        other = page_of(context)
        set_up(other, trainer)
        choose(other, training, 5)
        batches = watched(other)
        row = other.locator(f"[data-token='{person['token']}']")
        expect(row).to_contain_text("Present")
        row.locator(".round").click()
        other.select_option("#reason", "reasonLeft")
        other.click("dialog [data-status=LEFT_EARLY]")
        expect(row).to_contain_text("Left early")
        waiting(other, 0)
        other.click(".bar .state")
        expect(other.locator("[data-outcome=RECORDED]")).to_have_count(1)
    assert [event["correctsVersion"] for event in sent(batches)] == [1]
    assert trainer.attended(session)[person["token"]][0] == "LEFT_EARLY"


def test_a_code_that_nobody_is_known_by_is_kept_if_a_person_says_so(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    session = training["sessions"][6]["id"]
    set_up(page, trainer)
    choose(page, training, 6)
    by(page, "pin")
    type_pin(page, "a-code-of-nobody")
    page.click("dialog [value=no]")
    waiting(page, 0)
    type_pin(page, "a-code-of-nobody")
    page.click("dialog [value=yes]")
    page.click(".bar .state")
    expect(page.locator("[data-outcome=UNMATCHED]")).to_contain_text("nobody is known by this code yet")
    expect(page.locator(".trouble")).to_contain_text("To look at: 1")
    assert trainer.unmatched(session) == 1


def test_a_camera_reads_each_code_that_is_held_before_it_once(
    browsers: BrowserType, tmp_path: Path, profile: Path, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, shown = training["sessions"][10]["id"], people(training)[:6]
    camera = film_of([person["token"] for person in shown], tmp_path / "film.y4m")
    with opened(browsers, profile, args=["--no-sandbox", *camera]) as context:
        page = page_of(context)
        set_up(page, trainer)
        choose(page, training, 10)
        context.set_offline(True)
        batches = watched(page)
        by(page, "scan")
        page.click(".panel button")
        expect(page.locator("#waiting")).to_have_attribute("data-waiting", "6", timeout=30_000)
        page.wait_for_timeout(3_000)  # the film begins anew
        waiting(page, 6)
        by(page, "list")
        context.set_offline(False)
        waiting(page, 0)
    assert {event["source"] for event in sent(batches)} == {"QR"}
    assert trainer.attended(session) == {person["token"]: ("PRESENT", 1) for person in shown}


def test_nothing_of_people_lies_open_on_the_device_and_the_wrong_words_open_nothing(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    set_up(page, trainer)
    choose(page, training, 7)
    page.context.set_offline(True)
    page.click(f"[data-token='{people(training)[0]['token']}'] .round")
    waiting(page, 1)
    raw = page.evaluate(KEPT_RAW)
    assert raw["events"] == 1
    secrets = ["eyJ", PASSPHRASE, training["code"]]  # the first is how every signed token begins
    secrets += [value for person in people(training) for value in (person["token"], person["participant"]["name"])]
    assert [secret for secret in secrets if secret in raw["words"]] == []
    page.reload()
    unlock(page, "trois petits chiens")
    expect(page.locator("[role=alert]")).to_contain_text("That is not the passphrase of this device.")
    expect(page.locator("#passphrase")).to_be_focused()
    waiting(page, 1)
    unlock(page)
    waiting(page, 1)


def test_a_revoked_device_sends_what_it_has_and_wipes_itself(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, person = training["sessions"][8]["id"], people(training)[0]
    set_up(page, trainer)
    choose(page, training, 8)
    device = device_of(page)
    page.click(f"[data-token='{people(training)[1]['token']}'] .round")
    expect(page.locator(f"[data-token='{people(training)[1]['token']}']")).to_contain_text("Sent")
    page.context.set_offline(True)
    page.click(f"[data-token='{person['token']}'] .round")
    waiting(page, 1)
    trainer.revoke(device)
    page.context.set_offline(False)
    expect(page.locator(".notice.bad")).to_contain_text("This device was revoked.")
    raw = page.evaluate(KEPT_RAW)
    assert (raw["number"], raw["events"]) == (0, 0)
    assert trainer.device(device)["missing"] == 0
    assert trainer.flags(session) == [[], ["REVOKED"]]


def test_where_the_grant_has_ended_a_person_signs_in_again_and_nothing_is_lost(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    session, person = training["sessions"][9]["id"], people(training)[2]
    set_up(page, trainer)
    choose(page, training, 9)
    end_all_programs(page, trainer)
    page.click(f"[data-token='{person['token']}'] .round")
    expect(page.locator(".bar .state .small").first).to_contain_text("Sign in again to send. Nothing is lost.")
    waiting(page, 1)
    assert person["token"] not in trainer.attended(session)
    page.click(".bar .first")
    sign_in(page, trainer)
    expect(page.locator("main p").first).to_contain_text("You are signed in.")
    waiting(page, 1)
    unlock(page)
    waiting(page, 0)
    assert trainer.attended(session)[person["token"]] == ("PRESENT", 1)


def end_all_programs(page: Page, trainer: Trainer) -> None:
    """The person ends them, on their account's page in another window of the same browser."""
    account = page.context.new_page()
    account.goto(f"{trainer.konbit.address.replace('127.0.0.1', 'localhost')}/account")
    programs = account.locator("form[action='/account/programs'] button")
    while left := programs.count():
        programs.first.click()
        expect(programs).to_have_count(left - 1)
    account.close()


def test_two_windows_of_a_device_renew_one_after_the_other(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    """A refresh token counts once: whoever came second with the same one would end the grant."""
    session, few = training["sessions"][11]["id"], people(training)[:2]
    page.context.clock.install()
    set_up(page, trainer)
    choose(page, training, 11)
    other = page_of_another_window(page, trainer)
    page.context.clock.fast_forward("11:00")
    for each, person in zip((page, other), few, strict=True):
        each.click(f"[data-token='{person['token']}'] .round")
    for each in (page, other):
        waiting(each, 0)
    assert soon(lambda: len(trainer.attended(session)) == 2)
    assert page.locator(".bar .first").count() == 0


def page_of_another_window(page: Page, trainer: Trainer) -> Page:
    other = page.context.new_page()
    other.goto(f"{trainer.konbit.address}/attendance/")
    unlock(other)
    other.wait_for_selector(".rows li")
    return other


def test_a_clock_that_is_an_hour_off_keeps_nobody_out(page: Page, trainer: Trainer, training: dict[str, Any]) -> None:
    """A proof is good for a minute by the server's clock, which the page goes by."""
    session, person = training["sessions"][11]["id"], people(training)[3]
    page.context.clock.install(time=datetime.now(UTC) + timedelta(hours=1))
    set_up(page, trainer)
    choose(page, training, 11)
    page.click(f"[data-token='{person['token']}'] .round")
    expect(page.locator(f"[data-token='{person['token']}']")).to_contain_text("Sent")
    assert person["token"] in trainer.attended(session)


def test_erasing_signs_out_in_the_browser_too_and_ends_what_was_granted(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    set_up(page, trainer)
    page.click("header .round")
    page.click("section button.bad")
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if "/oauth/revoke" in request.url else None)
    with page.expect_navigation(url="**/attendance/"):
        page.click("dialog [value=yes]")
    expect(page.locator(SIGN_IN)).to_be_visible()
    assert len(told) == 1
    page.click(SIGN_IN)
    expect(page.locator("input[name=password]")).to_be_visible()


def test_what_the_device_cannot_keep_is_not_said_to_be_recorded(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    """The device was emptied in another window."""
    person = people(training)[0]
    set_up(page, trainer)
    choose(page, training, 9)
    page.context.set_offline(True)
    page.evaluate(EMPTIED)
    page.click(f"[data-token='{person['token']}'] .round")
    expect(page.locator(".last")).to_contain_text(f"NOT recorded: {person['participant']['name']}")
    waiting(page, 0)
    assert len(thrown) == 1
    thrown.clear()


def test_a_device_is_emptied_by_a_button_that_says_what_would_be_lost(
    page: Page, trainer: Trainer, training: dict[str, Any]
) -> None:
    set_up(page, trainer)
    choose(page, training, 9)
    page.context.set_offline(True)
    page.click(f"[data-token='{people(training)[0]['token']}'] .round")
    waiting(page, 1)
    page.click("header .round")
    page.click("section button.bad")
    expect(page.locator("dialog")).to_contain_text("lost for ever if you erase now: 1")
    page.click("dialog [value=no]")
    assert page.evaluate(KEPT_RAW)["events"] == 1
    page.click("section button.bad")
    page.click("dialog [value=yes]")
    expect(page.locator("section button.bad")).to_have_count(0)  # settings, too, may ask to sign in
    expect(page.locator(SIGN_IN)).to_be_visible()
    raw = page.evaluate(KEPT_RAW)
    assert (raw["number"], raw["events"]) == (0, 0)
