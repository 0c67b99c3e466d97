"""A training of five sessions that is over, and people who came to some of them: written as the database's owner."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from models.rules.roles import Role
from tests.actions.network import Network

TRAINERS = frozenset({Role.TRAINER})
ENDED = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
TITLES = {"fr": "Droits humains à la frontière", "ht": "Dwa moun sou fwontyè a"}


@dataclass
class Trained:
    """The organiser is `brc`; people by their names."""

    network: Network
    training_id: UUID = field(default_factory=uuid4)
    course_id: UUID = field(default_factory=uuid4)
    sessions: list[UUID] = field(default_factory=list)
    enrolments: dict[str, UUID] = field(default_factory=dict)
    attendances: dict[tuple[str, int], UUID] = field(default_factory=dict)

    @property
    def organizer(self) -> UUID:
        return self.network.organizations["brc"]

    async def enrolled(
        self, name: str, *statuses: str, score: int | None = None, conflict: bool = False, withdrawn: bool = False
    ) -> UUID:
        """Someone, with the status at each of the first sessions; `conflict` is at the first."""
        own, add, enrolment = {"organization_id": self.organizer}, self.network.add, uuid4()
        times = {"enrolled_at": ENDED - timedelta(days=9), "withdrawn_at": ENDED if withdrawn else None}
        await add("enrolment", id=enrolment, **own, training_id=self.training_id, **times)
        await add(
            "participant", enrolment_id=enrolment, **own, name=name, sex="FEMALE", age_group="AGE_25_59", kind="POLICE"
        )
        for number, status in enumerate(statuses):
            self.attendances[name, number] = await add(
                "attendance",
                id=uuid4(),
                **own,
                session_id=self.sessions[number],
                enrolment_id=enrolment,
                status=status,
                occurred_at=ENDED,
                recorded_at=ENDED,
                version=1,
                conflicts=["STATUS"] if conflict and number == 0 else [],
            )
        if score is not None:
            said = {"occasion": "POST", "points": score, "maximum": 20, "recorded_at": ENDED}
            await add("training_score", enrolment_id=enrolment, **own, **said)
        self.enrolments[name] = enrolment
        return enrolment

    async def certificates(self, *names: str) -> list[dict[str, Any]]:
        """The rows of these people's certificates, in the order of their issue."""
        ids = [self.enrolments[name] for name in names]
        found = "SELECT * FROM certificate WHERE enrolment_id = ANY($1) ORDER BY number"
        return [{**row, "claims": json.loads(row["claims"])} for row in await self.network.rows(found, ids)]


async def trained(
    network: Network,
    *,
    code: str = "DH-2026-03",
    share: int = 80,
    mark: int | None = None,
    months: int | None = 24,
    ended: datetime = ENDED,
    sessions: int = 5,
) -> Trained:
    """This will write a course with its rule, and a training of it without anyone in it yet."""
    made = Trained(network)
    own = {"organization_id": made.organizer}
    course = {"code": f"{code}-course", "titles": json.dumps(TITLES), "themes": ["HUMAN_RIGHTS"]}
    await network.add("course", id=made.course_id, **course, **own)
    version = await network.add(
        "course_version",
        id=uuid4(),
        course_id=made.course_id,
        number=1,
        valid_from=ended.date(),
        hours=20,
        least_attended=share,
        least_score=mark,
        valid_months=months,
    )
    await network.add(
        "training",
        id=made.training_id,
        **own,
        code=code,
        course_id=made.course_id,
        course_version_id=version,
        starts_on=(ended - timedelta(days=sessions - 1)).date(),
        ends_on=ended.date(),
    )
    for number in reversed(range(sessions)):
        ends_at = ended - timedelta(days=number)
        times = {"starts_at": ends_at - timedelta(hours=4), "ends_at": ends_at}
        session = await network.add("training_session", id=uuid4(), **own, training_id=made.training_id, **times)
        made.sessions.append(session)
    return made
