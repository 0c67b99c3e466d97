"""Who was trained in the demo, and did they come? Trainings, invented participants, events of their attendance."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from jobs.demo.courses import COURSES, DELIVERIES, FORTNIGHTS, INSTITUTE, UNDER_WAY, Delivery
from jobs.demo.directory import FOUNDED, Directory
from jobs.demo.ids import random_id, source, time_ordered_id
from jobs.demo.trainees import Trainee, draw_trainee, drawn
from models.attendance import Attendance, AttendanceDevice, AttendanceEvent, AttendanceVersion
from models.base import Base
from models.rules.credentials import new_pin, new_token
from models.rules.vocabulary import AttendanceOutcome, AttendanceSource, AttendanceStatus
from models.training import (
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentCredential,
    Participant,
    Training,
    TrainingSession,
)

HAITI = ZoneInfo("America/Port-au-Prince")
MORNING, AFTERNOON = time(8, 30), time(13, 0)
LASTS = timedelta(hours=3, minutes=30)
_CAME = (
    (AttendanceStatus.PRESENT, 0.90),
    (AttendanceStatus.LATE, 0.05),
    (AttendanceStatus.ABSENT, 0.03),
    (AttendanceStatus.EXCUSED, 0.02),
)


@dataclass(slots=True)
class Trainings:
    """Rows in an order in which each finds what it refers to."""

    directory: Directory
    now: datetime
    rows: list[Base] = field(default_factory=list)
    trainees: list[Trainee] = field(default_factory=list)
    devices: dict[str, UUID] = field(default_factory=dict)
    "By the organiser's slug."
    sent: dict[str, int] = field(default_factory=dict)
    "How many events each device has sent."

    def write(self) -> None:
        """This will make courses, then each training with its sessions, participants and attendance."""
        for taught in COURSES:
            key, version = _course(taught.code), _version(taught.code)
            self.rows += [
                Course(
                    id=key,
                    code=taught.code,
                    titles={"fr": taught.fr, "ht": taught.ht, "en": taught.en, "es": taught.es},
                    language="fr",
                    themes=list(taught.themes),
                    organization_id=self.directory.organizations[INSTITUTE],
                ),
                CourseVersion(
                    id=version,
                    course_id=key,
                    number=1,
                    valid_from=FOUNDED.date(),
                    hours=taught.hours,
                    least_attended=80,
                    least_score=None,
                    valid_months=24,
                ),
            ]
        for delivery in DELIVERIES:
            first = _local_day(self.now) - timedelta(days=delivery.days_ago)
            starts = [_at(first + timedelta(days=half // 2), half) for half in range(delivery.halves)]
            self._deliver(delivery, starts, recorded=True)
        first = _local_day(self.now) - timedelta(days=UNDER_WAY.days_ago)
        days = [first + timedelta(days=14 * nth) for nth in range(FORTNIGHTS)]
        self._deliver(UNDER_WAY, [_at(day, half) for day in days for half in range(2)], recorded=False)

    def _deliver(self, delivery: Delivery, starts: list[datetime], *, recorded: bool) -> None:
        chance = source("training", delivery.code)
        own = {"organization_id": self.directory.organizations[delivery.organizer]}
        announced = starts[0] - timedelta(days=30)
        key = time_ordered_id(chance, announced)
        self.rows.append(
            Training(
                id=key,
                **own,
                code=delivery.code,
                course_id=_course(delivery.course),
                course_version_id=_version(delivery.course),
                location_id=self.directory.sites[delivery.site] if delivery.site else None,
                starts_on=starts[0].astimezone(HAITI).date(),
                ends_on=starts[-1].astimezone(HAITI).date(),
                languages=["fr", "ht"],
                donor_id=self.directory.organizations[delivery.donor] if delivery.donor else None,
            )
        )
        sessions = [(time_ordered_id(chance, announced), at) for at in starts]
        self.rows += [
            TrainingSession(id=session, **own, training_id=key, starts_at=at, ends_at=at + LASTS, time_zone=str(HAITI))
            for session, at in sessions
        ]
        before = chance.sample(self.trainees, delivery.again)
        new = [draw_trainee(chance, delivery.pcode) for _ in range(delivery.new)]
        if recorded:
            self.trainees += new
        pins: set[str] = set()
        for nth, trainee in enumerate([*before, *new]):
            enrolment = random_id(chance)
            self._enrol(chance, key, own, enrolment, trainee, announced + timedelta(minutes=nth), pins)
            if recorded:
                self._attend(chance, delivery.organizer, own, enrolment, sessions)

    def _enrol(
        self,
        chance: random.Random,
        training: UUID,
        own: dict[str, UUID],
        enrolment: UUID,
        trainee: Trainee,
        at: datetime,
        pins: set[str],
    ) -> None:
        pin = next(drawn for drawn in iter(lambda: new_pin(chance), None) if drawn not in pins)
        pins.add(pin)
        self.rows += [
            Enrolment(id=enrolment, **own, training_id=training, trainee_id=trainee.id, enrolled_at=at),
            Participant(
                enrolment_id=enrolment,
                **own,
                name=trainee.name,
                sex=trainee.sex,
                age_group=trainee.age_group,
                position=trainee.position,
                employer_id=self.directory.organizations[trainee.employer] if trainee.employer else None,
                employer_name=trainee.employer_name,
                kind=trainee.kind,
                pcode=trainee.pcode,
            ),
            EnrolmentCredential(
                enrolment_id=enrolment,
                **own,
                training_id=training,
                token=new_token(chance),
                pin=pin,
                issued_at=at,
            ),
        ]

    def _attend(
        self,
        chance: random.Random,
        organizer: str,
        own: dict[str, UUID],
        enrolment: UUID,
        sessions: list[tuple[UUID, datetime]],
    ) -> None:
        """One scan for each session; to the first everyone came."""
        device = self._device(organizer, own, sessions[0][1])
        for nth, (session, starts_at) in enumerate(sessions):
            status = AttendanceStatus.PRESENT if nth == 0 else drawn(chance, _CAME)
            minutes = chance.randrange(-20, 5) if status is AttendanceStatus.PRESENT else chance.randrange(15, 40)
            at = starts_at + timedelta(minutes=minutes)
            event, attendance = time_ordered_id(chance, at), random_id(chance)
            self.sent[organizer] = self.sent.get(organizer, 0) + 1
            read = {"status": status, "occurred_at": at, "version": 1, "conflicts": [], "void": False}
            self.rows += [
                AttendanceEvent(
                    id=time_ordered_id(chance, at + timedelta(hours=4)),
                    **own,
                    event_id=event,
                    device_id=device,
                    device_sequence=self.sent[organizer],
                    session_id=session,
                    enrolment_id=enrolment,
                    status=status,
                    source=AttendanceSource.QR,
                    occurred_at=at,
                    believed_at=at,
                    received_at=at + timedelta(hours=4),
                    content_hash=event.bytes,
                    outcome=AttendanceOutcome.RECORDED,
                    client_id="demo-trainer",
                ),
                Attendance(
                    id=attendance,
                    **own,
                    session_id=session,
                    enrolment_id=enrolment,
                    recorded_at=at + timedelta(hours=4),
                    **read,
                ),
                AttendanceVersion(attendance_id=attendance, **own, events=[event], at=at + timedelta(hours=4), **read),
            ]

    def _device(self, organizer: str, own: dict[str, UUID], at: datetime) -> UUID:
        if organizer not in self.devices:
            self.devices[organizer] = random_id(source("device", organizer))
            self.rows.append(
                AttendanceDevice(id=self.devices[organizer], **own, name=f"tablette-{organizer}", first_seen_at=at)
            )
        return self.devices[organizer]


def trainings(directory: Directory, now: datetime) -> list[Base]:
    """This will be the rows of all trainings; those that are over lie wholly before `now`."""
    made = Trainings(directory, now)
    made.write()
    return made.rows


def _course(code: str) -> UUID:
    return time_ordered_id(source("course", code), FOUNDED)


def _version(code: str) -> UUID:
    return time_ordered_id(source("course version", code), FOUNDED)


def _local_day(now: datetime) -> date:
    return now.astimezone(HAITI).date()


def _at(day: date, half: int) -> datetime:
    return datetime.combine(day, AFTERNOON if half % 2 else MORNING, HAITI).astimezone(UTC)
