"""Registering people, recording and withdrawing their consent, in the graph."""

import strawberry

from actions.consent_withdrawal import withdraw_consent
from actions.consents import record_consent
from actions.people import RegistrationConsent, register_person
from auth.scopes import Scope
from models.rules.vocabulary import (
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
from planner.fields import One, planned
from resolvers.people import Consent, Person
from resolvers.problems import Problem, problems
from resolvers.scalars import Date, DateTime
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, optional

GIVER = "Who gives it. Under 15 the caregiver, from 15 to 17 the caregiver beside the child, from 18 the person."
GIVER_NAME = "The giver's name, up to 200 signs; asked for where it is not the person."
ASSENT = "Whether the child agrees; asked for from 6 years on. REFUSED blocks."
METHOD = "How it was given."
LANGUAGE = "In which language it was asked: BCP 47, such as ht."


@strawberry.input(description="The consent to be registered at all.")
class RegistrationConsentInput:
    giver: ConsentGiver = strawberry.field(description=GIVER)
    giver_name: str | None = optional(GIVER_NAME)
    assent: Assent | None = optional(ASSENT)
    method: ConsentMethod = strawberry.field(description=METHOD)
    language: str = strawberry.field(description=LANGUAGE)
    statistics: bool = strawberry.field(description="Whether the person may be counted in figures.")


@strawberry.input(description="A person to register, with the consent to it.")
class RegisterPersonInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    consent: RegistrationConsentInput = strawberry.field(description="The consent to be registered at all.")
    sex: Sex = strawberry.field(description="As the person says.")
    birth_date: Date | None = optional("Date of birth, not to come and at most 120 years ago.")
    estimated_age: int | None = optional("Full years, 0 to 120, where no birth date is known. Doubt reads as a child.")
    given_name: str | None = optional("Given name, up to 200 signs.")
    family_name: str | None = optional("Family name, up to 200 signs.")
    other_names: str | None = optional("Other names, and names one is called by, up to 200 signs.")
    nationality: str | None = optional("ISO 3166-1 alpha-2, such as HT.")
    phone: str | None = optional("E.164: + and 7 to 15 digits, country code first.")
    handling_needs: list[HandlingNeed] | None = optional("What whoever receives the person must prepare.")
    vulnerabilities: list[Vulnerability] | None = optional("What makes the person vulnerable.")
    site_id: strawberry.ID | None = optional("The place of registration: a Location.")
    crossing_point: str | None = optional("Where the border was crossed, up to 200 signs, such as BELLADERE.")
    return_type: ReturnType | None = optional("How the person came back; UNKNOWN where nothing is said.")


@strawberry.type(description="What came of registering a person.")
class RegisterPersonPayload:
    person: Person | None = planned(One(on=lambda p, r: r.id == p.key), "The new file.")
    problems: list[Problem] = problems()


@strawberry.input(description="A consent to record: for one purpose and one recipient.")
class RecordConsentInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    person_id: strawberry.ID = strawberry.field(description="Who consents: a Person of the viewer's organisation.")
    purpose: ConsentPurpose = strawberry.field(
        description="What it allows. Towards an authority only its own, recorded by a case worker."
    )
    recipient_organization_id: strawberry.ID | None = optional(
        "Who may receive: an Organization. Null for REGISTRATION and STATISTICS alone."
    )
    information: list[InformationClass] = strawberry.field(description="Which information it reaches, at least one.")
    giver: ConsentGiver = strawberry.field(description=GIVER)
    giver_name: str | None = optional(GIVER_NAME)
    assent: Assent | None = optional(ASSENT)
    method: ConsentMethod = strawberry.field(description=METHOD)
    language: str = strawberry.field(description=LANGUAGE)
    interpreter: bool | None = optional("Whether an interpreter helped.")
    valid_until: DateTime | None = optional(
        "Until when it holds: in the future, at most 12 months, 3 towards an authority; that long unless less is said."
    )


@strawberry.type(description="What came of recording a consent.")
class RecordConsentPayload:
    consent: Consent | None = planned(One(on=lambda p, r: r.id == p.key), "The consent.")
    problems: list[Problem] = problems()


@strawberry.input(description="A consent to withdraw.")
class WithdrawConsentInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    consent_id: strawberry.ID = strawberry.field(description="The Consent.")
    reason: str | None = optional("Why, in the person's words, up to 4,000 signs; nobody has to say.")


@strawberry.type(description="What came of withdrawing a consent.")
class WithdrawConsentPayload:
    consent: Consent | None = planned(One(on=lambda p, r: r.id == p.key), "The consent, withdrawn.")
    problems: list[Problem] = problems()


@strawberry.type
class PeopleMutations:
    register_person: RegisterPersonPayload = mutation(
        "registerPerson",
        register_person,
        RegisterPersonInput,
        Scope.PEOPLE_WRITE,
        "Opens a person's file with the consent to it.",
        ids={"siteId": "Location"},
        parts={"consent": RegistrationConsent},
    )
    record_consent: RecordConsentPayload = mutation(
        "recordConsent",
        record_consent,
        RecordConsentInput,
        Scope.PEOPLE_WRITE,
        "Records what a person consents to.",
        ids={"personId": "Person", "recipientOrganizationId": "Organization"},
    )
    withdraw_consent: WithdrawConsentPayload = mutation(
        "withdrawConsent",
        withdraw_consent,
        WithdrawConsentInput,
        Scope.PEOPLE_WRITE,
        "Ends a consent: disclosure stops at once, and what was not yet accepted is withdrawn. Twice does no harm.",
        ids={"consentId": "Consent"},
    )
