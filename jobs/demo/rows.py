"""What does a row that comes by the thousand hold? One tuple per table, its fields named as the columns.

Columns that are left out keep the table's default.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class OpeningRow(NamedTuple):
    organization_id: UUID
    visibility: str
    service_at_location_id: UUID
    opens_at: datetime
    closes_at: datetime


class PersonRow(NamedTuple):
    id: UUID
    organization_id: UUID
    reference: str
    sex: str
    age_group: str
    handling_needs: list[str]
    registered_at: datetime
    site_id: UUID | None
    crossing_point: str | None
    return_type: str


class PersonIdentityRow(NamedTuple):
    person_id: UUID
    organization_id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    estimated_age: int | None
    estimated_on: date | None
    birth_place: str | None
    nationality: str


class PersonContactRow(NamedTuple):
    person_id: UUID
    organization_id: UUID
    phone: str
    safe_to_call: bool


class PersonVulnerabilityRow(NamedTuple):
    person_id: UUID
    code: str
    organization_id: UUID
    sensitivity: int


class ConsentRow(NamedTuple):
    id: UUID
    organization_id: UUID
    person_id: UUID
    purpose: str
    recipient_id: UUID | None
    information: list[str]
    giver: str
    assent: str | None
    method: str
    language: str
    given_at: datetime
    valid_until: datetime | None


class ConsentDetailRow(NamedTuple):
    consent_id: UUID
    organization_id: UUID
    giver_name: str


class ConsentWithdrawalRow(NamedTuple):
    consent_id: UUID
    organization_id: UUID
    withdrawn_at: datetime
    reason: str | None


class ReferralRow(NamedTuple):
    id: UUID
    reference: str
    kind: str
    status: str
    priority: str
    need: str
    sender_id: UUID
    receiver_id: UUID
    service_id: UUID
    place_id: UUID | None
    person_id: UUID | None
    consent_id: UUID | None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    responded_at: datetime | None
    completed_at: datetime | None
    version: int


class ReferralSubjectRow(NamedTuple):
    referral_id: UUID
    sex: str
    age_group: str
    handling_needs: list[str]


class ReferralIdentityRow(NamedTuple):
    referral_id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    birth_place: str | None
    nationality: str


class ReferralContactRow(NamedTuple):
    referral_id: UUID
    phone: str
    safe_to_call: bool


class ReferralRequestRow(NamedTuple):
    referral_id: UUID
    summary: str


class ReferralVulnerabilitiesRow(NamedTuple):
    referral_id: UUID
    codes: list[str]


class ReferralNarrativeRow(NamedTuple):
    referral_id: UUID
    narrative: str


class ReferralEventRow(NamedTuple):
    id: UUID
    referral_id: UUID
    organization_id: UUID | None
    at: datetime
    kind: str
    action: str | None
    status_after: str


class ReferralNoteRow(NamedTuple):
    event_id: UUID
    referral_id: UUID
    organization_id: UUID
    note: str


class ReferralDeclineRow(NamedTuple):
    referral_id: UUID
    event_id: UUID
    reason: str
    declined_by: str
    at: datetime


class ReferralWithdrawalRow(NamedTuple):
    referral_id: UUID
    event_id: UUID
    reason: str
    at: datetime


class ReferralOutcomeRow(NamedTuple):
    referral_id: UUID
    event_id: UUID
    result: str
    reason: str | None


class CapacityHoldRow(NamedTuple):
    referral_id: UUID
    capacity_id: UUID
    held_at: datetime


Row = (
    PersonRow
    | PersonIdentityRow
    | PersonContactRow
    | PersonVulnerabilityRow
    | ConsentRow
    | ConsentDetailRow
    | ConsentWithdrawalRow
    | ReferralRow
    | ReferralSubjectRow
    | ReferralIdentityRow
    | ReferralContactRow
    | ReferralRequestRow
    | ReferralVulnerabilitiesRow
    | ReferralNarrativeRow
    | ReferralEventRow
    | ReferralNoteRow
    | ReferralDeclineRow
    | ReferralWithdrawalRow
    | ReferralOutcomeRow
    | CapacityHoldRow
)
