"""Database and declaration agree: policies, grants, owners, functions; and disclosure is kept as the rules say."""

from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.policies.declare import Command, DatabaseRole
from auth.policies.install import POLICIES, create
from models.base import Base
from models.rules.disclosure import SIGHTS, Sight, disclosed, receiver_sees
from models.rules.vocabulary import InformationClass, OrganizationKind, ReferralKind, ReferralStatus
from models.session import Connection

TABLES = sorted(table.name for table in Base.metadata.sorted_tables)
BESIDE = {"alembic_version"}
CALLABLE_BY_APP = {
    *("grant_scopes", "follow_secret"),
    *("file_of_my_site", "referral_of_my_site"),
    *("count_facets", "count_services", "explain_service", "hold_capacity", "search_services"),
    *("answer_verification", "own_partner", "verification_asked"),
    *("claims_of", "keep_apart", "keep_override", "merge_services", "settle_service", "split_services"),
    *("public_certificate", "public_issuer_keys", "public_status_list"),
}
"Functions with the rights of another role that a request may call."
NAMES = '{"fr": "Un nom"}'
SAFE_PATH = "search_path=public, pg_temp"


@pytest.fixture(scope="module")
async def owner(module_database: DatabaseURLs) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(module_database.migration)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def prefix(module_database: DatabaseURLs) -> str:
    connection = await asyncpg.connect(module_database.app)
    name: str = await connection.fetchval("SELECT current_user")
    await connection.close()
    return name.removesuffix("_app")


async def test_the_policies_of_the_database_are_the_declared_ones(owner: Any, prefix: str) -> None:
    standing = await _policies(owner)
    transaction = owner.transaction()
    await transaction.start()
    for policy in POLICIES:
        await owner.execute(f'DROP POLICY "{policy.name}" ON "{policy.table}"')
        await owner.execute(create(policy, prefix))
    declared = await _policies(owner)
    await transaction.rollback()
    assert standing == declared
    assert len(standing) == len(POLICIES)
    assert all(row["permissive"] == "PERMISSIVE" for row in standing)


async def _policies(owner: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await owner.fetch("SELECT * FROM pg_policies ORDER BY tablename, policyname")]


async def test_every_table_obeys_policies_whoever_owns_it(owner: Any, prefix: str) -> None:
    found = await owner.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text AS owner FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
    )
    tables = {row["relname"]: tuple(row)[1:] for row in found if row["relname"] not in BESIDE}
    assert tables == dict.fromkeys(TABLES, (True, True, f"{prefix}_owner"))


async def test_nothing_shows_a_table_past_its_policies(owner: Any) -> None:
    views = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    )
    assert [row["relname"] for row in views] == []


async def test_each_role_is_granted_what_its_policies_name_and_no_more(owner: Any, prefix: str) -> None:
    declared: set[tuple[str, str, str]] = set()
    for policy in POLICIES:
        commands = [each for each in Command if each is not Command.ALL]
        wanted = commands if policy.command is Command.ALL else [policy.command]
        declared |= {(f"{prefix}_{policy.role}", policy.table, command) for command in wanted}
    granted = await owner.fetch(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public' AND grantee <> $1 UNION"
        " SELECT grantee, table_name, privilege_type FROM information_schema.role_column_grants"
        " WHERE table_schema = 'public' AND grantee <> $1",
        f"{prefix}_owner",
    )
    of_ours = {tuple(row) for row in granted if row["grantee"].startswith(f"{prefix}_") or row["grantee"] == "PUBLIC"}
    assert of_ours == declared


async def test_no_role_may_do_what_would_undo_all_this(owner: Any, prefix: str) -> None:
    roles = await owner.fetch(
        "SELECT rolname, rolcanlogin,"
        " rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS mighty"
        " FROM pg_roles WHERE rolname = ANY ($1)",
        [f"{prefix}_{role}" for role in ("owner", *DatabaseRole)],
    )
    assert {row["rolname"] for row in roles if row["mighty"]} == set()
    logins = {f"{prefix}_{role}" for role in (DatabaseRole.APP, DatabaseRole.AUTH, DatabaseRole.WORKER)}
    assert {row["rolname"] for row in roles if row["rolcanlogin"]} == logins
    members = await owner.fetch(
        "SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text = ANY ($1)", sorted(logins)
    )
    assert [row["member"] for row in members] == []


async def test_functions_with_anothers_rights_are_owned_and_called_as_declared(owner: Any, prefix: str) -> None:
    functions = await owner.fetch(
        "SELECT proname, prosecdef, proowner::regrole::text AS owner, proconfig,"
        " has_function_privilege($1, oid, 'EXECUTE') AS app, has_function_privilege($2, oid, 'EXECUTE') AS auth"
        " FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
        f"{prefix}_app",
        f"{prefix}_auth",
    )
    makers = {f"{prefix}_owner", f"{prefix}_keeper", f"{prefix}_search"}
    assert {row["owner"] for row in functions} <= makers
    definers = [row for row in functions if row["prosecdef"]]
    assert {row["owner"] for row in definers} == {f"{prefix}_keeper", f"{prefix}_search"}
    assert [row["proname"] for row in definers if SAFE_PATH not in (row["proconfig"] or [])] == []
    assert {row["proname"] for row in definers if row["app"]} == CALLABLE_BY_APP
    assert {row["proname"] for row in definers if row["auth"]} == set()


