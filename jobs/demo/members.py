"""Which people may sign in to the demo? Two at each persona's organisation, one at two of them, and one at a site.

Each has a password and a code's secret of this installation, told in the file. All are invented.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import accounts, names, passwords, totp
from auth.people.passwords import Passwords
from auth.sealing import CannotOpen, Sealer
from jobs.demo.grants import GRANTS
from jobs.demo.organisations import PERSONAS
from models.accounts import Membership, Password, SignInName, Totp
from models.directory import Location
from models.organisations import Organization
from models.rules.roles import Role

SITE = "brc-belladere"
_MADE = re.compile(r"[0-9a-f]{6}(-[0-9a-f]{6}){3}")
MEMBERS = {"brc": "Mirlande Désir", "medical": "Wilner Cénat", "shelter": "Nadège Toussaint", "police": "Evens Dorvil",
         "registry": "Guerda Joseph", "outsider": "Fabiola Rémy", "ministry": "Jocelyn Valcin",
         "trainer": "Ketsia Noël", "steward": "Rodney Zéphirin"}  # fmt: skip
ADMINISTRATORS = {"brc": "Widline Paul", "medical": "Frantzy Cadet", "shelter": "Islande Ovide",
                  "police": "Dieuseul Hilaire", "registry": "Mimose Laurent", "outsider": "Lesly Georges",
                  "ministry": "Chantale Raymond", "trainer": "Kervens Isaac", "steward": "Edwige Honorat"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """What someone is at one organisation."""

    persona: str
    "Whose organisation."
    roles: frozenset[Role]
    site: str | None = None
    "The slug of the one place where the roles hold."


@dataclass(frozen=True, slots=True)
class Invented:
    """Someone who signs in to the demo."""

    key: str
    "In the file."
    name: str
    posts: tuple[Post, ...]

    @property
    def sign_in_name(self) -> str:
        return f"{self.key}@demo.example"


@dataclass(frozen=True, slots=True)
class Proofs:
    """What someone signs in with."""

    password: str
    secret: bytes
    "Of the codes."

    @classmethod
    def new(cls) -> "Proofs":
        return cls("-".join(secrets.token_hex(3) for _ in range(4)), totp.make())

    @classmethod
    def told(cls, entry: Any) -> "Proofs":
        """What the file tells, where it is of the kind that we make; else new ones."""
        made = cls.new()
        with suppress(AttributeError, KeyError, TypeError, binascii.Error):
            password, secret = entry["password"], base64.b32decode(entry["totp_secret"])
            if _MADE.fullmatch(password) and len(secret) == len(made.secret):
                return cls(password, secret)
        return made

    def stand(self, row: Any, sealer: Sealer) -> bool:
        """Whether the database holds the same secret, and a password beside it."""
        if row.secret is None or row.hash is None:
            return False
        try:
            return totp.open_sealed(row.secret, row.sealed_by, row.account_id, sealer) == self.secret
        except CannotOpen:
            return False


def invented() -> Iterator[Invented]:
    """This will yield all of them, in the order of the file."""
    for persona, name in MEMBERS.items():
        yield Invented(persona, name, (Post(persona, GRANTS[persona].roles),))
        administers = Post(persona, frozenset({Role.ADMINISTRATOR}))
        yield Invented(f"{persona}-administrator", ADMINISTRATORS[persona], (administers,))
    both = Post("brc", frozenset({Role.CASE_WORKER})), Post("shelter", frozenset({Role.INTAKE}))
    yield Invented("two-organizations", "Darline Métellus", both)
    at_site = Post("brc", frozenset({Role.REGISTRATION_OFFICER, Role.INTAKE}), SITE)
    yield Invented("at-a-site", "Odilon Florvil", (at_site,))


async def ensure_people(
    connection: AsyncConnection, told: Mapping[str, Any], *, sealer: Sealer, now: datetime
) -> dict[str, Any]:
    """This will make those who are not there, and answer what the file tells of each, by their keys.

    `told`: what it tells already. Of someone whom the database has lost that becomes true again; of someone whose
    code has another secret nothing of it is true, and they get a new one and another password. Memberships are made
    with the person, and then are whatever becomes of them. One statement where nobody has to be made or mended. Raises
    TooBusy, KekUnavailable.
    """
    everyone = list(invented())
    known = await _known(connection, everyone)
    entries: dict[str, Any] = {}
    hashing = Passwords()
    try:
        for who in everyone:
            row, proofs = known.get(who.sign_in_name), Proofs.told(told.get(who.key))
            if row is None or not proofs.stand(row, sealer):
                account_id = await _make(connection, who, now=now) if row is None else row.account_id
                proofs = proofs if row is None else Proofs.new()
                sealed, sealed_by = totp.seal(proofs.secret, account_id, sealer)
                before = totp.step_of(now - timedelta(minutes=5))
                await totp.keep(connection, account_id, sealed, sealed_by, step=before, now=now)
                await passwords.keep(connection, account_id, await hashing.hash(proofs.password), now=now)
            entries[who.key] = _entry(who, proofs)
    finally:
        hashing.close()
    return entries


def _entry(who: Invented, proofs: Proofs) -> dict[str, Any]:
    posts = [
        {"organization": PERSONAS[post.persona], "roles": sorted(post.roles), "site": post.site} for post in who.posts
    ]
    return {
        "name": who.name,
        "sign_in_name": who.sign_in_name,
        "password": proofs.password,
        "totp_secret": base64.b32encode(proofs.secret).decode(),
        "memberships": posts,
    }


async def _known(connection: AsyncConnection, everyone: list[Invented]) -> dict[str, Any]:
    """Those who are there, with what they prove themselves by, by their sign-in names."""
    found = await connection.execute(
        select(SignInName.name, SignInName.account_id, Totp.secret, Totp.sealed_by, Password.hash)
        .outerjoin(Totp, Totp.account_id == SignInName.account_id)
        .outerjoin(Password, Password.account_id == SignInName.account_id)
        .where(SignInName.name.in_([who.sign_in_name for who in everyone]))
    )
    return {str(row.name): row for row in found}


async def _make(connection: AsyncConnection, who: Invented, *, now: datetime) -> UUID:
    account_id = await accounts.create(connection, display_name=who.name, language=None, now=now)
    await names.add(connection, account_id, who.sign_in_name)
    for post in who.posts:
        site = select(Location.id).where(Location.slug == post.site)
        of = select(Organization.id).where(Organization.slug == PERSONAS[post.persona])
        await connection.execute(
            insert(Membership).values(
                account_id=account_id,
                organization_id=of.scalar_subquery(),
                site_id=None if post.site is None else site.scalar_subquery(),
                roles=sorted(post.roles),
                created_at=now,
            )
        )
    return account_id
