"""Consent: who may give it at which age, what it must say, and whether it reaches what a referral needs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.rules.people import MAJORITY, Age, is_child
from models.rules.problems import Refusal
from models.rules.purposes import AFTER_COUNSELLING, WITHOUT_RECIPIENT, latest_end, may_receive, purposes_for
from models.rules.roles import Role
from models.rules.vocabulary import (
    Assent,
    ConsentGiver,
    ConsentPurpose,
    InformationClass,
    OrganizationKind,
    ProblemCode,
    ReferralKind,
    Word,
)

ASSENT_FROM, OWN_CONSENT_FROM = 6, 15
"""Ages, in full years, from which a child is asked, and from which a child's own consent is needed."""


class Caregiver(Word):
    """What is known of the child's caregiver; suspected is UNSAFE."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    UNSAFE = "UNSAFE"


CAREGIVERS = frozenset({ConsentGiver.PARENT, ConsentGiver.LEGAL_GUARDIAN, ConsentGiver.CUSTOMARY_CAREGIVER})
STANDING_IN = frozenset({ConsentGiver.TRUSTED_ADULT, ConsentGiver.CHILD_AUTHORITY})

GIVERS_FOR_A_CHILD: dict[Caregiver | None, frozenset[ConsentGiver]] = {
    None: CAREGIVERS | STANDING_IN,
    Caregiver.PRESENT: CAREGIVERS,
    Caregiver.ABSENT: STANDING_IN,
    Caregiver.UNSAFE: STANDING_IN,
}
"""Who speaks for a child. None: nothing was said, and naming a trusted adult says that there is no safe caregiver."""

REGISTRATION_INFORMATION = (
    InformationClass.IDENTITY,
    InformationClass.CONTACT,
    InformationClass.NEED,
    InformationClass.VULNERABILITIES,
)
"""What consent to be registered covers: the organisation's own file, and nobody else."""
STATISTICS_INFORMATION = (InformationClass.NEED, InformationClass.VULNERABILITIES)
"""What figures are made of: never who, where or the story."""

