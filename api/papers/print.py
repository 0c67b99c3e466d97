"""What stands on a printed certificate and a printed roster, in the language asked for."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from actions.rosters import Held, Printed, Roster
from api.papers.pdf import pdf, qr
from api.papers.words import Language, day, days, theme, words
from models.rules.issuers import address_of


def certificate(printed: Printed, *, id: UUID, issuer: str, language: Language) -> bytes:
    """This will be a certificate as PDF, with a QR code that leads to the page that checks it."""
    claims, said, address = printed.claims, words(language), address_of(issuer, id)
    facts = [
        (said["days"], days(claims.starts_on, claims.ends_on, language)),
        (said["sessions"], f"{claims.counted} {said['of']} {claims.sessions}"),
        (said["score"], "" if claims.score is None else f"{claims.score} %"),
        (said["issued"], day(printed.issued_at.date(), language)),
        (said["until"], "" if printed.valid_until is None else day(printed.valid_until.date(), language)),
        (said["number"], str(id)),
    ]
    values = {
        "words": said,
        "language": language,
        "name": claims.name,
        "organizer": claims.organizer,
        "title": claims.course_title,
        "title_language": claims.language[:2],
        "themes": ", ".join(theme(each, language) for each in claims.themes),
        "facts": [fact for fact in facts if fact[1]],
        "address": address,
        "qr": qr(address),
    }
    return pdf("certificate.typ", values)


def roster(roster: Roster, *, language: Language) -> bytes:
    """This will be a roster as PDF: for each participant the token as a QR code, the PIN, and room to sign."""
    return pdf("roster.typ", roster_values(roster, language=language))


def roster_values(roster: Roster, *, language: Language) -> dict[str, Any]:
    """This will be what stands on a roster."""
    people = [
        {
            "name": each.name,
            "about": " · ".join(said for said in (each.position, each.employer) if said),
            "pin": each.pin,
            "qr": qr(each.token, error="q"),
        }
        for each in roster.people
    ]
    return {
        "words": words(language),
        "language": language,
        "title": roster.titles.get(language, roster.titles[roster.language]),
        "code": roster.code,
        "organizer": roster.organizer_names.get(language, roster.organizer_names[roster.organizer_language]),
        "days": days(roster.starts_on, roster.ends_on, language),
        "sessions": [_hours(each, language) for each in roster.sessions],
        "participants": people,
    }


def _hours(held: Held, language: Language) -> str:
    zone = ZoneInfo(held.time_zone)
    starts, ends = held.starts_at.astimezone(zone), held.ends_at.astimezone(zone)
    return f"{day(starts.date(), language)}, {starts:%H:%M}–{ends:%H:%M}"
