"""Who is registered in the demo? Invented people in the files of the partners that register."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jobs.demo import names
from jobs.demo.ids import random_id
from jobs.demo.places import BORDER, COMMUNES, CROSSINGS
from jobs.demo.rows import (
    ConsentDetailRow,
    ConsentRow,
    PersonContactRow,
    PersonIdentityRow,
    PersonRow,
    PersonVulnerabilityRow,
    Row,
)
from models.rules.consent import ASSENT_FROM, REGISTRATION_INFORMATION, STATISTICS_INFORMATION
from models.rules.eligibility import Applicant
from models.rules.people import Age, age_group, age_on, confidentiality_class, is_child, is_unaccompanied
from models.rules.purposes import lasts_until
from models.rules.references import new_reference
from models.rules.vocabulary import (
    AgeGroup,
    Assent,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    HandlingNeed,
    InformationClass,
    ReturnType,
    Sex,
    Vulnerability,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as a referral asks for them."""

    id: UUID
    organization_id: UUID
    sex: Sex
    age: Age | None
    group: AgeGroup
    given_name: str
    family_name: str
    birth_date: date | None
    birth_place: str
    nationality: str
    phone: str | None
    safe_to_call: bool
    vulnerabilities: tuple[Vulnerability, ...]
    handling_needs: tuple[HandlingNeed, ...]
    registered_at: datetime
    language: str

    @property
    def applicant(self) -> Applicant:
        alone = is_unaccompanied(
            self.age,
            handling_needs=frozenset(self.handling_needs),
            vulnerabilities=frozenset(self.vulnerabilities),
        )
        return Applicant(self.age, self.sex, alone)


_AGES = ((0.07, 0, 4), (0.19, 5, 11), (0.39, 12, 17), (0.59, 18, 24), (0.95, 25, 59), (1.0, 60, 84))
"""Up to which share of people which ages: women and children first."""
_WAYS = (
    (0.30, ReturnType.SELF_ORGANISED),
    (0.55, ReturnType.FORCED_SELF_REPORTED),
    (0.86, ReturnType.FORCED_CONFIRMED),
    (0.92, ReturnType.ASSISTED_VOLUNTARY),
    (0.97, ReturnType.NOT_A_RETURN),
    (1.0, ReturnType.UNKNOWN),
)
_CROSSING_WORDS = {spot.pcode: spot.slug.removeprefix("passage-").replace("-", "_").upper() for spot in CROSSINGS}


def draw_person(
    chance: random.Random, *, organization_id: UUID, pcode: str, site_id: UUID | None, now: datetime
) -> tuple[Profile, list[Row]]:
    """This will make up a person registered within the last 400 days, with the file's rows and its own consents."""
    today = now.date()
    sex = Sex.FEMALE if (drawn := chance.random()) < 0.62 else Sex.MALE if drawn < 0.985 else Sex.UNKNOWN
    years = _age(chance)
    known = chance.random()
    birth_date = today - timedelta(days=years * 365.25 + chance.random() * 360) if known < 0.86 else None
    estimated = years if 0.86 <= known < 0.985 else None
    registered_at = now - timedelta(days=1 + 399 * chance.random())
    estimated_on = registered_at.date() if estimated is not None else None
    age = age_on(today, birth_date=birth_date, estimated_age=estimated, estimated_on=estimated_on)
    vulnerabilities = tuple(_vulnerabilities(chance, sex, age))
    profile = Profile(
        id=random_id(chance),
        organization_id=organization_id,
        sex=sex,
        age=age,
        group=age_group(age),
        given_name=names.given_name(sex, chance),
        family_name=names.family_name(chance),
        birth_date=birth_date,
        birth_place=chance.choice(COMMUNES).fr,
        nationality="HT" if chance.random() < 0.96 else "DO",
        phone=f"+5093000{chance.randrange(10_000):04}" if chance.random() < 0.7 else None,
        safe_to_call=chance.random() < 0.8,
        vulnerabilities=vulnerabilities,
        handling_needs=tuple(_handling_needs(chance, vulnerabilities, age)),
        registered_at=registered_at,
        language=chance.choice(names.LANGUAGES),
    )
    crossing = _CROSSING_WORDS.get(pcode) or (
        chance.choice(tuple(_CROSSING_WORDS.values())) if pcode in BORDER else None
    )
    return profile, list(_file(profile, chance, site_id, crossing, estimated, estimated_on))


def consent(
    profile: Profile,
    chance: random.Random,
    *,
    purpose: ConsentPurpose,
    recipient_id: UUID | None,
    information: tuple[InformationClass, ...],
    given_at: datetime,
) -> tuple[UUID, list[Row]]:
    """This will make up a consent as the rules want it for this person's age (domain.md, Consent)."""
    consent_id = random_id(chance)
    giver, assent = _giver(profile, chance)
    rows: list[Row] = [
        ConsentRow(
            id=consent_id,
            organization_id=profile.organization_id,
            person_id=profile.id,
            purpose=purpose,
            recipient_id=recipient_id,
            information=list(information),
            giver=giver,
            assent=assent,
            method=chance.choice(_METHODS),
            language=profile.language,
            given_at=given_at,
            valid_until=lasts_until(purpose=purpose, given_at=given_at, valid_until=None),
        )
    ]
    if giver is not ConsentGiver.SELF:
        name = f"{names.given_name(Sex.FEMALE, chance)} {profile.family_name}"
        rows.append(ConsentDetailRow(consent_id, profile.organization_id, name))
    return consent_id, rows


