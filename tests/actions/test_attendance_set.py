"""Whatever order they come in, however often, and whoever is killed meanwhile: the same events read the same.

40 devices with clocks of their own tell two organisers the same story, each in another order and another number of
deliveries. Nothing is lost, nothing counts twice, and no event stops another.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from actions.attendance import record_attendance
from actions.attendance_event import Told
from actions.attendance_rulings import match_waiting
from actions.perform import IN_PROGRESS
from api.database import DatabaseURLs
from models.rules.attendance import SKEW, Fact, attended
from models.rules.vocabulary import AttendanceFlag, AttendanceStatus
from models.session import Session as Transaction
from models.session import beginning
from tests.actions.delivery import STARTS, Delivery, deliveries

MANY, SOME = 10_000, 600
DEVICES, PEOPLE, SESSIONS, WALK_INS = 40, 60, 4, 5
ENDED = STARTS + timedelta(days=SESSIONS)
STRANGERS = PEOPLE + WALK_INS
"From this number on, a token that stays unknown."
SPOILED: list[dict[str, Any]] = [{"event_id": "rubbish"}, {"enrolment_token": ""}, {"device_sequence": -1}]
PRESENT, LATE, LEFT, ABSENT, EXCUSED = AttendanceStatus


@dataclass(frozen=True)
class Happened:
    """What a device noted down: of whom, at which session, at what time by our clock."""

    device: int
    person: int
    session: int
    at: datetime
    told: dict[str, Any]
    "The rest, as it stands in the input."

    def as_told(self, training: Delivery, skew: timedelta, walk_ins: list[str]) -> Told:
        tokens = [*training.tokens[:PEOPLE], *walk_ins, *(f"stranger-{nth}" for nth in range(3))]
        usual = {
            "session_id": training.sessions[self.session],
            "enrolment_token": tokens[self.person],
            "occurred_at": self.at + skew,
            "device_sequence": 0,
        }
        return Told(**{**usual, **self.told})


def story(chance: Random, count: int) -> Iterator[Happened]:
    """What happened: scans, second scans, absences, corrections of them, ids used twice, strangers and rubbish."""
    for nth in range(count):
        session, person = chance.randrange(SESSIONS), chance.randrange(STRANGERS + 3)
        at = STARTS + timedelta(days=session, seconds=chance.randrange(-1_800, 12_600))
        status = chance.choices(list(AttendanceStatus), [60, 10, 8, 15, 7])[0]
        told = {"event_id": str(UUID(int=chance.getrandbits(128))), "device_sequence": nth, "status": status}
        happened = Happened(nth % DEVICES, person, session, at, told)
        draw = chance.random()
        if draw < 0.02:
            yield replace(happened, told=told | chance.choice(SPOILED))
            continue
        yield happened
        if draw < 0.05:
            yield replace(happened, told=told | {"status": chance.choice([s for s in AttendanceStatus if s != status])})
        elif draw < 0.09 and person < PEOPLE:
            corrected = {"status": chance.choice(list(AttendanceStatus)), "corrects_event_id": told["event_id"]}
            for _ in range(chance.choice([1, 1, 2])):
                new = {"event_id": str(UUID(int=chance.getrandbits(128))), "reason": "Seen wrongly"}
                yield replace(happened, told=told | corrected | new)
                corrected["status"] = chance.choice(list(AttendanceStatus))


class Killed(Exception):
    """The device, or the server it spoke to, went away before anything was answered."""


async def told_to(
    training: Delivery, happened: list[Happened], chance: Random, skews: list[timedelta], walk_ins: list[str]
) -> int:
    """This will deliver it all, in an order of its own, and answer how many deliveries were cut short."""
    by_device: dict[int, list[Happened]] = {}
    for each in happened:
        by_device.setdefault(each.device, []).append(each)
    batches = []
    for device, noted in by_device.items():
        chance.shuffle(noted)
        sizes, reached = [chance.randint(1, 100) for _ in noted], 0
        for size in sizes:
            if batch := noted[reached : reached + size]:
                batches += [(device, batch)] * chance.choice([1, 1, 2])
            reached += size
    chance.shuffle(batches)
    cut = 0
    free = asyncio.Semaphore(6)

    async def deliver(device: int, batch: list[Happened], kill_after: float | None) -> bool:
        async with free:
            now = ENDED + timedelta(minutes=chance.randrange(3 * 1_440))
            events = [each.as_told(training, skews[device], walk_ins) for each in batch]
            recording = training.do(
                record_attendance,
                now=now,
                device_id=f"device {device}",
                events=events,
                sent_at=now + skews[device],
            )
            try:
                async with asyncio.timeout(kill_after):
                    outcome = await recording
            except TimeoutError:
                return False
            if outcome.problems == (IN_PROGRESS,):
                return False
            answered = await training.rows("SELECT event_id FROM attendance_answer WHERE batch_id = $1", outcome.key)
            assert len(answered) == len(batch)
            return True

    async def until_done(device: int, batch: list[Happened]) -> None:
        nonlocal cut
        kill_after = chance.choice([None, None, 0.02, 0.15])
        while not await deliver(device, batch, kill_after):
            cut, kill_after = cut + 1, None

    await asyncio.gather(*(until_done(device, batch) for device, batch in batches))
    return cut


async def walked_in(training: Delivery, tokens: list[str]) -> None:
    """People whose tokens a device had made come to be known, before or after what was recorded by them."""
    actor = training.actor()
    for token in tokens:
        person = await training.enrol(token=token)
        async with training.database.transaction(beginning(actor.claims(), writes=True)) as connection:
            await match_waiting(Transaction(connection), actor, ENDED, enrolment_id=training.enrolments[person])


async def projection(training: Delivery) -> dict[tuple[int, int], tuple[Any, ...]]:
    """What stands at the end, by who and at which session."""
    people = {key: number for number, key in enumerate(training.enrolments)}
    sessions = {key: number for number, key in enumerate(training.sessions)}
    return {
        (people[row["enrolment_id"]], sessions[row["session_id"]]): (
            row["status"],
            row["occurred_at"],
            tuple(row["conflicts"]),
            row["version"] if people[row["enrolment_id"]] < PEOPLE else None,
        )
        for row in await training.rows(
            "SELECT * FROM attendance WHERE organization_id = $1 AND NOT void", training.organization_id
        )
    }


def expected(happened: list[Happened], skews: list[timedelta]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """The same by the rule alone, from what happened and nothing of what was delivered."""
    kept = {(each.told["event_id"], each.told["status"], each.person): each for each in happened if _sound(each)}
    under: dict[str, int] = {}
    for event_id, _, _ in kept:
        under[event_id] = under.get(event_id, 0) + 1
    facts: dict[tuple[int, int], list[Fact]] = {}
    for each in kept.values():
        corrects = each.told.get("corrects_event_id")
        said = each.at + skews[each.device]
        trusted = abs(said - each.at) <= SKEW or corrects
        fact = Fact(
            id=UUID(each.told["event_id"]),
            status=each.told["status"],
            occurred_at=said,
            believed_at=said if trusted else each.at,
            received_at=ENDED,
            flags=frozenset[AttendanceFlag](),
            corrects=frozenset([UUID(corrects)] if corrects else []),
            rivals=under[each.told["event_id"]] - 1,
        )
        if each.person < STRANGERS:
            facts.setdefault((each.person, each.session), []).append(fact)
    read = {pair: attended(some) for pair, some in facts.items()}
    return {pair: (each.status, each.occurred_at, each.conflicts) for pair, each in read.items() if each is not None}


def _sound(happened: Happened) -> bool:
    told = happened.told
    return told["event_id"] != "rubbish" and told.get("enrolment_token") != "" and told["device_sequence"] >= 0


async def test_the_same_events_in_any_order_read_the_same(database: DatabaseURLs, prove: bool) -> None:
    chance = Random(20261121)
    happened = list(story(chance, MANY if prove else SOME))
    hours = [0.0, 0.0, 0.01, -2.5, 26.0, -24 * 400.0]
    skews = [timedelta(hours=chance.choice(hours)) for _ in range(DEVICES)]
    async with deliveries(database, count=2, people=PEOPLE, sessions=SESSIONS, size=7) as (one, other):
        cut = 0
        for number, training in enumerate((one, other)):
            tokens = [f"walk-in-{nth}-{training.training_id}" for nth in range(WALK_INS)]
            if number:
                await walked_in(training, tokens)
            cut += await told_to(training, list(happened), Random(number), skews, tokens)
            if not number:
                await walked_in(training, tokens)

        first, second = await projection(one), await projection(other)
        kept = await one.rows("SELECT event_id, status, count(*) FROM attendance_event GROUP BY 1, 2")
        unknown = await one.rows("SELECT count(DISTINCT event_id) FROM attendance_event WHERE enrolment_id IS NULL")

    sound = {(UUID(each.told["event_id"]), each.told["status"]) for each in happened if _sound(each)}
    assert first == second
    assert {pair: read[:3] for pair, read in first.items()} == expected(happened, skews)
    assert {(row["event_id"], row["status"]): row["count"] for row in kept} == dict.fromkeys(sound, 2)
    assert unknown[0]["count"] > 0
    assert cut > 0
    assert any(read[2] for read in first.values())
    print(f"{len(happened):,} events told twice over by {DEVICES} devices; {cut} deliveries cut short")
