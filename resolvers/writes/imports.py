"""Sending services to the directory, in the graph."""

import strawberry

from actions.imports import MOST_SERVICES, import_services
from auth.scopes import Scope
from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
)
from planner.fields import One, planned
from resolvers.imports import DirectoryImport
from resolvers.problems import Problem, problems
from resolvers.scalars import Date, DateTime, Decimal
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, optional


@strawberry.input(description="A text in one language.")
class TextInput:
    language: str = strawberry.field(description="BCP 47, such as ht.")
    text: str = strawberry.field(description="Up to 4,000 signs.")


@strawberry.input(description="A telephone.")
class ImportPhoneInput:
    number: str = strawberry.field(description="As it is dialled; best in E.164.")
    kind: PhoneKind | None = optional("What answers; VOICE unless told.")
    extension: str | None = optional("Up to 20 signs.")
    description: str | None = optional("Whose it is, or when it is answered.")
    languages: list[str] | None = optional("In which one is answered, BCP 47.")


@strawberry.input(description="Who answers for a service or at a place: by role, and by name if it may be told.")
class ImportContactInput:
    name: str | None = optional("The person's name; as visible as the service.")
    title: str | None = optional("What the person does there.")
    department: str | None = optional("Where in the organisation.")
    email: str | None = optional("An address of theirs at work.")
    number: str | None = optional("A telephone of theirs at work.")


@strawberry.input(description="Hours in which a service is given at a place, by the place's clock.")
class ImportHoursInput:
    weekdays: list[str] | None = optional("MO, TU, WE, TH, FR, SA, SU; or a rule instead.")
    rule: str | None = optional("An RRULE (RFC 5545), such as FREQ=MONTHLY;BYDAY=1MO.")
    opens: str = strawberry.field(description="Such as 08:30.")
    closes: str = strawberry.field(description="Such as 16:00; not after opens: on the next day.")
    valid_from: Date | None = optional("The first day on which they hold.")
    valid_to: Date | None = optional("The last day.")
    notes: list[TextInput] | None = optional("What else is to be known of them.")


@strawberry.input(description="A day on which the hours do not hold: closed, or open at others.")
class ImportExceptionInput:
    day: Date = strawberry.field(description="Which day.")
    opens: str | None = optional("Such as 08:30; left out: closed.")
    closes: str | None = optional("Such as 12:00.")


@strawberry.input(description="Whether there is room; shown for 24 hours after it was so.")
class ImportCapacityInput:
    state: CapacityState = strawberry.field(description="Whether there is room.")
    available: int | None = optional("Places free.")
    maximum: int | None = optional("Places in all.")
    unit: str | None = optional("What is counted: beds, places, appointments.")
    updated_at: DateTime | None = optional("When that was so; now, if left out.")


@strawberry.input(description="What makes a place reachable for people with disabilities, or does not.")
class ImportAccessibilityInput:
    descriptions: list[TextInput] = strawberry.field(description="In words.")
    details: str | None = optional("More of it.")
    website: str | None = optional("Where more is told.")


@strawberry.input(description="Where a service is given.")
class ImportLocationInput:
    remote_id: str | None = optional("Your id of the place, so that two services can share it; else it is made.")
    kind: LocationKind | None = optional("FACILITY unless told. A SAFE_HOUSE is seen by your organisation alone.")
    names: list[TextInput] | None = optional("What it is called.")
    latitude: float | None = optional("Degrees north, WGS 84.")
    longitude: float | None = optional("Degrees east.")
    pcode: str | None = optional("Of the smallest area it lies in: HT0632.")
    address_lines: list[str] | None = optional("The lines above the locality.")
    locality: str | None = optional("Town or locality.")
    postal_code: str | None = optional("Postal code.")
    country: str | None = optional("ISO 3166-1 alpha-2; HT unless told.")
    descriptions: list[TextInput] | None = optional("What else is to be known of it.")
    transportation: list[TextInput] | None = optional("How to get there.")
    accessibility: list[ImportAccessibilityInput] | None = optional("Ways in for people with disabilities.")


@strawberry.input(description="A service as given at one place.")
class ImportPlaceInput:
    location: ImportLocationInput = strawberry.field(description="Where.")
    descriptions: list[TextInput] | None = optional("What is different there.")
    phones: list[ImportPhoneInput] | None = optional("Telephones at the place.")
    contacts: list[ImportContactInput] | None = optional("Who answers there.")
    hours: list[ImportHoursInput] | None = optional("When it is open.")
    hours_text: str | None = optional("Instead, as people write it: lun-ven 08:00-16:00; sam 8h-12h.")
    exceptions: list[ImportExceptionInput] | None = optional("Days on which the hours do not hold.")
    capacity: ImportCapacityInput | None = optional("Whether there is room there.")


@strawberry.input(description="What a service costs, for whom.")
class ImportCostInput:
    options: list[TextInput] | None = optional("For whom, or for what.")
    amount: Decimal | None = optional("With its currency.")
    currency: str | None = optional("ISO 4217, such as HTG.")
    valid_from: Date | None = optional("From which day on.")
    valid_to: Date | None = optional("Until which day.")