NEEDED: dict[ReferralKind, tuple[InformationClass, ...]] = {
    ReferralKind.SIGNPOST: (),
    ReferralKind.REDIRECTION: (InformationClass.IDENTITY, InformationClass.CONTACT),
    ReferralKind.REFERRAL: (InformationClass.IDENTITY, InformationClass.NEED),
    ReferralKind.TRANSFER: (InformationClass.IDENTITY, InformationClass.NEED),
}
"""The least a referral needs consent to. What it carries beyond stays hidden from the receiver; it blocks nothing."""


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent on record, as far as the rules ask."""

    purpose: ConsentPurpose
    recipient: UUID | None
    information: frozenset[InformationClass]
    given_at: datetime
    valid_until: datetime | None
    withdrawn_at: datetime | None


def check_giver(
    *,
    age: Age | None,
    giver: ConsentGiver,
    giver_name: str | None,
    assent: Assent | None,
    caregiver: Caregiver | None = None,
) -> Refusal | None:
    """This will refuse a consent that this giver cannot give for a person of this age (domain.md, Consent).

    Under 6 the caregiver; 6 to 14 the caregiver, with assent; 15 to 17 both, or the child alone where the caregiver is
    unsafe; from 18 the person alone. Doubt reads as a child: no age, or an estimate below 20. A trusted adult or the
    child authority stands in for a caregiver who is absent or unsafe. Assent REFUSED blocks at every age; NOT_ABLE
    counts as asked. All are CONSENT_REQUIRED, but INVALID_INPUT for a giver without a name.
    """
    if assent is Assent.REFUSED:
        return _required("The person does not agree: nothing is recorded against their own will.", "assent")
    if giver is ConsentGiver.SELF:
        return _check_own(age=age, caregiver=caregiver)
    if not is_child(age):
        return _required("An adult gives consent in person.", "giver")
    if giver not in GIVERS_FOR_A_CHILD[caregiver]:
        if caregiver is Caregiver.PRESENT:
            return _required("The caregiver is there and gives the consent.", "giver")
        return _required(
            "The caregiver is absent or unsafe: a trusted adult or the child authority stands in.", "giver"
        )
    if assent is None and (age is None or age.years >= ASSENT_FROM):
        return _required(f"From {ASSENT_FROM} years on the child is asked too: record the assent.", "assent")
    if giver_name is None or not giver_name.strip():
        return Refusal(ProblemCode.INVALID_INPUT, "Whoever consents for another person is named.", ("giverName",))
    return None


def check_terms(
    *,
    purpose: ConsentPurpose,
    recipient: OrganizationKind | None,
    information: Collection[InformationClass],
    roles: Collection[Role],
    now: datetime,
    valid_until: datetime | None,
) -> Refusal | None:
    """This will refuse a consent whose purpose, recipient, information or end do not go together.

    `recipient` is the kind of the organisation that is named, None where none is; `roles` are the recorder's.
    """
    if purpose in WITHOUT_RECIPIENT and recipient is not None:
        return _invalid("This purpose stays inside the organisation and names no recipient.", "recipientOrganizationId")
    if purpose not in WITHOUT_RECIPIENT and recipient is None:
        return _invalid("This purpose names the organisation that receives.", "recipientOrganizationId")
    if recipient is not None and not may_receive(recipient, purpose):
        return _invalid("An organisation of this kind does not receive on this purpose.", "purpose")
    if not information:
        return _invalid("A consent names at least one kind of information.", "information")
    if len(set(information)) != len(information):
        return _invalid("A kind of information is named once.", "information")
    if purpose is ConsentPurpose.STATISTICS and not set(information) <= set(STATISTICS_INFORMATION):
        return _invalid("Figures are made of needs and vulnerabilities alone.", "information")
    if purpose in AFTER_COUNSELLING and Role.CASE_WORKER not in roles:
        message = "Consent towards an authority is recorded by a case worker, after counselling."
        return Refusal(ProblemCode.NOT_ALLOWED, message, ("purpose",))
    if valid_until is not None:
        if valid_until <= now:
            return _invalid("A consent ends in the future.", "validUntil")
        latest = latest_end(purpose, now)
        if latest is not None and valid_until > latest:
            return _invalid(f"A consent of this purpose ends by {latest:%Y-%m-%d} at the latest.", "validUntil")
    return None


def in_force(consent: GivenConsent, now: datetime) -> bool:
    """This will be True from the moment it is given until it ends or is withdrawn; at the very end it is over."""
    if now < consent.given_at or (consent.valid_until is not None and now >= consent.valid_until):
        return False
    return consent.withdrawn_at is None or now < consent.withdrawn_at


def reach(
    consents: Iterable[GivenConsent], *, recipient: UUID, receiver: OrganizationKind, now: datetime
) -> frozenset[InformationClass]:
    """This will be what one organisation may be told of a person now, from all consents of that person."""
    purposes = purposes_for(receiver)
    told = (c.information for c in consents if c.recipient == recipient and c.purpose in purposes and in_force(c, now))
    return frozenset().union(*told)


def missing_for(kind: ReferralKind, granted: Collection[InformationClass] | None) -> tuple[InformationClass, ...]:
    """This will be what consent must still reach before such a referral is sent; None: there is no consent in force."""
    return tuple(needed for needed in NEEDED[kind] if needed not in (granted or ()))


def check_reach(*, kind: ReferralKind, recipient: UUID, granted: Collection[InformationClass] | None) -> Refusal | None:
    """This will refuse, as CONSENT_REQUIRED, a referral that consent does not reach; it names what, and for whom."""
    missing = missing_for(kind, granted)
    if not missing:
        return None
    message = "There is no consent in force that lets this organisation receive the referral."
    return Refusal(ProblemCode.CONSENT_REQUIRED, message, missing=missing, recipient=recipient)


def _check_own(*, age: Age | None, caregiver: Caregiver | None) -> Refusal | None:
    if age is None:
        message = "Without an age the person reads as a child: give a birth date or an estimated age."
        return _required(message, "giver")
    if age.at_least >= MAJORITY or (age.at_least >= OWN_CONSENT_FROM and caregiver is Caregiver.UNSAFE):
        return None
    if age.at_least >= OWN_CONSENT_FROM:
        message = "From 15 to 17 the caregiver consents as well, beside the child's own assent, unless that is unsafe."
        return _required(message, "giver")
    return _required("A child of this age needs a caregiver's consent.", "giver")


def _required(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.CONSENT_REQUIRED, message, (field,))


def _invalid(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, (field,))
