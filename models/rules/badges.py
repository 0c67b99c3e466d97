"""A certificate as an Open Badges 3.0 credential over the W3C data model 2.0, before it is signed; and read again.

Sources: 1EdTech Open Badges 3.0 (AchievementCredential, AchievementSubject, IdentityObject, Result) and W3C Verifiable
Credentials Data Model 2.0. Every word stands under a term of the two contexts: what has no term would not be signed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from models.rules.issuers import CREDENTIALS, address_of, did_of, moment, status_address
from models.rules.status_list import place

OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SESSIONS, TEST = "sessions", "test"
"""How the two results are told apart: the fragment of their description's id."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a certificate says, as it stood when it was issued."""

    name: str
    """The participant's, as on the roster."""
    course_id: UUID
    course_code: str
    course_title: str
    language: str
    """Of the title; BCP 47."""
    themes: tuple[str, ...]
    training_code: str
    organizer_id: UUID
    organizer: str
    """The name of the organisation that gave the training."""
    starts_on: date
    ends_on: date
    """The first and the last day."""
    sessions: int
    """Held."""
    counted: int
    """Attended, so that they count."""
    required: int
    """What the course asks for, of these sessions."""
    pass_mark: int | None = None
    """What it asks for in the test after the training, in percent; None: there is none."""
    score: int | None = None
    """What was reached in it, in percent."""

    def told(self) -> Document:
        """This will be the claims as the JSON that a certificate is kept with; `kept_claims` reads it."""
        return {name: str(value) if isinstance(value, UUID | date) else value for name, value in asdict(self).items()}


def kept_claims(told: Mapping[str, Any]) -> Claims:
    """This will read the claims that `told` wrote."""
    ids = {name: UUID(told[name]) for name in ("course_id", "organizer_id")}
    days = {name: date.fromisoformat(told[name]) for name in ("starts_on", "ends_on")}
    return Claims(**{**told, **ids, **days, "themes": tuple(told["themes"])})


def credential(
    claims: Claims, *, issuer: str, certificate: UUID, number: int, issued_at: datetime, valid_until: datetime | None
) -> Document:
    """This will be the credential that is signed. `number`: its place among all certificates, from 0."""
    status_list, position = place(number)
    listed = status_address(issuer, status_list)
    document: Document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": address_of(issuer, certificate),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": claims.course_title,
        "issuer": {"id": did_of(issuer), "type": ["Profile"], "name": "Konbit", "url": issuer},
        "validFrom": moment(issued_at),
        "credentialSubject": _subject(claims),
        "credentialStatus": {
            "id": f"{listed}#{position}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(position),
            "statusListCredential": listed,
        },
    }
    if valid_until is not None:
        document["validUntil"] = moment(valid_until)
    return document


def _subject(claims: Claims) -> Document:
    course = claims.course_id.urn
    results = [_result(course, SESSIONS, claims.counted)]
    described = [_described(course, SESSIONS, "RawScore", most=claims.sessions, required=claims.required)]
    asked = f"Attend at least {claims.required} of {claims.sessions} sessions"
    if claims.pass_mark is not None and claims.score is not None:
        results.append(_result(course, TEST, claims.score))
        described.append(_described(course, TEST, "Percent", most=100, required=claims.pass_mark))
        asked += f" and reach {claims.pass_mark} % in the test after the training"
    name = {"type": "IdentityObject", "identityType": "name", "identityHash": claims.name, "hashed": False}
    return {
        "type": ["AchievementSubject"],
        "identifier": [name],
        "activityStartDate": f"{claims.starts_on}T00:00:00Z",
        "activityEndDate": f"{claims.ends_on}T23:59:59Z",
        "term": claims.training_code,
        "source": {"id": claims.organizer_id.urn, "type": ["Profile"], "name": claims.organizer},
        "result": results,
        "achievement": {
            "id": course,
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "inLanguage": claims.language,
            "name": claims.course_title,
            "description": claims.course_title,
            "criteria": {"narrative": f"{asked}."},
            "humanCode": claims.course_code,
            "tag": list(claims.themes),
            "resultDescription": described,
        },
    }


def _result(course: str, kind: str, value: int) -> Document:
    return {"type": ["Result"], "resultDescription": f"{course}#{kind}", "value": str(value)}


def _described(course: str, kind: str, scale: str, *, most: int, required: int) -> Document:
    return {
        "id": f"{course}#{kind}",
        "type": ["ResultDescription"],
        "name": {SESSIONS: "Sessions attended", TEST: "Test after the training"}[kind],
        "resultType": scale,
        "valueMin": "0",
        "valueMax": str(most),
        "requiredValue": str(required),
    }


def claims_of(document: Mapping[str, Any]) -> Claims:
    """This will read the claims from a credential that `credential` made: what was signed, and nothing beside it."""
    subject = document["credentialSubject"]
    achievement, source = subject["achievement"], subject["source"]
    results = {_kind(each["resultDescription"]): int(each["value"]) for each in subject["result"]}
    described = {_kind(each["id"]): each for each in achievement["resultDescription"]}
    return Claims(
        name=subject["identifier"][0]["identityHash"],
        course_id=UUID(achievement["id"]),
        course_code=achievement["humanCode"],
        course_title=achievement["name"],
        language=achievement["inLanguage"],
        themes=tuple(achievement["tag"]),
        training_code=subject["term"],
        organizer_id=UUID(source["id"]),
        organizer=source["name"],
        starts_on=_day(subject["activityStartDate"]),
        ends_on=_day(subject["activityEndDate"]),
        sessions=int(described[SESSIONS]["valueMax"]),
        counted=results[SESSIONS],
        required=int(described[SESSIONS]["requiredValue"]),
        pass_mark=int(described[TEST]["requiredValue"]) if TEST in described else None,
        score=results.get(TEST),
    )


def _kind(description: str) -> str:
    return description.rpartition("#")[2]


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(UTC).date()
