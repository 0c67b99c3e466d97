"""One of each of what a training leaves behind: the course, who takes part, and what was recorded of it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.auth.one_of_each import World

KNOWN = ("course", "course_version", "training", "training_session")
KEPT = (
    "enrolment", "participant", "attendance_device", "attendance_event", "attendance_ruling", "attendance",
    "attendance_version", "attendance_answer", "training_score", "certificate",
)  # fmt: skip
CREDENTIAL = "enrolment_credential"
ORGANIZERS = {"brc", "outsider"}


async def write_training(world: "World", organizer: str, now: Any) -> None:
    """This will write it for one organiser, each row named after it."""
    own = {"organization_id": world.organizations[organizer]}
    course = await world.add("course", organizer, id=uuid4(), **own, code=organizer, titles='{"fr": "Un cours"}')
    version = await world.add(
        "course_version", organizer, id=uuid4(), course_id=course, number=1, valid_from=now.date(), hours=7
    )
    days = {"starts_on": now.date(), "ends_on": now.date()}
    training = await world.add(
        "training", organizer, id=uuid4(), **own, code=organizer, course_id=course, course_version_id=version, **days
    )
    hours = {"starts_at": now, "ends_at": now + timedelta(hours=3)}
    session = await world.add("training_session", organizer, id=uuid4(), **own, training_id=training, **hours)
    enrolment = await world.add("enrolment", organizer, id=uuid4(), **own, training_id=training, enrolled_at=now)
    of = {"enrolment_id": enrolment, **own}
    who = {"name": f"Given {organizer}", "sex": "FEMALE", "age_group": "AGE_25_59", "kind": "NGO", "pcode": "HT"}
    await world.add("participant", organizer, **of, **who)
    await world.add(
        CREDENTIAL, organizer, **of, training_id=training, token=f"token-of-{organizer}", pin="123456", issued_at=now
    )
    device = await world.add("attendance_device", organizer, id=uuid4(), **own, name="device", first_seen_at=now)
    told = {"status": "PRESENT", "occurred_at": now}
    by = {"client_id": "the-client"}
    event = await world.add(
        "attendance_event",
        organizer,
        id=uuid4(),
        **own,
        event_id=uuid4(),
        device_id=device,
        device_sequence=1,
        session_id=session,
        raw_token="unknown",
        **told,
        believed_at=now,
        received_at=now,
        content_hash=b"h",
        outcome="UNMATCHED",
        **by,
    )
    await world.add(
        "attendance_ruling",
        organizer,
        id=uuid4(),
        **own,
        event_id=event,
        kind="MATCHED",
        enrolment_id=enrolment,
        at=now,
        **by,
    )
    attendance = await world.add(
        "attendance",
        organizer,
        id=uuid4(),
        **own,
        session_id=session,
        enrolment_id=enrolment,
        **told,
        recorded_at=now,
        version=2,
    )
    await world.add("attendance_version", organizer, attendance_id=attendance, version=2, **own, **told, at=now)
    await world.add(
        "attendance_answer",
        organizer,
        batch_id=uuid4(),
        position=0,
        **own,
        event_id=str(event),
        outcome="UNMATCHED",
        at=now,
    )
    await world.add(
        "training_score",
        organizer,
        enrolment_id=enrolment,
        **own,
        occasion="POST",
        points=7,
        maximum=10,
        recorded_at=now,
    )
    await world.add("certificate", organizer, id=uuid4(), **own, enrolment_id=enrolment, issued_at=now, claims="{}")
