"""A training under way: who gives it, who takes part, and what devices send of it, at moments that the tests choose."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from actions.attendance import record_attendance
from actions.attendance_event import Told
from actions.perform import Outcome, perform
from api.database import DatabaseURLs
from auth.actor import Actor
from auth.scopes import Scope
from models.rules.roles import Role
from models.rules.vocabulary import AttendanceStatus
from models.session import Database

TRAINER = frozenset({Role.TRAINER})
STARTS = datetime(2026, 11, 2, 13, 30, tzinfo=UTC)
LASTS = timedelta(hours=3, minutes=30)
SOON = STARTS + timedelta(hours=5)
"When most batches come: the session is over, nothing is locked."
LOCKED = STARTS + timedelta(days=16)


@dataclass
class Delivery:
    """One organiser's training, with its sessions one a day, and its participants."""

    database: Database
    "As role app."
    owner: "asyncpg.Pool[asyncpg.Record]"
    organization_id: UUID = field(default_factory=uuid4)
    training_id: UUID = field(default_factory=uuid4)
    sessions: list[UUID] = field(default_factory=list)
    enrolments: list[UUID] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    def actor(self, *, roles: frozenset[Role] = TRAINER, user_id: UUID | None = None, client: str = "tablets") -> Actor:
        ends = datetime.now(UTC) + timedelta(minutes=10)
        return Actor(self.organization_id, client, user_id, frozenset(Scope), roles, uuid4(), ends)

    def told(self, person: int = 0, *, session: int = 0, after: timedelta = timedelta(0), **given: Any) -> Told:
        """An event: that this person was seen when this session started, unless otherwise said."""
        usual = {
            "event_id": str(uuid4()),
            "device_sequence": 1,
            "session_id": self.sessions[session],
            "enrolment_token": self.tokens[person] if "enrolment_token" not in given else None,
            "status": AttendanceStatus.PRESENT,
            "occurred_at": STARTS + timedelta(days=session) + after,
        }
        return Told(**{**usual, **given})

    async def do(self, verb: Any, *, actor: Actor | None = None, now: datetime = SOON, **given: Any) -> Outcome:
        """One action, as the graph performs it."""
        who = actor or self.actor()
        return await perform(
            self.database,
            who,
            mutation=verb.__name__,
            key=str(uuid4()),
            given={},
            verb=lambda session: verb(session, who, now, **given),
            now=now,
            request_id="a-request",
        )

    async def record(self, *events: Told, device: str = "tablet", **given: Any) -> list[dict[str, Any]]:
        """A batch; its answers in order."""
        outcome = await self.do(record_attendance, device_id=device, events=events, **given)
        assert outcome.problems == (), outcome
        return await self.rows("SELECT * FROM attendance_answer WHERE batch_id = $1 ORDER BY position", outcome.key)

    async def attendance(self, person: int = 0, *, session: int = 0) -> dict[str, Any] | None:
        found = await self.rows(
            "SELECT * FROM attendance WHERE session_id = $1 AND enrolment_id = $2",
            self.sessions[session],
            self.enrolments[person],
        )
        assert len(found) <= 1
        return found[0] if found else None

    async def read(self, person: int = 0, *, session: int = 0) -> tuple[str, timedelta, list[str]]:
        """What an attendance reads: its status, how long after the start, and what is disputed."""
        found = await self.attendance(person, session=session)
        assert found is not None
        after: timedelta = found["occurred_at"] - STARTS - timedelta(days=session)
        return found["status"], after, found["conflicts"]

    async def event(self, event_id: str) -> UUID:
        """The key of an event, by the id that its device made."""
        found: UUID = await self.owner.fetchval(
            "SELECT id FROM attendance_event WHERE event_id = $1::uuid AND organization_id = $2 ORDER BY outcome DESC",
            UUID(event_id),
            self.organization_id,
        )
        return found

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.owner.fetch(query, *arguments)]

    async def add(self, table: str, **values: Any) -> None:
        names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.owner.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', *values.values())

    async def enrol(self, *, token: str | None = None) -> int:
        """One more participant; the number it has from then on."""
        number, enrolment = len(self.enrolments), uuid4()
        own = {"organization_id": self.organization_id}
        await self.add("enrolment", id=enrolment, **own, training_id=self.training_id, enrolled_at=STARTS)
        await self.add(
            "participant",
            enrolment_id=enrolment,
            **own,
            name=f"Participant {number}",
            sex="FEMALE",
            age_group="AGE_25_59",
            kind="NGO",
        )
        self.enrolments.append(enrolment)
        self.tokens.append(token or f"token-{uuid4().hex}")
        self.pins.append(f"{number:06}")
        await self.add(
            "enrolment_credential",
            enrolment_id=enrolment,
            **own,
            training_id=self.training_id,
            token=self.tokens[-1],
            pin=self.pins[-1],
            issued_at=STARTS,
        )
        return number


async def delivered(
    database: Database, owner: "asyncpg.Pool[asyncpg.Record]", *, people: int, sessions: int
) -> Delivery:
    """This will set up a training of an organiser of its own."""
    made = Delivery(database, owner)
    own, slug = {"organization_id": made.organization_id}, f"o-{made.organization_id}"
    await made.add("organization", id=made.organization_id, slug=slug, names='{"fr": "O"}', kind="TRAINING_PROVIDER")
    course, version = uuid4(), uuid4()
    await made.add("course", id=course, **own, code=slug, titles='{"fr": "C"}')
    await made.add("course_version", id=version, course_id=course, number=1, valid_from=STARTS.date(), hours=7)
    await made.add(
        "training",
        id=made.training_id,
        **own,
        code=slug,
        course_id=course,
        course_version_id=version,
        starts_on=STARTS.date(),
        ends_on=(STARTS + timedelta(days=sessions - 1)).date(),
    )
    for day in range(sessions):
        made.sessions.append(uuid4())
        hours = {"starts_at": STARTS + timedelta(days=day), "ends_at": STARTS + timedelta(days=day) + LASTS}
        await made.add("training_session", id=made.sessions[-1], **own, training_id=made.training_id, **hours)
    for _ in range(people):
        await made.enrol()
    return made


@asynccontextmanager
async def deliveries(
    urls: DatabaseURLs, *, count: int = 1, people: int = 4, sessions: int = 2, size: int = 4
) -> AsyncIterator[Sequence[Delivery]]:
    """This will hold trainings of as many organisers, open for what the tests record."""
    database = await Database(urls.app, size=size).open()
    owner = await asyncpg.create_pool(urls.migration, min_size=1, max_size=3)
    try:
        yield [await delivered(database, owner, people=people, sessions=sessions) for _ in range(count)]
    finally:
        await owner.close()
        await database.close()
