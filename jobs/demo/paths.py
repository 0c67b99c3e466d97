"""How did a referral come to its state? For each state the steps that lead there, and how long each usually takes."""

import random
from dataclasses import dataclass

from models.rules.referrals import Side
from models.rules.vocabulary import ReferralAction as Action
from models.rules.vocabulary import ReferralEventKind as Kind
from models.rules.vocabulary import ReferralStatus as Status


@dataclass(frozen=True, slots=True)
class Step:
    action: Action | None
    side: Side
    to: Status
    hours: float
    "After the step before it, on the average."
    kind: Kind = Kind.ACTION


_SEND = Step(Action.SEND, Side.SENDER, Status.SENT, 0.3)
_ACKNOWLEDGE = Step(Action.ACKNOWLEDGE, Side.RECEIVER, Status.ACKNOWLEDGED, 5)
_WAITLIST = Step(Action.WAITLIST, Side.RECEIVER, Status.WAITLISTED, 24)
_ACCEPT = Step(Action.ACCEPT, Side.RECEIVER, Status.ACCEPTED, 20)
_START = Step(Action.START, Side.RECEIVER, Status.IN_PROGRESS, 60)
_COMPLETE = Step(Action.COMPLETE, Side.RECEIVER, Status.COMPLETED, 200)
_CLOSE = Step(Action.CLOSE, Side.SENDER, Status.CLOSED, 150)
_DECLINE = Step(Action.DECLINE, Side.RECEIVER, Status.DECLINED, 30)
_WITHDRAW = Step(Action.WITHDRAW, Side.SENDER, Status.WITHDRAWN, 40)
_CONSENT_WITHDRAWN = Step(None, Side.SYSTEM, Status.WITHDRAWN, 40, Kind.CONSENT_WITHDRAWN)
_REQUEST_CANCELLATION = Step(Action.REQUEST_CANCELLATION, Side.SENDER, Status.CANCEL_REQUESTED, 90)
_RESOLVE = Step(Action.RESOLVE_CANCELLATION, Side.RECEIVER, Status.WITHDRAWN, 30)
_APPOINTMENT = Step(None, Side.RECEIVER, Status.ACCEPTED, 4, Kind.APPOINTMENT)
_NO_SHOW = Step(None, Side.RECEIVER, Status.IN_PROGRESS, 100, Kind.NO_SHOW)
_DEPARTED = Step(None, Side.SENDER, Status.ACCEPTED, 12, Kind.DEPARTED)
_ARRIVED = Step(None, Side.RECEIVER, Status.ACCEPTED, 6, Kind.ARRIVED)
_ESCALATED = Step(None, Side.SYSTEM, Status.SENT, 400, Kind.ESCALATED)
_EXPIRED = Step(None, Side.SYSTEM, Status.EXPIRED, 200, Kind.EXPIRED)
_ERROR = Step(Action.MARK_ENTERED_IN_ERROR, Side.ADMINISTRATOR, Status.ENTERED_IN_ERROR, 3)

_ACCEPTED = (
    (_SEND, _ACCEPT),
    (_SEND, _ACKNOWLEDGE, _ACCEPT, _APPOINTMENT),
    (_SEND, _WAITLIST, _ACCEPT, _DEPARTED, _ARRIVED),
)
_IN_PROGRESS = tuple((*path, _START) for path in _ACCEPTED)
_COMPLETED = tuple((*path, _COMPLETE) for path in (*_ACCEPTED, *_IN_PROGRESS, (*_IN_PROGRESS[0], _NO_SHOW)))

PATHS: dict[Status, tuple[tuple[Step, ...], ...]] = {
    Status.DRAFT: ((),),
    Status.SENT: ((_SEND,),),
    Status.ACKNOWLEDGED: ((_SEND, _ACKNOWLEDGE),),
    Status.WAITLISTED: ((_SEND, _WAITLIST), (_SEND, _ACKNOWLEDGE, _WAITLIST)),
    Status.ACCEPTED: _ACCEPTED,
    Status.IN_PROGRESS: _IN_PROGRESS,
    Status.ON_HOLD: tuple((*path, Step(Action.HOLD, Side.RECEIVER, Status.ON_HOLD, 70)) for path in _IN_PROGRESS),
    Status.CANCEL_REQUESTED: tuple((*path, _REQUEST_CANCELLATION) for path in _ACCEPTED),
    Status.DECLINED: ((_SEND, _DECLINE), (_SEND, _ACKNOWLEDGE, _DECLINE), (_SEND, _ACCEPT, _DECLINE)),
    Status.FORWARDED: ((_SEND, _ACKNOWLEDGE, Step(Action.FORWARD, Side.RECEIVER, Status.FORWARDED, 20)),),
    Status.WITHDRAWN: (
        (_SEND, _WITHDRAW),
        (_SEND, _ACKNOWLEDGE, _WITHDRAW),
        (_SEND, _CONSENT_WITHDRAWN),
        (_SEND, _ACCEPT, _REQUEST_CANCELLATION, _RESOLVE),
    ),
    Status.COMPLETED: _COMPLETED,
    Status.CLOSED: tuple((*path, _CLOSE) for path in _COMPLETED),
    Status.EXPIRED: ((_SEND, _ESCALATED, _EXPIRED),),
    Status.ENTERED_IN_ERROR: ((_SEND, _ERROR),),
}

_SHARES: tuple[tuple[Status, float, float, float], ...] = (
    (Status.DRAFT, 3, 0.1, 9),
    (Status.SENT, 10, 0.05, 12),
    (Status.ACKNOWLEDGED, 5, 0.3, 14),
    (Status.WAITLISTED, 4, 2, 60),
    (Status.ACCEPTED, 9, 1, 25),
    (Status.IN_PROGRESS, 8, 3, 60),
    (Status.ON_HOLD, 2, 8, 90),
    (Status.CANCEL_REQUESTED, 1.5, 5, 30),
    (Status.DECLINED, 10, 2, 365),
    (Status.FORWARDED, 2.5, 3, 365),
    (Status.WITHDRAWN, 6, 3, 365),
    (Status.COMPLETED, 13, 8, 365),
    (Status.CLOSED, 21, 20, 365),
    (Status.EXPIRED, 3, 30, 365),
    (Status.ENTERED_IN_ERROR, 2, 1, 365),
)
"""Of a hundred referrals how many are in a state, and between how many days ago they began."""
_STATUSES = [status for status, *_ in _SHARES]
_WEIGHTS = [share for _, share, *_ in _SHARES]
_BEGAN = {status: (least, most) for status, _, least, most in _SHARES}


def draw_status(chance: random.Random) -> tuple[Status, float]:
    """This will be a state and how many days ago a referral in it was begun, on most days more of the late ones."""
    status = chance.choices(_STATUSES, _WEIGHTS)[0]
    least, most = _BEGAN[status]
    return status, least + (most - least) * chance.random() ** 1.4


def draw_path(status: Status, days: float, chance: random.Random) -> list[tuple[Step, float]]:
    """This will be the steps to that state, each with the hours after the beginning; the last is never to come."""
    steps = chance.choice(PATHS[status])
    at, timed = 0.0, []
    for step in steps:
        at += step.hours * (0.2 + 1.6 * chance.random())
        timed.append((step, at))
    shrink = min(1.0, days * 24 * 0.97 / at) if at else 1.0
    return [(step, hours * shrink) for step, hours in timed]
