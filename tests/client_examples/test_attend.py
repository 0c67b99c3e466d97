"""The trainer's queue: nothing marked is lost, whatever is killed when, and each event is recorded once."""

import json
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.client_examples.between import Trouble, between
from tests.client_examples.conftest import Network
from tests.client_examples.programs import PATIENCE, command, environment, run

CLASS = """query { trainings(first: 20) { nodes {
  sessions { id attendances(first: 0) { totalCount } } enrolments(first: 100) { nodes { token } } } } }"""
PRESENT = """query ($id: ID!) { node(id: $id) { ... on TrainingSession {
  attendances(first: 100) { nodes { id status enrolment { token } } } } } }"""
SEND = """mutation ($input: RecordAttendanceInput!) { recordAttendance(input: $input) {
  results { eventId outcome attendance { id } } problems { code message } } }"""


@dataclass(frozen=True)
class Class:
    """A training's sessions, those that nobody has attended yet, and who is enrolled."""

    sessions: list[str]
    empty: list[str]
    tokens: list[str]


@pytest.fixture
def classroom(network: Network) -> Class:
    """The training with the most sessions, of those with people in it whose tokens we may see: it is going on."""
    found = []
    for training in network.ask("trainer", CLASS)["trainings"]["nodes"]:
        sessions = [each["id"] for each in training["sessions"]]
        empty = [each["id"] for each in training["sessions"] if each["attendances"]["totalCount"] == 0]
        found.append(
            Class(sessions, empty, [each["token"] for each in training["enrolments"]["nodes"] if each["token"]])
        )
    return max((each for each in found if len(each.tokens) >= 10), key=lambda each: len(each.sessions))


@dataclass
class Queue:
    """The file as the tests look into it, while programs write to it and are killed."""

    path: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        file = sqlite3.connect(self.path, timeout=30)
        try:
            return file.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # killed before there was one
                return []
            raise
        finally:
            file.close()

    @property
    def events(self) -> list[tuple[int, str, str, str]]:
        return self.rows("SELECT sequence, event_id, session_id, token FROM event ORDER BY sequence")

    @property
    def outcomes(self) -> dict[int, str]:
        return dict(self.rows("SELECT sequence, outcome FROM answer"))

    def sent(self) -> list[dict[str, Any]]:
        """Every event, as it was sent."""
        rows = self.rows("SELECT event_id, sequence, session_id, token, status, occurred_at FROM event")
        names = ("eventId", "deviceSequence", "sessionId", "enrolmentToken", "status", "occurredAt")
        return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "queue.sqlite")


