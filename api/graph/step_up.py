"""Whether a person has proved who they are lately enough for what they ask (RFC 9470)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import Code, Refused
from auth.assurance import STEP_UP, is_fresh

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from auth.actor import Actor


class StepUpRequired(Refused):
    """Sign in again to do this: it asks for a recent proof of who you are."""

    code = Code.STEP_UP_REQUIRED
    status = 401

    def __init__(self, *, within: timedelta) -> None:
        super().__init__(maxAge=int(within.total_seconds()))


def signed_in_lately(actor: Actor, *, within: timedelta = STEP_UP, now: datetime) -> None:
    """This will raise StepUpRequired for a person whose proof is older. A machine has nobody to sign in again."""
    if actor.user_id is None:
        return
    if actor.auth_time is None or not is_fresh(actor.auth_time, now=now, within=within):
        raise StepUpRequired(within=within)