_METHODS = (ConsentMethod.SIGNED, ConsentMethod.THUMBPRINT, ConsentMethod.VERBAL_WITNESSED)


def _giver(profile: Profile, chance: random.Random) -> tuple[ConsentGiver, Assent | None]:
    if not is_child(profile.age):
        return ConsentGiver.SELF, None
    assent = Assent.GIVEN if profile.age is None or profile.age.years >= ASSENT_FROM else None
    if Vulnerability.UNACCOMPANIED_CHILD in profile.vulnerabilities:
        return chance.choice((ConsentGiver.TRUSTED_ADULT, ConsentGiver.CHILD_AUTHORITY)), assent
    givers = ConsentGiver.PARENT, ConsentGiver.PARENT, ConsentGiver.LEGAL_GUARDIAN, ConsentGiver.CUSTOMARY_CAREGIVER
    return chance.choice(givers), assent


def _file(
    profile: Profile,
    chance: random.Random,
    site_id: UUID | None,
    crossing: str | None,
    estimated: int | None,
    estimated_on: date | None,
) -> Iterator[Row]:
    way = chance.random()
    yield PersonRow(
        id=profile.id,
        organization_id=profile.organization_id,
        reference=new_reference(chance),
        sex=profile.sex,
        age_group=profile.group,
        handling_needs=list(profile.handling_needs),
        registered_at=profile.registered_at,
        site_id=site_id,
        crossing_point=crossing,
        return_type=next(word for share, word in _WAYS if way <= share),
    )
    yield PersonIdentityRow(
        person_id=profile.id,
        organization_id=profile.organization_id,
        given_name=profile.given_name,
        family_name=profile.family_name,
        birth_date=profile.birth_date,
        estimated_age=estimated,
        estimated_on=estimated_on,
        birth_place=profile.birth_place,
        nationality=profile.nationality,
    )
    if profile.phone:
        yield PersonContactRow(profile.id, profile.organization_id, profile.phone, profile.safe_to_call)
    for code in profile.vulnerabilities:
        yield PersonVulnerabilityRow(profile.id, code, profile.organization_id, confidentiality_class(code))
    agreed: list[tuple[ConsentPurpose, tuple[InformationClass, ...]]] = [
        (ConsentPurpose.REGISTRATION, REGISTRATION_INFORMATION)
    ]
    if chance.random() < 0.6:
        agreed.append((ConsentPurpose.STATISTICS, STATISTICS_INFORMATION))
    for purpose, information in agreed:
        _, rows = consent(
            profile,
            chance,
            purpose=purpose,
            recipient_id=None,
            information=information,
            given_at=profile.registered_at,
        )
        yield from rows


def _age(chance: random.Random) -> int:
    drawn = chance.random()
    youngest, oldest = next((low, high) for share, low, high in _AGES if drawn <= share)
    return chance.randint(youngest, oldest)


def _vulnerabilities(chance: random.Random, sex: Sex, age: Age | None) -> Iterator[Vulnerability]:
    child, years = is_child(age), age.years if age else 15
    shares = (
        (Vulnerability.UNACCOMPANIED_CHILD, 0.16 if child else 0),
        (Vulnerability.SEPARATED_CHILD, 0.14 if child else 0),
        (Vulnerability.PREGNANT_OR_NURSING, 0.17 if sex is Sex.FEMALE and 15 <= years <= 45 else 0),
        (Vulnerability.SINGLE_CAREGIVER, 0 if child else 0.18),
        (Vulnerability.DISABILITY, 0.05),
        (Vulnerability.SERIOUS_MEDICAL_CONDITION, 0.07),
        (Vulnerability.OLDER_PERSON_AT_RISK, 0.5 if years >= 60 else 0),
        (Vulnerability.WITHOUT_CIVIL_DOCUMENTS, 0.34),
        (Vulnerability.TRAFFICKING_PRESUMED, 0.03),
        (Vulnerability.EXPLOITATION, 0.04),
        (Vulnerability.CHILD_DOMESTIC_LABOUR, 0.08 if child and years >= 5 else 0),
        (Vulnerability.SGBV_SURVIVOR, 0.08 if sex is Sex.FEMALE and years >= 10 else 0.01),
        (Vulnerability.ILL_TREATED_IN_DETENTION, 0 if child else 0.06),
        (Vulnerability.AT_RISK_OF_STATELESSNESS, 0.03),
    )
    return (code for code, share in shares if chance.random() < share)


def _handling_needs(
    chance: random.Random, vulnerabilities: tuple[Vulnerability, ...], age: Age | None
) -> Iterator[HandlingNeed]:
    if Vulnerability.UNACCOMPANIED_CHILD in vulnerabilities:
        yield HandlingNeed.CHILD_WITHOUT_CAREGIVER
    if Vulnerability.SINGLE_CAREGIVER in vulnerabilities:
        yield HandlingNeed.ACCOMPANYING_CHILDREN
    if age is not None and age.years < 2:
        yield HandlingNeed.INFANT
    if Vulnerability.DISABILITY in vulnerabilities:
        yield chance.choice((HandlingNeed.STEP_FREE_ACCESS, HandlingNeed.COMMUNICATION_SUPPORT))
    if Vulnerability.SERIOUS_MEDICAL_CONDITION in vulnerabilities and chance.random() < 0.4:
        yield HandlingNeed.URGENT_MEDICAL
    if chance.random() < 0.05:
        yield HandlingNeed.INTERPRETER
