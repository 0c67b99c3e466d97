"""Who may see trainings: the network. Who may see who takes part, and whether they came: the organiser's trainers."""

from auth.policies.declare import ME, OWN, SOMEONE, USER, Command, DatabaseRole, Policy, everything, holds
from models.rules.roles import Role

RECORDERS = frozenset({Role.TRAINER})
"Who may record attendance, and so may see what participants are recorded by."
TRAINING_ROLES = RECORDERS | {Role.SUPERVISOR}
"Who may know who takes part."
KNOWN = ["course", "course_version", "training", "training_session"]
KEPT = ["enrolment", "participant", "attendance_device", "attendance", "attendance_version", "attendance_answer"]
CHANGED = {
    "enrolment": ("withdrawn_at",),
    "attendance_device": ("revoked_at",),
    "attendance": ("status", "occurred_at", "recorded_at", "version", "conflicts", "void"),
}
"What is changed at all, and of it what; the rest is only ever added to."
COUNTED = ("enrolment_id", "organization_id", "sex", "age_group", "employer_id", "kind", "pcode")
"What figures are made of: no name."
OURS = f"{OWN} AND {holds(TRAINING_ROLES)}"
RECORDED = f"{OWN} AND {holds(RECORDERS)}"
CLIENT = "(SELECT current_setting('konbit.client', true))"
BY_ME = f"client_id = {CLIENT} AND user_id IS NOT DISTINCT FROM {USER}"
BY_ANOTHER = (
    f"(SELECT coalesce(e.user_id::text, e.client_id) <> coalesce({USER}::text, {CLIENT})"
    " FROM attendance_event e WHERE e.id = attendance_ruling.event_id)"
)
"The event was recorded by someone else: a person, or where nobody is named, a client."
KEPT_UP = f"(SELECT c.organization_id = {ME} FROM course c WHERE c.id = course_version.course_id)"


def _app(table: str, command: Command, rows: str, columns: tuple[str, ...] = ()) -> Policy:
    return Policy(table, DatabaseRole.APP, command, rows, columns=columns)


POLICIES = [
    *(_app(table, Command.SELECT, SOMEONE) for table in KNOWN),
    *(_app(table, Command.INSERT, RECORDED) for table in KNOWN if table != "course_version"),
    _app("course_version", Command.INSERT, f"{KEPT_UP} AND {holds(RECORDERS)}"),
    *(_app(table, Command.UPDATE, RECORDED) for table in ("training", "training_session")),
    *(_app(table, command, OURS) for table in KEPT for command in (Command.SELECT, Command.INSERT)),
    *(_app(table, Command.UPDATE, OURS, columns) for table, columns in CHANGED.items()),
    *(_app("enrolment_credential", each, RECORDED) for each in (Command.SELECT, Command.INSERT, Command.UPDATE)),
    *(_app(table, Command.SELECT, OURS) for table in ("attendance_event", "attendance_ruling")),
    _app("attendance_event", Command.INSERT, f"{OURS} AND {BY_ME}"),
    _app("attendance_ruling", Command.INSERT, f"{OURS} AND {BY_ME} AND (kind <> 'APPROVED' OR {BY_ANOTHER})"),
    *everything(DatabaseRole.WORKER, [*KNOWN, "enrolment", "attendance_event"], Command.SELECT),
    *everything(DatabaseRole.WORKER, ["attendance_ruling", "attendance_version"], Command.SELECT, Command.INSERT),
    *everything(DatabaseRole.WORKER, ["attendance"], Command.SELECT, Command.INSERT, Command.UPDATE),
    *everything(DatabaseRole.WORKER, ["attendance_answer"], Command.SELECT, Command.DELETE),
    Policy("enrolment", DatabaseRole.WORKER, Command.UPDATE, "true", columns=("withdrawn_at",)),
    Policy("participant", DatabaseRole.WORKER, Command.SELECT, "true", columns=COUNTED),
]
