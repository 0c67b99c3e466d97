"""Records what devices saw of attendance: each event is a fact, kept and answered for itself (training.md, 1 to 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from actions.attendance_context import Context, Device, contexts, device
from actions.attendance_event import Told
from actions.attendance_statements import ANSWER, BASE, INSERT, KNOWN, ONE_AT_A_TIME, SAME_ID, attendances
from actions.effects import Effect, RowsLost, refuse
from actions.projection import Pair, project
from actions.texts import NAME
from auth.actor import Actor
from auth.policies.training import RECORDERS
from models.rules.attendance import MOST_EVENTS, STATED
from models.rules.clocks import Clock, believed, flags
from models.rules.problems import Refusal
from models.rules.vocabulary import AttendanceFlag, AttendanceSource, ProblemCode
from models.rules.vocabulary import AttendanceOutcome as Outcome
from models.session import Session


@dataclass(frozen=True, slots=True)
class Answer:
    """What one event is answered."""

    outcome: Outcome
    flags: Sequence[AttendanceFlag] = ()
    message: str | None = None
    pair: Pair | None = None
    """Whose attendance it is evidence for."""


UNKNOWN = "Nobody is known by this token yet: it is kept, and can be matched."
TAKEN = "Another event came under this id before: both are kept, for a person to settle."
ELSEWHERE = "There is no such session of your organisation."
NO_VERSION = "The attendance never had that version: read it again."
UNREADABLE = "It holds a value that cannot be kept."


@dataclass(frozen=True, slots=True)
class Batch:
    """What all events of a batch share."""

    session: Session
    actor: Actor
    now: datetime
    device: Device
    clock: Clock
    pairs: set[Pair] = field(default_factory=set)
    """Whose attendance has to be read anew."""

    async def answer(self, told: Told, context: Context | None) -> Answer:
        """This will keep one event and answer it; what cannot be kept undoes nothing but itself."""
        wrong = told.misfit() or (ELSEWHERE if context is None else None)
        if wrong is not None or context is None:
            return Answer(Outcome.REJECTED, message=wrong)
        try:
            async with self.session.savepoint():
                answer, pairs = await self._kept(told, context)
        except (asyncpg.DataError, asyncpg.CheckViolationError):
            return Answer(Outcome.REJECTED, message=UNREADABLE)
        self.pairs.update(pairs)
        return answer

    async def _kept(self, told: Told, context: Context) -> tuple[Answer, set[Pair]]:
        """The answer to what was kept, and whose attendance it changes."""
        base: dict[str, Any] = {"corrects": [], "base_status": None, "base_occurred_at": None}
        if told.corrects_event_id is not None:
            base["corrects"] = [UUID(told.corrects_event_id)]
        if told.corrects_version is not None:
            read = await self.session.row(
                BASE,
                session_id=context.session_id,
                enrolment_id=context.enrolment_id,
                version=told.corrects_version,
            )
            if read is None:
                return Answer(Outcome.REJECTED, message=NO_VERSION), set()
            base = {"corrects": read["events"], "base_status": read["status"], "base_occurred_at": read["occurred_at"]}
        values = {**self._values(told, context), **base}
        matched = context.enrolment_id is not None
        outcome = Outcome.RECORDED if matched else Outcome.UNMATCHED
        if await self.session.value(INSERT, **values, outcome=outcome) is None:
            return await self._again(values)
        pair = _pair(values)
        if pair is None:
            return Answer(outcome, values["flags"], UNKNOWN), set()
        return Answer(outcome, values["flags"], None, pair), {pair}

    async def _again(self, values: dict[str, Any]) -> tuple[Answer, set[Pair]]:
        """Its id was taken: by itself, or by what is then another event, and both are kept."""
        twins = await self._under(values["event_id"])
        same = next((row for row in twins if row["content_hash"] == values["content_hash"]), None)
        if same is not None and same["outcome"] != Outcome.CONFLICT:
            return Answer(Outcome.DUPLICATE, same["flags"], None, _pair(same)), set()
        answer = Answer(Outcome.CONFLICT, values["flags"], TAKEN, _pair(values))
        if same is not None:
            return answer, set()
        await self.session.value(ONE_AT_A_TIME, event_id=values["event_id"])
        await self.session.value(INSERT, **values, outcome=Outcome.CONFLICT)
        return answer, {pair for row in await self._under(values["event_id"]) if (pair := _pair(row)) is not None}

    def _values(self, told: Told, context: Context) -> dict[str, Any]:
        source = told.source or AttendanceSource.ROSTER
        corrects = told.corrects_version is not None or told.corrects_event_id is not None
        at = told.occurred_at
        if source not in STATED and not corrects:
            at = believed(at, self.now, self.clock, boot_id=told.boot_id, monotonic_ms=told.monotonic_ms)
        return {
            "organization_id": self.actor.organization_id,
            "event_id": UUID(told.event_id),
            "device_id": self.device.id,
            "device_sequence": told.device_sequence,
            "session_id": context.session_id,
            "enrolment_id": context.enrolment_id,
            "raw_token": told.enrolment_token if context.enrolment_id is None else None,
            "status": told.status,
            "source": source,
            "occurred_at": told.occurred_at,
            "believed_at": at,
            "boot_id": told.boot_id,
            "monotonic_ms": None if told.monotonic_ms is None else int(told.monotonic_ms),
            "received_at": self.now,
            "reason": (told.reason or "").strip() or None,
            "content_hash": told.content(),
            "flags": flags(
                status=told.status,
                occurred_at=told.occurred_at,
                believed_at=at,
                received_at=self.now,
                window=context.window,
                enrolled_here=context.enrolled_here,
                revoked=self.device.revoked or context.revoked,
            ),
            "client_id": self.actor.client_id,
            "user_id": self.actor.user_id,
        }

    async def _under(self, event_id: UUID) -> list[asyncpg.Record]:
        return await self.session.rows(SAME_ID, organization_id=self.actor.organization_id, event_id=event_id)


def _pair(row: Mapping[str, Any]) -> Pair | None:
    return None if row["enrolment_id"] is None else (row["session_id"], row["enrolment_id"])


async def record_attendance(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    device_id: str,
    events: Sequence[Told],
    sent_at: datetime | None = None,
    boot_id: str | None = None,
    monotonic_ms: float | None = None,
) -> Effect:
    """This will keep each event of a batch and answer it; the effect's key is the batch that the answers are under.

    What is in doubt about an event is a flag or an outcome of it, never a reason to refuse the batch. Raises Refused:
    NOT_ALLOWED (a role that does not record attendance), INVALID_INPUT (over 100 events, a device without a name).
    """
    refuse(_check(actor, device_id, len(events)))
    clock = Clock(sent_at=sent_at, boot_id=boot_id, monotonic_ms=monotonic_ms)
    sender = await device(session, now, organization_id=actor.organization_id, name=device_id)
    asked = [(told.session_id, told.enrolment_token.replace("\0", "")) for told in events]
    known = await contexts(session, now, organization_id=actor.organization_id, asked=asked)
    batch = Batch(session, actor, now, sender, clock)

    # In one order for all batches: whoever waits for another's id then never waits in a circle.
    by_id = sorted(range(len(events)), key=lambda position: events[position].event_id.lower())
    answers = {position: await batch.answer(events[position], known.get(position)) for position in by_id}
    await project(session, now, batch.pairs)
    waiting = await _waiting(session, actor, events, answers)
    read = await attendances(session, {answer.pair for answer in answers.values() if answer.pair is not None})
    key = uuid4()
    rows = [
        {
            "position": position,
            "event_id": events[position].event_id.replace("\0", "")[:NAME],
            "outcome": answer.outcome,
            "flags": [*answer.flags, *([AttendanceFlag.WAITING] if position in waiting else [])],
            "message": answer.message,
            "attendance_id": answer.pair and read.get(answer.pair),
        }
        for position, answer in answers.items()
    ]
    kept = await session.change(ANSWER, batch_id=key, organization_id=actor.organization_id, at=now, answers=rows)
    if kept != len(events):
        raise RowsLost
    touched = {context.enrolment_id for context in known.values() if context.enrolment_id is not None}
    return Effect(key, tuple(sorted(touched)))


async def _waiting(session: Session, actor: Actor, events: Sequence[Told], answers: Mapping[int, Answer]) -> set[int]:
    """The positions of corrections that were kept, and whose event has not come."""
    asked = {
        position: UUID(told.corrects_event_id)
        for position, told in enumerate(events)
        if told.corrects_event_id is not None and answers[position].outcome is Outcome.RECORDED
    }
    if not asked:
        return set()
    known = await session.rows(KNOWN, organization_id=actor.organization_id, events=list(asked.values()))
    found = {row["event_id"] for row in known}
    return {position for position, event_id in asked.items() if event_id not in found}


def _check(actor: Actor, device_id: str, events: int) -> Refusal | None:
    if not actor.roles & RECORDERS:
        return Refusal(ProblemCode.NOT_ALLOWED, "Attendance is recorded by trainers.")
    if not 1 <= len(device_id) <= NAME or "\0" in device_id:
        return Refusal(ProblemCode.INVALID_INPUT, f"A deviceId has 1 to {NAME} signs.", ("deviceId",))
    if events > MOST_EVENTS:
        return Refusal(ProblemCode.INVALID_INPUT, f"A batch has at most {MOST_EVENTS} events.", ("events",))
    return None
