"""Entering, changing, trying, reading and pausing partners' systems, and deciding on what is held, in the graph."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from actions.effects import Effect, Refused
from actions.partner_readings import accept_losses, pause_partner, resume_partner, sync_partner, try_partner
from actions.partner_records import dismiss_record, reopen_record
from actions.partners import change_partner, register_partner
from auth.actor import Actor
from auth.scopes import Scope
from models.partners import PartnerKind
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session
from partners.settings import WrongSetting, read_settings
from planner.fields import One, planned
from resolvers.partner_runs import PartnerRun
from resolvers.partners import Partner, PartnerRecord
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, optional

PARTNER = {"partnerId": "Partner"}
RECORD = {"recordId": "PartnerRecord"}
SETTINGS = "How it is read, a JSON object: docs/partners.md, Settings. Inner networks are the operator's to open."
LARGEST_SETTINGS = 64_000
"Signs."


@strawberry.input(description="A partner's system to enter. It is not read until it is resumed: try it before.")
class RegisterPartnerInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    name: str = strawberry.field(description="Small letters, digits and hyphens; it never changes.")
    kind: PartnerKind = strawberry.field(description="How it is read; PUSH: it sends.")
    address: str | None = optional("Where it is, http or https; not of one that sends.")
    organization_id: strawberry.ID | None = optional(
        "The Organization that owns what it brings; the viewer's unless a steward says otherwise."
    )
    settings: str | None = optional(SETTINGS)
    licence: str | None = optional("Under which its data may be used, up to 200 signs.")
    trust: int | None = optional("0 to 100, 50 unless a steward says so: decides between sources that disagree.")
    poll_seconds: int | None = optional("How often it is read, from 60; 900 unless said; 0: when asked only.")


@strawberry.input(description="What is said anew of a partner's system; what is left out stays.")
class ChangePartnerInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    partner_id: strawberry.ID = strawberry.field(description="The Partner.")
    address: str | None = optional("Where it is. A credential stays with the server that it was given for.")
    settings: str | None = optional(SETTINGS)
    licence: str | None = optional("Under which its data may be used, up to 200 signs.")
    trust: int | None = optional("0 to 100; the stewards' to say.")
    poll_seconds: int | None = optional("How often it is read, from 60; 0: when asked only.")


@strawberry.input(description="Which partner's system.")
class TryPartnerInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    partner_id: strawberry.ID = strawberry.field(description="The Partner.")


@strawberry.input(description="Which partner's system, and how much of it.")
class SyncPartnerInput(TryPartnerInput):
    whole: bool | None = optional("False: what changed is enough. All of it unless said, which tells what is missing.")


@strawberry.input(description="Which partner's system, and why.")
class PausePartnerInput(TryPartnerInput):
    reason: str | None = optional("For whoever looks next, up to 4,000 signs.")


@strawberry.input(description="Which partner's system.")
class ResumePartnerInput(TryPartnerInput):
    pass


@strawberry.input(description="Of which partner's system what is missing is gone.")
class AcceptLossesInput(TryPartnerInput):
    pass


@strawberry.input(description="Which record is let rest, and why.")
class DismissRecordInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    record_id: strawberry.ID = strawberry.field(description="The PartnerRecord.")
    reason: str = strawberry.field(description="Why, up to 200 signs.")


@strawberry.input(description="Which record.")
class ReopenRecordInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    record_id: strawberry.ID = strawberry.field(description="The PartnerRecord.")


@strawberry.type(description="What came of it.")
class PartnerPayload:
    partner: Partner | None = planned(One(on=lambda p, r: r.id == p.key), "The partner's system, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type(description="What came of it.")
class PartnerRunPayload:
    run: PartnerRun | None = planned(
        One(on=lambda p, r: r.id == p.key), "The reading that was asked for: look at it again by its id until it ended."
    )
    problems: list[Problem] = problems()


@strawberry.type(description="What came of it.")
class PartnerRecordPayload:
    record: PartnerRecord | None = planned(One(on=lambda p, r: r.id == p.key), "The record, as it is now.")
    problems: list[Problem] = problems()


async def _register(
    session: Session, actor: Actor, now: datetime, *, settings: str | None = None, **said: Any
) -> Effect:
    return await register_partner(session, actor, now, settings=_checked(settings), **said)


async def _change(session: Session, actor: Actor, now: datetime, *, settings: str | None = None, **said: Any) -> Effect:
    return await change_partner(session, actor, now, settings=_checked(settings), **said)


def _checked(text: str | None) -> Mapping[str, Any] | None:
    """Settings that can be followed. Raises Refused, saying what may stand there."""
    if text is None:
        return None
    try:
        said = json.loads(text) if len(text) <= LARGEST_SETTINGS else None
        if not isinstance(said, dict):
            raise WrongSetting(f"Settings are a JSON object of up to {LARGEST_SETTINGS:,} signs.")
        read_settings(said)
    except WrongSetting as wrong:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, str(wrong), ("settings",))) from None
    except (ValueError, RecursionError):
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "Settings are no JSON.", ("settings",))) from None
    return said


@strawberry.type
class PartnerMutations:
    register_partner: PartnerPayload = mutation(
        "registerPartner",
        _register,
        RegisterPartnerInput,
        Scope.DIRECTORY_WRITE,
        "Enters a partner's system, paused.",
        ids={"organizationId": "Organization"},
    )
    change_partner: PartnerPayload = mutation(
        "changePartner",
        _change,
        ChangePartnerInput,
        Scope.DIRECTORY_WRITE,
        "Says anew how a partner's system is read.",
        ids=PARTNER,
    )
    try_partner: PartnerRunPayload = mutation(
        "tryPartner",
        try_partner,
        TryPartnerInput,
        Scope.DIRECTORY_WRITE,
        "Has a partner's system read and nothing of it kept; the run says what would have changed.",
        ids=PARTNER,
    )
    sync_partner: PartnerRunPayload = mutation(
        "syncPartner",
        sync_partner,
        SyncPartnerInput,
        Scope.DIRECTORY_WRITE,
        "Has a partner's system read now.",
        ids=PARTNER,
    )
    pause_partner: PartnerPayload = mutation(
        "pausePartner",
        pause_partner,
        PausePartnerInput,
        Scope.DIRECTORY_WRITE,
        "Stops reading a partner's system. What it brought stays, and grows stale.",
        ids=PARTNER,
    )
    resume_partner: PartnerPayload = mutation(
        "resumePartner",
        resume_partner,
        ResumePartnerInput,
        Scope.DIRECTORY_WRITE,
        "Lets a partner's system be read again, at once.",
        ids=PARTNER,
    )
    accept_losses: PartnerRunPayload = mutation(
        "acceptLosses",
        accept_losses,
        AcceptLossesInput,
        Scope.DIRECTORY_WRITE,
        "Says that what a partner's system misses is gone, where so much is missing that it was held.",
        ids=PARTNER,
    )
    dismiss_record: PartnerRecordPayload = mutation(
        "dismissRecord",
        dismiss_record,
        DismissRecordInput,
        Scope.DIRECTORY_WRITE,
        "Takes a record that could not stand out of the queue, until it changes at its source.",
        ids=RECORD,
    )
    reopen_record: PartnerRecordPayload = mutation(
        "reopenRecord",
        reopen_record,
        ReopenRecordInput,
        Scope.DIRECTORY_WRITE,
        "Puts a dismissed record back into the queue.",
        ids=RECORD,
    )
