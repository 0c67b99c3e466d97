"""Disclosure: what the receiver of a referral may see of the person, by state, kind, consent and who receives."""

from collections.abc import Collection

from models.rules.problems import Refusal
from models.rules.purposes import AUTHORITIES
from models.rules.vocabulary import (
    InformationClass,
    OrganizationKind,
    ProblemCode,
    ReferralKind,
    ReferralStatus,
    Word,
)


class Sight(Word):
    """How much of a referral its receiver sees."""

    NOTHING = "NOTHING"
    """Not even that it exists."""
    NOTHING_BUT_STATE = "NOTHING_BUT_STATE"
    """Reference, state and dates."""
    STUB = "STUB"
    """And class 0: kind, need, service, priority; sex, age group and handling needs."""
    AS_CONSENTED = "AS_CONSENTED"
    """And classes 1 to 3, as far as consent for this referral reaches and while it lasts."""


_S = ReferralStatus
SIGHTS: dict[ReferralStatus, Sight] = {
    _S.DRAFT: Sight.NOTHING,
    **dict.fromkeys((_S.SENT, _S.ACKNOWLEDGED, _S.WAITLISTED), Sight.STUB),
    **dict.fromkeys(
        (_S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD, _S.CANCEL_REQUESTED, _S.COMPLETED, _S.CLOSED), Sight.AS_CONSENTED
    ),
    **dict.fromkeys(
        (_S.DECLINED, _S.FORWARDED, _S.WITHDRAWN, _S.EXPIRED, _S.ENTERED_IN_ERROR), Sight.NOTHING_BUT_STATE
    ),
}
"""What each state shows the receiver (domain.md, People); a cancellation that is only asked for changes nothing yet."""

STUB_IN = frozenset(status for status, sight in SIGHTS.items() if sight in (Sight.STUB, Sight.AS_CONSENTED))
CONSENTED_IN = frozenset(status for status, sight in SIGHTS.items() if sight is Sight.AS_CONSENTED)

PARTS: dict[str, InformationClass] = {
    "identity": InformationClass.IDENTITY,
    "contact": InformationClass.CONTACT,
    "summary": InformationClass.NEED,
    "vulnerabilities": InformationClass.VULNERABILITIES,
    "narrative": InformationClass.NARRATIVE,
}
"""Which consent each part of a referral waits for."""

CARRIES: dict[ReferralKind, frozenset[InformationClass]] = {
    ReferralKind.SIGNPOST: frozenset(),
    ReferralKind.REDIRECTION: frozenset({InformationClass.IDENTITY, InformationClass.CONTACT}),
    ReferralKind.REFERRAL: frozenset(InformationClass),
    ReferralKind.TRANSFER: frozenset(InformationClass),
}
"""What a kind of referral can tell at all, however far consent reaches: a redirection gives name, place and phone."""


def receiver_sees(status: ReferralStatus, *, receiver: OrganizationKind, taken_by_officer: bool) -> Sight:
    """This will be how much the receiver sees.

    `taken_by_officer`: a named user of the receiver has taken it. An authority sees no person before that, whatever the
    state, and a machine that accepts for it names nobody; for everyone else it makes no difference.
    """
    sight = SIGHTS[status]
    hides = receiver in AUTHORITIES and not taken_by_officer
    return Sight.NOTHING_BUT_STATE if hides and sight in (Sight.STUB, Sight.AS_CONSENTED) else sight


def disclosed(
    *, sight: Sight, kind: ReferralKind, granted: Collection[InformationClass]
) -> frozenset[InformationClass]:
    """This will be the classes of information that the receiver reads, `granted` being what consent reaches now."""
    return CARRIES[kind] & set(granted) if sight is Sight.AS_CONSENTED else frozenset()


def check_carried(
    *, kind: ReferralKind, person_given: bool, summary: str | None, narrative: str | None
) -> Refusal | None:
    """This will refuse a referral of nobody, and a signpost or redirection that would carry more than its kind does.

    A signpost names no person and has no free text; a redirection has no free text.
    """
    if kind is ReferralKind.SIGNPOST and person_given:
        return _invalid("A signpost concerns nobody in particular: leave the person out.", "personId")
    if kind is not ReferralKind.SIGNPOST and not person_given:
        return _invalid("Only a signpost goes without a person.", "personId")
    for part, text in (("summary", summary), ("narrative", narrative)):
        if text is not None and PARTS[part] not in CARRIES[kind]:
            return _invalid("A referral of this kind carries no text about the person.", part)
    return None


def _invalid(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, (field,))
