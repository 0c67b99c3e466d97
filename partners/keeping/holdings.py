"""What is held of a partner: its records and what became of them, kept in memory while it is synced."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from models.partners import PartnerKind, RecordKind, RecordStatus
from models.session import Connection
from partners.keeping import statements as sql
from partners.reading.spelling import plain
from partners.settings import Settings

Key: TypeAlias = tuple[RecordKind, str]
"A partner's record: its kind and the partner's id."


@dataclass(frozen=True, slots=True)
class Held:
    """A partner's record as it was left by the last sync that read it."""

    digest: bytes
    status: RecordStatus
    problem: str | None
    missed: int

    @property
    def settled(self) -> bool:
        """Whether there is nothing left to try: it stands, whole."""
        return self.status is RecordStatus.CURRENT and self.problem is None


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's system, as its row says it."""

    id: UUID
    name: str
    organization_id: UUID
    kind: PartnerKind
    address: str
    settings: Settings
    trust: int = 50
    "0 to 100; decides between sources that disagree."


@dataclass(slots=True)
class Holdings:
    """The links and records of one partner, and what of the network they refer to."""

    records: dict[Key, Held]
    links: dict[Key, UUID]
    pcodes: frozenset[str]
    ours: dict[str, UUID]
    "Organisations of ours that the partner's settings name, by the partner's id; never changed by the partner."
    own_names: frozenset[str]
    "What the partner's own organisation is called here, plainly spelled."
    slugs: set[str]
    "That are taken and begin as those of the partner's organisations do."
    staged: dict[Key, UUID] = field(default_factory=dict)
    "Links of the batch that is being written; forgotten where it fails."
    dropped: set[Key] = field(default_factory=set)
    "Links that the batch undid; restored where it fails."

    @classmethod
    async def load(cls, connection: Connection, partner: Partner) -> "Holdings":
        """This will read what is held; six statements. Raises UnknownOrganization."""
        records = await connection.fetch(
            "SELECT kind, remote_id, digest, status, problem, missed FROM source_record WHERE partner_id = $1",
            partner.id,
        )
        links = await connection.fetch(
            "SELECT kind, remote_id, local_id FROM source_link WHERE partner_id = $1", partner.id
        )
        pcodes = await connection.fetch("SELECT pcode FROM area")
        wanted = partner.settings.organizations
        slugs = dict(
            await connection.fetch("SELECT slug, id FROM organization WHERE slug = ANY($1)", list(wanted.values()))
        )
        for slug in wanted.values():
            if slug not in slugs:
                raise UnknownOrganization(f"“{slug}”, in the settings of {partner.name}")
        own = await connection.fetchval("SELECT names FROM organization WHERE id = $1", partner.organization_id)
        taken = await connection.fetch("SELECT slug FROM organization WHERE slug ^@ $1", f"{partner.name}-")
        return cls(
            records={(RecordKind(row["kind"]), row["remote_id"]): _held(row) for row in records},
            links={(RecordKind(row["kind"]), row["remote_id"]): row["local_id"] for row in links},
            pcodes=frozenset(row["pcode"] for row in pcodes),
            own_names=frozenset(map(plain, own.values())),
            slugs={row["slug"] for row in taken},
            ours={remote_id: slugs[slug] for remote_id, slug in wanted.items()},
        )

    def local(self, kind: RecordKind, remote_id: str) -> UUID | None:
        """Which record of ours a partner's record became; None where it never did."""
        if kind is RecordKind.ORGANIZATION and remote_id in self.ours:
            return self.ours[remote_id]
        key = kind, remote_id
        return self.staged.get(key) or (None if key in self.dropped else self.links.get(key))

    def stage(self, kind: RecordKind, remote_id: str, local_id: UUID) -> None:
        if self.links.get((kind, remote_id)) != local_id:
            self.staged[kind, remote_id] = local_id

    async def keep_links(self, connection: Connection, partner: Partner) -> None:
        """This will write the links that the batch made and unmade; at most two statements."""
        undone = self.dropped - self.staged.keys()
        if undone:
            kinds, remote_ids = zip(*undone, strict=True)
            await connection.execute(sql.DROP_LINKS, partner.id, kinds, remote_ids)
        if self.staged:
            kinds, remote_ids = zip(*self.staged, strict=True)
            await connection.execute(sql.KEEP_LINKS, partner.id, kinds, remote_ids, list(self.staged.values()))

    def settle_staged(self) -> None:
        """This will take the links of the batch for true, now that it is committed."""
        for key in self.dropped:
            self.links.pop(key, None)
        self.links |= self.staged
        self.forget_staged()

    def forget_staged(self) -> None:
        self.staged.clear()
        self.dropped.clear()

    def of(self, kind: RecordKind, statuses: Iterable[RecordStatus]) -> set[str]:
        """The partner's ids of the records of a kind in some states."""
        wanted = frozenset(statuses)
        return {remote_id for (of, remote_id), held in self.records.items() if of is kind and held.status in wanted}


class UnknownOrganization(Exception):
    """There is no such organisation in the network."""


def _held(row: Any) -> Held:
    return Held(row["digest"], RecordStatus(row["status"]), row["problem"], row["missed"])
