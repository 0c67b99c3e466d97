"""The words of the contract: every enumeration that clients, tables and rules share. Each value is its own name."""

from enum import StrEnum, auto


class Word(StrEnum):
    """An enumeration whose values are spelled as their names."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        return name


class ProblemCode(Word):
    INVALID_INPUT = auto()
    NOT_FOUND = auto()
    NOT_ALLOWED = auto()
    CONSENT_REQUIRED = auto()
    TRANSITION_NOT_ALLOWED = auto()
    STALE_VERSION = auto()
    DUPLICATE_REFERRAL = auto()
    NO_CAPACITY = auto()
    NOT_ELIGIBLE = auto()
    IDEMPOTENCY_KEY_REUSED = auto()
    IN_PROGRESS = auto()


class OrganizationKind(Word):
    MEDICAL_CENTER = auto()
    SHELTER = auto()
    POLICE = auto()
    JUSTICE = auto()
    CIVIL_REGISTRY = auto()
    CHILD_PROTECTION = auto()
    MIGRATION_AUTHORITY = auto()
    LOCAL_AUTHORITY = auto()
    MINISTRY = auto()
    OMBUDSMAN = auto()
    NGO = auto()
    COMMUNITY_ORGANIZATION = auto()
    RED_CROSS = auto()
    INTERNATIONAL_ORGANIZATION = auto()
    SCHOOL = auto()
    TRAINING_PROVIDER = auto()
    DONOR = auto()
    FOREIGN_AUTHORITY = auto()
    OTHER = auto()


class ServiceCategory(Word):
    HEALTH = auto()
    CLINICAL_CARE_FOR_RAPE = auto()
    REPRODUCTIVE_HEALTH = auto()
    PSYCHOSOCIAL = auto()
    DISABILITY_SUPPORT = auto()
    SHELTER = auto()
    SAFE_HOUSE = auto()
    POLICE_PROTECTION = auto()
    CIVIL_DOCUMENTATION = auto()
    CHILD_PROTECTION = auto()
    FAMILY_TRACING = auto()
    FAMILY_CONTACT = auto()
    LEGAL_AID = auto()
    SGBV_RESPONSE = auto()
    ANTI_TRAFFICKING = auto()
    LIVELIHOOD = auto()
    CASH = auto()
    EDUCATION = auto()
    TRANSPORT = auto()
    FOOD_AND_ITEMS = auto()
    RETURN_AND_REINTEGRATION = auto()
    OTHER = auto()


class LocationKind(Word):
    """A Border Resource Center is a place where several organisations work, not an organisation."""

    BORDER_RESOURCE_CENTER = auto()
    CROSSING_POINT = auto()
    FACILITY = auto()
    OFFICE = auto()
    SAFE_HOUSE = auto()
    VIRTUAL = auto()
    OTHER = auto()


class DirectoryKind(Word):
    """What a record of the directory speaks of."""

    ORGANIZATION = auto()
    LOCATION = auto()
    SERVICE = auto()


class DirectoryChangeKind(Word):
    """What became of a record of the directory."""

    CREATED = auto()
    UPDATED = auto()
    REMOVED = auto()
    MERGED = auto()
    CHECKPOINT = auto()


class ServiceStatus(Word):
    """Whether a service is given (HSDS 3.1, service.status)."""

    ACTIVE = auto()
    TEMPORARILY_CLOSED = auto()
    INACTIVE = auto()
    DEFUNCT = auto()


class PhoneKind(Word):
    """What answers at a number (HSDS 3.1, phone.type)."""

    VOICE = auto()
    SMS = auto()
    WHATSAPP = auto()
    FAX = auto()
    TEXTPHONE = auto()
    OTHER = auto()


class CapacityState(Word):
    AVAILABLE = auto()
    FULL = auto()
    WAITLIST = auto()
    ASSESSMENT_REQUIRED = auto()
    UNKNOWN = auto()


class ServiceOrderField(Word):
    RELEVANCE = auto()
    DISTANCE = auto()
    NAME = auto()


class MatchField(Word):
    """Where in what the directory says of a service a word stands."""

    NAME = auto()
    CATEGORY = auto()
    DESCRIPTION = auto()
    PLACE = auto()


class MatchKind(Word):
    """How a word that was typed is met."""

    AS_TYPED = auto()
    BEGINNING = auto()
    SYNONYM = auto()
    NARROWER = auto()
    MISSPELLING = auto()
    MISSING = auto()


class OrderDirection(Word):
    ASC = auto()
    DESC = auto()


class Sex(Word):
    FEMALE = auto()
    MALE = auto()
    OTHER = auto()
    UNKNOWN = auto()


class AgeGroup(Word):
    """Stored, and advanced as time passes; doubt reads as the younger."""

    AGE_0_4 = auto()
    AGE_5_11 = auto()
    AGE_12_17 = auto()
    AGE_18_24 = auto()
    AGE_25_59 = auto()
    AGE_60_PLUS = auto()
    UNKNOWN = auto()


class HandlingNeed(Word):
    """What whoever receives a person must prepare; says nothing of why."""

    CHILD_WITHOUT_CAREGIVER = auto()
    ACCOMPANYING_CHILDREN = auto()
    INFANT = auto()
    STEP_FREE_ACCESS = auto()
    COMMUNICATION_SUPPORT = auto()
    INTERPRETER = auto()
    URGENT_MEDICAL = auto()


class Vulnerability(Word):
    """The first line is class 2, the rest are sensitive: class 3."""

    UNACCOMPANIED_CHILD = auto()
    SEPARATED_CHILD = auto()
    PREGNANT_OR_NURSING = auto()
    SINGLE_CAREGIVER = auto()
    DISABILITY = auto()
    SERIOUS_MEDICAL_CONDITION = auto()
    OLDER_PERSON_AT_RISK = auto()
    WITHOUT_CIVIL_DOCUMENTS = auto()
    OTHER = auto()
    TRAFFICKING_PRESUMED = auto()
    TRAFFICKING_IDENTIFIED = auto()
    EXPLOITATION = auto()
    CHILD_DOMESTIC_LABOUR = auto()
    SGBV_SURVIVOR = auto()
    CHILD_ABUSE = auto()
    ILL_TREATED_IN_DETENTION = auto()
    AT_RISK_OF_STATELESSNESS = auto()


class ReturnType(Word):
    SELF_ORGANISED = auto()
    FORCED_SELF_REPORTED = auto()
    FORCED_CONFIRMED = auto()
    ASSISTED_VOLUNTARY = auto()
    NOT_A_RETURN = auto()
    UNKNOWN = auto()


class FlowSeries(Word):
    """Two series that are never added: passers-by counted, and people recorded."""

    OBSERVED = auto()
    REGISTERED = auto()


class ConsentPurpose(Word):
    """Never one blanket flag. An authority receives on its own purpose only."""

    REGISTRATION = auto()
    SERVICE = auto()
    FAMILY_TRACING = auto()
    CASE_CONFERENCE = auto()
    CHILD_AUTHORITY = auto()
    LAW_ENFORCEMENT = auto()
    MIGRATION_AUTHORITY = auto()
    CROSS_BORDER = auto()
    FOLLOW_UP = auto()
    STATISTICS = auto()


class InformationClass(Word):
    IDENTITY = auto()
    CONTACT = auto()
    NEED = auto()
    VULNERABILITIES = auto()
    NARRATIVE = auto()


class ConsentMethod(Word):
    SIGNED = auto()
    THUMBPRINT = auto()
    VERBAL_WITNESSED = auto()


class ConsentGiver(Word):
    SELF = auto()
    PARENT = auto()
    LEGAL_GUARDIAN = auto()
    CUSTOMARY_CAREGIVER = auto()
    TRUSTED_ADULT = auto()
    CHILD_AUTHORITY = auto()


class Assent(Word):
    GIVEN = auto()
    REFUSED = auto()
    NOT_ABLE = auto()


class ReferralKind(Word):
    SIGNPOST = auto()
    REDIRECTION = auto()
    REFERRAL = auto()
    TRANSFER = auto()


class ReferralStatus(Word):
    DRAFT = auto()
    SENT = auto()
    ACKNOWLEDGED = auto()
    WAITLISTED = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    FORWARDED = auto()
    WITHDRAWN = auto()
    CANCEL_REQUESTED = auto()
    IN_PROGRESS = auto()
    ON_HOLD = auto()
    COMPLETED = auto()
    CLOSED = auto()
    EXPIRED = auto()
    ENTERED_IN_ERROR = auto()


class ReferralPriority(Word):
    EMERGENCY = auto()
    URGENT = auto()
    NORMAL = auto()


class ReferralAction(Word):
    SEND = auto()
    ACKNOWLEDGE = auto()
    WAITLIST = auto()
    ACCEPT = auto()
    DECLINE = auto()
    FORWARD = auto()
    WITHDRAW = auto()
    REQUEST_CANCELLATION = auto()
    RESOLVE_CANCELLATION = auto()
    START = auto()
    HOLD = auto()
    RESUME = auto()
    COMPLETE = auto()
    CLOSE = auto()
    REOPEN = auto()
    MARK_ENTERED_IN_ERROR = auto()


class DeclineReason(Word):
    NO_CAPACITY = auto()
    NOT_ELIGIBLE = auto()
    OUT_OF_AREA = auto()
    SERVICE_NOT_OFFERED = auto()
    UNREACHABLE = auto()
    DUPLICATE = auto()
    NEEDS_INFORMATION = auto()
    SUSPENDED_INSECURITY = auto()
    CONSENT_DOUBT = auto()
    SAFETY = auto()
    OTHER = auto()


class DeclinedBy(Word):
    PROVIDER = auto()
    PERSON = auto()


class WithdrawReason(Word):
    """CONSENT_WITHDRAWN is the system's alone."""

    PERSON_DECLINED = auto()
    PERSON_MOVED_ON = auto()
    NEED_MET = auto()
    SENT_IN_ERROR = auto()
    SAFETY = auto()
    CONSENT_WITHDRAWN = auto()
    OTHER = auto()


