"""Reads every table as someone, every column there is to read: what row policies alone let through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from auth.policies.declare import Command, DatabaseRole
from auth.policies.install import POLICIES
from models.session import Connection, beginning
from tests.auth.may_see import TABLES, Rows
from tests.auth.one_of_each import Persona, World
from tests.auth.some_details import KEYS as DETAIL_KEYS
from tests.auth.some_releases import BY_RELEASE

KEYS = {
    "area": "pcode", "person_identity": "person_id", "person_contact": "person_id", "consent_detail": "consent_id",
    "consent_withdrawal": "consent_id", "referral_party": "referral_id", "referral_subject": "referral_id",
    "referral_identity": "referral_id", "referral_contact": "referral_id", "referral_request": "referral_id",
    "referral_vulnerabilities": "referral_id", "referral_narrative": "referral_id", "referral_note": "event_id",
    "referral_decline": "referral_id", "referral_outcome": "referral_id", "referral_withdrawal": "referral_id",
    "change": "event_id", "feed": "organization_id", "idempotency": "organization_id", "service_term": "service_id",
    "participant": "enrolment_id", "enrolment_credential": "enrolment_id", "attendance_version": "attendance_id",
    "attendance_answer": "batch_id", "training_score": "enrolment_id", "indicator": "code",
    **dict.fromkeys(BY_RELEASE, "release_id"),
    **DETAIL_KEYS, "source_link": "partner_id",
    "border_flow_part": "flow_id", "capacity_count": "capacity_id", "opening": "service_at_location_id",
}  # fmt: skip
"The column by which a row is known; `id` where none is given."

COLUMNS = {
    policy.table: policy.columns
    for policy in POLICIES
    if policy.role is DatabaseRole.APP and policy.command is Command.SELECT and policy.columns
}
"What may be read of a table, where not all of it may."


@asynccontextmanager
async def becoming(connection: Connection, role: str, claims: dict[str, str]) -> AsyncIterator[None]:
    """Someone, for as long as it lasts, inside a transaction of the database's owner."""
    await connection.execute(f'SET LOCAL ROLE "{role}"')
    for name, value in claims.items():
        await connection.execute("SELECT set_config($1, $2, true)", name, value)
    try:
        yield
    finally:
        await connection.execute("RESET ROLE")


async def looked(connection: Connection, world: World) -> Rows:
    """The rows that are seen now, by table; a table that is not granted shows none."""
    return {table: await _rows(connection, world, table) for table in TABLES}


async def _rows(connection: Connection, world: World, table: str) -> set[str]:
    shown = ", ".join(COLUMNS.get(table, ())) or "*"
    found = await connection.fetch(f'SELECT {shown} FROM "{table}"')
    if table == "person_vulnerability":
        return {f"{world.labels[str(row['person_id'])]} {row['code']}" for row in found}
    return {world.labels[str(row[KEYS.get(table, "id")])] for row in found}


async def looked_as(connection: Connection, world: World, who: Persona) -> Rows:
    """What a persona sees, in a transaction of role app as the program begins one."""
    await connection.execute(beginning(who.claims(world), writes=False))
    try:
        return await looked(connection, world)
    finally:
        await connection.execute("ROLLBACK")
