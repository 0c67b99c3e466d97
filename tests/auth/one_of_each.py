"""A world with one of each: a referral in every state of disclosure, a record of every visibility; and who looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from models.rules.people import confidentiality_class
from models.rules.references import new_reference
from models.rules.roles import Role
from models.rules.vocabulary import InformationClass, OrganizationKind, ReferralStatus, Vulnerability
from tests.auth.a_training import ORGANIZERS, write_training
from tests.auth.some_details import write_details
from tests.auth.some_members import write_members
from tests.auth.some_partners import write_quality
from tests.auth.some_releases import write_releases

Kind, Status, Info = OrganizationKind, ReferralStatus, InformationClass
NOW = datetime.now(UTC).replace(microsecond=123_000)
PARTIAL = frozenset({Info.IDENTITY, Info.NEED})
ALL = frozenset(Info)
ORGANIZATIONS = {
    "brc": Kind.NGO,
    "shelter": Kind.SHELTER,
    "police": Kind.POLICE,
    "clinic": Kind.MEDICAL_CENTER,
    "ministry": Kind.MINISTRY,
    "outsider": Kind.NGO,
}
VISIBILITIES = ("PUBLIC", "NETWORK", "ORGANIZATION", "REDACTED")
SITE = "NETWORK"
"The place that is a site here."


@dataclass(frozen=True)
class Case:
    """One referral: how far it is, and what it rests on."""

    status: Status
    receiver: str = "shelter"
    consented: frozenset[Info] = ALL
    sender: str = "brc"
    kind: str = "REFERRAL"
    officer: bool = False
    revoked: bool = False
    lapsed: bool = False
    at_site: bool = False
    "Whether the person was registered at SITE."


CASES: Mapping[str, Case] = {
    "draft": Case(Status.DRAFT, at_site=True),
    "sent": Case(Status.SENT),
    "acknowledged": Case(Status.ACKNOWLEDGED),
    "accepted": Case(Status.ACCEPTED, consented=PARTIAL, at_site=True),
    "trusted": Case(Status.IN_PROGRESS),
    "completed": Case(Status.COMPLETED),
    "redirected": Case(Status.ACCEPTED, kind="REDIRECTION"),
    "declined": Case(Status.DECLINED),
    "withdrawn": Case(Status.WITHDRAWN),
    "expired": Case(Status.EXPIRED),
    "revoked": Case(Status.ACCEPTED, revoked=True, at_site=True),
    "lapsed": Case(Status.ACCEPTED, lapsed=True),
    "police": Case(Status.ACCEPTED, receiver="police"),
    "officer": Case(Status.ACCEPTED, receiver="police", officer=True),
    "elsewhere": Case(Status.IN_PROGRESS, sender="clinic", receiver="outsider"),
}


@dataclass(frozen=True)
class Persona:
    """Someone who looks: of an organisation or of none, in these roles."""

    name: str
    organization: str | None
    roles: frozenset[Role]
    site: str | None = None

    def site_id(self, world: "World") -> UUID | None:
        return None if self.site is None else UUID(world.keys["location", self.site])

    def claims(self, world: "World") -> dict[str, str]:
        of = "" if self.organization is None else str(world.organizations[self.organization])
        user = str(world.account) if self.name == "brc case worker" else ""
        return {
            "konbit.organization": of,
            "konbit.client": "the-client",
            "konbit.user": user,
            "konbit.roles": ",".join(sorted(self.roles)),
            "konbit.site": str(self.site_id(world) or ""),
        }


PERSONAS = [
    Persona("nobody", None, frozenset(Role)),
    Persona("brc case worker", "brc", frozenset({Role.CASE_WORKER})),
    Persona("brc intake", "brc", frozenset({Role.INTAKE})),
    Persona("brc coordinator", "brc", frozenset({Role.COORDINATOR})),
    Persona("brc analyst", "brc", frozenset({Role.ANALYST})),
    Persona("brc trainer", "brc", frozenset({Role.TRAINER})),
    Persona("brc supervisor", "brc", frozenset({Role.SUPERVISOR})),
    Persona("brc guardian", "brc", frozenset({Role.DATA_PROTECTION_OFFICER})),
    Persona("brc administrator", "brc", frozenset({Role.ADMINISTRATOR})),
    Persona("brc case worker at a site", "brc", frozenset({Role.CASE_WORKER}), site=SITE),
    Persona("brc administrator at a site", "brc", frozenset({Role.ADMINISTRATOR, Role.NETWORK_STEWARD}), site=SITE),
    Persona("shelter case worker", "shelter", frozenset({Role.CASE_WORKER})),
    Persona("shelter intake", "shelter", frozenset({Role.INTAKE})),
    Persona("shelter coordinator", "shelter", frozenset({Role.COORDINATOR})),
    Persona("police case worker", "police", frozenset({Role.CASE_WORKER})),
    Persona("clinic analyst", "clinic", frozenset({Role.ANALYST})),
    Persona("ministry analyst", "ministry", frozenset({Role.ANALYST})),
    Persona("ministry steward", "ministry", frozenset({Role.NETWORK_STEWARD})),
    Persona("outsider", "outsider", frozenset(Role)),
]


@dataclass
class World:
    """What was written, by the names that the expectations use."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    "As the database's owner."
    organizations: dict[str, UUID] = field(default_factory=dict)
    account: UUID = field(default_factory=uuid4)
    labels: dict[str, str] = field(default_factory=dict)
    "The name of each row that was written, by its key as a text."
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    "The key of each, by its table and name."
    chance: Random = field(default_factory=lambda: Random(7))

    async def add(self, table: str, label: str, **values: Any) -> UUID:
        """This will write a row and remember its key, the first value given, by a name."""
        names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', *values.values())
        key = next(iter(values.values()))
        self.labels[str(key)] = label
        self.keys[table, label] = str(key)
        assert isinstance(key, UUID)
        return key