class OutcomeResult(Word):
    SERVED = auto()
    PARTIALLY_SERVED = auto()
    NOT_SERVED = auto()


class NotServedReason(Word):
    NO_SHOW = auto()
    MOVED = auto()
    DECLINED = auto()
    INELIGIBLE = auto()
    UNAVAILABLE = auto()
    OTHER = auto()


class ReferralEventKind(Word):
    ACTION = auto()
    EXPIRED = auto()
    CONSENT_WITHDRAWN = auto()
    APPOINTMENT = auto()
    NO_SHOW = auto()
    DEPARTED = auto()
    ARRIVED = auto()
    NOT_ARRIVED = auto()
    HANDOVER_CONFIRMED = auto()
    ESCALATED = auto()


class ReferralChangeKind(Word):
    CHANGED = auto()
    HIDDEN = auto()
    CHECKPOINT = auto()


class ReferralDirection(Word):
    INCOMING = auto()
    OUTGOING = auto()


class ReferralOrderField(Word):
    CREATED_AT = auto()
    UPDATED_AT = auto()
    DUE_AT = auto()
    PRIORITY = auto()


class TrainingTheme(Word):
    HUMAN_RIGHTS = auto()
    SGBV_PREVENTION = auto()
    CHILD_PROTECTION = auto()
    FAMILY_PLANNING = auto()
    TRAFFICKING_IN_PERSONS = auto()
    IRREGULAR_MIGRATION = auto()
    PSEA = auto()
    CASE_MANAGEMENT = auto()
    DATA_PROTECTION = auto()
    OTHER = auto()