Options = tuple[ReferralStatus, ReferralKind, OrganizationKind, bool, str]
INFORMATION = {
    "none": None,
    "nothing": frozenset[InformationClass](),
    "partial": frozenset({InformationClass.IDENTITY, InformationClass.NEED}),
    "all": frozenset(InformationClass),
    "withdrawn before": frozenset(InformationClass),
    "withdrawn after": frozenset(InformationClass),
}
"What consent the referral rests on, and when it was withdrawn."


def _options() -> Iterator[Options]:
    return product(ReferralStatus, ReferralKind, OrganizationKind, (False, True), INFORMATION)


async def test_what_a_party_may_see_is_kept_as_the_rules_say(database: DatabaseURLs) -> None:
    connection = await asyncpg.connect(database.migration)
    try:
        of = await _write(connection)
        found = await connection.fetch("SELECT * FROM referral_party WHERE side = 'RECEIVER'")
        senders = await connection.fetch("SELECT * FROM referral_party WHERE side = 'SENDER'")
    finally:
        await connection.close()
    kept = {row["referral_id"]: (row["sees_stub"], frozenset(row["discloses"])) for row in found}
    assert kept == {key: said for key, options in of.items() if (said := _said(options)) is not None}
    assert {row["referral_id"] for row in senders} == set(of)
    assert all(row["sees_stub"] and set(row["discloses"]) == set(InformationClass) for row in senders)


def _said(options: Options) -> tuple[bool, frozenset[InformationClass]] | None:
    """What the rules let a receiver see; None where it is no party at all."""
    status, kind, receiver, officer, consent = options
    if SIGHTS[status] is Sight.NOTHING:
        return None
    sight = receiver_sees(status, receiver=receiver, taken_by_officer=officer)
    granted = frozenset[InformationClass]() if "withdrawn" in consent else INFORMATION[consent] or frozenset()
    return sight in (Sight.STUB, Sight.AS_CONSENTED), disclosed(sight=sight, kind=kind, granted=granted)


async def _write(connection: Any) -> dict[UUID, Options]:
    """A referral for each of the options, all in one statement, as the trigger that keeps the parties wants it."""
    sender, receivers = uuid4(), {kind: uuid4() for kind in OrganizationKind}
    for key, kind in [(sender, OrganizationKind.NGO), *((key, kind) for kind, key in receivers.items())]:
        await connection.execute(
            'INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, \'{"fr": "O"}\', $3)', key, str(key), kind
        )
    service = await connection.fetchval(
        "INSERT INTO service (organization_id, names, category, source) VALUES ($1, $2, 'OTHER', 's') RETURNING id",
        sender,
        NAMES,
    )
    of = {uuid4(): options for options in _options()}
    people = [(key, sender, str(key), "FEMALE", "UNKNOWN", await _now(connection)) for key in of]
    columns = ["id", "organization_id", "reference", "sex", "age_group", "registered_at"]
    await connection.copy_records_to_table("person", records=people, columns=columns)
    await connection.execute(OPTION)
    await connection.copy_records_to_table(
        "option",
        records=[
            (key, status, kind, receivers[to], uuid4() if officer else None, name, sorted(INFORMATION[name] or ()))
            for key, (status, kind, to, officer, name) in of.items()
        ],
    )
    await connection.execute(CONSENTS, sender)
    await connection.execute(WITHDRAWN.format("withdrawn before"), sender)
    await connection.execute(REFERRALS, sender, service)
    await connection.execute(WITHDRAWN.format("withdrawn after"), sender)
    return of


async def _now(connection: Any) -> Any:
    return await connection.fetchval("SELECT now()")


OPTION = """
CREATE TEMPORARY TABLE option (
  id uuid, status text, kind text, receiver uuid, officer uuid, consent text, information text[])"""
CONSENTS = """
INSERT INTO consent (id, organization_id, person_id, purpose, recipient_id, information, giver, method, language,
  given_at)
SELECT id, $1, id, 'SERVICE', receiver, information, 'SELF', 'SIGNED', 'ht', now()
FROM option WHERE consent <> 'none'"""
WITHDRAWN = """
INSERT INTO consent_withdrawal (consent_id, organization_id, withdrawn_at)
SELECT id, $1, now() FROM option WHERE consent = '{}'"""
REFERRALS = """
INSERT INTO referral (id, reference, kind, status, priority, need, sender_id, receiver_id, service_id, person_id,
  consent_id, officer_id, created_at, updated_at)
SELECT id, id, kind, status, 'NORMAL', 'OTHER', $1, receiver, $2, CASE WHEN kind <> 'SIGNPOST' THEN id END,
  CASE WHEN consent <> 'none' THEN id END, officer, now(), now() FROM option"""