async def write_world(connection: "asyncpg.Connection[asyncpg.Record]") -> World:
    """This will write it all, as the database's owner, into an empty database."""
    world = World(connection)
    await connection.execute(f"INSERT INTO account (id, display_name) VALUES ('{world.account}', 'Officer')")
    world.labels[str(world.account)] = "account"
    await connection.execute("INSERT INTO area (pcode, names, level) VALUES ('HT', '{\"fr\": \"Haïti\"}', 0)")
    world.labels |= {"HT": "HT", "1": "the feed"}
    for slug, kind in ORGANIZATIONS.items():
        world.organizations[slug] = await world.add(
            "organization", slug, id=uuid4(), slug=slug, names='{"fr": "Partenaire"}', kind=kind
        )
    for slug in ORGANIZATIONS:
        await _service(world, slug, slug, "PUBLIC")
    for visibility in VISIBILITIES:
        await _directory(world, visibility)
    await write_members(world, NOW)
    for name, case in CASES.items():
        await _case(world, name, case)
    for organization in ("brc", "outsider"):
        await _flow(world, organization)
    for position, organization in enumerate(("brc", "shelter", "police", "clinic", "outsider"), start=1):
        await _ledger(world, organization, position)
    for organizer in sorted(ORGANIZERS):
        await write_training(world, organizer, NOW)
    await write_releases(world, NOW)
    await write_quality(world, NOW)
    return world


async def _service(world: World, label: str, owner: str, visibility: str) -> UUID:
    return await world.add(
        "service",
        f"service of {label}",
        id=uuid4(),
        organization_id=world.organizations[owner],
        visibility=visibility,
        names='{"fr": "Un service"}',
        category="OTHER",
        source=owner,
    )


async def _directory(world: World, visibility: str) -> None:
    """One record of each table of the directory, all of the clinic's."""
    own = {"organization_id": world.organizations["clinic"], "visibility": visibility}
    location = await world.add(
        "location", visibility, id=uuid4(), **own, slug=visibility.lower(), kind="OFFICE", locality="Belladère"
    )
    service = await _service(world, visibility, "clinic", visibility)
    world.labels[str(service)] = visibility
    place = await world.add(
        "service_at_location", visibility, id=uuid4(), **own, service_id=service, location_id=location, source="clinic"
    )
    term = await world.add("term", visibility, id=uuid4(), scheme="s", code=visibility, labels='{"fr": "Terme"}')
    await world.connection.execute(
        "INSERT INTO service_term (service_id, term_id, organization_id, visibility) VALUES ($1, $2, $3, $4)",
        service, term, own["organization_id"], visibility,
    )  # fmt: skip
    await world.add("phone", visibility, id=uuid4(), **own, service_id=service, number="+50920001111")
    until = {"updated_at": NOW, "expires_at": NOW + timedelta(days=1)}
    room = await world.add("capacity", visibility, id=uuid4(), **own, service_id=service, state="AVAILABLE", **until)
    await world.add("capacity_count", visibility, capacity_id=room, **own, available=3, maximum=4)
    hours = {"service_at_location_id": place, "opens": NOW.time(), "closes": NOW.time()}
    await world.add("schedule", visibility, id=uuid4(), **own, weekdays=["MO"], **hours)
    await world.add("schedule_exception", visibility, id=uuid4(), **own, day=NOW.date(), **hours)
    await write_details(world, visibility, NOW, own)
    await world.add(
        "opening", visibility, service_at_location_id=place, **own, opens_at=NOW, closes_at=NOW + timedelta(days=1)
    )


