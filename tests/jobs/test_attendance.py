"""What waits too long ends: a correction of what never came is for a person, and old answers are forgotten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from actions.attendance_rulings import match_attendance
from api.database import DatabaseURLs
from jobs.attendance import forget_answers, lapse
from models.rules.attendance import WAITS
from models.rules.vocabulary import AttendanceStatus
from tests.actions.delivery import SOON, deliveries

NOTHING = timedelta(0)


async def test_a_correction_waits_five_days_and_is_then_for_a_person(database: DatabaseURLs) -> None:
    async with deliveries(database) as (training,):
        worker = await asyncpg.connect(database.worker)
        try:
            scan = training.told(1)
            told: dict[str, Any] = {"status": AttendanceStatus.EXCUSED, "reason": "Called"}
            await training.record(training.told(corrects_event_id=str(uuid4()), **told))
            await training.record(training.told(1, corrects_event_id=scan.event_id, **told), scan)

            early = await lapse(worker, now=SOON + WAITS)
            late = await lapse(worker, now=SOON + WAITS + timedelta(seconds=1))
            again = await lapse(worker, now=SOON + WAITS + timedelta(days=1))
        finally:
            await worker.close()

        assert (early, late, again) == (0, 1, 0)
        assert await training.read(0) == ("EXCUSED", NOTHING, ["STATUS"])
        assert await training.read(1) == ("EXCUSED", NOTHING, [])


async def test_a_correction_of_somebody_else_is_for_a_person_and_so_is_one_that_was_matched(
    database: DatabaseURLs,
) -> None:
    async with deliveries(database) as (training,):
        told: dict[str, Any] = {"status": AttendanceStatus.EXCUSED, "reason": "Called"}
        scan = training.told(1)
        walk_in = training.told(corrects_event_id=str(uuid4()), enrolment_token="walked-in", **told)
        await training.record(scan, training.told(corrects_event_id=scan.event_id, **told), walk_in)
        person = await training.enrol(token="walked-in")
        event_id = await training.event(walk_in.event_id)
        await training.do(match_attendance, event_id=event_id, enrolment_id=training.enrolments[person])
        worker = await asyncpg.connect(database.worker)
        try:
            lapsed = await lapse(worker, now=SOON + WAITS + timedelta(seconds=1))
        finally:
            await worker.close()

        assert lapsed == 2
        assert await training.read(0) == ("EXCUSED", NOTHING, ["STATUS"])
        assert await training.read(1) == ("PRESENT", NOTHING, [])
        assert await training.read(person) == ("EXCUSED", NOTHING, ["STATUS"])


async def test_answers_are_kept_as_long_as_their_keys(database: DatabaseURLs) -> None:
    async with deliveries(database) as (training,):
        await training.record(training.told())
        worker = await asyncpg.connect(database.worker)
        try:
            kept = await forget_answers(worker, now=SOON + timedelta(days=90))
            gone = await forget_answers(worker, now=SOON + timedelta(days=91))
        finally:
            await worker.close()

        assert (kept, gone) == (0, 1)
        assert len(await training.rows("SELECT FROM attendance_event")) == 1