@contextmanager
def started(queue: Queue, *arguments: str, told: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """A program on the queue, killed at the end of the block as by kill -9 where it still runs."""
    process = subprocess.Popen(
        command("python", "attend", *arguments, "--queue", str(queue.path)),
        env=environment(told), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=queue.path.parent,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def attend(queue: Queue, *arguments: str, told: dict[str, str], expected: int = 0) -> Any:
    return run("python", "attend", *arguments, "--queue", str(queue.path), told=told, expected=expected)


def mark_until_killed(queue: Queue, session: str, tokens: list[str], chance: random.Random) -> list[int]:
    """This will feed a scanner's tokens to a program, kill it somewhere on the way, and tell what it said is queued."""
    with started(queue, "mark", "-", "--session", session, told={}) as process:
        assert process.stdin
        assert process.stdout
        first, *others = tokens
        process.stdin.write(f"{first}\n")
        process.stdin.flush()
        said = [process.stdout.readline()]  # so each start brings it on by one at least
        for token in others[: chance.randint(0, 2 * len(others))]:
            process.stdin.write(f"{token}\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, 0.004))
        process.kill()
        said += process.stdout.read().splitlines()
    return [int(line.split()[0]) for line in said if "PRESENT" in line]


def sync_until_killed(queue: Queue, told: dict[str, str], seconds: float) -> bool:
    """Whether it came to its own end before it was killed."""
    with started(queue, "sync", told=told) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        assert process.returncode == 0, process.stderr and process.stderr.read()
        return True


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_each_event_is_recorded_once(
    network: Network, classroom: Class, queue: Queue, seed: int
) -> None:
    chance = random.Random(seed)
    sessions = classroom.empty[: max(3, len(classroom.empty) // 2)]
    assert len(sessions) >= 3
    kills = 0
    for session in sessions:
        while left := [
            token for token in classroom.tokens if (session, token) not in {event[2:] for event in queue.events}
        ]:
            said = mark_until_killed(queue, session, left, chance)
            assert set(said) <= {event[0] for event in queue.events}
            kills += 1
        kills += not sync_until_killed(queue, network.told, chance.uniform(0.1, 0.5))
    seconds = 0.3
    while not sync_until_killed(queue, network.told, chance.uniform(0.1, seconds)):
        kills, seconds = kills + 1, 1.5 * seconds

    assert kills >= 3
    events = queue.events
    assert [event[0] for event in events] == list(range(1, len(events) + 1))
    assert sorted(queue.outcomes) == [event[0] for event in events]
    assert set(queue.outcomes.values()) <= {"RECORDED", "DUPLICATE"}
    for session in sessions:
        attended = network.ask("trainer", PRESENT, id=session)["node"]["attendances"]["nodes"]
        assert sorted(each["enrolment"]["token"] for each in attended) == sorted(classroom.tokens)
        assert {each["status"] for each in attended} == {"PRESENT"}
    again = resent(network, queue)
    assert {result["outcome"] for result in again} == {"DUPLICATE"}
    assert len({result["attendance"]["id"] for result in again}) == len(events)


def resent(network: Network, queue: Queue) -> list[dict[str, Any]]:
    """Everything once more, under other keys: what the server says of each event."""
    device = queue.rows("SELECT id FROM device")[0][0]
    sent, results = queue.sent(), []
    for first in range(0, len(sent), 100):
        given = {"idempotencyKey": os.urandom(8).hex(), "deviceId": device, "events": sent[first : first + 100]}
        answer = network.ask("trainer", SEND, input=given)["recordAttendance"]
        assert answer["problems"] == []
        results += answer["results"]
    return results


def test_what_is_marked_without_a_network_is_sent_with_one(network: Network, classroom: Class, queue: Queue) -> None:
    nowhere = network.as_partner("trainer", issuer="http://127.0.0.1:9", graphql="http://127.0.0.1:9/graphql")
    session, token = classroom.sessions[-1], classroom.tokens[0]

    assert attend(queue, "mark", token, "--session", session, "--status", "LATE", told={}).lines == [
        "    1  LATE  (not on the roster)"
    ]
    attend(queue, "mark", "no-such-token", "--session", session, told={})
    assert not sync_until_killed(queue, nowhere, 1.5)
    assert queue.outcomes == {}
    synced = attend(queue, "sync", told=network.told)

    assert [line.split("[")[0].strip() for line in synced.lines] == [
        "1  LATE  recorded",
        "2  PRESENT  kept: nobody has this token yet",
        "Nothing waits.",
    ]
    assert [line.split()[:1] + line.split()[3:5] for line in attend(queue, "list", told={}).lines] == [
        ["1", "LATE", "RECORDED"],
        ["2", "PRESENT", "UNMATCHED"],
    ]


def test_the_roster_is_taken_along_and_holds_no_credential(network: Network, classroom: Class, queue: Queue) -> None:
    fetched = attend(queue, "fetch", told=network.told)

    assert fetched.lines[0].endswith("You can go.")
    assert {session for (session,) in queue.rows("SELECT id FROM session")} >= set(classroom.sessions[-1:])
    content = b"".join(path.read_bytes() for path in queue.path.parent.iterdir())
    assert not [token for token in classroom.tokens if token.encode() in content]
    assert queue.path.stat().st_mode & 0o777 == 0o600
    marked = attend(queue, "mark", classroom.tokens[1], "--session", classroom.sessions[-1], told={})
    assert marked.lines == ["    1  PRESENT"]


def test_an_answer_that_is_lost_is_asked_for_again(network: Network, classroom: Class, queue: Queue) -> None:
    for token in classroom.tokens[2:5]:
        attend(queue, "mark", token, "--session", classroom.sessions[-1], told={})

    lost = Trouble("RecordAttendance")
    with between(network.demo["graphql"], lost) as graphql:
        attend(queue, "sync", told=network.as_partner("trainer", graphql=graphql))

    assert lost.over
    assert set(queue.outcomes.values()) <= {"RECORDED", "DUPLICATE"}
    assert {result["outcome"] for result in resent(network, queue)} == {"DUPLICATE"}


def test_which_session_is_meant_must_be_plain(queue: Queue) -> None:
    refused = attend(queue, "mark", "token", told={}, expected=1)

    assert refused.errors.splitlines() == ["NotDone: INVALID_INPUT: 0 sessions are on now: say which one, --session."]
    assert queue.events == []


@pytest.mark.parametrize("change", ["UPDATE event SET status = 'ABSENT'", "DELETE FROM event"])
def test_the_queue_forgets_and_changes_nothing(queue: Queue, change: str) -> None:
    attend(queue, "mark", "token", "--session", "s", told={})

    with sqlite3.connect(queue.path) as file, pytest.raises(sqlite3.IntegrityError, match="an event is a fact"):
        file.execute(change)
    file.close()


def test_event_ids_are_uuids_of_version_7_in_order(queue: Queue) -> None:
    scanned = "\n".join(f"token-{number}" for number in range(50))
    with started(queue, "mark", "-", "--session", "s", told={}) as process:
        process.communicate(scanned, timeout=PATIENCE)

    ids = [event[1] for event in queue.events]
    assert [(id_[14], id_[19] in "89ab") for id_ in ids] == [("7", True)] * 50
    assert sorted(id_[:13] for id_ in ids) == [id_[:13] for id_ in ids]
    assert json.dumps(ids).count("-") == 200
