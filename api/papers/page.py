"""The page on which anyone checks a certificate: HTML made here, without scripts, in four languages."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from uuid import UUID

from api.papers.words import Language, day, days, theme, validity, words
from models.rules.badges import Claims
from models.rules.certificates import Validity

STYLE = """
main { margin: 0 auto; max-width: 42rem; padding: 1.5rem 1rem 3rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem; justify-content: flex-end; }
nav a { display: inline-block; padding: .75rem .5rem; }
nav a[aria-current] { color: inherit; font-weight: 650; text-decoration: none; }
.found { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 1.25rem; }
.found { margin-top: 1rem; }
.worth { border-left: 6px solid var(--plain); border-radius: 6px; font-size: 1.125rem; font-weight: 600; }
.worth { background: var(--plain-soft); margin-bottom: 1.25rem; padding: .75rem 1rem; }
.VALID { background: var(--good-soft); border-color: var(--good); }
.EXPIRED { background: var(--late-soft); border-color: var(--late); }
.REVOKED, .NOT_PROVED { background: var(--bad-soft); border-color: var(--bad); }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: minmax(8rem, auto) 1fr; }
dt { color: var(--quiet); }
dd { font-weight: 550; }
.file { color: var(--quiet); font-size: var(--small); margin-top: 1.25rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .75rem; } }
@media print { nav { display: none; } }
"""
MARKS = {Validity.VALID: "✓", Validity.UNSIGNED: "…"}
"""Beside the words, so that colour alone says nothing; all others are warnings."""
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'self' 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cache-control": "no-store",
    "vary": "accept-language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the page tells of one certificate."""

    id: UUID
    claims: Claims
    worth: Validity
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None


def page(found: Checked, language: Language) -> str:
    """This will be the page of a certificate: what it is worth, then what was signed."""
    said = words(language)
    mark, told = MARKS.get(found.worth, "✕"), validity(found.worth, language)
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in _facts(found, language))
    file = f'<a href="/certificates/{found.id}.json" type="application/vc">{found.id}.json</a>'
    body = (
        f'<p class="worth {found.worth}" role="status"><span aria-hidden="true">{mark} </span>{escape(told)}</p>'
        f"<dl>{listed}</dl>"
    )
    if found.worth is not Validity.UNSIGNED:
        body += f'<p class="file">{escape(said["signed"])} {file}</p>'
    return _page(said["check"], f'<div class="found">{body}</div>', language)


def unknown(language: Language) -> str:
    """This will be the page where there is no certificate; it is the same for every address."""
    said = words(language)
    return _page(said["check"], f'<div class="found"><p>{escape(said["unknown"])}</p></div>', language)


def _facts(found: Checked, language: Language) -> list[tuple[str, str]]:
    """Names, and values as HTML."""
    said, claims = words(language), found.claims
    title = f'<span lang="{escape(claims.language)}">{escape(claims.course_title)}</span>'
    until = said["always"] if found.valid_until is None else day(found.valid_until.date(), language)
    facts = [
        ("name", escape(claims.name)),
        ("course", title),
        ("themes", escape(", ".join(theme(each, language) for each in claims.themes))),
        ("organizer", escape(claims.organizer)),
        ("days", escape(days(claims.starts_on, claims.ends_on, language))),
        ("sessions", escape(f"{claims.counted} {said['of']} {claims.sessions}")),
        ("score", "" if claims.score is None else f"{claims.score} %"),
        ("issued", escape(day(found.issued_at.date(), language))),
        ("until", escape(until)),
        ("revoked", "" if found.revoked_at is None else escape(day(found.revoked_at.date(), language))),
        ("number", str(found.id)),
    ]
    return [(said[name], value) for name, value in facts if value]


def _page(title: str, body: str, language: Language) -> str:
    here = {language: ' aria-current="true"'}
    links = "".join(
        f'<li><a href="?lang={each}" lang="{each}" hreflang="{each}"{here.get(each, "")}>{each.own_name}</a></li>'
        for each in Language
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex, nofollow"><title>{escape(title)} · Konbit</title>'
        f'<link rel="stylesheet" href="/shared/base.css"><style>{STYLE}</style></head><body><main>'
        f'<nav aria-label="{escape(words(language)["languages"])}"><ul>{links}</ul></nav>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