class ParticipantKind(Word):
    STATE_AGENT = auto()
    LOCAL_AUTHORITY = auto()
    POLICE = auto()
    JUSTICE = auto()
    HEALTH = auto()
    EDUCATION = auto()
    NGO = auto()
    COMMUNITY = auto()
    MEDIA = auto()
    UNITED_NATIONS = auto()
    OTHER = auto()


class AttendanceStatus(Word):
    PRESENT = auto()
    LATE = auto()
    LEFT_EARLY = auto()
    ABSENT = auto()
    EXCUSED = auto()


class AttendanceOutcome(Word):
    RECORDED = auto()
    DUPLICATE = auto()
    UNMATCHED = auto()
    CONFLICT = auto()
    REJECTED = auto()


class AttendanceFlag(Word):
    NOT_ENROLLED = auto()
    OUT_OF_WINDOW = auto()
    CLOCK_SKEW = auto()
    REVOKED = auto()
    AFTER_LOCK = auto()
    WAITING = auto()


class AttendanceSource(Word):
    QR = auto()
    PIN = auto()
    ROSTER = auto()
    PAPER = auto()
    DESK = auto()


class AttendanceConflict(Word):
    """What of an attendance is disputed."""

    STATUS = auto()
    OCCURRED_AT = auto()
    EVENT_ID = auto()


class AttendanceRuling(Word):
    """What was decided of one event: by a person, but for LAPSED, which the system says of a correction of nothing."""

    MATCHED = auto()
    APPROVED = auto()
    REFUSED = auto()
    VOIDED = auto()
    LAPSED = auto()


class ScoreOccasion(Word):
    """Before a training, or after it."""

    PRE = auto()
    POST = auto()


class RevocationReason(Word):
    """Why a certificate counts no more; told to its organiser alone."""

    ISSUED_IN_ERROR = auto()
    NAME_CORRECTED = auto()
    ATTENDANCE_CORRECTED = auto()
    MISUSED = auto()
    OTHER = auto()


class ReleaseOrigin(Word):
    COMPUTED = auto()
    EXTERNAL = auto()


class IndicatorDimension(Word):
    SEX = auto()
    AGE_GROUP = auto()
    DEPARTMENT = auto()
    COMMUNE = auto()
    CROSSING_POINT = auto()
    RETURN_TYPE = auto()
    COUNTRY_OF_RETURN = auto()
    NEED = auto()
    THEME = auto()
    ORGANIZATION_KIND = auto()
    DISABILITY = auto()
    MONTH = auto()
    QUARTER = auto()


class SuppressionReason(Word):
    PROTECTED = auto()
    NOT_APPROVED = auto()


class ReleaseState(Word):
    """How far a release is. DRAFT is nobody's to see; AUDITED waits for a person; the last two are immutable."""

    DRAFT = auto()
    AUDITED = auto()
    APPROVED = auto()
    SUPERSEDED = auto()


class ReleaseEvery(Word):
    """Which stretch of time a release covers: a closed month, a closed quarter, or one of its own."""

    MONTH = auto()
    QUARTER = auto()
    OTHER = auto()


class Tier(Word):
    """How small a count may be shown, by whom it is about (design: dashboards, "Small counts")."""

    T1 = auto()
    T2 = auto()
    T3 = auto()
    EXACT = auto()