@strawberry.input(description="A paper that whoever asks for a service must bring.")
class ImportDocumentInput:
    names: list[TextInput] = strawberry.field(description="What it is called.")
    uri: str | None = optional("Where it is explained.")


@strawberry.input(description="Where the people live whom a service is for: an area, or words.")
class ImportServiceAreaInput:
    pcode: str | None = optional("An Area's P-code.")
    names: list[TextInput] | None = optional("In words, where there is no P-code.")


@strawberry.input(description="A term of your own taxonomy.")
class ImportTermInput:
    scheme: str = strawberry.field(description="What your taxonomy is called.")
    code: str = strawberry.field(description="The term's code in it.")
    labels: list[TextInput] = strawberry.field(description="What it means.")


@strawberry.input(description="An organisation that gives a service, where it is not you.")
class ImportOrganizationInput:
    remote_id: str | None = optional("Your id of it.")
    names: list[TextInput] = strawberry.field(description="What it is called.")
    kind: OrganizationKind | None = optional("OTHER unless told.")
    descriptions: list[TextInput] | None = optional("What it does.")
    phones: list[ImportPhoneInput] | None = optional("Its telephones.")
    website: str | None = optional("Its website.")
    email: str | None = optional("Its address.")


@strawberry.input(description="A service, whole: what is left out is not kept from before.")
class ImportServiceInput:
    remote_id: str = strawberry.field(
        description="Your own id of the service, up to 200 signs: it stays the same. For an entry of your organisation "
        "that was made here, the id by which files tell it."
    )
    names: list[TextInput] = strawberry.field(description="What it is called; the first is the original.")
    category: ServiceCategory = strawberry.field(description="A SAFE_HOUSE is seen by your organisation alone.")
    language: str | None = optional("Of the original, BCP 47; that of the partner's settings unless told.")
    organization: ImportOrganizationInput | None = optional("Who gives it, where it is not you.")
    descriptions: list[TextInput] | None = optional("What it is.")
    status: ServiceStatus | None = optional("ACTIVE unless told.")
    alerts: list[TextInput] | None = optional("What whoever comes must know first.")
    languages: list[str] | None = optional("Languages spoken, BCP 47.")
    minimum_age: int | None = optional("Years, inclusive.")
    maximum_age: int | None = optional("Years, inclusive.")
    sexes: list[Sex] | None = optional("Left out or empty: anyone.")
    accepts_unaccompanied_children: bool | None = optional("Whether children without a caregiver are taken.")
    eligibility_notes: list[TextInput] | None = optional("Whom else it is for.")
    fees: list[TextInput] | None = optional("What it costs, in words.")
    costs: list[ImportCostInput] | None = optional("What it costs, in numbers.")
    application: list[TextInput] | None = optional("How one comes to be served.")
    required_documents: list[ImportDocumentInput] | None = optional("What must be brought.")
    service_areas: list[ImportServiceAreaInput] | None = optional("Where the people live whom it is for.")
    website: str | None = optional("Its own page.")
    email: str | None = optional("Its own address.")
    phones: list[ImportPhoneInput] | None = optional("Telephones of the service, wherever it is given.")
    contacts: list[ImportContactInput] | None = optional("Who answers for it.")
    places: list[ImportPlaceInput] | None = optional("Where it is given.")
    terms: list[ImportTermInput] | None = optional("Terms of your own taxonomy.")
    capacity: ImportCapacityInput | None = optional("Whether there is room, wherever it is given.")
    valid_from: Date | None = optional("The first day on which it is given.")
    valid_to: Date | None = optional("The last day.")
    modified_at: DateTime | None = optional("When you changed it last.")
    verified_at: DateTime | None = optional("When somebody checked it.")


@strawberry.input(description="Services to be taken into the directory within seconds, or tried.")
class ImportServicesInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    services: list[ImportServiceInput] = strawberry.field(
        description=f"1 to {MOST_SERVICES}. More of them go in several imports, or as a file (docs/push.md)."
    )
    partner: str | None = optional(
        "The name of your organisation's partner that they are of; left out, the one for what you enter yourselves."
    )
    dry_run: bool | None = optional("True: try it, and tell what would change; nothing is kept.")
    whole: bool | None = optional(
        "True: this is all that the partner has. What is missing twice is taken as gone; a fifth missing is held."
    )


@strawberry.type(description="What came of sending services.")
class ImportServicesPayload:
    directory_import: DirectoryImport | None = planned(
        One(on=lambda p, r: r.id == p.key), "The import; ask for it again until it is DONE or FAILED."
    )
    problems: list[Problem] = problems()


@strawberry.type
class ImportMutations:
    import_services: ImportServicesPayload = mutation(
        "importServices",
        import_services,
        ImportServicesInput,
        Scope.DIRECTORY_WRITE,
        "Sends services of one's own organisation to the directory: new ones come in, known ones change.",
    )
