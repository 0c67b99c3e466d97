"""What happened to each referral of the demo? Its rows: state, steps, answers, and what it tells of the person."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jobs.demo import names
from jobs.demo.directory import Target
from jobs.demo.ids import random_id, time_ordered_id
from jobs.demo.paths import Step, draw_path, draw_status
from jobs.demo.people import Profile, consent
from jobs.demo.rows import (
    CapacityHoldRow,
    ConsentWithdrawalRow,
    ReferralContactRow,
    ReferralDeclineRow,
    ReferralEventRow,
    ReferralIdentityRow,
    ReferralNarrativeRow,
    ReferralNoteRow,
    ReferralOutcomeRow,
    ReferralRequestRow,
    ReferralRow,
    ReferralSubjectRow,
    ReferralVulnerabilitiesRow,
    ReferralWithdrawalRow,
    Row,
)
from models.rules.disclosure import CARRIES
from models.rules.purposes import purposes_for
from models.rules.references import new_reference
from models.rules.referrals import ANSWERS, OPEN, Side, due_at, may_expire
from models.rules.vocabulary import (
    DeclinedBy,
    DeclineReason,
    HandlingNeed,
    InformationClass,
    NotServedReason,
    OutcomeResult,
    ReferralAction,
    ReferralEventKind,
    ReferralKind,
    ReferralPriority,
    ReferralStatus,
    ServiceCategory,
    WithdrawReason,
)

_CUSTODY = frozenset({ServiceCategory.SHELTER, ServiceCategory.CHILD_PROTECTION, ServiceCategory.SAFE_HOUSE})
_LIGHT = frozenset({ServiceCategory.FOOD_AND_ITEMS, ServiceCategory.FAMILY_CONTACT, ServiceCategory.TRANSPORT})
_PRESSING = frozenset({ServiceCategory.CLINICAL_CARE_FOR_RAPE, ServiceCategory.SAFE_HOUSE})


@dataclass(frozen=True, slots=True)
class Given:
    """What a referral starts from."""

    sender_id: UUID
    profile: Profile | None
    "None: a signpost."
    target: Target
    need: ServiceCategory
    hold: Callable[[Target], UUID | None]
    "Asks for a place to be held while the referral is open: the capacity it is of, None where there is none to hold."


def draw_referral(given: Given, chance: random.Random, now: datetime) -> list[Row]:
    """This will make up one referral from its beginning up to now, with everything that belongs to it."""
    return _Story(given, chance, now).rows


class _Story:
    def __init__(self, given: Given, chance: random.Random, now: datetime) -> None:
        self.given, self.profile, self.target = given, given.profile, given.target
        self.chance, self.now = chance, now
        self.rows: list[Row] = []
        self.id = random_id(chance)
        self.reference = new_reference(chance)
        self.kind = self._kind()
        self.priority = self._priority()
        self.status, days = self._status()
        if self.profile is not None:
            days = min(days, (now - self.profile.registered_at) / timedelta(days=1) * 0.98)
        self.created_at = now - timedelta(days=days)
        self.steps = [
            (step, self.created_at + timedelta(hours=hours)) for step, hours in draw_path(self.status, days, chance)
        ]
        self.consent_id = self._consent()
        self.rows.append(self._referral())
        self._parts()
        self._events()
        holds = self.status in OPEN and self.steps and self.kind is not ReferralKind.SIGNPOST
        if holds and (capacity_id := given.hold(self.target)) is not None:
            self.rows.append(CapacityHoldRow(self.id, capacity_id, self.steps[0][1]))

    def _kind(self) -> ReferralKind:
        if self.profile is None:
            return ReferralKind.SIGNPOST
        drawn = self.chance.random()
        if self.given.need in _CUSTODY and drawn < 0.35:
            return ReferralKind.TRANSFER
        return ReferralKind.REDIRECTION if self.given.need in _LIGHT and drawn < 0.3 else ReferralKind.REFERRAL

    def _priority(self) -> ReferralPriority:
        drawn = self.chance.random()
        pressing = self.given.need in _PRESSING or (
            self.profile is not None and HandlingNeed.URGENT_MEDICAL in self.profile.handling_needs
        )
        if drawn < (0.45 if pressing else 0.02):
            return ReferralPriority.EMERGENCY
        return ReferralPriority.URGENT if drawn < (0.9 if pressing else 0.22) else ReferralPriority.NORMAL

    def _status(self) -> tuple[ReferralStatus, float]:
        status, days = draw_status(self.chance)
        group = self.profile.group if self.profile else None
        if status is ReferralStatus.EXPIRED and not may_expire(ReferralStatus.SENT, self.priority, group):
            return ReferralStatus.ACKNOWLEDGED, min(days, 40)
        return status, days

    def _consent(self) -> UUID | None:
        """Consent for this referral, given before it was sent; a draft may still be waiting for it."""
        if self.profile is None or (not self.steps and self.chance.random() < 0.5):
            return None
        consent_id, rows = consent(
            self.profile,
            self.chance,
            purpose=purposes_for(self.target.kind)[0],
            recipient_id=self.target.organization_id,
            information=self._information(),
            given_at=self.created_at - timedelta(minutes=1 + 20 * self.chance.random()),
        )
        self.rows += rows
        ended = next((at for step, at in self.steps if step.kind is ReferralEventKind.CONSENT_WITHDRAWN), None)
        if ended is None and self.status in _TAKEN and self.chance.random() < 0.04:
            since = self.steps[-1][1]
            ended = since + (self.now - since) * self.chance.random()
        if ended is not None:
            self.rows.append(ConsentWithdrawalRow(consent_id, self.profile.organization_id, ended, None))
        return consent_id

    def _information(self) -> tuple[InformationClass, ...]:
        """At least what such a referral needs, and of the rest what the person agreed to."""
        least = {
            ReferralKind.REDIRECTION: {InformationClass.IDENTITY, InformationClass.CONTACT},
            ReferralKind.TRANSFER: set(InformationClass),
        }.get(self.kind, {InformationClass.IDENTITY, InformationClass.NEED})
        carried = CARRIES[self.kind]
        return tuple(
            word for word in InformationClass if word in least or (word in carried and self.chance.random() < 0.5)
        )

    def _referral(self) -> ReferralRow:
        sent_at = self.steps[0][1] if self.steps else None
        return ReferralRow(
            id=self.id,
            reference=self.reference,
            kind=self.kind,
            status=self.status,
            priority=self.priority,
            need=self.given.need,
            sender_id=self.given.sender_id,
            receiver_id=self.target.organization_id,
            service_id=self.target.service_id,
            place_id=self.target.place_id if self.chance.random() < 0.5 else None,
            person_id=self.profile.id if self.profile else None,
            consent_id=self.consent_id,
            created_at=self.created_at,
            updated_at=self.steps[-1][1] if self.steps else self.created_at,
            sent_at=sent_at,
            due_at=due_at(self.priority, sent_at) if sent_at else None,
            responded_at=self._first(*ANSWERS),
            completed_at=self._first(ReferralAction.COMPLETE),
            version=max(1, sum(1 for step, _ in self.steps if _changes(step))),
        )

    def _first(self, *actions: ReferralAction) -> datetime | None:
        return next((at for step, at in self.steps if step.action in actions), None)

    def _parts(self) -> None:
        """What the sender tells of the person, class by class, as the file had it; a signpost tells of nobody."""
        person, chance, carried = self.profile, self.chance, CARRIES[self.kind]
        if person is None:
            return
        self.rows += (
            ReferralSubjectRow(self.id, person.sex, person.group, list(person.handling_needs)),
            ReferralIdentityRow(
                referral_id=self.id,
                given_name=person.given_name,
                family_name=person.family_name,
                birth_date=person.birth_date,
                birth_place=person.birth_place,
                nationality=person.nationality,
            ),
        )
        if person.phone:
            self.rows.append(ReferralContactRow(self.id, person.phone, person.safe_to_call))
        if InformationClass.NEED in carried:
            self.rows.append(ReferralRequestRow(self.id, chance.choice(names.SUMMARIES[self.given.need])))
        if InformationClass.VULNERABILITIES in carried:
            self.rows.append(ReferralVulnerabilitiesRow(self.id, list[str](person.vulnerabilities)))
        if InformationClass.NARRATIVE in carried and chance.random() < 0.4:
            self.rows.append(ReferralNarrativeRow(self.id, chance.choice(names.NARRATIVES)))

    def _events(self) -> None:
        for step, at in self.steps:
            event_id = time_ordered_id(self.chance, at)
            actor = self._actor(step)
            self.rows.append(
                ReferralEventRow(event_id, self.id, actor, at, step.kind, step.action, status_after=step.to)
            )
            if self.kind is not ReferralKind.SIGNPOST and step.action in names.NOTES and self.chance.random() < 0.35:
                note = self.chance.choice(names.NOTES[step.action])
                self.rows.append(ReferralNoteRow(event_id, self.id, self._author(actor), note))
            self._answer(step, event_id, at)

    def _actor(self, step: Step) -> UUID | None:
        if step.side is Side.SYSTEM:
            return None
        return self.target.organization_id if step.side is Side.RECEIVER else self.given.sender_id

    def _author(self, actor: UUID | None) -> UUID:
        return actor or self.given.sender_id

    def _answer(self, step: Step, event_id: UUID, at: datetime) -> None:
        chance = self.chance
        if step.to is ReferralStatus.DECLINED:
            reason = chance.choices(_DECLINE_REASONS, _DECLINE_WEIGHTS)[0]
            by = DeclinedBy.PERSON if chance.random() < 0.15 else DeclinedBy.PROVIDER
            self.rows.append(ReferralDeclineRow(self.id, event_id, reason, by, at))
        elif step.to is ReferralStatus.WITHDRAWN:
            why: WithdrawReason = chance.choice(_WITHDRAW_REASONS)
            if step.kind is ReferralEventKind.CONSENT_WITHDRAWN:
                why = WithdrawReason.CONSENT_WITHDRAWN
            self.rows.append(ReferralWithdrawalRow(self.id, event_id, why, at))
        elif step.to is ReferralStatus.COMPLETED:
            result = chance.choices(tuple(OutcomeResult), (76, 10, 14))[0]
            reason_not = chance.choice(tuple(NotServedReason)) if result is OutcomeResult.NOT_SERVED else None
            self.rows.append(ReferralOutcomeRow(self.id, event_id, result, reason_not))


def _changes(step: Step) -> bool:
    """Whether a step is a change of the referral's row, and not only something that happened meanwhile."""
    return step.kind in (ReferralEventKind.ACTION, ReferralEventKind.EXPIRED, ReferralEventKind.CONSENT_WITHDRAWN)


_TAKEN = frozenset(
    {ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS, ReferralStatus.COMPLETED, ReferralStatus.CLOSED}
)
_DECLINE_REASONS = tuple(DeclineReason)
_DECLINE_WEIGHTS = (30, 14, 14, 6, 8, 5, 8, 6, 3, 2, 4)
_WITHDRAW_REASONS = tuple(word for word in WithdrawReason if word is not WithdrawReason.CONSENT_WITHDRAWN)
