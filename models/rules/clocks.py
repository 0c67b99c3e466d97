"""What the server adds to an event when it comes: how far the device's clock is believed, and what is remarkable."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.attendance import AROUND, PRESENCE, SKEW
from models.rules.vocabulary import AttendanceFlag as Flag
from models.rules.vocabulary import AttendanceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What a device says of its clock as it sends."""

    sent_at: datetime | None = None
    """The device's own time. None where it does not say: then only a time still to come gives its clock away."""
    boot_id: str | None = None
    monotonic_ms: float | None = None
    """Milliseconds since that boot: a clock that nobody sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a session is, and until when what is recorded of it counts unasked."""

    starts_at: datetime
    ends_at: datetime
    locks_at: datetime


def believed(
    occurred_at: datetime,
    received_at: datetime,
    clock: Clock,
    *,
    boot_id: str | None = None,
    monotonic_ms: float | None = None,
) -> datetime:
    """This will be when it occurred by our clock: as the device says, unless its clock is more than 5 minutes off.

    Within one boot the time that passed since is certain, however the clock was set; else the clock is taken to have
    been as far off then as it is now. Where that is a time beyond all calendars, it is taken at its word in the past.
    """
    same_boot = boot_id is not None and boot_id == clock.boot_id
    estimate = min(occurred_at, received_at)
    with suppress(OverflowError):
        if same_boot and monotonic_ms is not None and clock.monotonic_ms is not None:
            estimate = received_at - timedelta(milliseconds=clock.monotonic_ms - monotonic_ms)
        elif clock.sent_at is not None:
            estimate = occurred_at + (received_at - clock.sent_at)
    return occurred_at if abs(estimate - occurred_at) <= SKEW else estimate


def flags(
    *,
    status: AttendanceStatus,
    occurred_at: datetime,
    believed_at: datetime,
    received_at: datetime,
    window: Window,
    enrolled_here: bool,
    revoked: bool,
) -> tuple[Flag, ...]:
    """This will be what is remarkable about an event; it is kept all the same (training.md, point 2).

    enrolled_here: in the session's own training, and still. revoked: its device, or what the person showed.
    """
    inside = window.starts_at - AROUND <= believed_at <= window.ends_at + AROUND
    found = {
        Flag.NOT_ENROLLED: not enrolled_here,
        Flag.OUT_OF_WINDOW: status in PRESENCE and not inside,
        Flag.CLOCK_SKEW: believed_at != occurred_at,
        Flag.REVOKED: revoked,
        Flag.AFTER_LOCK: received_at >= window.locks_at,
    }
    return tuple(flag for flag in Flag if found.get(flag))
