"""A network small enough to know by heart: who is in it, what they offer, and the whole database as one value."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from actions.effects import Effect
from actions.perform import Outcome, perform
from actions.referrals import accept_referral, complete_referral, decline_referral, withdraw_referral
from actions.sending import send_referral
from api.database import DatabaseURLs
from auth.actor import Actor
from auth.scopes import Scope
from models.base import Base
from models.rules.people import confidentiality_class
from models.rules.roles import Role
from models.rules.vocabulary import (
    CapacityState,
    ConsentPurpose,
    DeclinedBy,
    DeclineReason,
    InformationClass,
    OrganizationKind,
    OutcomeResult,
    ReferralKind,
    ReferralPriority,
    ServiceCategory,
    Vulnerability,
    WithdrawReason,
)
from models.session import Database

Verb = Callable[..., Awaitable[Effect]]
CASE_WORKER = frozenset({Role.INTAKE, Role.CASE_WORKER})
KINDS = {
    "brc": OrganizationKind.INTERNATIONAL_ORGANIZATION,
    "registry": OrganizationKind.CIVIL_REGISTRY,
    "police": OrganizationKind.POLICE,
    "ibesr": OrganizationKind.CHILD_PROTECTION,
    "outsider": OrganizationKind.NGO,
}
GIRL_BORN = datetime.now(UTC).date() - timedelta(days=14 * 366)
WORDS = {"summary": "An extract from the archives.", "narrative": "Her papers were taken."}
STEPS: dict[str, tuple[Verb, dict[str, Any]]] = {
    "ACCEPT": (accept_referral, {}),
    "DECLINE": (decline_referral, {"reason": DeclineReason.OUT_OF_AREA, "declined_by": DeclinedBy.PROVIDER}),
    "COMPLETE": (complete_referral, {"result": OutcomeResult.SERVED}),
    "WITHDRAW": (withdraw_referral, {"reason": WithdrawReason.NEED_MET}),
}


@dataclass
class Network:
    database: Database
    "As role app: what serves requests."
    owner: "asyncpg.Connection[asyncpg.Record]"
    "As a superuser: sees what is really there."
    organizations: dict[str, UUID] = field(default_factory=lambda: {name: uuid4() for name in KINDS})
    services: dict[str, UUID] = field(default_factory=dict)

    def actor(self, name: str, *, roles: frozenset[Role] = CASE_WORKER, user_id: UUID | None = None) -> Actor:
        return Actor(
            organization_id=self.organizations[name],
            client_id=f"{name}-client",
            user_id=user_id,
            scopes=frozenset(Scope),
            roles=roles,
            token_id=uuid4(),
            expires_at=datetime.now(UTC) + timedelta(minutes=10),
        )

    async def do(
        self,
        who: str | Actor,
        verb: Verb,
        *,
        key: str | None = None,
        patience: timedelta = timedelta(seconds=5),
        **given: Any,
    ) -> Outcome:
        """One action as someone, as the graph performs it."""
        actor, now = self.actor(who) if isinstance(who, str) else who, datetime.now(UTC)
        return await perform(
            self.database,
            actor,
            mutation=verb.__name__,
            key=str(uuid4()) if key is None else key,
            given=given,
            verb=lambda session: verb(session, actor, now, **given),
            now=now,
            request_id="a-request",
            patience=patience,
        )

    async def step(self, who: str | Actor, action: str, referral_id: UUID, **given: Any) -> Outcome:
        verb, usual = STEPS[action]
        return await self.do(who, verb, referral_id=referral_id, **{**usual, **given})

    async def send(self, who: str | Actor = "brc", **given: Any) -> Outcome:
        usual = {
            "service_id": self.services["papers"],
            "kind": ReferralKind.REFERRAL,
            "priority": ReferralPriority.URGENT,
            "need": ServiceCategory.CIVIL_DOCUMENTATION,
        }
        return await self.do(who, send_referral, **{**usual, **given})

    async def sent(self, person_id: UUID | None = None, **given: Any) -> UUID:
        """A referral to the registry, of a new person unless one is given."""
        if person_id is None:
            person_id = await self.person()
            await self.consent(person_id)
        outcome = await self.send(person_id=person_id, **{**WORDS, **given})
        assert outcome.key is not None, outcome
        return outcome.key

    async def put_into(self, referral_id: UUID, status: str) -> None:
        """The state of a referral, forced."""
        await self.owner.execute("UPDATE referral SET status = $2 WHERE id = $1", referral_id, status)

    async def value(self, query: str, *arguments: Any) -> Any:
        return await self.owner.fetchval(query, *arguments)

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.owner.fetch(query, *arguments)]

    async def everything(self) -> dict[str, list[str]]:
        """The whole database as one value."""
        return {
            table.name: [row[0] for row in await self.owner.fetch(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')]
            for table in Base.metadata.sorted_tables
        }

    async def add(self, table: str, **values: Any) -> UUID:
        names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        found: UUID = await self.owner.fetchval(
            f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING {next(iter(values))}', *values.values()
        )
        return found

    async def service(self, name: str, owner: str, **values: Any) -> UUID:
        self.services[name] = await self.add(
            "service",
            **{
                "id": uuid4(),
                "organization_id": self.organizations[owner],
                "names": '{"fr": "Acte de naissance"}',
                "category": "CIVIL_DOCUMENTATION",
                "source": owner,
                **values,
            },
        )
        return self.services[name]

    async def capacity(
        self, service: str, available: int | None, *, state: CapacityState = CapacityState.AVAILABLE
    ) -> UUID:
        owner = await self.value("SELECT organization_id FROM service WHERE id = $1", self.services[service])
        now = datetime.now(UTC)
        times = {"updated_at": now, "expires_at": now + timedelta(days=1)}
        of = {"organization_id": owner, "service_id": self.services[service]}
        key = await self.add("capacity", id=uuid4(), **of, state=state, **times)
        await self.add("capacity_count", capacity_id=key, organization_id=owner, available=available, maximum=available)
        return key

    async def person(
        self,
        owner: str = "brc",
        *,
        sex: str = "FEMALE",
        codes: tuple[Vulnerability, ...] = (Vulnerability.WITHOUT_CIVIL_DOCUMENTS, Vulnerability.SGBV_SURVIVOR),
        needs: tuple[str, ...] = ("INTERPRETER",),
        born: Any = GIRL_BORN,
    ) -> UUID:
        owned = {"organization_id": self.organizations[owner]}
        key = await self.add(
            "person",
            id=uuid4(),
            **owned,
            reference=str(uuid4())[:14],
            sex=sex,
            age_group="AGE_12_17",
            handling_needs=list(needs),
            registered_at=datetime.now(UTC),
        )
        names = {"given_name": "Mirlande", "family_name": "Essai", "birth_date": born}
        await self.add("person_identity", person_id=key, **owned, **names)
        await self.add("person_contact", person_id=key, **owned, phone="+50934101234")
        for code in codes:
            kind = {'"class"': confidentiality_class(code)}
            await self.add("person_vulnerability", person_id=key, code=code, **owned, **kind)
        return key

    async def consent(
        self,
        person_id: UUID,
        recipient: str = "registry",
        *information: InformationClass,
        purpose: ConsentPurpose = ConsentPurpose.SERVICE,
        owner: str = "brc",
        given_at: datetime | None = None,
        valid_until: datetime | None = None,
    ) -> UUID:
        return await self.add(
            "consent",
            id=uuid4(),
            organization_id=self.organizations[owner],
            person_id=person_id,
            purpose=purpose,
            recipient_id=self.organizations[recipient],
            information=list(information or (InformationClass.IDENTITY, InformationClass.NEED)),
            giver="PARENT",
            assent="GIVEN",
            method="SIGNED",
            language="ht",
            given_at=given_at or datetime.now(UTC) - timedelta(hours=1),
            valid_until=valid_until,
        )

    @asynccontextmanager
    async def seeing(self, who: str | Actor) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
        """Reads one value as someone, under row policies."""
        actor = self.actor(who) if isinstance(who, str) else who
        async with self.database.session(actor.claims(), writes=False) as session:
            yield session.connection.fetchval

    async def sees(self, who: str | Actor, query: str, *arguments: Any) -> Any:
        async with self.seeing(who) as read:
            return await read(query, *arguments)


@asynccontextmanager
async def standing(urls: DatabaseURLs, *, size: int = 8) -> AsyncIterator[Network]:
    """The network, in an empty database: five organisations, a service for each that offers one."""
    owner = await asyncpg.connect(urls.migration)
    database = await Database(urls.app, size=size).open()
    try:
        network = Network(database, owner)
        for name, key in network.organizations.items():
            await network.add("organization", id=key, slug=name, names='{"fr": "Partenaire"}', kind=KINDS[name])
        await network.service("papers", "registry")
        await network.service("complaint", "police", category="POLICE_PROTECTION")
        await network.service("protection", "ibesr", category="CHILD_PROTECTION")
        await network.service("own", "brc")
        yield network
    finally:
        await database.close()
        await owner.close()


def codes(outcome: Outcome) -> list[str]:
    return [str(problem.code) for problem in outcome.problems]


def only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}