async def _case(world: World, name: str, case: Case) -> None:
    """A person's file with everything in it, and a referral of the person with everything it can carry."""
    own = {"organization_id": world.organizations[case.sender]}
    person = await world.add(
        "person",
        name,
        id=uuid4(),
        **own,
        reference=new_reference(world.chance),
        sex="FEMALE",
        age_group="AGE_12_17",
        handling_needs=["INFANT"],
        registered_at=NOW,
        site_id=UUID(world.keys["location", SITE]) if case.at_site else None,
    )
    await world.add("person_identity", name, person_id=person, **own, given_name=f"Given {name}")
    await world.add("person_contact", name, person_id=person, **own, phone="+50920002222")
    for code in (Vulnerability.DISABILITY, Vulnerability.SGBV_SURVIVOR):
        await world.connection.execute(
            "INSERT INTO person_vulnerability (person_id, code, organization_id, class) VALUES ($1, $2, $3, $4)",
            person, code, own["organization_id"], confidentiality_class(code),
        )  # fmt: skip
    receiver = world.organizations[case.receiver]
    consent = await world.add(
        "consent",
        name,
        id=uuid4(),
        **own,
        person_id=person,
        purpose="LAW_ENFORCEMENT" if case.receiver == "police" else "SERVICE",
        recipient_id=receiver,
        information=sorted(case.consented),
        giver="PARENT",
        method="SIGNED",
        language="ht",
        given_at=NOW - timedelta(days=2),
        valid_until=NOW - timedelta(days=1) if case.lapsed else None,
    )
    await world.add("consent_detail", name, consent_id=consent, **own, giver_name="Giver")
    referral = await world.add(
        "referral",
        name,
        id=uuid4(),
        reference=new_reference(world.chance),
        kind=case.kind,
        status=case.status,
        priority="URGENT",
        need="OTHER",
        sender_id=own["organization_id"],
        receiver_id=receiver,
        service_id=UUID(world.keys["service", f"service of {case.receiver}"]),
        person_id=person,
        consent_id=consent,
        officer_id=world.account if case.officer else None,
        created_at=NOW,
        updated_at=NOW,
    )
    if case.revoked:
        await world.add("consent_withdrawal", name, consent_id=consent, **own, withdrawn_at=NOW)
    await _parts(world, name, referral, own["organization_id"], receiver)


async def _parts(world: World, name: str, referral: UUID, sender: UUID, receiver: UUID) -> None:
    of = {"referral_id": referral}
    await world.add("referral_subject", name, **of, sex="FEMALE", age_group="AGE_12_17", handling_needs=["INFANT"])
    await world.add("referral_identity", name, **of, given_name=f"Given {name}")
    await world.add("referral_contact", name, **of, phone="+50920002222")
    await world.add("referral_request", name, **of, summary=f"Summary {name}")
    await world.add("referral_vulnerabilities", name, **of, codes=["SGBV_SURVIVOR"])
    await world.add("referral_narrative", name, **of, narrative=f"Narrative {name}")
    last = referral
    for side, author in (("sender", sender), ("receiver", receiver)):
        last = await world.add(
            "referral_event",
            f"{name}/{side}",
            id=uuid4(),
            **of,
            organization_id=author,
            at=NOW,
            kind="ACTION",
            status_after="SENT",
        )
        note = {"event_id": last, **of, "organization_id": author, "note": f"Note {name}/{side}"}
        await world.add("referral_note", f"{name}/{side}", **note)
    ended = {**of, "event_id": last}
    await world.add("referral_decline", name, **ended, reason="SAFETY", declined_by="PROVIDER", at=NOW)
    await world.add("referral_outcome", name, **ended, result="SERVED")
    await world.add("referral_withdrawal", name, **ended, reason="SAFETY", at=NOW)
    world.labels[str(referral)] = name


async def _flow(world: World, organization: str) -> None:
    """A count at the border, and one part of it."""
    own = {"organization_id": world.organizations[organization]}
    flow = await world.add(
        "border_flow",
        organization,
        id=uuid4(),
        **own,
        location_id=UUID(world.keys["location", "PUBLIC"]),
        day=NOW.date() - timedelta(days=1),
        series="OBSERVED",
        sheet_id=uuid4(),
        recorded_at=NOW,
    )
    alike = {"return_type": "UNKNOWN", "sex": "FEMALE", "age_group": "AGE_5_11"}
    await world.add("border_flow_part", organization, flow_id=flow, **own, **alike, stated=True, people=2)


async def _ledger(world: World, organization: str, position: int) -> None:
    own = {"organization_id": world.organizations[organization]}
    await world.connection.execute(
        "UPDATE change SET position = n.nth FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM change"
        " WHERE organization_id = $1) AS n WHERE change.id = n.id",
        own["organization_id"],
    )
    await world.add("feed", organization, **own, last_position=100 + position)
    await world.add(
        "audit_entry",
        organization,
        id=uuid4(),
        **own,
        client_id="c",
        act="kept",
        subjects=[uuid4()],
        request_id="r",
    )
    idempotent = {
        "client_id": "the-client",
        "actor": "",
        "mutation": "m",
        "key": "k",
        "input_hash": b"h",
        "created_at": NOW,
    }
    await world.add("idempotency", organization, **own, **idempotent)
    world.labels[str(own["organization_id"])] = organization
