"""Which service is a person of the demo referred to? One for what they need, for them, and mostly nearby."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from jobs.demo.directory import Target
from jobs.demo.people import Profile
from models.rules.eligibility import check_eligible
from models.rules.people import is_child
from models.rules.purposes import AUTHORITIES
from models.rules.vocabulary import ServiceCategory, Vulnerability

BUSIEST = 4_000
"How many referrals a partner receives at most, however large the network is made."
_RELUCTANCE = {
    ServiceCategory.POLICE_PROTECTION: 0.0,
    ServiceCategory.RETURN_AND_REINTEGRATION: 0.7,
    ServiceCategory.TRANSPORT: 0.7,
    ServiceCategory.LEGAL_AID: 0.7,
}
"How often a person does not want an authority for what others offer too. Nobody is merely pointed to one."
_REFERENCE_WEIGHT = 5
"How often a persona's service is chosen beside another of its department."

_CALLED_FOR: dict[Vulnerability, tuple[ServiceCategory, ...]] = {
    Vulnerability.UNACCOMPANIED_CHILD: (
        ServiceCategory.CHILD_PROTECTION,
        ServiceCategory.FAMILY_TRACING,
        ServiceCategory.SHELTER,
    ),
    Vulnerability.SEPARATED_CHILD: (ServiceCategory.FAMILY_TRACING, ServiceCategory.CHILD_PROTECTION),
    Vulnerability.PREGNANT_OR_NURSING: (ServiceCategory.REPRODUCTIVE_HEALTH, ServiceCategory.HEALTH),
    Vulnerability.SINGLE_CAREGIVER: (ServiceCategory.SHELTER, ServiceCategory.CASH),
    Vulnerability.DISABILITY: (ServiceCategory.DISABILITY_SUPPORT,),
    Vulnerability.SERIOUS_MEDICAL_CONDITION: (ServiceCategory.HEALTH,),
    Vulnerability.WITHOUT_CIVIL_DOCUMENTS: (ServiceCategory.CIVIL_DOCUMENTATION,) * 3,
    Vulnerability.TRAFFICKING_PRESUMED: (ServiceCategory.ANTI_TRAFFICKING, ServiceCategory.SAFE_HOUSE),
    Vulnerability.EXPLOITATION: (ServiceCategory.LEGAL_AID, ServiceCategory.POLICE_PROTECTION),
    Vulnerability.CHILD_DOMESTIC_LABOUR: (ServiceCategory.CHILD_PROTECTION, ServiceCategory.EDUCATION),
    Vulnerability.SGBV_SURVIVOR: (
        ServiceCategory.CLINICAL_CARE_FOR_RAPE,
        ServiceCategory.SGBV_RESPONSE,
        ServiceCategory.SAFE_HOUSE,
        ServiceCategory.POLICE_PROTECTION,
    ),
    Vulnerability.ILL_TREATED_IN_DETENTION: (ServiceCategory.LEGAL_AID, ServiceCategory.PSYCHOSOCIAL),
    Vulnerability.AT_RISK_OF_STATELESSNESS: (ServiceCategory.CIVIL_DOCUMENTATION,) * 2,
}
_ANYONE = (
    ServiceCategory.HEALTH,
    ServiceCategory.PSYCHOSOCIAL,
    ServiceCategory.FAMILY_CONTACT,
    ServiceCategory.FOOD_AND_ITEMS,
    ServiceCategory.TRANSPORT,
    ServiceCategory.RETURN_AND_REINTEGRATION,
    ServiceCategory.LEGAL_AID,
)
_CHILDREN = (ServiceCategory.EDUCATION,)
_ADULTS = (ServiceCategory.LIVELIHOOD, ServiceCategory.CASH)


def needs_of(profile: Profile) -> tuple[ServiceCategory, ...]:
    """This will be what such a person is referred for, what matters most named more than once."""
    called = tuple(need for code in profile.vulnerabilities for need in _CALLED_FOR.get(code, ()))
    return called * 3 + _ANYONE + (_CHILDREN if is_child(profile.age) else _ADULTS)


class Receivers:
    """The services that may be chosen, and how much each of them was already given."""

    def __init__(self, targets: Iterable[Target], reference: Iterable[UUID]) -> None:
        favoured = set(reference)
        self._by_category: dict[ServiceCategory, list[Target]] = defaultdict(list)
        self._nearby: dict[tuple[ServiceCategory, str], list[Target]] = defaultdict(list)
        self._received: Counter[UUID] = Counter()
        self._held: Counter[UUID] = Counter()
        for target in targets:
            self._by_category[target.category].append(target)
            weight = _REFERENCE_WEIGHT if target.organization_id in favoured else 1
            self._nearby[target.category, target.pcode[:4]] += [target] * weight
            self._nearby[target.category, target.pcode] += [target] * weight

    def choose(
        self, profile: Profile | None, need: ServiceCategory, *, sender: UUID, pcode: str, chance: random.Random
    ) -> Target | None:
        """This will be a service for that need that takes such a person; None where ten tries found none."""
        for _ in range(10):
            drawn = chance.random()
            area = pcode if drawn < 0.45 else pcode[:4] if drawn < 0.85 else None
            among = (self._nearby.get((need, area)) if area else None) or self._by_category.get(need)
            if not among:
                return None
            target = chance.choice(among)
            if target.organization_id == sender or self._received[target.organization_id] >= BUSIEST:
                continue
            if profile is not None and check_eligible(target.criteria, profile.applicant) is not None:
                continue
            if target.kind in AUTHORITIES and (profile is None or chance.random() < _RELUCTANCE.get(need, 1)):
                continue
            self._received[target.organization_id] += 1
            return target
        return None

    def hold(self, target: Target) -> UUID | None:
        """This will be the capacity of which an open referral holds a place; None where none is counted or left."""
        if target.capacity_id is None or self._held[target.capacity_id] >= target.taken:
            return None
        self._held[target.capacity_id] += 1
        return target.capacity_id
